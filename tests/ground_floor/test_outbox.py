"""The outbox: nothing lost, nothing sent that did not happen, in order, and given up only in the end (REL-03)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, outbox
from app.extensions import db
from app.outbox import Claimed, MessageState, OutboxMessage, Refused, Unavailable, wait_before
from tests.ground_floor.threads import together

pytestmark = pytest.mark.req("REL-03")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = timedelta(microseconds=1)


class Receiver:
    """Whoever takes messages: keeps what it was handed, and fails as long as it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.taken: list[str] = []

    def __call__(self, message: Claimed) -> None:
        if self.failure is not None:
            raise self.failure
        self.taken.append(str(message.payload["text"]))


def put(*texts: str, order_key: str = "CS0000001:hanako", kind: str = "note") -> None:
    for text in texts:
        outbox.put(db.session, kind=kind, payload={"text": text}, order_key=order_key)
    db.session.commit()


def relay(deliverer: Callable[[Claimed], None]) -> int:
    return outbox.relay(db.sessionmaker, {"note": deliverer})


def rows() -> list[OutboxMessage]:
    with db.sessionmaker() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def states() -> list[str]:
    return [row.state.value for row in rows()]


@pytest.fixture(autouse=True)
def _context(bare: Flask) -> object:
    with bare.app_context():
        yield
        db.session.rollback()


def test_a_message_of_a_committed_act_is_handed_over_once() -> None:
    receiver = Receiver()
    put("eins")

    assert (relay(receiver), relay(receiver)) == (1, 0)
    assert receiver.taken == ["eins"]
    assert (rows()[0].state, rows()[0].attempts, rows()[0].last_error) == (MessageState.SENT, 1, None)


def test_a_rollback_sends_nothing() -> None:
    outbox.put(db.session, kind="note", payload={"text": "nie"}, order_key="a")
    db.session.flush()
    db.session.rollback()

    assert relay(Receiver()) == 0
    assert rows() == []


def test_a_message_does_not_leave_before_its_commit(bare: Flask) -> None:
    receiver = Receiver()
    outbox.put(db.session, kind="note", payload={"text": "noch nicht"}, order_key="a")
    db.session.flush()
    # Another thread, which like any other process waits for the pen and then finds what was committed.
    other = Thread(target=lambda: together(bare, 1, lambda _: relay(receiver)))
    other.start()
    other.join(0.2)
    assert receiver.taken == []
    db.session.commit()
    other.join()
    assert receiver.taken == ["noch nicht"]


def test_nothing_is_queued_while_a_past_is_written() -> None:
    with outbox.silenced():
        put("gestern")
    put("heute")

    assert [row.payload["text"] for row in rows()] == ["heute"]


def hold(text: str, cause: str) -> None:
    """Queue a message that waits a minute under a cause."""
    waits = outbox.Hold(cause, MINUTE)
    outbox.put(db.session, kind="note", payload={"text": text}, order_key=cause, hold=waits)
    db.session.commit()


def test_a_held_message_is_dropped_once_it_is_out_of_date() -> None:
    with clock.at(NOON):
        hold("alt", "change:1")
        hold("anderes", "change:2")
    assert outbox.is_held(db.session, "change:1")
    outbox.drop(db.session, "change:1")
    db.session.commit()
    assert not outbox.is_held(db.session, "change:1")
    # Whoever has asked may be about to write, and others wait: the turn is given back.
    db.session.rollback()
    assert [row.payload["text"] for row in rows()] == ["anderes"]


def test_what_has_left_or_failed_once_is_no_longer_held_and_stays() -> None:
    with clock.at(NOON):
        hold("gesendet", "change:1")
    with clock.at(NOON + MINUTE):
        relay(Receiver())
        hold("misslungen", "change:1")
    with clock.at(NOON + 2 * MINUTE):
        relay(Receiver(Unavailable("451 later")))
    assert not outbox.is_held(db.session, "change:1")
    outbox.drop(db.session, "change:1")
    db.session.commit()
    assert states() == ["sent", "waiting"]


