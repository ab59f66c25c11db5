"""The database as a whole, for the proof that a refused request wrote nothing."""

from typing import Any

from sqlalchemy.orm import Session

from app.db import Base

# A session's last-seen stamp has a door of its own, which a refused request may use as well.
LEFT_OUT = frozenset({"auth_session"})


def contents(session: Session) -> dict[str, list[Any]]:
    """Every row of every table, as the driver gives them: what they mean does not matter here, and costs time."""
    database = session.connection()
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]
    return {
        table: [tuple(row) for row in database.exec_driver_sql(f'SELECT * FROM "{table}"')]
        for table in tables
    }
