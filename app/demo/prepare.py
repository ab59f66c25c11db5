"""Opening the demo: load its world into an empty database, know it again, and leave any other one alone."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts import history
from app.config import Settings
from app.db import Base
from app.demo import story
from app.demo.answers import add_answers
from app.demo.catalog import add_catalogs
from app.demo.filters import save_filters
from app.demo.knowledge import build_library, writings
from app.demo.models import DEMO, Installation
from app.demo.notices import notices
from app.demo.orders import orders
from app.demo.plot import play
from app.demo.points import periods
from app.demo.visits import visits
from app.demo.world import found_world

log = structlog.get_logger(__name__)


class DemoRefused(Exception):
    """The database holds data that is not the demo's; the demo does not mix with it."""


def prepare_demo(session: Session, settings: Settings) -> bool:
    """Load the demo world if the database is empty; the caller commits, so a load is whole or not at all.

    :return: whether the world was loaded now; ``False`` if it was there already.
    :raises DemoRefused: if there are rows but no mark of a demo.
    """
    if session.get(Installation, DEMO) is not None:
        return False
    if filled := _filled_table(session):
        raise DemoRefused(
            f"The database already holds data (table {filled}) and is not a demo. "
            "Switch the demo off with MADOGUCHI_DEMO=off, or choose another data folder."
        )
    moment = clock.now()
    with outbox.silenced():
        world = found_world(session, settings, now=moment)
        add_catalogs(world)
        library = build_library(world)
        others = [*visits(world), *periods(world), *orders(world), *writings(library), *notices(library)]
        play(world, story.cases(), others)
        save_filters(world)
        add_answers(world)
        # What the founding wrote into the login history is older than what is kept of it, as on any other day.
        history.purge(session, days=settings.history_days)
    session.add(Installation(key=DEMO, value=world.calendar.today.isoformat()))
    session.flush()
    log.info("demo.loaded")
    return True


def _filled_table(session: Session) -> str | None:
    tables = Base.metadata.sorted_tables
    return next((table.name for table in tables if session.execute(select(table).limit(1)).first()), None)
