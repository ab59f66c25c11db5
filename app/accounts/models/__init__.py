"""Tables of the accounts slice: people, their sessions, their proofs, their login history."""

from app.accounts.models.history import LoginEvent
from app.accounts.models.people import (
    USER_ID_LENGTH,
    AgentService,
    DeskRole,
    Realm,
    User,
    UserNumber,
    UserPicture,
    shown_name,
)
from app.accounts.models.proofs import (
    Authenticator,
    MfaRemoval,
    Passkey,
    Proof,
    ProofPurpose,
    RecoveryCode,
    TryCount,
    TryKind,
)
from app.accounts.models.sessions import (
    AccountLink,
    AuthSession,
    BrowserMark,
    LinkPurpose,
    MarkKind,
    SessionEnd,
)

__all__ = [
    "USER_ID_LENGTH",
    "AccountLink",
    "AgentService",
    "AuthSession",
    "Authenticator",
    "BrowserMark",
    "DeskRole",
    "LinkPurpose",
    "LoginEvent",
    "MarkKind",
    "MfaRemoval",
    "Passkey",
    "Proof",
    "ProofPurpose",
    "Realm",
    "RecoveryCode",
    "SessionEnd",
    "TryCount",
    "TryKind",
    "User",
    "UserNumber",
    "UserPicture",
    "shown_name",
]
