"""Passwords at rest: argon2id, raised at sign-in when the parameters have been raised (SEC-01, PW-09).

Where the rules allow Unicode, a password is hashed in its normal form NFKC, since one keyboard sends the same letters
otherwise than the next one (SEC-02). The stored hash says so itself, so that hashes made before, and those of people
whose rules have changed since, go on to match exactly what was typed.
"""

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# The figures of SEC-01: 19 MiB, two passes, one lane; a verification takes about 25 ms.
STRONG = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# For the test suite only; an installation refuses to start with it.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)

# Stands before a hash that was made of the normal form.
_OF_NORMAL_FORM = "nfkc"

# Each verification holds 19 MiB, so a burst of sign-ins waits here instead of filling the memory.
_HASHING_AT_ONCE = BoundedSemaphore(4)


class PasswordVault:
    """Hashes and checks passwords with one set of parameters."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        # Checked in place of a missing hash, so that unknown and known IDs cost the same time (AUTH-04).
        self._decoy = hasher.hash("there is no such password")

    def hash(self, password: str, *, in_normal_form: bool = False) -> str:
        """Hash the whole password as typed: no cut, no trim, no case fold (SEC-02).

        :param in_normal_form: whether texts that NFKC makes one are to be one password.
        """
        prefix = _OF_NORMAL_FORM if in_normal_form else ""
        with _HASHING_AT_ONCE:
            return prefix + self._hasher.hash(_bytes_for(prefix, password))

    def hash_like(self, stored: str, password: str) -> str:
        """Hash the password behind ``stored`` anew, by today's parameters."""
        return self.hash(password, in_normal_form=stored.startswith(_OF_NORMAL_FORM))

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether ``password`` is the one behind ``stored``; ``None`` never matches but costs the same."""
        prefix, bare = _parts(stored or self._decoy)
        with _HASHING_AT_ONCE:
            try:
                self._hasher.verify(bare, _bytes_for(prefix, password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_weak(self, stored: str) -> bool:
        """Tell whether ``stored`` was made with parameters below today's."""
        return self._hasher.check_needs_rehash(_parts(stored)[1])


def _parts(stored: str) -> tuple[str, str]:
    bare = stored.removeprefix(_OF_NORMAL_FORM)
    return stored[: len(stored) - len(bare)], bare


def _bytes_for(prefix: str, password: str) -> bytes:
    return _encoded(unicodedata.normalize("NFKC", password) if prefix else password)


def _encoded(password: str) -> bytes:
    # Lone surrogates cannot be encoded strictly; "surrogatepass" keeps two different inputs different.
    return password.encode("utf-8", "surrogatepass")


def vault(*, cheap: bool) -> PasswordVault:
    """The vault of an installation; ``cheap`` is for the test suite, and settings see to that."""
    return PasswordVault(CHEAP if cheap else STRONG)
