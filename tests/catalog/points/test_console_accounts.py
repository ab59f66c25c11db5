"""Contracts and points at the desk: the list, the contract, periods, totals, corrections by two persons."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import NotFound
from app.catalog.ledger import Balances
from app.catalog.models import CorrectionState, PointBalance, PointCorrection, PointPeriod, RequestTerms
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog

LIST = "/console/accounts/"
ACCOUNT = f"{LIST}{cast.CS_NUMBER}/points"
PERIOD = f"{ACCOUNT}/2026-11-01"
NOVEMBER = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
MID_NOVEMBER = datetime(2026, 11, 15, tzinfo=UTC)
PERIOD_FIELDS = {
    "period-starts_on": "2026-12-01",
    "period-ends_on": "2026-12-31",
    "period-plan_points": "50",
    "period-option_points": "5",
}
TOTAL = {"total-plan_points": "60", "total-option_points": "0", "total-reason": "プラン変更"}
CORRECTION = {"correction-difference": "-2", "correction-reason": "二重計上のため"}


def november(session: Session, *, held: int = 8) -> None:
    catalog.period(session, **NOVEMBER)
    with clock.at(MID_NOVEMBER):
        catalog.request(session, catalog.item(session, points=held))


def balances(session: Session) -> Balances:
    period = session.scalars(select(PointPeriod).order_by(PointPeriod.id)).first()
    assert period is not None
    return session.get_one(PointBalance, period.id).as_balances()


def terms(session: Session) -> RequestTerms:
    return session.get_one(RequestTerms, cast.number(session, cast.CS_NUMBER).id)


def post(browser: InspectingClient, address: str, fields: dict[str, str], page: str = ACCOUNT) -> object:
    return browser.post(address, {"csrf_token": browser.token(page), **fields})


def test_the_list(given: Given, signed_in: SignedIn) -> None:
    given(november)
    page = signed_in("agent").get(LIST)
    print(page.rows())
    page = signed_in("lead").get(ACCOUNT)
    page = signed_in("lead").get(PERIOD)
    print(page.rows())
    assert page.status == 200
