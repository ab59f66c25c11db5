"""Response targets that cannot be due: hours so short and promises so long that no date is ever reached."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import system_actor
from app.business_hours import BusinessHours
from app.cases.actions.desk_settings import set_desk_hours, set_targets
from app.cases.lifecycle import Act, CaseState
from app.cases.targets import Standing, Target, Told, replay
from app.contracts.models import Service
from tests.factories import cases

OPENED = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RARELY = BusinessHours(540, 541, "1000000", ZoneInfo("Asia/Tokyo"))


@pytest.mark.req("DESK-03")
def test_what_is_never_reached_is_not_due() -> None:
    target = Target(reply=20_000 * HOUR, solution=20_000 * HOUR)
    assert replay([Told(OPENED, opens=True)], target, RARELY, asks=True, goes_on=True) == Standing()


@pytest.mark.req("DESK-03", "INQ-06")
def test_no_setting_of_the_desk_keeps_a_customer_from_inquiring(session: Session) -> None:
    service = session.scalars(select(Service).where(Service.slug == "cs")).one()
    administrator = system_actor("tests")
    set_desk_hours(
        session,
        actor=administrator,
        service=service,
        opens_minute=540,
        closes_minute=541,
        workdays="1000000",
        agents_may_close=False,
        auto_close_days=None,
    )
    set_targets(session, actor=administrator, service=service, minutes={None: (1_200_000, 1_200_000)})
    with clock.at(OPENED):
        number = cases.open_inquiry(session)
        cases.move(session, number, Act.TAKE_ON, by="agent")
    case = cases.case_of(session, number)
    assert case.state is CaseState.IN_PROGRESS
    assert case.due_at is None
