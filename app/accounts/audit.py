"""The history of one person in words: who did what, and when (DESK-09). For the desk; customers never see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authz import Actor, ActorKind
from app.contracts.models import CustomerNumber, Service
from app.i18n import N_, _, stamp
from app.journal import JournalEvent

LISTED = 30

# What happened, by the kind of the event; where the event says yes or no, both.
KINDS: Mapping[str, str | tuple[str, str]] = {
    "user.created": N_("The user was created"),
    "user.numbers_linked": N_("Customer numbers were linked"),
    "user.services_assigned": N_("Services were assigned"),
    "user.desk_rights_set": N_("Role or services were changed"),
    "user.link_issued": N_("A one-time link was issued"),
    "user.disabled": N_("The login was disabled"),
    "user.enabled": N_("The login was enabled"),
    "user.locked": N_("The login was locked by wrong passwords"),
    "user.unlocked": N_("The lock was ended"),
    "user.frozen": N_("The owner stopped the account by a link in a mail"),
    "user.administrator_set": (N_("Was made an administrator"), N_("Is an administrator no longer")),
    "user.language_chosen": N_("A language was chosen"),
    "user.mail_changed": N_("The e-mail address was changed"),
    "user.login_id_changed": N_("The user ID was changed"),
    "user.profile_changed": N_("The profile was changed"),
    "user.picture_set": N_("The picture was changed"),
    "password.changed": N_("A password was set"),
    "password.rehashed": N_("The password is kept with stronger parameters"),
    "password.reset_asked": N_("A link for a password reset was mailed"),
    "password.reset_failed": N_("The e-mail address did not match in a reset"),
    "password.reset_closed": N_("Password reset was closed for 20 minutes"),
    "password.reset": N_("The password was reset"),
    "password.reset_wait_lifted": N_("The wait before the next reset was lifted"),
    "login": N_("The password was right"),
    "login.failed": N_("A wrong password was entered"),
    "logout": N_("Logged out"),
    "session.established": N_("Signed in"),
    "session.confirmed": N_("Identity was confirmed again"),
    "session.ended": N_("Sessions were ended"),
    "mfa.set": (N_("MFA was turned on"), N_("MFA was turned off")),
    "mfa.paired": N_("An authenticator app was paired"),
    "mfa.pairing_removed": N_("The authenticator app was removed"),
    "mfa.passkey_added": N_("A passkey was added"),
    "mfa.passkey_removed": N_("A passkey was removed"),
    "mfa.passkey_cloned": N_("A passkey was refused: it may have been copied"),
    "mfa.recovery_codes_made": N_("Recovery codes were made"),
    "mfa.code_sent": N_("A code was mailed"),
    "mfa.verified": N_("The second proof was right"),
    "mfa.failed": N_("A wrong code was entered"),
    "mfa.browser_exempted": N_("A browser may skip the code"),
    "mfa.exemptions_revoked": N_("Browsers no longer skip the code"),
    "mfa.removal_asked": N_("Removal of the second proof was requested"),
    "mfa.removal_decided": (
        N_("Removal of the second proof was approved"),
        N_("Removal of the second proof was declined"),
    ),
}
# Names of what an event carries; what is told by the words above has none.
PARTICULARS: Mapping[str, str] = {
    "asked": N_("How the customer asked"),
    "asked_by": N_("Requested by"),
    "count": N_("Number"),
    "door": N_("Where"),
    "ended": N_("Ended"),
    "identity_check": N_("Identity check"),
    "language": N_("Language"),
    "login_id": N_("User ID"),
    "method": N_("Method"),
    "name": N_("Name"),
    "note": N_("Reason"),
    "numbers": N_("Customer number"),
    "role": N_("Role"),
    "services": N_("Services"),
    "until": N_("Until"),
}
LEFT_OUT = frozenset(
    {"is_administrator", "is_enabled", "is_approved", "is_removed", "realm", "purpose", "reason"}
)
WORDS: Mapping[str, str] = {
    "disabled": N_("Disabled"),
    "frozen": N_("Stopped by owner"),
    "app": N_("Authenticator app"),
    "passkey": N_("Passkey"),
    "mail": N_("Code by e-mail"),
    "recovery": N_("Recovery code"),
    "console": N_("Console"),
    "agent": N_("Agent"),
    "lead": N_("Lead"),
    "admin": N_("System administrator"),
}
FIELDS: Mapping[str, str] = {
    "family_name": N_("Last name"),
    "given_name": N_("First name"),
    "job_title": N_("Job title"),
    "biography": N_("Biography"),
    "business_phone": N_("Business phone"),
    "mobile_phone": N_("Mobile"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "has_accessibility": N_("Enable accessibility"),
}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that happened, with who did it and the particulars that the event carries."""

    at: datetime
    by: str
    by_desk: bool
    what: str
    particulars: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Audit:
    """The entries of one look, newest first, and where the older ones begin."""

    entries: Sequence[AuditEntry]
    older_than: int | None


