"""The check finds whatever somebody did to the ledger behind the application's back (PT-07, M07)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pysqlite3
import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden
from app.catalog import queries, verifying
from app.catalog.actions.correcting import book_correction, propose
from app.catalog.actions.deciding import accept, reject
from app.catalog.actions.paying import release_for
from app.catalog.events import RequestRejected
from app.catalog.models import LedgerCheck, PointEntry, WorkRequest
from app.catalog.point_jobs import CHECKER, check_if_due, check_now
from app.catalog.verifying import Report, Wrong, compare, keep_result, last_check
from app.journal import record
from tests import cast
from tests.conftest import Given, Stored
from tests.factories import catalog

# Three in the morning in Tokyo.
THREE = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SOUND = Report(periods=2, entries=3, milliseconds=4, differences=[])

# What somebody may do to the tables, and what of it the check must find at the least.
TAMPERINGS: Sequence[tuple[str, set[Wrong]]] = (
    # Balances.
    ("UPDATE point_balance SET free = free + 1 WHERE period_id = 1", {Wrong.BALANCE}),
    ("UPDATE point_balance SET free = free + 1, contract = contract + 1", {Wrong.BALANCE}),
    ("UPDATE point_balance SET entries = entries + 1", {Wrong.ENTRIES}),
    ("UPDATE point_balance SET last_entry_id = last_entry_id - 1 WHERE period_id = 1", {Wrong.ENTRIES}),
    ("DELETE FROM point_balance WHERE period_id = 3", {Wrong.ORPHAN}),
    # Entries that changed.
    ("UPDATE point_entry SET amount = 9 WHERE kind = 'hold' AND id = 4", {Wrong.BALANCE, Wrong.REQUEST}),
    ("UPDATE point_entry SET amount = 25 WHERE id = 1", {Wrong.BALANCE, Wrong.CONTRACT}),
    ("UPDATE point_entry SET amount = 2000 WHERE id = 4", {Wrong.BALANCE, Wrong.ILLEGAL}),
    ("UPDATE point_entry SET amount = -8 WHERE id = 4", {Wrong.BALANCE, Wrong.ILLEGAL}),
    ("UPDATE point_entry SET period_id = 3 WHERE id = 4", {Wrong.BALANCE, Wrong.ENTRIES, Wrong.REQUEST}),
    ("UPDATE point_entry SET period_id = 99 WHERE id = 4", {Wrong.ORPHAN, Wrong.BALANCE}),
    ("UPDATE point_entry SET target = 'used' WHERE id = 4", {Wrong.BALANCE, Wrong.ILLEGAL}),
    ("UPDATE point_entry SET target = 'pocket' WHERE id = 4", {Wrong.BALANCE, Wrong.ILLEGAL}),
    ("UPDATE point_entry SET kind = 'gift' WHERE id = 4", {Wrong.ILLEGAL, Wrong.REQUEST}),
    ("UPDATE point_entry SET request_id = NULL WHERE kind = 'use'", {Wrong.REQUEST}),
    ("UPDATE point_entry SET reason = '' WHERE kind = 'overdraft'", {Wrong.ILLEGAL}),
    ("UPDATE point_entry SET correction_id = 3 WHERE correction_id = 1", {Wrong.CORRECTION}),
    # Entries that are gone.
    ("DELETE FROM point_entry WHERE id = 1", {Wrong.BALANCE, Wrong.ENTRIES, Wrong.ILLEGAL}),
    ("DELETE FROM point_entry WHERE kind = 'release'", {Wrong.BALANCE, Wrong.ENTRIES, Wrong.REQUEST}),
    ("DELETE FROM point_entry WHERE kind = 'overdraft'", {Wrong.BALANCE, Wrong.ILLEGAL, Wrong.REQUEST}),
    ("DELETE FROM point_entry", {Wrong.BALANCE, Wrong.ENTRIES, Wrong.CONTRACT, Wrong.CORRECTION}),
    # What points pay for, and what the desk has set.
    ("UPDATE point_period SET option_points = option_points + 1 WHERE id = 1", {Wrong.CONTRACT}),
    ("UPDATE work_request SET held = held - 1 WHERE held > 0", {Wrong.HELD, Wrong.REQUEST}),
    ("UPDATE work_request SET points = points + 1 WHERE state = 'accepted'", {Wrong.REQUEST}),
    ("UPDATE work_request SET overdraft = 0 WHERE overdraft > 0", {Wrong.REQUEST}),
    ("UPDATE work_request SET state = 'withdrawn' WHERE state = 'accepted'", {Wrong.REQUEST}),
    ("UPDATE work_request SET period_id = 3 WHERE held > 0", {Wrong.HELD, Wrong.REQUEST}),
    ("UPDATE point_correction SET difference = difference * 2 WHERE id = 1", {Wrong.CORRECTION}),
    ("UPDATE point_correction SET state = 'refused' WHERE id = 1", {Wrong.CORRECTION}),
    ("UPDATE point_correction SET state = 'booked' WHERE id = 3", {Wrong.CORRECTION}),
)


def world(session: Session) -> None:
    """Requests that wait, were accepted with and without enough points, and rejected; corrections of either sign."""
    period = catalog.period(session, plan_points=20, option_points=0)
    catalog.period(session, starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 31))
    catalog.period(session, number=cast.ALICE_CS_NUMBER)
    item = catalog.item(session, points=8)
    rejected = found(session, catalog.request(session, catalog.item(session, slug="other", points=3)))
    loaded = [found(session, catalog.request(session, item)) for _ in range(4)]
    agent, lead = cast.actor_of(session, "agent"), cast.actor_of(session, "lead")
    reject(session, rejected, actor=agent, version=rejected.version, reason="対応できません。")
    accept(session, loaded[0], actor=agent, version=loaded[0].version)
    accept(session, loaded[2], actor=agent, version=loaded[2].version, overdraft_reason="合意済みです。")
    for difference in (-6, 1):
        correction = propose(session, period, actor=agent, difference=difference, reason="数え直しました。")
        book_correction(session, correction, actor=lead)
    propose(session, period, actor=agent, difference=-1, reason="まだ決まっていません。")


def found(session: Session, row: WorkRequest) -> WorkRequest:
    request = queries.request_for(session, cast.actor_of(session, "agent"), row.number)
    assert request is not None
    return request


def tamper(app: Flask, *statements: str) -> None:
    """Write to the database as somebody does who has its file, with no rule of its own left."""
    connection = pysqlite3.connect(app.config["SETTINGS"].data_dir / "madoguchi.sqlite3")
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        assert connection.execute(statement).rowcount > 0, statement
    connection.commit()
    connection.close()


def wrong(stored: Stored) -> dict[Wrong, list[str]]:
    """What the check finds, by kind."""
    report: Report = stored(compare)
    told: dict[Wrong, list[str]] = {}
    for item in report.differences:
        told.setdefault(item.wrong, []).append(str(item))
    return told


@pytest.mark.req("PT-07", "M07")
def test_a_sound_ledger_is_equal(app: Flask, given: Given, stored: Stored) -> None:
    given(world)
    report = stored(compare)
    assert (report.periods, report.differences) == (3, [])
    assert report.entries == stored(lambda session: session.scalar(select(func.max(PointEntry.id))))
    told = app.test_cli_runner().invoke(args=["points", "verify"])
    assert told.exit_code == 0
    assert "Ledger and balances are equal (3 periods" in told.output


@pytest.mark.req("PT-07", "M07", "REL-06")
def test_whatever_somebody_changes_is_found(session: Session) -> None:
    world(session)
    session.flush()
    for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    session.execute(text("PRAGMA ignore_check_constraints = ON"))
    for statement, kinds in TAMPERINGS:
        with session.begin_nested() as done:
            assert session.connection().exec_driver_sql(statement).rowcount > 0, statement
            found_kinds = {item.wrong for item in compare(session).differences}
            done.rollback()
        assert kinds <= found_kinds, statement
        assert compare(session).differences == [], statement
    session.rollback()
    session.execute(text("PRAGMA ignore_check_constraints = OFF"))


@pytest.mark.req("PT-07", "M07")
def test_an_entry_taken_out_together_with_its_balance_is_found(
    app: Flask, given: Given, stored: Stored
) -> None:
    """Somebody who knows the tables mends the balances as well; what the points paid for still tells."""
    given(world)
    tamper(
        app,
        "UPDATE point_balance SET used = used - 8, held = held + 8, entries = entries - 1"
        " WHERE period_id = (SELECT period_id FROM point_entry WHERE kind = 'use' AND source = 'held')",
        "DELETE FROM point_entry WHERE kind = 'use' AND source = 'held'",
    )
    assert {Wrong.HELD, Wrong.REQUEST} <= wrong(stored).keys()


@pytest.mark.req("PT-07", "M07")
def test_an_invented_entry_is_found(app: Flask, given: Given, stored: Stored) -> None:
    given(world)
    tamper(
        app,
        "INSERT INTO point_entry (period_id, kind, source, target, amount, reason, actor_kind, actor_name, at, key)"
        " VALUES (3, 'grant', 'contract', 'free', 100, '', 'system', 'nobody', '2026-11-21', 'a gift')",
    )
    assert {Wrong.BALANCE, Wrong.ENTRIES, Wrong.CONTRACT} <= wrong(stored).keys()


@pytest.mark.req("PT-07")
def test_the_command_prints_what_differs_and_fails(app: Flask, given: Given, stored: Stored) -> None:
    given(world)
    tamper(app, "UPDATE point_balance SET free = free + 1 WHERE period_id = 1")
    told = app.test_cli_runner().invoke(args=["points", "verify"])
    assert told.exit_code == 1
    assert "balance: period 1 free: expected" in told.output
    assert "Error: 1 differences (3 periods" in told.output
    kept = stored(lambda session: last_check(session, CHECKER))
    assert [item["subject"] for item in kept.differences] == ["period 1 free"]


@pytest.mark.req("PT-07")
def test_many_periods_and_few_at_once(
    given: Given, stored: Stored, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of a look, no period is left out and none is taken for its neighbour."""

    def periods(session: Session) -> None:
        for year in range(2031, 2043):
            catalog.period(
                session, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), plan_points=year % 3
            )

    given(world)
    given(periods)
    for size in (1, 2, 5, 500):
        monkeypatch.setattr(verifying, "PERIODS_AT_ONCE", size)
        monkeypatch.setattr(verifying, "ENTRIES_AT_ONCE", size)
        report = stored(compare)
        assert (report.periods, report.differences) == (15, [])
    monkeypatch.setattr(verifying, "PERIODS_AT_ONCE", 4)
    tamper(app, "DELETE FROM point_entry WHERE period_id IN (4, 7, 15)")
    told = " ".join(wrong(stored)[Wrong.ENTRIES])
    assert all(f"period {number} count" in told for number in (4, 7, 15))


