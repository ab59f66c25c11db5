"""The intake of a service: switched on and off, its tokens made and revoked, by system administrators."""

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock, sealing
from app.authz import Actor, authorize
from app.cases import events
from app.cases.intake_tokens import MARK, PURPOSE, TOKEN_BYTES, hash_of
from app.cases.models import CaseSettings, IntakeToken
from app.config import Settings
from app.contracts import policy
from app.contracts.models import Service
from app.journal import record


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token; the token and the secret are here and nowhere else."""

    row: IntakeToken
    token: str
    secret: str | None


def make_token(
    session: Session, *, actor: Actor, service: Service, label: str, is_signed: bool, settings: Settings
) -> MadeToken:
    """Make a token of 256 random bits for the intake of ``service``.

    :param label: what it is for, such as the program that shows it.
    :param is_signed: whether alerts must also be signed with a secret of their own (SEC-50).
    """
    authorize(policy.can_manage(actor))
    token = MARK + secrets.token_urlsafe(TOKEN_BYTES)
    secret = secrets.token_hex(TOKEN_BYTES) if is_signed else None
    row = IntakeToken(
        service_id=service.id,
        label=label,
        token_hash=hash_of(token),
        sealed_secret=sealing.seal(settings, PURPOSE, secret) if secret else None,
        created_at=clock.now(),
    )
    session.add(row)
    record(session, actor=actor, subject=service, happened=events.IntakeTokenMade(label, is_signed))
    return MadeToken(row, token, secret)


def revoke_token(session: Session, token: IntakeToken, *, actor: Actor, service: Service) -> bool:
    """Revoke a token of ``service``; the next request that shows it is refused. Tells whether it was still valid."""
    authorize(policy.can_manage(actor) and token.service_id == service.id)
    if token.revoked_at is not None:
        return False
    token.revoked_at = clock.now()
    record(session, actor=actor, subject=service, happened=events.IntakeTokenRevoked(token.label))
    return True


def switch_intake(session: Session, *, actor: Actor, service: Service, is_on: bool) -> None:
    """Say whether alerts make cases in ``service`` (CASE-19)."""
    authorize(policy.can_manage(actor))
    settings = session.get(CaseSettings, service.id) or CaseSettings(service_id=service.id)
    if bool(settings.takes_alerts) is is_on:
        return
    settings.takes_alerts = is_on
    session.add(settings)
    record(session, actor=actor, subject=service, happened=events.IntakeSwitched(is_on))
