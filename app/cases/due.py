"""Response targets in words: what is left of the desk's time, what is over it, what stands still, what was kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app import clock
from app.business_hours import BusinessHours
from app.cases.lifecycle import CaseState
from app.cases.models import Case
from app.i18n import _, stamp

MINUTE = timedelta(minutes=1)
# Less business time than this is worth a warning.
SOON = timedelta(hours=1)


class Tone(StrEnum):
    """How a target stands; each has a word, a shape and a tone."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Due:
    """One target of one case as it is shown."""

    tone: Tone
    text: str
    moment: datetime | None = None

    @property
    def exact(self) -> str:
        """The exact time, for the tooltip."""
        return stamp(self.moment) if self.moment else ""


def due_of(due_at: datetime | None, hours: BusinessHours, now: datetime | None = None) -> Due | None:
    """What is left until ``due_at`` in business time, or how long it is over; ``None`` where nothing is due."""
    if due_at is None:
        return None
    moment = now or clock.now()
    if due_at < moment:
        late = spell(hours.between(due_at, moment))
        return Due(Tone.OVERDUE, _("%(span)s overdue", span=late), due_at)
    left = hours.between(moment, due_at)
    return Due(Tone.SOON if left < SOON else Tone.RUNNING, _("%(span)s left", span=spell(left)), due_at)


def targets_shown(case: Case, hours: BusinessHours) -> list[tuple[str, Due]]:
    """The first reply and the solution of a case as its page shows them; what was never promised is not there."""
    shown = [(_("First reply"), _reply(case, hours)), (_("Solution"), _solution(case, hours))]
    return [(label, due) for label, due in shown if due is not None]


def _reply(case: Case, hours: BusinessHours) -> Due | None:
    if case.reply_due_at is None:
        return None
    if case.replied_at is not None:
        return _kept(case.replied_at <= case.reply_due_at, case.replied_at)
    if not case.is_open or case.state is CaseState.RESOLVED:
        return None
    return due_of(case.reply_due_at, hours)


def _solution(case: Case, hours: BusinessHours) -> Due | None:
    left = case.solution_seconds_left
    if case.solved_at is not None:
        return None if left is None else _kept(left >= 0, case.solved_at)
    if left is not None:
        return _paused(timedelta(seconds=left))
    return due_of(case.solution_due_at, hours) if case.is_open else None


def _paused(left: timedelta) -> Due:
    if left < timedelta(0):
        return Due(Tone.PAUSED, _("Paused, %(span)s overdue", span=spell(-left)))
    return Due(Tone.PAUSED, _("Paused, %(span)s left", span=spell(left)))


def _kept(is_kept: bool, moment: datetime) -> Due:  # noqa: FBT001 - the answer to the question in its name
    return Due(Tone.MET, _("Met"), moment) if is_kept else Due(Tone.MISSED, _("Missed"), moment)


def spell(span: timedelta) -> str:
    """A span of business time in hours and minutes; the last begun minute counts."""
    minutes = -(-span // MINUTE)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min", n=rest)
    return _("%(h)s h %(n)s min", h=hours, n=rest) if rest else _("%(h)s h", h=hours)