@pytest.mark.req("PT-07")
def test_of_a_ledger_that_is_wholly_wrong_enough_is_told(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_DIFFERENCES", 3)
    given(world)
    tamper(app, "DELETE FROM point_entry")
    assert len(stored(compare).differences) == 3


@pytest.mark.req("PT-07")
def test_the_check_runs_once_a_night(app: Flask, stored: Stored) -> None:
    def runs(moment: datetime) -> bool:
        with clock.at(moment):
            return check_if_due(app)

    assert runs(THREE - SECOND)
    assert not runs(THREE - SECOND)
    assert runs(THREE)
    assert not runs(THREE + SECOND)
    assert not runs(THREE + timedelta(days=1) - SECOND)
    # After days without a worker it runs at once, and once.
    assert runs(THREE + timedelta(days=5, hours=7))
    assert not runs(THREE + timedelta(days=5, hours=8))
    count = stored(lambda session: session.scalar(select(func.count(LedgerCheck.id))))
    assert count == 3


@pytest.mark.req("PT-07")
def test_old_results_go_and_the_newest_stay(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "CHECKS_KEPT", 3)
    kept = [keep_result(session, SOUND, actor=CHECKER).id for _ in range(5)]
    assert session.scalars(select(LedgerCheck.id).order_by(LedgerCheck.id)).all() == kept[2:]


@pytest.mark.req("PT-07", "SEC-24")
def test_the_desk_reads_the_last_result_and_nobody_else(session: Session) -> None:
    assert last_check(session, cast.actor_of(session, "agent")) is None
    with clock.at(THREE):
        row = keep_result(session, SOUND, actor=CHECKER)
    for who in ("agent", "cs_agent", "lead", "admin"):
        assert last_check(session, cast.actor_of(session, who)) is row
    for who in ("hanako", "alice", "charlie"):
        assert last_check(session, cast.actor_of(session, who)) is None
    with pytest.raises(Forbidden):
        keep_result(session, SOUND, actor=cast.actor_of(session, "admin"))


@pytest.mark.req("PT-07")
def test_a_check_sees_one_moment_and_stops_nobody(app: Flask, given: Given) -> None:
    given(world)
    with app.app_context():
        assert check_now().differences == []

    def released(session: Session) -> None:
        request = session.scalars(select(WorkRequest).where(WorkRequest.held > 0)).first()
        assert request is not None
        release_for(session, request, actor=CHECKER)
        record(session, actor=CHECKER, subject=request, happened=RequestRejected("対応できません。"))

    given(released)
    with app.app_context():
        assert check_now().differences == []
