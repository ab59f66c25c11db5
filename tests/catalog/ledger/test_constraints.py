"""What the database itself refuses, whoever writes to it and however (PT-07, REL-04, REL-06)."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.catalog import ledger
from app.catalog.actions.booking import Cause, book
from app.catalog.balances import locked_balances
from app.catalog.ledger import Account, Balances, BookedBefore, EntryKind, LedgerRefusal, NotEnough, Posting
from app.catalog.models import PointBalance, PointEntry, PointPeriod
from tests.catalog.ledger.days import Days
from tests.factories import catalog

MAKER = system_actor("tests")
ENTRY = (
    "INSERT INTO point_entry (period_id, kind, source, target, amount, reason, actor_kind, actor_name, at, key)"
    " VALUES (:period, :kind, :source, :target, :amount, :reason, 'system', 'somebody', '2026-11-21', :key)"
)

PERIOD = (
    "INSERT INTO point_period (customer_number_id, starts_on, ends_on, plan_points, option_points, created_at)"
    " VALUES (:number, :starts, :ends, 0, 0, '2026-11-21')"
)
YEAR: Days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def period(session: Session) -> PointPeriod:
    """A period of 55 points, of which 8 are held."""
    made = catalog.period(session)
    catalog.request(session, catalog.item(session, points=8))
    return made


def entry(period: PointPeriod, kind: str, move: str, amount: object, **more: object) -> dict[str, object]:
    source, target = move.split(" > ")
    told = {"source": source, "target": target, "amount": amount, "reason": "", "key": "by hand"}
    return {"period": period.id, "kind": kind, **told, **more}


def refused(session: Session, statement: str, values: dict[str, object] | None = None) -> str:
    with pytest.raises(IntegrityError) as refusal, session.begin_nested():
        session.execute(text(statement), values or {})
    return str(refusal.value.orig)


def balances(session: Session, period: PointPeriod) -> Balances:
    return session.get_one(PointBalance, period.id, populate_existing=True).as_balances()


@pytest.mark.req("PT-07", "REL-06")
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE point_entry SET amount = amount + 1", "never changes"),
        ("UPDATE point_entry SET reason = 'none'", "never changes"),
        ("UPDATE point_entry SET key = key || '?'", "never changes"),
        ("DELETE FROM point_entry", "never goes"),
        ("INSERT OR REPLACE INTO point_entry SELECT * FROM point_entry", "never goes"),
        ("UPDATE point_balance SET free = free + 1, contract = contract + 1", "only an entry"),
        (
            "UPDATE point_balance SET entries = entries + 1, last_entry_id = last_entry_id + 1",
            "only an entry",
        ),
        ("UPDATE point_balance SET entries = entries + 1", "only an entry"),
        ("DELETE FROM point_balance", "stay with their period"),
        ("INSERT OR REPLACE INTO point_balance (period_id) SELECT id FROM point_period", "stay with their"),
        ("UPDATE point_period SET ends_on = '2030-01-01'", "the days of a period stay"),
        ("UPDATE point_period SET customer_number_id = customer_number_id + 1", "the days of a period stay"),
        ("DELETE FROM point_period", "FOREIGN KEY"),
        ("UPDATE point_period SET plan_points = -1", "ck_point_period_points"),
    ],
)
def test_nobody_changes_what_was_booked(
    session: Session, period: PointPeriod, statement: str, says: str
) -> None:
    before = balances(session, period)
    assert says in refused(session, statement)
    assert balances(session, period) == before


@pytest.mark.req("PT-05", "REL-06")
@pytest.mark.parametrize(
    ("kind", "move", "amount", "says"),
    [
        # Free are 47, held are 8, and nothing was used.
        ("hold", "free > held", 48, "ck_point_balance_free"),
        ("use", "free > used", 48, "ck_point_balance_free"),
        ("use", "held > used", 9, "ck_point_balance_held"),
        ("release", "held > free", 9, "ck_point_balance_held"),
        ("grant", "free > contract", 48, "ck_point_balance_free"),
        ("expiry", "free > expired", 48, "ck_point_balance_free"),
        ("carry", "free > carried_out", 48, "ck_point_balance_free"),
        ("overdraft", "overdraft > used", 1, "ck_point_balance_free_or_overdrawn"),
        ("hold", "free > held", 0, "ck_point_entry_amount"),
        ("hold", "free > held", -1, "ck_point_entry_amount"),
    ],
)
def test_no_balance_goes_below_zero(
    session: Session, period: PointPeriod, kind: str, move: str, amount: int, says: str
) -> None:
    before = balances(session, period)
    assert says in refused(session, ENTRY, entry(period, kind, move, amount, reason="because"))
    assert balances(session, period) == before


@pytest.mark.req("PT-05")
def test_the_last_point_can_be_held_and_none_more(session: Session, period: PointPeriod) -> None:
    session.execute(text(ENTRY), entry(period, "hold", "free > held", 47))
    assert balances(session, period).free == 0
    more = entry(period, "hold", "free > held", 1, key="again")
    assert "ck_point_balance_free" in refused(session, ENTRY, more)


@pytest.mark.req("PT-05", "PT-06")
def test_an_overdraft_needs_a_reason_and_a_correction_its_proposal(
    session: Session, period: PointPeriod
) -> None:
    session.execute(text(ENTRY), entry(period, "use", "free > used", 47))
    overdraft = entry(period, "overdraft", "overdraft > used", 3, key="overdraft")
    assert "overdraft_has_reason" in refused(session, ENTRY, overdraft)
    session.execute(text(ENTRY), {**overdraft, "reason": "お客様と合意済みです。"})
    assert balances(session, period).left == 55 - 47 - 3
    correction = entry(period, "correction", "used > overdraft", 3, key="correction")
    assert "correction_has_cause" in refused(session, ENTRY, correction)


@pytest.mark.req("PT-07", "REL-06")
@pytest.mark.parametrize("kind", EntryKind)
def test_no_kind_moves_points_that_it_does_not_move(
    session: Session, period: PointPeriod, kind: EntryKind
) -> None:
    for source in Account:
        for target in Account:
            if (source, target) not in ledger.MOVES[kind]:
                told = refused(
                    session, ENTRY, entry(period, kind, f"{source} > {target}", 1, reason="because")
                )
                assert "ck_point_entry_move" in told


@pytest.mark.req("PT-07")
@pytest.mark.parametrize(
    ("kind", "move"),
    [("gift", "contract > free"), ("grant", "nowhere > free"), ("grant", "contract > pocket")],
)
def test_what_no_ledger_knows_is_refused(session: Session, period: PointPeriod, kind: str, move: str) -> None:
    assert "CHECK constraint failed" in refused(session, ENTRY, entry(period, kind, move, 1))


@pytest.mark.req("REL-04")
def test_the_same_cause_is_booked_once(session: Session, period: PointPeriod) -> None:
    postings = ledger.hold(locked_balances(session, period.id), 2)
    cause = Cause(key="request:77:hold")
    book(session, period.id, postings, actor=MAKER, cause=cause)
    with pytest.raises(BookedBefore):
        book(session, period.id, postings, actor=MAKER, cause=cause)
    assert balances(session, period).held == 8 + 2
    assert len(session.scalars(select(PointEntry).where(PointEntry.key == cause.key)).all()) == 1


@pytest.mark.req("REL-04", "REL-06")
def test_of_two_movements_of_one_cause_both_are_booked_or_none(session: Session, period: PointPeriod) -> None:
    both = ledger.use_free(locked_balances(session, period.id), 50, may_overdraw=True)
    assert len(both) == 2
    before = session.scalars(select(PointEntry.id)).all()
    # The second one has no reason and is refused: the first one goes with it.
    with pytest.raises(LedgerRefusal):
        book(session, period.id, both, actor=MAKER, cause=Cause(key="request:77:use"))
    assert session.scalars(select(PointEntry.id)).all() == before
    booked = book(
        session, period.id, both, actor=MAKER, cause=Cause(key="request:77:use", reason="合意済みです。")
    )
    assert [row.key for row in booked] == ["request:77:use", "request:77:use:1"]


@pytest.mark.req("PT-05", "REL-06")
def test_whoever_reckoned_with_old_balances_is_told_that_points_are_missing(
    session: Session, period: PointPeriod
) -> None:
    old = ledger.hold(locked_balances(session, period.id), 40)
    newer = ledger.hold(locked_balances(session, period.id), 20)
    book(session, period.id, newer, actor=MAKER, cause=Cause(key="first"))
    with pytest.raises(NotEnough) as refusal:
        book(session, period.id, old, actor=MAKER, cause=Cause(key="second"))
    assert (refusal.value.needed, refusal.value.free) == (40, 27)
    # The session goes on: nothing of the refused one is left in it.
    book(session, period.id, ledger.hold(Balances(free=27), 27), actor=MAKER, cause=Cause(key="third"))
    assert balances(session, period).free == 0


@pytest.mark.req("REL-06")
def test_balances_in_a_session_follow_what_is_booked(session: Session, period: PointPeriod) -> None:
    row = session.get_one(PointBalance, period.id)
    assert row.free == 47
    book(session, period.id, ledger.hold(row.as_balances(), 7), actor=MAKER, cause=Cause(key="seven"))
    assert row.free == 40


@pytest.mark.req("PT-03")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2026-01-01", "2026-12-31"),
        ("2025-12-01", "2026-01-01"),
        ("2026-12-31", "2027-01-31"),
        ("2026-06-10", "2026-06-10"),
        ("2025-01-01", "2027-12-31"),
    ],
)
def test_periods_of_a_number_do_not_overlap(session: Session, starts_on: str, ends_on: str) -> None:
    made = catalog.period(session, **YEAR)
    told = refused(session, PERIOD, {"number": made.customer_number_id, "starts": starts_on, "ends": ends_on})
    assert "overlap" in told or "UNIQUE" in told


@pytest.mark.req("PT-03")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [("2025-12-01", "2025-12-31"), ("2027-01-01", "2027-01-31")]
)
def test_periods_may_follow_each_other(session: Session, starts_on: str, ends_on: str) -> None:
    made = catalog.period(session, **YEAR)
    values = {"number": made.customer_number_id, "starts": starts_on, "ends": ends_on}
    session.execute(text(PERIOD), values)
    assert "ends_after_start" in refused(
        session, PERIOD, {**values, "starts": "2030-02-02", "ends": "2030-02-01"}
    )


@pytest.mark.req("PT-05")
def test_huge_amounts_are_refused_before_they_are_written(session: Session, period: PointPeriod) -> None:
    for amount in (48, ledger.MOST_POINTS, 2**31, 10**30):
        with pytest.raises(NotEnough):
            ledger.hold(locked_balances(session, period.id), amount)
    with pytest.raises(LedgerRefusal):
        Balances().after(Posting(EntryKind.GRANT, Account.CONTRACT, Account.FREE, 2**31))
