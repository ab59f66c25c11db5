"""What adding a passkey and signing in with one have in common: limits, refusals, reading what a browser sent."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from app.accounts.models import Passkey, User
from app.accounts.passkeys.party import RelyingParty

Answer = TypeVar("Answer")

CHALLENGE_BYTES = 32
ANSWER_WITHIN = timedelta(minutes=5)
WITHIN_SECONDS = int(ANSWER_WITHIN.total_seconds())
# An answer without attestation weighs about two kilobytes; nobody sends this much.
LONGEST_ANSWER = 16_000
# The password is the other factor, so a touch is enough; who has a PIN or a finger for the key is asked for it.
VERIFICATION = UserVerificationRequirement.PREFERRED


class PasskeyRefused(Exception):
    """The answer is none that this user's authenticator gave to this challenge; the text is for the log alone."""


def user_handle(party: RelyingParty, user: User) -> bytes:
    """The name of ``user`` for authenticators: the same for all passkeys of one user, and telling nothing."""
    return hashlib.sha256(f"{party.id} {user.id}".encode()).digest()


def descriptors(session: Session, user: User) -> list[PublicKeyCredentialDescriptor]:
    """The passkeys of ``user``, as browsers want them named."""
    rows = session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id))
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id, transports=[AuthenticatorTransport(name) for name in row.transports]
        )
        for row in rows
    ]


def checked(check: Callable[[], Answer]) -> Answer:
    """Run a check of the library.

    :raises PasskeyRefused: whatever the library raises. What it reads was written by a stranger, and its decoders
        raise errors of many kinds, not only those it names.
    """
    try:
        return check()
    except Exception as error:
        raise PasskeyRefused(f"{type(error).__name__}: {error}"[:200]) from error


def read(parse: Callable[[str], Answer], answer: str) -> Answer:
    """Read an authenticator's answer as the browser sent it, in JSON.

    :raises PasskeyRefused: if it is too long or not of the right shape.
    """
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused("too long")
    return checked(lambda: parse(answer))


def refuse_framed(client_data: bytes) -> None:
    """Refuse an answer that was given inside a frame of another site, where nobody sees what is asked.

    :raises PasskeyRefused: if so; our own pages are never in frames.
    """
    if checked(lambda: parse_client_data_json(client_data)).cross_origin:
        raise PasskeyRefused("given in a frame of another site")
