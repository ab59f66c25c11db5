"""Commands of an installation: ``flask prepare``, ``create-admin``, and those that verify what must not change."""

from dataclasses import fields
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import db as database
from app import journal, migrate
from app.accounts import actions as accounts
from app.accounts import links
from app.accounts.models import DeskRole, LinkPurpose
from app.authz import system_actor
from app.cases.evidence import anchor
from app.cases.evidence.verify import read_part, verify
from app.cases.target_jobs import replay_targets
from app.catalog.point_jobs import points
from app.config import Settings
from app.demo.prepare import DemoRefused, prepare_demo
from app.extensions import db
from app.migrate import alembic
from app.search import rebuilding
from app.search.commands import commands as search


def init_app(app: Flask) -> None:
    """Register the commands, and the migrations that they run."""
    migrate.init_app(app)
    for command in (
        prepare,
        settings,
        create_admin,
        journal_verify,
        evidence_verify,
        replay_targets,
        points,
        search,
    ):
        app.cli.add_command(command)


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo world if the database is empty.")
@with_appcontext
def prepare(*, demo: bool) -> None:
    """Bring the database to the newest version."""
    # The context of its own ends the connection on which the version was read, and with it its transaction.
    with current_app.app_context():
        alembic.upgrade()
    if demo:
        try:
            prepare_demo(db.session, current_app.config["SETTINGS"])
        except DemoRefused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        db.session.commit()
    rebuilding.prepare(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the way Flask documents


@click.command()
@with_appcontext
def settings() -> None:
    """Print every setting: the environment variable, its default, what it means."""
    for item in fields(Settings):
        about = item.metadata
        click.echo(f"{about['name']:<28} {about['default'] or '-':<26} {about['meaning']}")


@click.command("create-admin")
@click.argument("login_id")
@click.option("--mail", required=True, help="Mail address.")
@click.option("--family-name", required=True)
@click.option("--given-name", default="")
@with_appcontext
def create_admin(login_id: str, mail: str, family_name: str, given_name: str) -> None:
    """Create a system administrator and print a link, good for an hour and once, to set the password (SEC-08)."""
    actor = system_actor("command line")
    try:
        user = accounts.create_agent(
            db.session,
            actor=actor,
            login_id=login_id,
            mail=mail,
            family_name=family_name,
            given_name=given_name,
            role=DeskRole.ADMIN,
        )
    except accounts.BadAccountData as error:
        raise click.ClickException(str(error)) from error
    token = links.issue(db.session, actor=actor, user=user, purpose=LinkPurpose.FIRST_PASSWORD)
    db.session.commit()
    click.echo(f"{current_app.config['SETTINGS'].public_url}/console/password/reset/{token}")


@click.command("journal-verify")
@with_appcontext
def journal_verify() -> None:
    """Check that no event of the journal was changed or taken out behind the application's back."""
    token = database.set_reading(True)
    broken = journal.broken_links(db.session)
    database.reset_reading(token)
    if broken:
        raise click.ClickException(f"The chain is broken at {len(broken)} events, first at {broken[0]}.")
    click.echo("The journal is whole.")


@click.command("evidence-verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def evidence_verify(file: Path) -> None:
    """Check every part of an evidence pack, and the case it tells of against the journal."""
    report = verify(file)
    if report.findings:
        raise click.ClickException("The pack does not hold.\n" + "\n".join(report.findings))
    token = database.set_reading(True)
    differing = anchor.faults(db.session, report.manifest, read_part(file, "case.json"))
    database.reset_reading(token)
    if differing is None:
        click.echo(f"The pack is whole; {report.manifest['case']} is no case of this installation.")
        return
    if differing:
        raise click.ClickException("The pack is not what the journal says.\n" + "\n".join(differing))
    click.echo("The pack is whole and says what the journal says.")
