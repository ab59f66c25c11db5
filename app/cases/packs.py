"""The answer that carries an evidence pack; both shells give it."""

from datetime import timedelta
from http import HTTPStatus

import structlog
from flask import current_app
from werkzeug.wrappers import Response

from app import clock
from app.authz import Actor
from app.cases.evidence.contents import Kind
from app.cases.evidence.packing import pieces_of, prepare
from app.cases.models import Case
from app.extensions import db
from app.i18n import _, stamp
from app.throttle import Limit, charge, free_again
from app.web.errors import refusal
from app.web.transaction import split

log = structlog.get_logger(__name__)

# Setting the thread and reading the files costs what hundreds of pages cost.
LIMITS = (Limit(20, timedelta(minutes=10)),)


def pack(case: Case, kind: Kind, *, actor: Actor) -> Response:
    """Write down who takes which pack away, and send it; its bytes stream, however many there are.

    A customer's pack that the desk makes is in the language of the customer's contact.
    """
    refused = _take_turn(actor)
    if refused is not None:
        return refused
    prepared = prepare(db.session, case, actor=actor, kind=kind)
    # Setting the thread takes a while; nobody else's writing waits for it.
    split()
    reader = case.contact if kind is Kind.CUSTOMER and not actor.is_customer else actor
    language, zone = (reader.language, reader.time_zone) if reader is not None else (None, None)
    pieces = pieces_of(prepared, language=language, zone=zone)
    log.info("evidence.made", case=case.number, pack=kind.value, user=actor.user_id)
    response = current_app.response_class(pieces, mimetype="application/zip", direct_passthrough=True)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{case.number}-evidence-{kind.value}.zip"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _take_turn(actor: Actor) -> Response | None:
    bucket = f"evidence:{actor.user_id}"
    throttled = current_app.config["SETTINGS"].is_throttled
    if not throttled or charge(db.session, {bucket: LIMITS}) is not None:
        return None
    free = free_again(db.session, bucket, LIMITS)
    answer = refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Too many evidence packs"),
        _("You have taken many packs in a few minutes. Try again from %(time)s.", time=stamp(free)),
    )
    answer.headers["Retry-After"] = str(max(int((free - clock.now()).total_seconds()) + 1, 1))
    return answer
