"""The sign-in sheet: who can sign in to the demo, through which door, with which password."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import pyotp

from app import clock
from app.accounts.authenticators import padded
from app.accounts.models import DeskRole, shown_name
from app.config import Settings
from app.demo import story
from app.i18n import _, _lp

CONSOLE = "console"
ADMINISTRATOR, GENERAL_USER = _lp("role", "Administrator"), _lp("role", "General user")
DESK_ROLES = {
    DeskRole.AGENT: _lp("role", "Agent"),
    DeskRole.LEAD: _lp("role", "Lead agent"),
    DeskRole.ADMIN: _lp("role", "System administrator"),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person: what to type, who that is, and the addresses of their doors."""

    login_id: str
    password: str
    person: str
    role: str
    holder: str
    # What sign-in asks for beside the password, in words; empty for nothing.
    second_proof: str
    doors: Sequence[str]


def sheet(settings: Settings) -> Sequence[SheetRow]:
    """All people, in the order of the story."""
    return [_row(told, settings) for told in story.people()]


def sheet_for(settings: Settings, door: str) -> Sequence[SheetRow]:
    """The people who can use one door, a service's slug or ``console``; nobody while the demo is off."""
    if not settings.demo:
        return []
    return [_row(told, settings) for told in story.people() if door in _doors(told)]


def as_text(settings: Settings) -> str:
    """The sheet as an aligned table for a terminal, with the password below it."""
    lines = [(_("User ID"), _("Name"), _("Role"), _("Second proof"), _("Sign-in page"))]
    for row in sheet(settings):
        first, *others = row.doors
        lines.append((row.login_id, row.person, row.role, row.second_proof or "-", first))
        lines.extend(("", "", "", "", door) for door in others)
    table = "\n".join(_aligned(lines))
    return "\n".join((table, "", *secrets_in_words(), ""))


def secrets_in_words() -> Sequence[str]:
    """What everybody of the demo may know: the password, the app's secret, where mails are read."""
    return (
        _("Password of everyone: %(password)s", password=story.PASSWORD),
        _("Authenticator app of the desk: %(secret)s", secret=story.AUTHENTICATOR_SECRET),
        _("Mails, with codes and links: %(address)s", address="/demo/mail"),
    )


def code_now(settings: Settings) -> str | None:
    """The code that the app of the demo's agents shows now; nothing while the demo is off."""
    secret = padded(story.AUTHENTICATOR_SECRET)
    return pyotp.TOTP(secret).at(clock.now()) if settings.demo else None


def _row(told: story.PersonStory, settings: Settings) -> SheetRow:
    return SheetRow(
        login_id=told.login_id,
        password=story.PASSWORD,
        person=shown_name(told.family_name, told.given_name),
        role=_role(told),
        holder=told.holder or "",
        second_proof=_second_proof(told),
        doors=[f"{settings.public_url}/{door}/login" for door in _doors(told)],
    )


def _second_proof(told: story.PersonStory) -> str:
    if told.desk_role:
        return _("App")
    return _("Code by e-mail") if told.mfa_enabled else ""


def _doors(told: story.PersonStory) -> Sequence[str]:
    if told.holder is None:
        return [CONSOLE]
    service_of = {number: slug for holder in story.holders() for number, slug in holder.numbers.items()}
    return [service_of[number] for number in told.numbers]


def _role(told: story.PersonStory) -> str:
    if told.holder is not None:
        return str(ADMINISTRATOR if told.is_administrator else GENERAL_USER)
    return str(DESK_ROLES[DeskRole(told.desk_role or "")])


def _aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, strict=True)
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in cells).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes: a full-width sign takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
