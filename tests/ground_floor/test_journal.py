"""The journal: written with the act, never changed, and a change behind its back is found (SEC-55)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, ActorKind, Audience, system_actor
from app.contracts import actions as contracts
from app.contracts.events import ContractHolderAdded
from app.contracts.models import ContractHolder
from app.extensions import db
from app.journal import GENESIS, JournalEvent, UnrecordedChange, broken_links, events_by_kind, record, restore
from tests.ground_floor.threads import together

pytestmark = pytest.mark.req("SEC-55")

ACTOR = system_actor("tests")


@pytest.fixture
def filled(bare: Flask) -> Iterator[Session]:
    """A session on a database with five events."""
    with bare.app_context():
        for index in range(5):
            contracts.add_contract_holder(db.session, actor=ACTOR, name=f"会社 {index}")
        db.session.commit()
        yield db.session
        db.session.rollback()


def events(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JournalEvent)) or 0


def drop_triggers(session: Session) -> None:
    for act in ("update", "delete"):
        session.execute(text(f"DROP TRIGGER journal_event_no_{act}"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET actor_name = 'nobody' WHERE id = 2",
        "UPDATE journal_event SET id = 99 WHERE id = 2",
        "DELETE FROM journal_event WHERE id = 5",
        "DELETE FROM journal_event",
    ],
)
def test_the_database_refuses_to_change_or_drop_an_event(filled: Session, statement: str) -> None:
    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        filled.execute(text(statement))
    filled.rollback()
    assert broken_links(filled) == []
    assert events(filled) == 5


def test_replacing_an_event_is_a_change_too(filled: Session) -> None:
    columns = ", ".join(column.name for column in JournalEvent.__table__.columns)
    told = columns.replace("actor_name", "'nobody'")
    with pytest.raises((IntegrityError, OperationalError)):
        filled.execute(
            text(f"INSERT OR REPLACE INTO journal_event ({columns}) SELECT {told} FROM journal_event")
        )
    filled.rollback()
    assert events(filled) == 5
    assert broken_links(filled) == []


def test_the_chain_begins_at_the_beginning_and_holds(filled: Session) -> None:
    rows = filled.scalars(select(JournalEvent).order_by(JournalEvent.id)).all()

    assert rows[0].previous_hash == GENESIS
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert broken_links(filled) == []


@pytest.mark.parametrize(
    "change",
    [
        "at = '2020-01-01 00:00:00.000000'",
        "kind = 'something.else'",
        "audience = 'customer'",
        "actor_kind = 'customer'",
        "actor_id = 7",
        "actor_name = 'nobody'",
        "subject_type = 'case'",
        "subject_id = 12345",
        'data = \'{"name": "another"}\'',
        "previous_hash = hex(randomblob(32))",
        "hash = hex(randomblob(32))",
    ],
    ids=lambda change: change.partition(" ")[0],
)
def test_a_row_changed_behind_the_triggers_is_found(filled: Session, change: str) -> None:
    drop_triggers(filled)
    filled.execute(text(f"UPDATE journal_event SET {change} WHERE id = 3"))
    filled.expire_all()

    assert broken_links(filled)[0] == 3


def test_a_changed_row_with_a_hash_to_match_is_found_at_the_next_one(filled: Session) -> None:
    drop_triggers(filled)
    row = filled.get_one(JournalEvent, 3)
    row.actor_name = "nobody"
    row.hash = row.digest()
    filled.flush()
    filled.expire_all()

    assert broken_links(filled) == [4]


def test_an_event_taken_out_is_found(filled: Session) -> None:
    drop_triggers(filled)
    filled.execute(text("DELETE FROM journal_event WHERE id = 2"))

    assert broken_links(filled) == [3]


def test_parallel_writers_keep_the_chain_whole(bare: Flask) -> None:
    def write(index: int) -> None:
        for turn in range(5):
            with db.sessionmaker() as session, session.begin():
                contracts.add_contract_holder(session, actor=ACTOR, name=f"{index}-{turn}")

    together(bare, 6, write)

    with bare.app_context():
        assert events(db.session) == 30
        assert broken_links(db.session) == []


def test_a_changed_record_without_an_event_cannot_be_committed(filled: Session) -> None:
    filled.scalars(select(ContractHolder).limit(1)).one().name = "heimlich"
    with pytest.raises(UnrecordedChange, match="contract_holder"):
        filled.commit()
    filled.rollback()
    assert filled.scalar(select(func.count()).where(ContractHolder.name == "heimlich")) == 0


def test_a_new_record_without_an_event_cannot_be_committed(filled: Session) -> None:
    filled.add(ContractHolder(name="heimlich"))
    filled.flush()
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()


def test_a_deleted_record_without_an_event_cannot_be_committed(filled: Session) -> None:
    filled.delete(filled.scalars(select(ContractHolder).limit(1)).one())
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()
    assert filled.scalar(select(func.count()).select_from(ContractHolder)) == 5


def test_an_event_about_another_record_tells_nothing_of_this_one(filled: Session) -> None:
    first, second = filled.scalars(select(ContractHolder).limit(2))
    first.name = "heimlich"
    record(filled, actor=ACTOR, subject=second, happened=ContractHolderAdded(second.name))
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()


def test_a_change_with_its_event_is_committed_and_the_next_one_needs_its_own(filled: Session) -> None:
    holder = filled.scalars(select(ContractHolder).limit(1)).one()
    holder.name = "offen"
    record(filled, actor=ACTOR, subject=holder, happened=ContractHolderAdded("offen"))
    filled.commit()
    holder.name = "heimlich"
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()


def test_a_refused_change_leaves_nothing_behind_for_the_next_transaction(filled: Session) -> None:
    filled.add(ContractHolder(name="heimlich"))
    filled.flush()
    filled.rollback()
    filled.commit()


def test_setting_a_field_to_what_it_is_needs_no_event(filled: Session) -> None:
    holder = filled.scalars(select(ContractHolder).limit(1)).one()
    holder.name = str(holder.name)
    filled.commit()


def test_an_event_says_who_when_what_and_for_whom(filled: Session) -> None:
    moment = datetime(2026, 11, 20, 3, 4, 5, 678, tzinfo=UTC)
    holder = filled.scalars(select(ContractHolder).limit(1)).one()
    person = Actor(kind=ActorKind.AGENT, user_id=None, name="中村 さくら")
    with clock.at(moment):
        row = record(
            filled, actor=person, subject=holder, happened=ContractHolderAdded("株式会社\r\nサンプル")
        )

    assert (row.at, row.kind, row.audience) == (moment, ContractHolderAdded.kind, Audience.DESK)
    assert (row.actor_kind, row.actor_name) == (ActorKind.AGENT, "中村 さくら")
    assert (row.subject_type, row.subject_id) == ("contract_holder", holder.id)
    filled.expire_all()
    assert row.at == moment
    assert broken_links(filled) == []


def test_a_stored_event_becomes_the_event_again(filled: Session) -> None:
    kinds = events_by_kind([ContractHolderAdded])
    row = filled.scalars(select(JournalEvent).order_by(JournalEvent.id)).first()
    assert row is not None

    assert restore(kinds, row) == ContractHolderAdded("会社 0")
    row.data = {**row.data, "of_a_later_version": True}
    assert restore(kinds, row) == ContractHolderAdded("会社 0")
    row.kind = "of.a_later_version"
    assert restore(kinds, row) is None
    filled.expunge(row)


def test_the_command_tells_a_whole_journal_from_a_broken_one(bare: Flask, filled: Session) -> None:
    assert bare.test_cli_runner().invoke(args=["journal-verify"]).output == "The journal is whole.\n"
    drop_triggers(filled)
    filled.execute(text("UPDATE journal_event SET actor_name = 'nobody' WHERE id = 4"))
    filled.commit()
    told = bare.test_cli_runner().invoke(args=["journal-verify"])

    assert told.exit_code == 1
    assert "broken at 1 events, first at 4" in told.output


def test_what_a_savepoint_took_back_needs_no_event(filled: Session) -> None:
    part = filled.begin_nested()
    filled.add(ContractHolder(name="zurückgenommen"))
    filled.flush()
    part.rollback()
    filled.commit()


def test_an_event_that_a_savepoint_took_back_tells_nothing(filled: Session) -> None:
    holder = filled.scalars(select(ContractHolder).limit(1)).one()
    part = filled.begin_nested()
    record(filled, actor=ACTOR, subject=holder, happened=ContractHolderAdded("zurückgenommen"))
    part.rollback()
    holder.name = "heimlich"
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()


def test_what_a_savepoint_kept_counts(filled: Session) -> None:
    holder = filled.scalars(select(ContractHolder).limit(1)).one()
    with filled.begin_nested():
        holder.name = "offen"
        record(filled, actor=ACTOR, subject=holder, happened=ContractHolderAdded("offen"))
    filled.commit()
    with filled.begin_nested():
        holder.name = "heimlich"
    with pytest.raises(UnrecordedChange):
        filled.commit()
    filled.rollback()
