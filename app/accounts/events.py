"""What happens to users; the kinds of sign-in are those of the login history (HIST-03)."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class UserCreated(Event):
    kind: ClassVar[str] = "user.created"
    audience: ClassVar[Audience] = Audience.DESK
    login_id: str
    realm: str


@dataclass(frozen=True, slots=True)
class NumbersLinked(Event):
    kind: ClassVar[str] = "user.numbers_linked"
    audience: ClassVar[Audience] = Audience.DESK
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicesAssigned(Event):
    kind: ClassVar[str] = "user.services_assigned"
    audience: ClassVar[Audience] = Audience.DESK
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkIssued(Event):
    kind: ClassVar[str] = "user.link_issued"
    audience: ClassVar[Audience] = Audience.DESK
    purpose: str


@dataclass(frozen=True, slots=True)
class PasswordSet(Event):
    kind: ClassVar[str] = "password.changed"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class PasswordRehashed(Event):
    kind: ClassVar[str] = "password.rehashed"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class UserDisabled(Event):
    kind: ClassVar[str] = "user.disabled"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    kind: ClassVar[str] = "user.language_chosen"
    audience: ClassVar[Audience] = Audience.DESK
    language: str | None


@dataclass(frozen=True, slots=True)
class AdministratorSet(Event):
    kind: ClassVar[str] = "user.administrator_set"
    audience: ClassVar[Audience] = Audience.DESK
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    kind: ClassVar[str] = "login"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class SessionEstablished(Event):
    kind: ClassVar[str] = "session.established"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class SignInFailed(Event):
    kind: ClassVar[str] = "login.failed"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    kind: ClassVar[str] = "logout"
    audience: ClassVar[Audience] = Audience.DESK
