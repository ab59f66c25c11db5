"""Periods of points go on, and end, by themselves (PT-09); the ledger is compared every night (PT-07)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup
from huey import crontab
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app import db as database
from app.authz import system_actor
from app.catalog import due, verifying
from app.catalog.actions.granting import PeriodsOverlap
from app.catalog.actions.renewing import renew
from app.catalog.actions.settling import settle, settle_again
from app.catalog.ledger import BookedBefore
from app.catalog.models import PointPeriod
from app.extensions import db
from app.i18n import N_

log = structlog.get_logger(__name__)

SETTLER = system_actor(N_("End of the period"))
CHECKER = system_actor(N_("Check of the points"))
# When the nightly check runs, in the time zone of the installation.
CHECKED_AT = time(3)
Step = Callable[[Session, PointPeriod, date], bool]

points = AppGroup("points", help="The ledger of points.")


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    # Midnight of every time zone in the world falls on a quarter of an hour.
    @queue.periodic_task(crontab(minute="*/15"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def turn_periods() -> tuple[int, int]:
        return turn_what_is_due(app)

    @queue.periodic_task(crontab(minute="*/15"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def check_points() -> bool:
        return check_if_due(app)


def turn_what_is_due(app: Flask) -> tuple[int, int]:
    """Open the months that follow, then settle what has ended; returns how many periods were opened and settled.

    What a worker does another one leaves alone, and what was slept through is made up for, month by month.
    """
    with app.app_context():
        opened = settled = 0
        while count := _do_all(due.to_renew, _renew):
            opened += count
        while count := _do_all(due.to_settle, _settle):
            settled += count
        if opened or settled:
            log.info("points.periods_turned", opened=opened, settled=settled)
        return opened, settled


def check_if_due(app: Flask) -> bool:
    """Compare the ledger if that was not done since the last night's hour; returns whether it was done now."""
    with app.app_context():
        with db.sessionmaker() as session, session.begin():
            last = verifying.last_check(session, CHECKER)
            is_done = last is not None and last.at >= _last_night(clock.now())
        if not is_done:
            check_now()
        return not is_done


def check_now() -> verifying.Report:
    """Compare the ledger as it is at this moment and keep the result for the desk."""
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            report = verifying.compare(session)
    finally:
        database.reset_reading(token)
    with db.sessionmaker() as session, session.begin():
        verifying.keep_result(session, report, actor=CHECKER)
    if report.differences:
        told = [str(item) for item in report.differences[:10]]
        log.error("points.ledger_differs", differences=len(report.differences), first=told)
    return report


@points.command("verify")
def verify() -> None:
    """Check that every balance is what its entries give, and that requests and corrections agree with them."""
    report = check_now()
    for difference in report.differences:
        click.echo(str(difference))
    looked_at = f"{report.periods} periods, {report.entries} entries, {report.milliseconds} ms"
    if report.differences:
        raise click.ClickException(f"{len(report.differences)} differences ({looked_at}).")
    click.echo(f"Ledger and balances are equal ({looked_at}).")


def _do_all(find: Callable[[Session], Sequence[due.Due]], step: Step) -> int:
    """Take the step on everything that is due now; each in a transaction of its own."""
    with db.sessionmaker() as session, session.begin():
        found = find(session)
    return sum(_do(step, item) for item in found)


def _do(step: Step, item: due.Due) -> bool:
    try:
        with db.sessionmaker() as session, session.begin():
            return step(session, session.get_one(PointPeriod, item.period_id), item.today)
    except (BookedBefore, PeriodsOverlap, IntegrityError):
        # Another worker was quicker.
        return False
    except Exception:
        # The points of one customer number must not keep those of all others from their day.
        log.exception("points.period_failed", period=item.period_id)
        return False


def _renew(session: Session, period: PointPeriod, today: date) -> bool:
    return renew(session, period, today=today, actor=SETTLER) is not None


def _settle(session: Session, period: PointPeriod, today: date) -> bool:
    if period.settled_at is not None:
        return settle_again(session, period.id, actor=SETTLER)
    return settle(session, period, today=today, actor=SETTLER)


def _last_night(moment: datetime) -> datetime:
    """The last moment at which the nightly check was due."""
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    local = moment.astimezone(zone)
    tonight = datetime.combine(local.date(), CHECKED_AT, zone)
    return tonight if tonight <= moment else tonight - timedelta(days=1)
