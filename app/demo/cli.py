"""Commands of the demo: ``flask demo load`` and ``flask demo sheet``."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo import sheet as sheets
from app.demo.prepare import DemoRefused, prepare_demo
from app.extensions import db

commands = AppGroup("demo", help="The demo world: load it, and who can sign in to it.")


@commands.command()
def load() -> None:
    """Load the demo world into an empty database; a demo that is there stays as it is."""
    try:
        is_new = prepare_demo(db.session, current_app.config["SETTINGS"])
    except DemoRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    db.session.commit()
    click.echo("The demo world is loaded." if is_new else "The demo world is already here.")


@commands.command()
def sheet() -> None:
    """Print who can sign in, where, and with which password."""
    click.echo(sheets.as_text(current_app.config["SETTINGS"]), nl=False)
