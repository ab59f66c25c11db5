"""The demo world's points: a period for each calendar month, this one and the two before it.

The earlier two have ended: what was left in them has expired, as their contract says (PT-09).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.authz import Actor
from app.cases import queries as cases
from app.catalog.actions.granting import open_period
from app.catalog.actions.settling import settle
from app.catalog.models import PointPeriod
from app.demo import story
from app.demo.moments import months_from
from app.demo.plot import Moment
from app.demo.world import FOUNDER, World

MONTHS = 3


def periods(world: World) -> Iterator[Moment]:
    """The opening and the settling of all periods, at the first moment of their months at the service's desk."""
    for told in story.terms():
        if not told.get("includes_points"):
            continue
        service_id = world.numbers[told["number"]].service_id
        zone = ZoneInfo(cases.settings_of(world.session, service_id).time_zone)
        today = world.calendar.now.astimezone(zone).date()
        before: list[PointPeriod] = []
        for months in range(1 - MONTHS, 1):
            first = months_from(today, months)
            at = datetime.combine(first, time(), zone)
            yield Moment(at, 0, FOUNDER, _turning(world, told, first, before))


def _turning(
    world: World, told: story.Terms, first: date, before: list[PointPeriod]
) -> Callable[[Actor], None]:
    def happen(actor: Actor) -> None:
        for period in before[-1:]:
            settle(world.session, period, today=first, actor=actor)
        opened = open_period(
            world.session,
            actor=actor,
            number=world.numbers[told["number"]],
            starts_on=first,
            ends_on=months_from(first, 1) - timedelta(days=1),
            plan_points=told["plan_points"],
            option_points=told["option_points"],
        )
        before.append(opened)

    return happen