def test_every_message_has_a_key_of_its_own() -> None:
    put(*(str(number) for number in range(50)))

    assert len({row.key for row in rows()}) == 50
    assert {len(row.key) for row in rows()} == {32}


def test_messages_of_one_order_key_leave_one_after_the_other() -> None:
    receiver = Receiver(Unavailable("451 later"))
    with clock.at(NOON):
        put("eins", "zwei", "drei")
        put("andere", order_key="CS0000002:hanako")
        relay(receiver)
        assert [row.attempts for row in rows()] == [1, 0, 0, 1], "a later message tried to overtake"
        receiver.failure = None
        relay(receiver)
        assert receiver.taken == []
    with clock.at(NOON + MINUTE):
        relay(receiver)

    assert receiver.taken == ["eins", "zwei", "drei", "andere"]


def test_a_message_given_up_lets_the_next_one_pass() -> None:
    receiver = Receiver(Refused("550 no such user"))
    put("eins")
    relay(receiver)
    receiver.failure = None
    put("zwei")
    relay(receiver)

    assert receiver.taken == ["zwei"]
    assert states() == ["dead", "sent"]


def test_a_claim_takes_each_order_key_once_and_the_oldest_first() -> None:
    put("a1", "a2", order_key="a")
    put("b1", order_key="b")
    with db.sessionmaker() as session, session.begin():
        taken = outbox.claim(session, most=10)

    assert [message.payload["text"] for message in taken] == ["a1", "b1"]
    assert states() == ["claimed", "waiting", "claimed"]


def test_claims_of_several_relays_never_overlap(bare: Flask) -> None:
    for number in range(60):
        put(str(number), order_key=f"key-{number % 20}")

    def work(_: int) -> list[str]:
        receiver = Receiver()
        relay(receiver)
        return receiver.taken

    taken = [text for mine in together(bare, 4, work) for text in mine]

    assert sorted(taken, key=int) == [str(number) for number in range(60)], "a message left twice or never"
    assert set(states()) == {"sent"}


def test_an_abandoned_claim_is_taken_again_when_it_has_lapsed() -> None:
    receiver = Receiver()
    with clock.at(NOON):
        put("verlassen", "danach")
        with db.sessionmaker() as session, session.begin():
            assert len(outbox.claim(session)) == 1
    with clock.at(NOON + outbox.CLAIM_LASTS - TICK):
        assert relay(receiver) == 0
    with clock.at(NOON + outbox.CLAIM_LASTS):
        assert relay(receiver) == 2
    assert receiver.taken == ["verlassen", "danach"]
    assert rows()[0].attempts == 2


def test_whoever_comes_back_to_a_lapsed_claim_spoils_nothing() -> None:
    """A relay that hung for longer than its claim must not undo what the next one has done by then."""

    def slow(_: Claimed) -> None:
        with clock.at(NOON + outbox.CLAIM_LASTS):
            relay(Receiver())
        raise Unavailable("timed out")

    with clock.at(NOON):
        put("eins")
        relay(slow)

    assert states() == ["sent"]


def test_whoever_comes_back_to_a_lapsed_claim_keeps_the_next_ones_claim() -> None:
    def slow(_: Claimed) -> None:
        with clock.at(NOON + outbox.CLAIM_LASTS), db.sessionmaker() as session, session.begin():
            outbox.claim(session)
        raise Refused("550 late")

    with clock.at(NOON):
        put("eins")
        relay(slow)

    assert states() == ["claimed"]


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [
        (2, MINUTE), (3, 2 * MINUTE), (4, 4 * MINUTE), (5, 8 * MINUTE), (6, 16 * MINUTE), (7, 32 * MINUTE),
        (8, 64 * MINUTE), (9, 128 * MINUTE), (10, 4 * HOUR), (11, 4 * HOUR), (10_000, 4 * HOUR),
    ],
)  # fmt: skip
def test_waits_double_from_a_minute_to_four_hours(attempt: int, wait: timedelta) -> None:
    assert wait_before(attempt) == wait


