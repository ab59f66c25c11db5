"""Six-digit codes: reading what was typed, codes by mail, and the count of failures that guesses cannot outrun.

Failures count per account over all sign-ins, methods and resends, and per network (SEC-13); a try is charged
before it is checked and refunded when it was right.
"""

import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import clock, sealing, throttle
from app.accounts import events, notices
from app.accounts.models import Proof, User
from app.accounts.sign_in import as_actor
from app.config import Settings
from app.journal import record
from app.throttle import Charge, Limit

DIGITS = 6
VALID_FOR = timedelta(minutes=5)
# A new code can be asked for from here on (MFA-09).
RESEND_AFTER = timedelta(seconds=30)
SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ー－·.]")
CODE = re.compile(r"[0-9]{6}")

FAILURES_OF_ACCOUNT = (
    Limit(5, timedelta(minutes=5)),
    Limit(20, timedelta(hours=1)),
    Limit(50, timedelta(days=1)),
)
FAILURES_OF_NETWORK = (Limit(10, timedelta(minutes=5)), Limit(50, timedelta(hours=1)))
MAILS_OF_ACCOUNT = (Limit(5, timedelta(minutes=15)), Limit(20, timedelta(days=1)))


def read_code(typed: str | None) -> str | None:
    """The six digits of what was typed, or ``None``: full-width digits, blanks and hyphens are welcome (MFA-06)."""
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed or ""))
    return digits if CODE.fullmatch(digits) else None


def charge_try(session: Session, user: User, *, address: str, settings: Settings) -> Charge | None:
    """Count a try as a failure before it is checked; ``None`` if the account or the network has had its share."""
    buckets: dict[str, tuple[Limit, ...]] = {f"code:{user.subject_for_tries}": FAILURES_OF_ACCOUNT}
    if settings.is_throttled:
        buckets[f"code:net:{throttle.network_of(address)}"] = FAILURES_OF_NETWORK
    return throttle.charge(session, buckets)


def seconds_to_wait(proof: Proof) -> int:
    """How many seconds are left until a new code can be asked for; 0 if it can (MFA-09)."""
    if proof.mail_code_sent_at is None:
        return 0
    left = (proof.mail_code_sent_at + RESEND_AFTER - clock.now()).total_seconds()
    return max(0, min(int(-(-left // 1)), int(RESEND_AFTER.total_seconds())))


def send_mail_code(session: Session, proof: Proof, *, settings: Settings) -> bool:
    """Mail a fresh code, which voids the one before; ``False`` if it is too early or too often (MFA-08, SEC-14)."""
    user = proof.user
    if seconds_to_wait(proof):
        return False
    if throttle.charge(session, {f"codemail:{user.subject_for_tries}": MAILS_OF_ACCOUNT}) is None:
        return False
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    proof.mail_code_hash, proof.mail_code_sent_at = _hash(settings, proof, code), clock.now()
    session.flush()
    record(session, actor=as_actor(user), subject=user, happened=events.CodeSent(proof.door))
    minutes = int(VALID_FOR.total_seconds() // 60)
    notices.send_code(session, user, door_name=proof.door, code=code, minutes=minutes)
    return True


def take_mail_code(session: Session, proof: Proof, code: str, *, settings: Settings) -> bool:
    """Check a mailed code of this very sign-in and use it up if it is right and not older than five minutes."""
    stored, sent_at = proof.mail_code_hash, proof.mail_code_sent_at
    if stored is None or sent_at is None or not _is_fresh(sent_at):
        return False
    if not hmac.compare_digest(stored, _hash(settings, proof, code)):
        return False
    proof.mail_code_hash = None
    session.flush()
    return True


def _is_fresh(sent_at: datetime) -> bool:
    return timedelta() <= clock.now() - sent_at < VALID_FOR


def _hash(settings: Settings, proof: Proof, code: str) -> str:
    # A million codes are soon tried against a plain hash; this one needs a key that is not in the database.
    return sealing.fingerprint(settings, "mail code", f"{proof.id}:{code}")


def masked(address: str) -> str:
    """An address as it may be shown before sign-in: its first two characters, eight X, the domain (MFA-10)."""
    local, _, domain = address.rpartition("@")
    return f"{local[:2]}{'X' * 8}@{domain}"
