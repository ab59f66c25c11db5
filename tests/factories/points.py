"""Points beyond one period: corrections that wait, many periods, many entries."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.catalog.actions.correcting import propose
from app.catalog.actions.granting import set_total
from app.catalog.models import PointPeriod
from tests import cast
from tests.factories import catalog

REASON = "二重計上のため"


def period_of(session: Session, number: str = cast.CS_NUMBER) -> PointPeriod:
    """The latest period of a customer number."""
    of_number = select(PointPeriod).where(PointPeriod.customer_number_id == cast.number(session, number).id)
    return session.scalars(of_number.order_by(PointPeriod.starts_on.desc()).limit(1)).one()


def correction(
    session: Session,
    *,
    by: str = "agent",
    difference: int = 1,
    number: str = cast.CS_NUMBER,
    reason: str = REASON,
) -> int:
    """The id of a correction that a member of the cast has proposed."""
    actor: Actor = cast.actor_of(session, by)
    made = propose(session, period_of(session, number), actor=actor, difference=difference, reason=reason)
    session.flush()
    return made.id


def many(session: Session, count: int) -> None:
    """So many months before the periods that there are, and so many entries in the latest one."""
    latest = period_of(session)
    first = latest.starts_on
    for index in range(count):
        last = first - timedelta(days=1)
        first = date(last.year, last.month, 1)
        catalog.period(session, starts_on=first, ends_on=last)
        set_total(
            session,
            latest,
            actor=catalog.MAKER,
            plan_points=60 + index,
            option_points=5,
            reason="テスト",
        )


def places(session: Session) -> dict[str, str]:
    """What an installation with a period at Hanako's number has besides: one at a service without points, proposals."""
    catalog.period(session, number=cast.FM_NUMBER)
    return {
        "points_start": period_of(session).starts_on.isoformat(),
        "correction": str(correction(session, by="cs_agent")),
        "fm_correction": str(correction(session, by="lead", number=cast.FM_NUMBER)),
    }
