"""The migrations: loaded by commands and tests only, since a server that is up needs none of it."""

import logging

from flask import Flask
from flask_alembic import Alembic

from app.db import Base, render_in_migration
from app.paths import MIGRATIONS

alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)


def init_app(app: Flask) -> None:
    """Bind the migrations to the application."""
    app.config["ALEMBIC"] = {"script_location": str(MIGRATIONS)}
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "compare_type": True,
        "render_item": render_in_migration,
    }
    alembic.init_app(app)
    # The extension makes Alembic talkative; a start says what matters by itself.
    logging.getLogger("alembic").setLevel(logging.WARNING)
