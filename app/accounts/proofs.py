"""Half-way proofs: somebody has shown the password and owes a code, or has to prove themselves anew (SEC-15).

What is proved stands in the database; the browser holds a random token. So neither a copied cookie of an earlier
moment nor a second browser turns a count back (C37), and there is no session before all is proved.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from app import clock
from app.accounts.models import AuthSession, Proof, ProofPurpose, User

COOKIE = "__Host-madoguchi-proof"
TOKEN_BYTES = 32
VALID_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)
# After so many wrong codes the way starts over at the password (MFA-12).
MOST_WRONG_CODES = 5


def begin_sign_in(
    session: Session, user: User, *, door: str, following: str, needs_unlock: bool
) -> tuple[Proof, str]:
    """Note that the password of ``user`` was right at ``door``; return the proof and the browser's token."""
    proof = _new(user, ProofPurpose.SIGN_IN, door, following)
    proof.password_proved_at, proof.needs_unlock = proof.created_at, needs_unlock
    return _keep(session, proof)


def begin_confirmation(
    session: Session,
    user: User,
    *,
    row: AuthSession,
    door: str,
    following: str,
    form: list[list[str]] | None,
) -> tuple[Proof, str]:
    """Ask the person of session ``row`` to prove themselves anew; ``form`` waits until they have (SEC-10)."""
    proof = _new(user, ProofPurpose.CONFIRM, door, following)
    proof.session_id, proof.form = row.id, form
    return _keep(session, proof)


def find(session: Session, token: str, *, door: str) -> Proof | None:
    """The proof of a browser's token that is under way at ``door``, with its user, or ``None``."""
    proof = _of_token(session, token)
    if proof is None or proof.door != door or proof.ended_at is not None or not proof.user.is_enabled:
        return None
    return proof


def find_confirmed(session: Session, token: str, *, row: AuthSession) -> Proof | None:
    """The confirmation that session ``row`` has completed a moment ago and whose form still waits."""
    proof = _of_token(session, token)
    if proof is None or proof.session_id != row.id or proof.ended_at is None or proof.form is None:
        return None
    return proof


def count_wrong_code(session: Session, proof: Proof) -> bool:
    """Count a wrong code and tell whether the way is over by it; a mailed code is void then (MFA-12)."""
    proof.wrong_codes += 1
    is_over = proof.wrong_codes >= MOST_WRONG_CODES
    if is_over:
        end(session, proof)
    session.flush()
    return is_over


def end(session: Session, proof: Proof) -> None:
    """End a proof, completed or given up; nothing of it is good for anything any more."""
    proof.ended_at = clock.now()
    proof.mail_code_hash = proof.challenge = None
    session.flush()


def _of_token(session: Session, token: str) -> Proof | None:
    if len(token) != 2 * TOKEN_BYTES:
        return None
    moment = clock.now()
    # A clock set back must not bring one to life again that was begun later (REL-10).
    is_fresh = (Proof.created_at <= moment, Proof.expires_at > moment)
    proof = session.scalar(
        select(Proof)
        .join(Proof.user)
        .options(contains_eager(Proof.user))
        .where(Proof.token_hash == _hash(token), *is_fresh)
        .with_for_update(of=Proof)
        .execution_options(populate_existing=True)
    )
    # A clock set back must not bring an old one to life again (REL-10).
    return proof if proof is not None and proof.created_at <= clock.now() else None


def _new(user: User, purpose: ProofPurpose, door: str, following: str) -> Proof:
    moment = clock.now()
    return Proof(
        user_id=user.id,
        user=user,
        purpose=purpose,
        door=door,
        created_at=moment,
        expires_at=moment + VALID_FOR,
        wrong_codes=0,
        needs_unlock=False,
        next=following,
    )


def _keep(session: Session, proof: Proof) -> tuple[Proof, str]:
    session.execute(delete(Proof).where(Proof.expires_at < clock.now() - KEPT_FOR))
    token = secrets.token_hex(TOKEN_BYTES)
    proof.token_hash = _hash(token)
    session.add(proof)
    session.flush()
    return proof, token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
