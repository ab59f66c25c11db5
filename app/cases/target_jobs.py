"""Replaying response targets after the rules of a service have changed, and the command that checks them all."""

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import select

from app.cases import targets
from app.contracts.models import Service
from app.extensions import db
from app.outbox import Claimed


def init_app(app: Flask) -> None:
    """Let the relay hand the requests for a replay over."""

    def deliver(message: Claimed) -> None:
        replay_service(int(message.payload["service_id"]), is_mended=True)

    app.extensions["deliverers"][targets.REPLAY] = deliver


def replay_service(service_id: int, *, is_mended: bool) -> list[str]:
    """Replay the open cases of a service, a few hundred in a transaction, and return those that stood otherwise."""
    different: list[str] = []
    last: int | None = 0
    while last is not None:
        with db.sessionmaker() as session, session.begin():
            chunk = targets.replay_chunk(session, service_id, after=last, is_mended=is_mended)
        different += chunk.different
        last = chunk.last
    return different


@click.command("cases-replay-targets")
@click.option("--mend", is_flag=True, help="Set what is kept to what the journal says.")
@with_appcontext
def replay_targets(*, mend: bool) -> None:
    """Check that the response targets kept on open cases are those that the journal gives."""
    with db.sessionmaker() as session, session.begin():
        services = [(row.id, row.slug) for row in session.scalars(select(Service).order_by(Service.id))]
    different = {slug: replay_service(service_id, is_mended=mend) for service_id, slug in services}
    numbers = [number for found in different.values() for number in found]
    if numbers and not mend:
        raise click.ClickException(
            f"{len(numbers)} cases stand otherwise than the journal says: {numbers[:10]}"
        )
    click.echo(f"{len(numbers)} cases mended." if mend else "The targets are those of the journal.")
