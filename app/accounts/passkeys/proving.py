"""Signing in with a passkey: a challenge kept with the half-way proof, and one answer to it."""

import secrets

import webauthn
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json

from app import clock
from app.accounts import events
from app.accounts.models import Passkey, Proof, User
from app.accounts.passkeys import ceremony
from app.accounts.passkeys.ceremony import PasskeyRefused
from app.accounts.passkeys.party import relying_party
from app.accounts.sign_in import as_actor
from app.config import Settings
from app.journal import record

STAMP_BYTES = 8


def put_challenge(session: Session, proof: Proof) -> None:
    """Give a half-way proof a fresh challenge, which voids an earlier one; its first bytes say when it was made."""
    stamp = _seconds().to_bytes(STAMP_BYTES, "big")
    proof.challenge = (stamp + secrets.token_bytes(ceremony.CHALLENGE_BYTES)).hex()
    session.flush()


def options(session: Session, proof: Proof, *, settings: Settings) -> str | None:
    """What the browser hands to the authenticator, as JSON; ``None`` where no challenge waits for an answer."""
    party, challenge = relying_party(settings), _waiting(proof)
    if party is None or challenge is None:
        return None
    wanted = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=ceremony.WITHIN_SECONDS * 1_000,
        allow_credentials=ceremony.descriptors(session, proof.user),
        user_verification=ceremony.VERIFICATION,
    )
    return webauthn.options_to_json(wanted)


def take_answer(session: Session, proof: Proof, answer: str, *, settings: Settings) -> Passkey:
    """Check an authenticator's answer to the challenge of ``proof``; right or wrong, the challenge is used up.

    :raises PasskeyRefused: if the answer does not hold. A copied key leaves an event behind, so the caller keeps what
        was written.
    """
    party, challenge, user = relying_party(settings), _waiting(proof), proof.user
    proof.challenge = None
    session.flush()
    if party is None or challenge is None:
        raise PasskeyRefused("no challenge waits")
    credential = ceremony.read(parse_authentication_credential_json, answer)
    passkey = _passkey(session, user, credential.raw_id)
    if credential.response.user_handle not in {None, b"", ceremony.user_handle(party, user)}:
        raise PasskeyRefused("made for another user")
    verified = ceremony.checked(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            # The library looks at the counter before the signature; an alarm about a copy needs a right signature.
            credential_current_sign_count=0,
        )
    )
    ceremony.refuse_framed(credential.response.client_data_json)
    _raise_counter(session, user, passkey, verified.new_sign_count)
    return passkey


def _passkey(session: Session, user: User, credential_id: bytes) -> Passkey:
    """The passkey of this very user (C37).

    :raises PasskeyRefused: if it is nobody's, or somebody else's.
    """
    found = session.scalar(
        select(Passkey).where(Passkey.user_id == user.id, Passkey.credential_id == credential_id)
    )
    if found is None:
        raise PasskeyRefused("no passkey of this user")
    return found


def _waiting(proof: Proof) -> bytes | None:
    """The challenge that may still be answered."""
    if proof.challenge is None:
        return None
    challenge = bytes.fromhex(proof.challenge)
    age = _seconds() - int.from_bytes(challenge[:STAMP_BYTES], "big")
    return challenge if 0 <= age < ceremony.WITHIN_SECONDS else None


def _raise_counter(session: Session, user: User, passkey: Passkey, count: int) -> None:
    """Note the use of a passkey. Where it counts, its counter must rise; many passkeys never count and stay at 0.

    The row is changed by one conditional statement, so of two answers with the same count one alone succeeds.

    :raises PasskeyRefused: if the counter does not rise: somebody may hold a copy of the key.
    """
    rises = Passkey.sign_count < count if count else Passkey.sign_count == 0
    noted = session.execute(
        update(Passkey)
        .where(Passkey.id == passkey.id, rises)
        .values(sign_count=count, last_used_at=clock.now())
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    ).first()
    if noted is None:
        record(session, actor=as_actor(user), subject=user, happened=events.PasskeyCloned(passkey.name))
        raise PasskeyRefused("the counter did not rise")


def _seconds() -> int:
    return int(clock.now().timestamp())
