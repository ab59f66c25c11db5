"""Passwords at rest: argon2id, raised at sign-in when the parameters have been raised (SEC-01, PW-09)."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# The figures of SEC-01: 19 MiB, two passes, one lane; a verification takes about 25 ms.
STRONG = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# For the test suite only; an installation refuses to start with it.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)

# Each verification holds 19 MiB, so a burst of sign-ins waits here instead of filling the memory.
_HASHING_AT_ONCE = BoundedSemaphore(4)


class PasswordVault:
    """Hashes and checks passwords with one set of parameters."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        # Checked in place of a missing hash, so that unknown and known IDs cost the same time (AUTH-04).
        self._decoy = hasher.hash("there is no such password")

    def hash(self, password: str) -> str:
        """Hash the whole password as typed: no cut, no trim, no case fold (SEC-02)."""
        with _HASHING_AT_ONCE:
            return self._hasher.hash(_encoded(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether ``password`` is the one behind ``stored``; ``None`` never matches but costs the same."""
        with _HASHING_AT_ONCE:
            try:
                self._hasher.verify(stored or self._decoy, _encoded(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_weak(self, stored: str) -> bool:
        """Tell whether ``stored`` was made with parameters below today's."""
        return self._hasher.check_needs_rehash(stored)


def _encoded(password: str) -> bytes:
    # Lone surrogates cannot be encoded strictly; "surrogatepass" keeps two different inputs different.
    return password.encode("utf-8", "surrogatepass")


def vault(*, cheap: bool) -> PasswordVault:
    """The vault of an installation; ``cheap`` is for the test suite, and settings see to that."""
    return PasswordVault(CHEAP if cheap else STRONG)