def test_a_failed_message_is_tried_when_its_wait_is_over_and_not_before() -> None:
    receiver = Receiver(Unavailable("451 later"))
    moment = NOON
    with clock.at(NOON):
        put("eins")
        relay(receiver)
    for attempt in range(2, 12):
        due = moment + wait_before(attempt)
        with clock.at(due - TICK):
            relay(receiver)
            assert rows()[0].attempts == attempt - 1
        with clock.at(due):
            relay(receiver)
            assert (rows()[0].attempts, rows()[0].last_error) == (attempt, "451 later")
        moment = due


def test_a_message_is_given_up_after_48_hours_and_not_before() -> None:
    receiver = Receiver(Unavailable("451 later"))
    with clock.at(NOON):
        put("eins", order_key="a")
        put("zwei", order_key="b")
    with clock.at(NOON + 48 * HOUR - TICK):
        relay(receiver)
        assert states() == ["waiting", "waiting"]
    db.session.execute(OutboxMessage.__table__.update().values(available_at=NOON))  # type: ignore[attr-defined]  # A table.
    db.session.commit()
    with clock.at(NOON + 48 * HOUR):
        relay(receiver)
        assert states() == ["dead", "dead"]
        assert rows()[0].settled_at == NOON + 48 * HOUR
        assert relay(Receiver()) == 0


def test_a_final_refusal_is_the_end_at_once() -> None:
    put("eins")
    assert relay(Receiver(Refused("550 no such user"))) == 0
    assert (rows()[0].state, rows()[0].attempts, rows()[0].last_error) == (
        MessageState.DEAD,
        1,
        "550 no such user",
    )


def test_a_kind_that_this_version_does_not_know_is_parked_and_delivered_by_the_next() -> None:
    receiver = Receiver()
    with clock.at(NOON):
        put("aus der Zukunft", kind="webhook")
        put("von heute", order_key="b")
        relay(receiver)
    assert receiver.taken == ["von heute"]
    assert states() == ["waiting", "sent"]
    with clock.at(NOON + MINUTE):
        assert outbox.relay(db.sessionmaker, {"webhook": receiver}) == 1


def test_a_message_that_cannot_be_handled_holds_up_no_other() -> None:
    def fragile(message: Claimed) -> None:
        if message.payload["text"] == "Gift":
            raise KeyError("secret text of the message")
        receiver(message)

    receiver = Receiver()
    put("Gift", order_key="a")
    put("gut", order_key="b")

    assert relay(fragile) == 1
    assert receiver.taken == ["gut"]
    assert (states(), rows()[0].last_error) == (["waiting", "sent"], "fault in the delivery: KeyError")


def test_a_long_error_is_cut() -> None:
    put("eins")
    relay(Receiver(Unavailable("x" * 10_000)))
    assert len(rows()[0].last_error or "") == 500


def test_a_revived_message_has_its_full_time_and_its_key_again() -> None:
    receiver = Receiver(Refused("550 mailbox full"))
    with clock.at(NOON):
        put("eins")
        relay(receiver)
    key = rows()[0].key
    with clock.at(NOON + 100 * HOUR):
        outbox.revive(db.session, db.session.scalars(select(OutboxMessage)).one())
        db.session.commit()
        receiver.failure = Unavailable("451 later")
        relay(receiver)
        assert (states(), rows()[0].key) == (["waiting"], key)
        assert rows()[0].available_at == NOON + 100 * HOUR + MINUTE, "the waits begin anew"
    with clock.at(NOON + 147 * HOUR):
        relay(receiver)
        assert states() == ["waiting"]
    receiver.failure = None
    with clock.at(NOON + 152 * HOUR):
        assert relay(receiver) == 1
    assert (states(), rows()[0].settled_at) == (["sent"], NOON + 152 * HOUR)
