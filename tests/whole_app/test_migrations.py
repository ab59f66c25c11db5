"""The migrations: one head, the same tables as the models, and a way there and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from app.db import Base
from app.extensions import db
from app.migrate import alembic
from tests import cast
from tests.conftest import settings_for


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """An installation without tables."""
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


def schema() -> list[str]:
    """Everything the database says it holds, as SQL, in order of name."""
    with db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
        )
        return [str(row[0]) for row in rows]


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("empty")
def test_there_is_one_head() -> None:
    assert len(alembic.heads()) == 1
    assert list(alembic.branches()) == []


@pytest.mark.usefixtures("empty")
def test_models_and_migrations_agree() -> None:
    alembic.upgrade()

    assert tables() == set(Base.metadata.tables)
    assert alembic.compare_metadata() == []


@pytest.mark.usefixtures("empty")
def test_checks_of_the_models_are_in_the_database() -> None:
    """The comparison above does not look at CHECK constraints, so their names are compared here."""
    alembic.upgrade()
    held = "\n".join(schema())

    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if constraint.name is not None and constraint.__visit_name__ == "check_constraint":
                assert str(constraint.name) in held, f"{table.name} lacks {constraint.name}"


@pytest.mark.usefixtures("empty")
def test_the_way_up_leads_down_and_up_again() -> None:
    alembic.upgrade()
    first = schema()
    alembic.downgrade("base")
    assert tables() == set()
    assert [row for row in schema() if "alembic_version" not in row] == [], "triggers or indexes are left"
    alembic.upgrade()

    assert schema() == first


def test_upgrading_what_is_up_to_date_changes_nothing(empty: Flask) -> None:
    alembic.upgrade()
    cast.build(db.session)
    db.session.commit()
    before = db.session.execute(text("SELECT count(*), max(id) FROM journal_event")).one()
    db.session.rollback()
    # The connection on which the version was read is let go with its context, as the command does it.
    with empty.app_context():
        alembic.upgrade()

    assert db.session.execute(text("SELECT count(*), max(id) FROM journal_event")).one() == before


def test_no_migration_imports_our_code() -> None:
    """An old migration must run whatever becomes of our classes."""
    for file in (Path(__file__).parents[2] / "migrations").glob("*.py"):
        code = file.read_text(encoding="utf-8")
        assert "import app" not in code
        assert "from app" not in code
