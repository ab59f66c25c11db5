"""Writing without turns: what the rows' own locks and constraints hold must hold without the application's turns."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app.db import _begin_on_postgresql
from app.extensions import db


@contextmanager
def without_turns(app: Flask) -> Iterator[None]:
    """Let transactions of ``app`` meet each other as those of a program would that knows nothing of the turns."""
    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.remove(engine, "begin", _begin_on_postgresql)
    try:
        yield
    finally:
        event.listen(engine, "begin", _begin_on_postgresql)
