"""``flask search rebuild`` and ``flask search check``."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.extensions import db
from app.search import rebuilding
from app.search.engine import IndexUnusable
from app.search.models import SearchChange

commands = AppGroup("search", help="The index of the search.")


@commands.command()
def rebuild() -> None:
    """Make the index anew from the database; whoever searches meanwhile uses the one that stands."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way Flask documents
    with click.progressbar(length=rebuilding.size(app), label="Index") as bar:
        try:
            records = rebuilding.rebuild(app, bar.update)
        except (IndexUnusable, OSError) as fault:
            raise click.ClickException(f"The index cannot be written: {fault}") from fault
    click.echo(f"The index holds {records} records.")


@commands.command()
def check() -> None:
    """See whether the index is there, whole, and made by the analyzer in use."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the way Flask documents
    waiting = db.session.scalar(select(func.count()).select_from(SearchChange)) or 0
    reason = rebuilding.reason_to_rebuild(app)
    if reason:
        raise click.ClickException(f"The index must be made anew: {reason}. Run: flask search rebuild")
    click.echo(f"The index is whole; {waiting} changes wait to be put into it.")
