"""Work that is done whether or not it is kept, so that the time of an answer tells nothing (SEC-05, T03).

A failed sign-in of somebody is written into the history and, at the fifth, told by mail; one of nobody leaves nothing
to write. Without a counterpart a stopwatch would know who is a customer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User


@contextmanager
def perhaps(session: Session, *, holds: bool) -> Iterator[None]:
    """Do what the block does; unless it ``holds``, nothing of it is left in the database."""
    with session.begin_nested() as attempt:
        yield
        if not holds:
            # What was only put down so far is written as well, before all of it is taken back.
            session.flush()
            attempt.rollback()


def stand_in(session: Session) -> User | None:
    """Anybody at all, in whose name work is done in vain; nobody where there is nobody yet."""
    return session.scalar(select(User).order_by(User.id).limit(1))
