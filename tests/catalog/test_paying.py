"""What a request costs is held, used or released, in the period of its submission."""

import pytest
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.catalog.actions.paying import release_for
from app.catalog.ledger import Balances
from app.catalog.models import PointBalance, PointPeriod
from tests.factories import catalog


def balances(session: Session, period: PointPeriod) -> Balances:
    return session.get_one(PointBalance, period.id, populate_existing=True).as_balances()


@pytest.mark.req("PT-04")
def test_sending_holds_and_releasing_gives_back(session: Session) -> None:
    period = catalog.period(session)
    request = catalog.request(session, catalog.item(session, points=8))
    assert balances(session, period) == Balances(contract=55, free=47, held=8)
    assert balances(session, period).left == 55
    release_for(session, request, actor=system_actor("tests"))
    assert balances(session, period) == Balances(contract=55, free=55)


@pytest.mark.req("PT-05")
def test_with_too_few_free_nothing_is_held(session: Session) -> None:
    period = catalog.period(session, plan_points=7, option_points=0)
    request = catalog.request(session, catalog.item(session, points=8))
    assert request.held == 0
    assert balances(session, period) == Balances(contract=7, free=7)