def audit_of(session: Session, actor: Actor, user: User, *, before: int | None = None) -> Audit:
    """The newest entries about ``user``, or those before one; what was done at a portal out of reach is left out."""
    foreign = select(Service.slug).where(Service.id.not_in(sorted(actor.services)))
    door = JournalEvent.data["door"].as_string()
    told = select(JournalEvent).where(
        JournalEvent.subject_type == User.subject_type,
        JournalEvent.subject_id == user.id,
        JournalEvent.audience.in_(actor.audiences()),
        or_(door.is_(None), door.not_in(foreign)),
    )
    if before is not None:
        told = told.where(JournalEvent.id < before)
    rows = session.scalars(told.order_by(JournalEvent.id.desc()).limit(LISTED + 1)).all()
    shown = rows[:LISTED]
    hidden = _numbers_out_of_reach(session, actor, shown)
    entries = [_entry(row, hidden) for row in shown]
    return Audit(entries, shown[-1].id if len(rows) > LISTED else None)


def words_of(kind: str) -> str:
    """What the name of an event says, in the language in force; the name itself where it has no words."""
    words = KINDS.get(kind, kind)
    return _(words) if isinstance(words, str) else _(words[0])


def _numbers_out_of_reach(session: Session, actor: Actor, rows: Sequence[JournalEvent]) -> set[str]:
    named = sorted({number for row in rows for number in row.data.get("numbers", ())})
    if not named:
        return set()
    reached = session.scalars(
        select(CustomerNumber.number)
        .where(CustomerNumber.number.in_(named), CustomerNumber.service_id.in_(sorted(actor.services)))
        .order_by(CustomerNumber.number)
    )
    return set(named) - set(reached)


def _entry(row: JournalEvent, hidden: set[str]) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        by=row.actor_name,
        by_desk=row.actor_kind is not ActorKind.CUSTOMER,
        what=_what(row),
        particulars=list(_particulars(row.data, hidden)),
    )


def _what(row: JournalEvent) -> str:
    words = KINDS.get(row.kind, row.kind)
    if isinstance(words, str):
        return _(words)
    holds = any(row.data.get(name) for name in ("is_administrator", "is_enabled", "is_approved"))
    return _(words[0] if holds else words[1])


def _particulars(data: Mapping[str, Any], hidden: set[str]) -> Sequence[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if "old" in data and "new" in data:
        told.append((_("Change"), _change(data["old"], data["new"])))
    for field, old, new in data.get("changes", ()):
        told.append((_(FIELDS.get(field, field)), _change(old, new)))
    for key, value in data.items():
        if key in LEFT_OUT or key in {"old", "new", "changes"}:
            continue
        text = _SPECIAL.get(key, _plain)(value, hidden)
        if text:
            told.append((_(PARTICULARS.get(key, key)), text))
    return told


def _plain(value: object, _hidden: set[str]) -> str:
    if isinstance(value, list):
        return ", ".join(_(WORDS.get(str(item), str(item))) for item in value)
    return "" if value is None or value == "" else _(WORDS.get(str(value), str(value)))


def _as_typed(value: object, _hidden: set[str]) -> str:
    return str(value)


def _numbers(value: Sequence[str], hidden: set[str]) -> str:
    return ", ".join(number for number in value if number not in hidden)


def _moment(value: str, _hidden: set[str]) -> str:
    return stamp(datetime.fromisoformat(value))


def _before_and_after(value: Sequence[Any], hidden: set[str]) -> str:
    if len(value) != 2 or value[0] == value[1]:  # noqa: PLR2004 - before and after
        return ""
    old, new = (_plain(side, hidden) for side in value)
    return _change(old, new)


def _services(value: Sequence[Any], hidden: set[str]) -> str:
    # An assignment names the services; a change of rights names those before and those after.
    if value and all(isinstance(side, list) for side in value):
        return _before_and_after(value, hidden)
    return _plain(list(value), hidden)


def _change(old: object, new: object) -> str:
    return f"{old or '–'} → {new or '–'}"


_SPECIAL: Mapping[str, Callable[[Any, set[str]], str]] = {
    "asked": _as_typed,
    "identity_check": _as_typed,
    "note": _as_typed,
    "name": _as_typed,
    "login_id": _as_typed,
    "numbers": _numbers,
    "until": _moment,
    "role": _before_and_after,
    "services": _services,
}
