"""PostgreSQL itself refuses what the ledger does not allow, and says it in the words the application knows (PT-07)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalog import ledger
from app.catalog.actions.booking import Cause, book
from app.catalog.balances import locked_balances
from app.catalog.ledger import BookedBefore, NotEnough
from app.catalog.models import PointEntry, PointPeriod
from tests.catalog.ledger.test_constraints import ENTRY, MAKER, PERIOD, balances, entry, refused
from tests.factories import catalog

REFUSED = {
    "UPDATE point_entry SET amount = amount + 1": "never changes",
    "DELETE FROM point_entry": "never goes",
    "UPDATE point_balance SET free = free + 1, contract = contract + 1": "only an entry",
    "UPDATE point_balance SET entries = entries + 1, last_entry_id = last_entry_id + 1": "only an entry",
    "DELETE FROM point_balance": "stay with their period",
    "UPDATE point_period SET ends_on = '2030-01-01'": "the days of a period stay",
    "DELETE FROM point_period": "foreign key",
    "UPDATE point_period SET plan_points = -1": "ck_point_period_points",
    "UPDATE catalog_item_version SET points = 0": "a published version stays as it is",
    "DELETE FROM catalog_item_version": "a published version stays",
    "UPDATE journal_event SET kind = 'nothing'": "append-only",
    "DELETE FROM journal_event": "append-only",
}


@pytest.fixture
def period(session: Session) -> PointPeriod:
    """A period of 55 points, of which 8 are held."""
    made = catalog.period(session)
    catalog.request(session, catalog.item(session, points=8))
    return made


@pytest.mark.req("PT-07", "REL-06", "SEC-55")
def test_nobody_changes_what_was_booked(session: Session, period: PointPeriod) -> None:
    before = balances(session, period)
    said = {statement: _refusal(session, statement) for statement in REFUSED}
    assert [statement for statement in REFUSED if REFUSED[statement] not in said[statement]] == [], said
    assert balances(session, period) == before


def _refusal(session: Session, statement: str) -> str:
    # The journal's trigger has an error class of its own, older than those of the ledger.
    with pytest.raises(Exception, match=r"psycopg\.errors") as told, session.begin_nested():
        session.execute(text(statement))
    return str(told.value)


@pytest.mark.req("PT-05", "REL-06")
def test_no_balance_goes_below_zero(session: Session, period: PointPeriod) -> None:
    # Free are 47, held are 8, and nothing was used.
    for kind, move, amount, says in (
        ("hold", "free > held", 48, "ck_point_balance_free"),
        ("use", "held > used", 9, "ck_point_balance_held"),
        ("release", "held > free", 9, "ck_point_balance_held"),
        ("overdraft", "overdraft > used", 1, "ck_point_balance_free_or_overdrawn"),
        ("hold", "free > held", 0, "ck_point_entry_amount"),
        ("hold", "held > free", 1, "ck_point_entry_move"),
        ("grant", "nowhere > free", 1, "ck_point_entry_move"),
    ):
        assert says in refused(session, ENTRY, entry(period, kind, move, amount, reason="because"))
    session.execute(text(ENTRY), entry(period, "hold", "free > held", 47))
    assert balances(session, period).free == 0


@pytest.mark.req("REL-04", "PT-05")
def test_what_is_booked_twice_or_short_is_told_in_the_words_of_the_rules(
    session: Session, period: PointPeriod
) -> None:
    old = ledger.hold(locked_balances(session, period.id), 40)
    cause = Cause(key="request:77:hold")
    book(session, period.id, ledger.hold(locked_balances(session, period.id), 20), actor=MAKER, cause=cause)
    with pytest.raises(BookedBefore):
        book(session, period.id, old, actor=MAKER, cause=cause)
    with pytest.raises(NotEnough) as refusal:
        book(session, period.id, old, actor=MAKER, cause=Cause(key="second"))
    assert (refusal.value.needed, refusal.value.free) == (40, 27)
    assert balances(session, period).held == 28
    assert session.query(PointEntry).where(PointEntry.key == cause.key).count() == 1


@pytest.mark.req("PT-03")
def test_periods_of_a_number_share_no_day(session: Session, period: PointPeriod) -> None:
    last = {
        "number": period.customer_number_id,
        "starts": date(period.ends_on.year, 12, 31),
        "ends": date(period.ends_on.year + 1, 3, 31),
    }
    assert "overlap" in refused(session, PERIOD, last)
    session.execute(text("ALTER TABLE point_period DISABLE TRIGGER point_period_overlap"))
    # Where two transactions do not see each other's rows, the constraint holds.
    with pytest.raises(IntegrityError, match="ex_point_period_days"), session.begin_nested():
        session.execute(text(PERIOD), last)
    session.execute(text(PERIOD), {**last, "starts": date(period.ends_on.year + 1, 1, 1)})
