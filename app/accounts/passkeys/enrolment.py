"""Adding and removing passkeys, each by its owner."""

import secrets
from collections.abc import Sequence

import webauthn
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    RegistrationCredential,
    ResidentKeyRequirement,
)

from app import clock, sealing
from app.accounts import events, notices, policy, security
from app.accounts.models import Authenticator, AuthSession, Passkey, Realm, SessionEnd, User
from app.accounts.notices import Notice
from app.accounts.passkeys import ceremony
from app.accounts.passkeys.ceremony import PasskeyRefused
from app.accounts.passkeys.party import relying_party
from app.authz import Actor, NotFound, authorize
from app.config import Settings
from app.journal import record

MOST_PASSKEYS = 10
LONGEST_NAME = 60
# The standard's own limit.
LONGEST_CREDENTIAL_ID = 1_023
PURPOSE = "passkey enrolment"


class PasskeyKnown(PasskeyRefused):
    """The authenticator is enrolled already."""


class TooManyPasskeys(Exception):
    """The user has as many as one may have."""


class LastFactor(Exception):
    """Without this passkey an agent could not sign in any more (DESK-01)."""


def passkeys_of(session: Session, user: User) -> Sequence[Passkey]:
    """The passkeys of ``user``, in the order of adding."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def passkey_of(session: Session, user: User, passkey_id: int) -> Passkey:
    """One passkey of ``user``.

    :raises NotFound: if there is none of this number, or it is somebody else's.
    """
    found = session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))
    if found is None:
        raise NotFound
    return found


def challenge(settings: Settings, user: User, row: AuthSession) -> str:
    """A sealed challenge for the form that adds a passkey: good for five minutes, one session and one success.

    It carries the user's epoch of proofs, which every change of a proof raises; so the first passkey that is added,
    in whatever window, voids it, and nothing has to be stored for a page that is only looked at.
    """
    random = secrets.token_bytes(ceremony.CHALLENGE_BYTES).hex()
    return sealing.seal(settings, PURPOSE, f"{_bond(user, row)}{random}")


def options(session: Session, user: User, row: AuthSession, sealed: str, *, settings: Settings) -> str | None:
    """What the browser hands to the authenticator, as JSON; ``None`` where this address can have no passkeys.

    :raises PasskeyRefused: if the challenge is none of this user and session.
    """
    party = relying_party(settings)
    if party is None:
        return None
    wanted = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=ceremony.user_handle(party, user),
        user_name=user.login_id,
        user_display_name=user.display_name,
        challenge=_unsealed(settings, user, row, sealed),
        timeout=ceremony.WITHIN_SECONDS * 1_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=ceremony.VERIFICATION
        ),
        exclude_credentials=ceremony.descriptors(session, user),
    )
    return webauthn.options_to_json(wanted)


def add(
    session: Session,
    *,
    actor: Actor,
    user: User,
    row: AuthSession,
    name: str,
    answer: str,
    sealed: str,
    settings: Settings,
) -> Passkey:
    """Store the passkey of an authenticator's answer and turn MFA on; other sessions and exemptions end (SEC-22).

    :param row: the session it is added in, which goes on.
    :raises PasskeyRefused: if the answer does not hold; :class:`PasskeyKnown` if the passkey is enrolled already.
    :raises TooManyPasskeys: if the user has ten.
    """
    authorize(policy.can_change_own(actor, user))
    if _count(session, user) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    passkey = _verified(settings, answer, _unsealed(settings, user, row, sealed))
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == passkey.credential_id)):
        raise PasskeyKnown("enrolled already")
    passkey.user_id, passkey.name, passkey.created_at = user.id, name, clock.now()
    session.add(passkey)
    user.mail_code_barred = False
    was_enabled, user.mfa_enabled = user.mfa_enabled, True
    record(session, actor=actor, subject=user, happened=events.PasskeyAdded(name))
    if not was_enabled:
        record(session, actor=actor, subject=user, happened=events.MfaSet(is_enabled=True))
    security.lose_proofs(session, user, reason=SessionEnd.MFA, keep=row)
    notices.tell(session, user, Notice.PASSKEY_ADDED)
    return passkey


def remove(session: Session, *, actor: Actor, user: User, passkey: Passkey, row: AuthSession) -> None:
    """Take a passkey from the list of its owner; other sessions and exemptions end (SEC-22).

    :raises LastFactor: if it is an agent's last factor.
    """
    authorize(policy.can_change_own(actor, user))
    if is_last_factor(session, user):
        raise LastFactor
    session.delete(passkey)
    record(session, actor=actor, subject=user, happened=events.PasskeyRemoved(passkey.name))
    security.lose_proofs(session, user, reason=SessionEnd.MFA, keep=row)
    notices.tell(session, user, Notice.PASSKEY_REMOVED)


def is_last_factor(session: Session, user: User) -> bool:
    """Tell whether ``user`` is an agent whose only second factor is a single passkey."""
    if user.realm is not Realm.AGENT or _count(session, user) > 1:
        return False
    return not session.scalar(select(exists().where(Authenticator.user_id == user.id)))


def _bond(user: User, row: AuthSession) -> str:
    return f"{user.id}:{row.id}:{user.proof_epoch}:"


def _unsealed(settings: Settings, user: User, row: AuthSession, sealed: str) -> bytes:
    try:
        told = sealing.unseal(settings, PURPOSE, sealed, max_age=ceremony.WITHIN_SECONDS)
    except sealing.Unsealable as error:
        raise PasskeyRefused("no challenge of ours, or too old") from error
    bond = _bond(user, row)
    if not told.startswith(bond):
        raise PasskeyRefused("the challenge of another user, session or epoch")
    return bytes.fromhex(told.removeprefix(bond))


def _verified(settings: Settings, answer: str, expected: bytes) -> Passkey:
    party = relying_party(settings)
    if party is None:
        raise PasskeyRefused("no passkeys at this address")
    credential: RegistrationCredential = ceremony.read(parse_registration_credential_json, answer)
    verified = ceremony.checked(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=expected,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    )
    ceremony.refuse_framed(credential.response.client_data_json)
    # The list of passkeys names what the browser reports; the key itself is what the authenticator has attested.
    if verified.credential_id != credential.raw_id or len(verified.credential_id) > LONGEST_CREDENTIAL_ID:
        raise PasskeyRefused("two names for one passkey")
    return Passkey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[transport.value for transport in credential.response.transports or []],
    )


def _count(session: Session, user: User) -> int:
    return session.scalar(select(func.count()).where(Passkey.user_id == user.id)) or 0
