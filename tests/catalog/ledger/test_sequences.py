"""Whatever customers and desk do in whatever order, entries, balances and requests agree in the real database."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import system_actor
from app.catalog import queries
from app.catalog.actions.correcting import book_correction, propose
from app.catalog.actions.deciding import accept, reject
from app.catalog.actions.granting import set_total
from app.catalog.actions.settling import settle
from app.catalog.actions.terms import Terms, set_request_terms
from app.catalog.ledger import LedgerRefusal
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItem, PointBalance, PointPeriod, WorkRequest
from app.catalog.models.terms import AtPeriodEnd
from app.catalog.verifying import compare
from tests import cast
from tests.factories import catalog

MAKER = system_actor("tests")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["submit", "submit", "accept", "accept all the same", "reject", "correct", "set total", "settle"]
        ),
        st.integers(min_value=-9, max_value=30),
    ),
    min_size=4,
    max_size=10,
)


class Desk:
    """A customer number with a period that runs and one that follows, on which the acts are done."""

    def __init__(self, session: Session, rule: AtPeriodEnd) -> None:
        self.session = session
        today = clock.now().date()
        number = cast.number(session, cast.CS_NUMBER)
        terms = Terms(includes_requests=True, includes_points=True, at_period_end=rule)
        set_request_terms(session, actor=MAKER, number=number, terms=terms)
        first, last = today - timedelta(days=10), today + timedelta(days=10)
        self.period = catalog.period(session, starts_on=first, ends_on=last, plan_points=20)
        self.later = catalog.period(
            session, starts_on=last + timedelta(days=1), ends_on=last + timedelta(days=30)
        )
        self.items: dict[int, CatalogItem] = {}
        self.agent, self.lead = cast.actor_of(session, "agent"), cast.actor_of(session, "lead")

    def do(self, act: str, amount: int) -> None:
        """One act; what the rules refuse takes nothing with it."""
        try:
            with self.session.begin_nested():
                self._do(act, amount)
        except LedgerRefusal:
            self.session.expire_all()

    def _do(self, act: str, amount: int) -> None:
        match act:
            case "submit":
                catalog.request(self.session, self._item(abs(amount)))
            case "accept" | "accept all the same" | "reject":
                self._decide(act)
            case "correct":
                made = propose(
                    self.session, self.period, actor=self.agent, difference=amount or 1, reason="訂正"
                )
                book_correction(self.session, made, actor=self.lead)
            case "set total":
                set_total(
                    self.session,
                    self.period,
                    actor=MAKER,
                    plan_points=abs(amount),
                    option_points=3,
                    reason="変更",
                )
            case "settle":
                settle(self.session, self.period, today=date(9999, 1, 1), actor=MAKER)

    def _decide(self, act: str) -> None:
        waiting = select(WorkRequest.number).where(WorkRequest.state == RequestState.WAITING)
        number = self.session.scalar(waiting.order_by(WorkRequest.id).limit(1))
        request = queries.request_for(self.session, self.agent, number or "")
        if request is None:
            return
        if act == "reject":
            reject(
                self.session, request, actor=self.agent, version=request.version, reason="対応できません。"
            )
            return
        reason = "合意済みです。" if act == "accept all the same" else ""
        accept(self.session, request, actor=self.agent, version=request.version, overdraft_reason=reason)

    def _item(self, points: int) -> CatalogItem:
        if points not in self.items:
            self.items[points] = catalog.item(self.session, slug=f"item-{points}", points=points)
        return self.items[points]


@pytest.mark.req("PT-04", "PT-05", "PT-06", "PT-07", "PT-09", "REL-06", "M07")
@given(acts=ACTS, rule=st.sampled_from(AtPeriodEnd))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_sequence_of_acts_leaves_a_ledger_that_agrees(
    session: Session, acts: Sequence[tuple[str, int]], rule: AtPeriodEnd
) -> None:
    example = session.begin_nested()
    try:
        desk = Desk(session, rule)
        for act, amount in acts:
            desk.do(act, amount)
        assert compare(session).differences == []
        for period in session.scalars(select(PointPeriod)).all():
            balances = session.get_one(PointBalance, period.id, populate_existing=True).as_balances()
            assert balances.is_sound
            assert period.settled_at is None or balances.free == 0
    finally:
        example.rollback()
        session.expunge_all()
