"""How often a person may export: making a file costs what hundreds of pages cost (SEC-47)."""

from datetime import datetime, timedelta

from app.db import writing
from app.extensions import db
from app.throttle import Limit, charge, free_again

MOST = 5
WITHIN = timedelta(minutes=10)
LIMITS = (Limit(MOST, WITHIN),)


def take(user_id: int | None) -> datetime | None:
    """Count one export of a person; where it is one too many, tell from when on the next may be made.

    A request for a file reads and cannot write, so the count goes through a door of its own, as a session's stamp of
    last use does. Unlike the stamp it waits for other writers: what is not counted is not made.
    """
    bucket = f"export:{user_id}"
    with writing(), db.sessionmaker() as session, session.begin():
        if charge(session, {bucket: LIMITS}) is not None:
            return None
        return free_again(session, bucket, LIMITS)
