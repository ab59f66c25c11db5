"""Sealing: what the database must hold but must not tell, encrypted with a key that is not in it (SEC-11).

Fernet (AES-128-CBC with HMAC-SHA256) of a well-kept library; each purpose has a key of its own, derived by HKDF
(RFC 5869), so that what was sealed for one purpose opens for no other. The first key of the setting seals, all of
them open, which lets a key be changed (SEC-58).
"""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app import clock
from app.config import Settings

KEY_BYTES = 32


class Unsealable(ValueError):
    """This was not sealed by us for this purpose, or too long ago."""


def seal(settings: Settings, purpose: str, text: str) -> str:
    """Seal ``text`` for ``purpose``; the same text gives another result each time."""
    box = _box(settings.sealing_secrets, purpose)
    return box.encrypt_at_time(text.encode(), _seconds()).decode("ascii")


def unseal(settings: Settings, purpose: str, sealed: str, *, max_age: int | None = None) -> str:
    """Open what :func:`seal` closed for the same purpose.

    :param max_age: seconds after which it opens no more.
    :raises Unsealable: if it was changed, sealed for something else, or is too old.
    """
    try:
        token, box = sealed.encode("ascii"), _box(settings.sealing_secrets, purpose)
        if max_age is None:
            return box.decrypt(token).decode()
        return box.decrypt_at_time(token, max_age, _seconds()).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise Unsealable from error


def fingerprint(settings: Settings, purpose: str, text: str) -> str:
    """A keyed hash (HMAC-SHA256) in hexadecimal, for short secrets that a plain hash would not hide."""
    key = _key(settings.sealing_secrets[0], f"fingerprint {purpose}")
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def _seconds() -> int:
    return int(clock.now().timestamp())


@lru_cache(maxsize=32)
def _box(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"madoguchi {purpose}".encode()).derive(
        secret.encode()
    )
    return base64.urlsafe_b64encode(derived)
