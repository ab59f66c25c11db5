"""The intake's gate: a token of the service, then the service itself, then how often the token may be shown."""

from datetime import timedelta
from http import HTTPStatus
from math import ceil

from flask import current_app, g, request
from werkzeug.wrappers import Response

from app import clock
from app.authz import NotFound
from app.cases import intake_tokens
from app.cases.intake_tokens import Key
from app.db import reset_reading, set_reading
from app.extensions import db
from app.throttle import Limit, charge, free_again
from app.web.gate import enter_as
from app.web.problems import problem
from app.web.transaction import split

# SEC-50.
LIMITS = (Limit(60, timedelta(minutes=1)),)


def gate() -> Response | None:
    """Let a program in as the actor of its service.

    Whoever shows no valid token learns nothing, not even which services there are: the answer is the same.

    :raises NotFound: for a service that is not the token's, does not exist, or takes no alerts.
    """
    slug = (request.view_args or {}).pop("service_slug", "")
    g.shell = "intake"
    key = _key_of(request.headers.get("Authorization", ""))
    if key is None:
        return _unknown()
    if key.slug != slug or not key.is_on:
        raise NotFound
    refusal = _take_turn(key)
    if refusal is None:
        enter_as(intake_tokens.actor_of(key.service_id))
        g.intake_key = key
    return refusal


def _key_of(header: str) -> Key | None:
    """The key that the header shows; it is looked up in a transaction that only reads, so strangers lock nothing."""
    scheme, _, token = header.partition(" ")
    shown = token.strip() if scheme.lower() == "bearer" else ""
    reading = set_reading(True)
    try:
        with db.sessionmaker() as session:
            return intake_tokens.key_for(session, shown)
    finally:
        reset_reading(reading)


def _take_turn(key: Key) -> Response | None:
    """Count this alert, whatever becomes of it; answer with a refusal where it is one too many."""
    if not current_app.config["SETTINGS"].is_throttled:
        return None
    bucket = f"intake:{key.token_id}"
    if charge(db.session, {bucket: LIMITS}) is not None:
        split()
        return None
    wait = (free_again(db.session, bucket, LIMITS) - clock.now()).total_seconds()
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-alerts",
        "Too many alerts",
        f"A token brings at most {LIMITS[0].most} alerts a minute. Send this one again later.",
        headers={"Retry-After": str(max(ceil(wait), 1))},
    )


def _unknown() -> Response:
    return problem(
        HTTPStatus.UNAUTHORIZED,
        "unknown-token",
        "No valid token",
        "Show a token of the service in the header Authorization: Bearer.",
        headers={"WWW-Authenticate": 'Bearer realm="alerts"'},
    )
