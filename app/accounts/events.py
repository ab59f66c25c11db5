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
    """``asked``, here and below, says how the customer asked where the desk acted on request (DESK-08)."""

    kind: ClassVar[str] = "user.disabled"
    audience: ClassVar[Audience] = Audience.DESK
    asked: str = ""


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
class DeskRightsSet(Event):
    """An agent's role or services were changed (ROLE-05)."""

    kind: ClassVar[str] = "user.desk_rights_set"
    audience: ClassVar[Audience] = Audience.DESK
    role: tuple[str, str]
    services: tuple[tuple[str, ...], tuple[str, ...]]


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


@dataclass(frozen=True, slots=True)
class UserLocked(Event):
    kind: ClassVar[str] = "user.locked"
    audience: ClassVar[Audience] = Audience.DESK
    until: str


@dataclass(frozen=True, slots=True)
class UserUnlocked(Event):
    kind: ClassVar[str] = "user.unlocked"
    audience: ClassVar[Audience] = Audience.DESK
    asked: str = ""


@dataclass(frozen=True, slots=True)
class UserEnabled(Event):
    """A disabling or a freezing was lifted; ``ended`` names which of them."""

    kind: ClassVar[str] = "user.enabled"
    audience: ClassVar[Audience] = Audience.DESK
    ended: tuple[str, ...]
    asked: str = ""


@dataclass(frozen=True, slots=True)
class UserFrozen(Event):
    kind: ClassVar[str] = "user.frozen"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class CodeSent(Event):
    kind: ClassVar[str] = "mfa.code_sent"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class CodeVerified(Event):
    kind: ClassVar[str] = "mfa.verified"
    audience: ClassVar[Audience] = Audience.DESK
    method: str


@dataclass(frozen=True, slots=True)
class CodeFailed(Event):
    kind: ClassVar[str] = "mfa.failed"
    audience: ClassVar[Audience] = Audience.DESK
    method: str


@dataclass(frozen=True, slots=True)
class MfaSet(Event):
    kind: ClassVar[str] = "mfa.set"
    audience: ClassVar[Audience] = Audience.DESK
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class AuthenticatorPaired(Event):
    kind: ClassVar[str] = "mfa.paired"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class AuthenticatorRemoved(Event):
    kind: ClassVar[str] = "mfa.pairing_removed"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class PasskeyAdded(Event):
    kind: ClassVar[str] = "mfa.passkey_added"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class PasskeyRemoved(Event):
    kind: ClassVar[str] = "mfa.passkey_removed"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class PasskeyCloned(Event):
    """A passkey signed with a counter that did not rise: somebody may hold a copy of it."""

    kind: ClassVar[str] = "mfa.passkey_cloned"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class RecoveryCodesMade(Event):
    kind: ClassVar[str] = "mfa.recovery_codes_made"
    audience: ClassVar[Audience] = Audience.DESK
    count: int


@dataclass(frozen=True, slots=True)
class BrowserExempted(Event):
    kind: ClassVar[str] = "mfa.browser_exempted"
    audience: ClassVar[Audience] = Audience.DESK
    until: str


@dataclass(frozen=True, slots=True)
class ExemptionsRevoked(Event):
    kind: ClassVar[str] = "mfa.exemptions_revoked"
    audience: ClassVar[Audience] = Audience.DESK
    count: int


@dataclass(frozen=True, slots=True)
class RemovalAsked(Event):
    """An agent has checked who asks, and a second one is to decide."""

    kind: ClassVar[str] = "mfa.removal_asked"
    audience: ClassVar[Audience] = Audience.DESK
    identity_check: str


@dataclass(frozen=True, slots=True)
class RemovalDecided(Event):
    """The second agent's click; ``asked_by`` is the first one's name, ``note`` the reason of a refusal."""

    kind: ClassVar[str] = "mfa.removal_decided"
    audience: ClassVar[Audience] = Audience.DESK
    is_approved: bool
    asked_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProofConfirmed(Event):
    kind: ClassVar[str] = "session.confirmed"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class SessionsEnded(Event):
    kind: ClassVar[str] = "session.ended"
    audience: ClassVar[Audience] = Audience.DESK
    count: int
    reason: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class ResetAsked(Event):
    kind: ClassVar[str] = "password.reset_asked"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class ResetFailed(Event):
    kind: ClassVar[str] = "password.reset_failed"
    audience: ClassVar[Audience] = Audience.DESK
    door: str


@dataclass(frozen=True, slots=True)
class ResetClosed(Event):
    kind: ClassVar[str] = "password.reset_closed"
    audience: ClassVar[Audience] = Audience.DESK
    until: str


@dataclass(frozen=True, slots=True)
class PasswordReset(Event):
    kind: ClassVar[str] = "password.reset"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class ResetWaitLifted(Event):
    kind: ClassVar[str] = "password.reset_wait_lifted"
    audience: ClassVar[Audience] = Audience.DESK
    asked: str = ""


@dataclass(frozen=True, slots=True)
class MailChanged(Event):
    kind: ClassVar[str] = "user.mail_changed"
    audience: ClassVar[Audience] = Audience.DESK
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LoginIdChanged(Event):
    kind: ClassVar[str] = "user.login_id_changed"
    audience: ClassVar[Audience] = Audience.DESK
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ProfileChanged(Event):
    """Fields of a profile were changed; ``changes`` holds (field, old, new)."""

    kind: ClassVar[str] = "user.profile_changed"
    audience: ClassVar[Audience] = Audience.DESK
    changes: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class PictureSet(Event):
    kind: ClassVar[str] = "user.picture_set"
    audience: ClassVar[Audience] = Audience.DESK
    is_removed: bool


# What the login history shows of all this (HIST-03); the journal holds the rest for the audit log.
IN_LOGIN_HISTORY = frozenset(
    happened.kind
    for happened in (
        SignedIn,
        SignInFailed,
        SessionEstablished,
        SignedOut,
        UserLocked,
        UserUnlocked,
        PasswordReset,
        PasswordSet,
        CodeVerified,
        CodeFailed,
    )
)
