"""The tokens of a service's intake: who shows which, and whether a signature is right (SEC-50).

A token is 256 random bits and stored as a hash, which no dictionary finds; an index over hashes tells nothing by its
time. Several may be valid at once, so that a new one can be handed out before the old one is revoked.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, sealing
from app.authz import Actor, Permission, system_actor
from app.cases.alerts import INTAKE
from app.cases.models import CaseSettings, IntakeToken
from app.config import Settings
from app.contracts.models import Service

# Says what it is, so that scanners of code find one that was left there.
MARK = "mdg_alert_"
TOKEN_BYTES = 32
PURPOSE = "intake signature"
# How far the sender's clock may be off, in seconds, and how a stamp is written.
WINDOW = 300
STAMP = re.compile(r"[0-9]{1,12}")
SIGNED = "v1="
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Key:
    """What a shown token opens: the intake of one service, and whether that is on."""

    token_id: int
    service_id: int
    slug: str
    is_on: bool
    sealed_secret: str | None


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def key_for(session: Session, shown: str) -> Key | None:
    """What the shown token opens, or ``None`` for one that is not ours or was revoked."""
    wanted = hash_of(shown)
    found = session.execute(
        select(IntakeToken, Service.slug, CaseSettings.takes_alerts)
        .join(Service, Service.id == IntakeToken.service_id)
        .outerjoin(CaseSettings, CaseSettings.service_id == Service.id)
        .where(IntakeToken.token_hash == wanted, IntakeToken.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    token, slug, is_on = found
    return Key(token.id, token.service_id, slug, bool(is_on), token.sealed_secret)


def actor_of(service_id: int) -> Actor:
    """The actor who brings alerts into one service, and may do nothing else."""
    permissions = frozenset({Permission.CONSOLE_CASE_CREATE})
    return replace(system_actor(INTAKE), permissions=permissions, services=frozenset({service_id}))


def tokens_of(session: Session, service: Service) -> Sequence[IntakeToken]:
    """The tokens of a service, those in force first, then those revoked last; no more than a page shows."""
    chosen = select(IntakeToken).where(IntakeToken.service_id == service.id)
    in_force_first = (IntakeToken.revoked_at.is_not(None), IntakeToken.id.desc())
    return session.scalars(chosen.order_by(*in_force_first).limit(MOST_SHOWN)).all()


def token_of(session: Session, service: Service, token_id: int) -> IntakeToken | None:
    """One token of a service, or ``None``."""
    chosen = select(IntakeToken).where(IntakeToken.id == token_id, IntakeToken.service_id == service.id)
    return session.scalar(chosen)


def is_signed_well(settings: Settings, key: Key, *, stamp: str, signature: str, body: bytes) -> bool:
    """Tell whether an alert bears the signature that its token asks for; without a secret none is asked for.

    The signature is ``v1=`` and the HMAC-SHA256 of ``<stamp>.<body>`` in hexadecimal, the stamp in seconds since 1970.
    """
    if key.sealed_secret is None:
        return True
    try:
        secret = sealing.unseal(settings, PURPOSE, key.sealed_secret)
    except sealing.Unsealable:
        # The key that sealed it was taken out of the settings; a new token is due.
        return False
    expected = SIGNED + hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()
    is_right = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))
    is_fresh = bool(STAMP.fullmatch(stamp)) and abs(clock.now().timestamp() - int(stamp)) <= WINDOW
    return is_right and is_fresh
