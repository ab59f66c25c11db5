"""Every migration runs on PostgreSQL, there and back, and makes the tables that the models describe (REL-09)."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from app import create_app
from app.extensions import db
from app.migrate import alembic
from tests.conftest import settings_for
from tests.postgresql.server import Server


@pytest.mark.req("REL-09")
def test_migrations_run_up_and_down_again(server: Server, tmp_path: Path) -> None:
    server.make("moves")
    app = create_app(settings_for(tmp_path, DATABASE_URL=server.url("moves")))
    with app.app_context():
        alembic.upgrade()
        assert alembic.compare_metadata() == []
        alembic.downgrade("base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        with db.engine.connect() as connection:
            left = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert connection.exec_driver_sql(left).all() == []
        db.engine.dispose()
