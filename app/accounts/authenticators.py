"""Authenticator apps: pairing, and codes that work once (MFA-13 to MFA-16, SEC-11, SEC-12; RFC 6238)."""

import hmac
from dataclasses import dataclass

import pyotp
import segno
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock, sealing
from app.accounts.models import Authenticator, User
from app.config import Settings

# RFC 4226, 4: 160 bits are recommended.
SECRET_CHARACTERS = 32
STEP_SECONDS = 30
OFFER_SECONDS = 3_600
PURPOSE, OFFER_PURPOSE = "authenticator", "authenticator offer"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that is offered for pairing and stored nowhere but, sealed, in the form that shows it."""

    secret: str
    sealed: str
    address: str

    @property
    def grouped(self) -> str:
        """The secret as people type it: in groups of four."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))

    def picture(self) -> str:
        """The QR code as an SVG data address."""
        return str(segno.make(self.address, error="m").svg_data_uri(scale=5, border=3, light="#fff"))


def offer(settings: Settings, user: User, *, secret: str | None = None) -> Offer:
    """Offer a fresh secret to ``user``, or one that is published, for a world without secrets."""
    return _offer(settings, user, secret or pyotp.random_base32(SECRET_CHARACTERS))


def padded(secret: str) -> str:
    """A short published secret at full length, with the same codes: HMAC fills its key up with zeros (RFC 2104)."""
    return secret + "A" * (SECRET_CHARACTERS - len(secret))


def offer_again(settings: Settings, user: User, sealed: str) -> Offer:
    """The offer that a form carries; a fresh one where that was made for somebody else, or more than an hour ago."""
    try:
        told = sealing.unseal(settings, OFFER_PURPOSE, sealed, max_age=OFFER_SECONDS)
    except sealing.Unsealable:
        return offer(settings, user)
    owner, _, secret = told.partition(":")
    return _offer(settings, user, secret, sealed) if owner == str(user.id) else offer(settings, user)


def accepts(settings: Settings, offered: Offer, code: str) -> int | None:
    """The time step for which ``code`` is right under an offered secret, or ``None``."""
    return _step_of(offered.secret, code, settings)


def store(session: Session, user: User, offered: Offer, *, step: int, settings: Settings) -> bool:
    """Pair the app: its secret replaces a former one, and the code just shown is used up (MFA-16).

    Tells whether it did: where the same form is sent again, its code must be a new one too (SEC-12).
    """
    sealed = sealing.seal(settings, PURPOSE, offered.secret)
    row = session.get(Authenticator, user.id)
    if row is not None and step <= row.last_step and _secret_of(row, settings) == offered.secret:
        return False
    if row is None:
        row = Authenticator(user_id=user.id)
        session.add(row)
    row.sealed_secret, row.paired_at, row.last_step = sealed, clock.now(), step
    return True


def take_code(session: Session, user: User, code: str, *, settings: Settings) -> bool:
    """Check a code of the paired app, one step either side of now, and use its step up (MFA-15, SEC-12).

    The step is taken by one conditional statement, so of posts that arrive at once one alone succeeds, and no code
    of that step or an earlier one is accepted again.
    """
    row = session.get(Authenticator, user.id)
    if row is None:
        return False
    step = _step_of(_secret_of(row, settings), code, settings)
    if step is None:
        return False
    taken = session.execute(
        update(Authenticator)
        .where(Authenticator.user_id == user.id, Authenticator.last_step < step)
        .values(last_step=step)
        .returning(Authenticator.user_id)
        .execution_options(synchronize_session=False)
    ).first()
    return taken is not None


def _offer(settings: Settings, user: User, secret: str, sealed: str | None = None) -> Offer:
    address = pyotp.TOTP(secret).provisioning_uri(name=user.login_id, issuer_name=settings.product_name)
    return Offer(secret, sealed or sealing.seal(settings, OFFER_PURPOSE, f"{user.id}:{secret}"), address)


def _secret_of(row: Authenticator, settings: Settings) -> str:
    return sealing.unseal(settings, PURPOSE, row.sealed_secret)


def _step_of(secret: str, code: str, settings: Settings) -> int | None:
    """The time step within the window for which ``code`` is right; all are looked at, in the same time."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp, found = pyotp.TOTP(secret), None
    for step in range(now - settings.totp_window, now + settings.totp_window + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found
