"""What keeps a person out, each a fact of its own: a lock, a disabling, the owner's own emergency brake (T18).

Whoever ends one names it by its token, which holds the moment of the fact. So an answer to what a page showed a
while ago never lifts what somebody else has done since.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.accounts import events, tries
from app.accounts.history import NOWHERE, Trail, note
from app.accounts.models import TryKind, User
from app.authz import Actor


class BarKind(StrEnum):
    """The facts that keep a person out, in the order in which they are named."""

    LOCKED = "locked"
    DISABLED = "disabled"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Bar:
    """One such fact; ``moment`` is the end of a lock, and the beginning of the others."""

    kind: BarKind
    moment: datetime

    @property
    def token(self) -> str:
        """What a form says to name this very fact."""
        return f"{self.kind.value}:{self.moment.isoformat()}"


class NothingToEnd(Exception):
    """None of the named facts holds any more."""


def bars_of(session: Session, user: User) -> list[Bar]:
    """What keeps ``user`` out at the moment."""
    moments = {
        BarKind.LOCKED: tries.closed_until(session, TryKind.PASSWORD, user.subject_for_tries),
        BarKind.DISABLED: user.disabled_at,
        BarKind.FROZEN: user.frozen_at,
    }
    return [Bar(kind, moment) for kind, moment in moments.items() if moment is not None]


def end(
    session: Session,
    *,
    actor: Actor,
    user: User,
    shown: Collection[str],
    asked: str = "",
    trail: Trail = NOWHERE,
) -> list[BarKind]:
    """End those facts that ``shown`` names and that still hold; the caller has asked whether ``actor`` may.

    :param shown: tokens of :class:`Bar`, as the form showed them.
    :param asked: how the customer asked, where the desk acts on request.
    :raises NothingToEnd: if none of them holds any more.
    """
    ended = [bar.kind for bar in bars_of(session, user) if bar.token in shown]
    if not ended:
        raise NothingToEnd
    if BarKind.LOCKED in ended:
        tries.clear(session, TryKind.PASSWORD, user.subject_for_tries)
        note(session, actor=actor, user=user, happened=events.UserUnlocked(asked), trail=trail)
    lifted = tuple(kind.value for kind in ended if kind is not BarKind.LOCKED)
    if BarKind.DISABLED in ended:
        user.disabled_at = None
    if BarKind.FROZEN in ended:
        user.frozen_at = None
    if lifted:
        note(session, actor=actor, user=user, happened=events.UserEnabled(lifted, asked), trail=trail)
    return ended
