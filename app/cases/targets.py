"""Response targets: by when the desk means to reply and to solve, told from the journal alone.

The clock of a case is its history: it runs in business hours from the opening on, stands still while the customer is
awaited, and stops when the case is resolved; a rejected solution lets what was left run on. A replay of the same
history gives the same result, at whatever moment it is made. The result is kept on the case, so that lists sort by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app import clock, outbox
from app.authz import ActorKind, Audience
from app.business_hours import BusinessHours, NeverOpen
from app.cases import queries
from app.cases.categories import Category, Origin
from app.cases.events import CaseOpened, CommentAdded, StateChanged
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment, CaseSettings, ClosedDay, ResponseTarget
from app.journal import JournalEvent

RUNNING = frozenset({CaseState.NEW, CaseState.IN_PROGRESS})
OVER = frozenset({CaseState.RESOLVED, CaseState.CLOSED})
TOLD = (CaseOpened.kind, CommentAdded.kind, StateChanged.kind)
NOTHING = timedelta(0)
CHUNK = 200
MOST_CLOSED_DAYS = 400
# The kind of message that asks the worker for it.
REPLAY = "targets"


@dataclass(frozen=True, slots=True)
class Target:
    """What the desk means to keep, in business time; ``None`` where it promises nothing."""

    reply: timedelta | None = None
    solution: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the clock needs of one event; ``replies`` says whether it is a public text of an agent that still stands."""

    at: datetime
    opens: bool = False
    replies: bool = False
    state: CaseState | None = None
    by_agent: bool = False


@dataclass(slots=True)
class Standing:
    """Where a case stands against its targets; the fields are the case's columns of the same names."""

    reply_due_at: datetime | None = None
    replied_at: datetime | None = None
    solution_due_at: datetime | None = None
    solution_seconds_left: int | None = None
    solved_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """The cases of one look that stand otherwise than is kept, and after which case the next look begins."""

    different: list[str]
    last: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """How targets work in one service."""

    hours: BusinessHours
    targets: Mapping[Category | None, Target] = field(default_factory=dict)

    def of(self, category: Category) -> Target:
        """The targets of a category: its own, or else those for all."""
        return self.targets.get(category) or self.targets.get(None) or Target()


def replay(
    history: Iterable[Told], target: Target, hours: BusinessHours, *, asks: bool, goes_on: bool
) -> Standing:
    """Go through a case's history in order and say where it stands.

    :param asks: whether somebody waits for a first reply; a case that the desk opened begins with its own words.
    :param goes_on: whether it still goes on in itself; what was merged is due no more.
    """
    told = Standing()
    solution = _Solution(target.solution, hours)
    state = CaseState.NEW
    for event in history:
        if event.opens:
            if asks and target.reply is not None:
                told.reply_due_at = _due(hours, event.at, target.reply)
            solution.run(event.at)
        if event.state is not None:
            state = event.state
            solution.enter(state, event.at)
            told.solved_at = event.at if state in OVER else None
        answers = event.replies or (event.by_agent and event.state is CaseState.RESOLVED)
        if told.replied_at is None and answers:
            told.replied_at = event.at
    solution.tell(told)
    if goes_on and state not in OVER:
        waiting = told.reply_due_at if told.replied_at is None else None
        running = told.solution_due_at if state in RUNNING else None
        told.due_at = min((moment for moment in (waiting, running) if moment is not None), default=None)
    return told


class _Solution:
    """The clock of the solution target, which runs, waits, and may run on."""

    def __init__(self, target: timedelta | None, hours: BusinessHours) -> None:
        self._left = target
        self._hours = hours
        self._since: datetime | None = None
        self._due: datetime | None = None

    def run(self, at: datetime) -> None:
        """Run from now on; what was overdue before stays due at the moment it was."""
        if self._left is None or self._since is not None:
            return
        self._since = at
        if self._left > NOTHING or self._due is None:
            self._due = _due(self._hours, at, self._left)

    def enter(self, state: CaseState, at: datetime) -> None:
        """Go on as the new state says."""
        if state in RUNNING:
            self.run(at)
        elif self._since is not None and self._left is not None:
            self._left -= self._hours.between(self._since, at)
            self._since = None

    def tell(self, standing: Standing) -> None:
        """A due moment while it runs, and what is left where it stands still."""
        if self._left is None:
            return
        if self._since is not None:
            standing.solution_due_at = self._due
        else:
            standing.solution_seconds_left = int(self._left.total_seconds())


def _due(hours: BusinessHours, start: datetime, span: timedelta) -> datetime | None:
    """When a target is due; what would not be due within ten years never is, and keeps no customer from writing."""
    try:
        return hours.after(start, span)
    except NeverOpen:
        return None


def rules_of(session: Session, service_id: int) -> Rules:
    """The business hours and targets of a service."""
    settings = queries.settings_of(session, service_id)
    closed = session.scalars(
        select(ClosedDay.day).where(ClosedDay.service_id == service_id).order_by(ClosedDay.day)
    )
    rows = targets_of(session, service_id)
    targets = {
        row.category: Target(_minutes(row.reply_minutes), _minutes(row.solution_minutes)) for row in rows
    }
    return Rules(hours_of(settings, closed), targets)


def targets_of(session: Session, service_id: int) -> Sequence[ResponseTarget]:
    """The stored targets of a service."""
    chosen = select(ResponseTarget).where(ResponseTarget.service_id == service_id)
    return session.scalars(chosen.order_by(ResponseTarget.id)).all()


def closed_days(session: Session, service_id: int) -> Sequence[ClosedDay]:
    """The days on which the desk of a service is closed although they are no holidays, the next ones first."""
    chosen = select(ClosedDay).where(ClosedDay.service_id == service_id)
    return session.scalars(chosen.order_by(ClosedDay.day).limit(MOST_CLOSED_DAYS)).all()


def closed_day(session: Session, service_id: int, day_id: int) -> ClosedDay | None:
    """One of these days, or ``None``."""
    chosen = select(ClosedDay).where(ClosedDay.service_id == service_id, ClosedDay.id == day_id)
    return session.scalar(chosen.order_by(ClosedDay.id))


def hours_by_service(session: Session, service_ids: Iterable[int]) -> dict[int, BusinessHours]:
    """The business hours of several services, in two questions however many they are."""
    ids = sorted(set(service_ids))
    closed = session.execute(
        select(ClosedDay.service_id, ClosedDay.day)
        .where(ClosedDay.service_id.in_(ids))
        .order_by(ClosedDay.service_id, ClosedDay.day)
    ).all()
    stored = session.scalars(
        select(CaseSettings).where(CaseSettings.service_id.in_(ids)).order_by(CaseSettings.service_id)
    )
    return {
        settings.service_id: hours_of(
            settings, (row.day for row in closed if row.service_id == settings.service_id)
        )
        for settings in stored
    }


def hours_of(settings: CaseSettings, closed_days: Iterable[Any]) -> BusinessHours:
    """The business hours of a service."""
    return BusinessHours(
        opens=settings.opens_minute,
        closes=settings.closes_minute,
        workdays=settings.workdays,
        zone=ZoneInfo(settings.time_zone),
        closed_days=frozenset(closed_days),
    )


def refresh(session: Session, case: Case) -> None:
    """Keep on the case what its history says now; whoever adds to that history calls this in the same transaction."""
    session.flush()
    rules = rules_of(session, case.service_id)
    standing = standing_of(session, case, rules) if rules.targets else Standing()
    for name in STANDING:
        if getattr(case, name) != getattr(standing, name):
            setattr(case, name, getattr(standing, name))


STANDING = tuple(Standing.__dataclass_fields__)


def standing_of(session: Session, case: Case, rules: Rules) -> Standing:
    """Replay the journal of a case."""
    return replay(
        _history(session, case),
        rules.of(case.category),
        rules.hours,
        asks=case.origin is not Origin.DESK,
        goes_on=not case.is_merged,
    )


def replay_chunk(session: Session, service_id: int, *, after: int, is_mended: bool) -> Chunk:
    """Replay some open cases of a service, in order of id, and say which of them stand otherwise than is kept.

    After its rules have changed this mends them: the history has not changed, so no event tells it, and the rows are
    set by statements.

    :param after: the id of the last case of the chunk before; 0 at first.
    :param is_mended: sets what is kept to what the history says.
    """
    rules = rules_of(session, service_id)
    chosen = select(Case).where(Case.service_id == service_id, Case.still_open(), Case.id > after)
    cases = session.scalars(chosen.order_by(Case.id).limit(CHUNK)).all()
    different = []
    for case in cases:
        kept = Standing(*(getattr(case, name) for name in STANDING))
        standing = standing_of(session, case, rules) if rules.targets else Standing()
        if kept != standing:
            different.append(case.number)
            if is_mended:
                values = {name: getattr(standing, name) for name in STANDING}
                session.execute(update(Case).where(Case.id == case.id).values(values))
    return Chunk(different, cases[-1].id if len(cases) == CHUNK else None)


def ask_for_replay(session: Session, service_id: int) -> None:
    """Have the worker replay the open cases of a service once the running transaction is committed."""
    outbox.put(
        session,
        kind=REPLAY,
        payload={"service_id": service_id},
        order_key=f"{REPLAY}:{service_id}",
        service_id=service_id,
    )


def is_overdue(at: datetime | None = None) -> ColumnElement[bool]:
    """The condition that holds for open cases whose nearer target has passed."""
    return Case.due_at < (at or clock.now())


def _history(session: Session, case: Case) -> Sequence[Told]:
    rows = session.execute(
        select(JournalEvent.at, JournalEvent.kind, JournalEvent.actor_kind, JournalEvent.data)
        .where(JournalEvent.subject_type == Case.subject_type, JournalEvent.subject_id == case.id)
        .where(JournalEvent.kind.in_(TOLD))
        .order_by(JournalEvent.id)
    ).all()
    public = set(
        session.scalars(
            select(CaseComment.id)
            .where(CaseComment.case_id == case.id, CaseComment.audience == Audience.CUSTOMER)
            .order_by(CaseComment.id)
        )
    )
    return [_told(row.at, row.kind, row.actor_kind, row.data, public) for row in rows]


def _told(at: datetime, kind: str, by: ActorKind, data: dict[str, Any], public: set[int]) -> Told:
    is_agent = by is ActorKind.AGENT
    return Told(
        at=at,
        opens=kind == CaseOpened.kind,
        replies=kind == CommentAdded.kind and is_agent and data["comment_id"] in public,
        state=CaseState(data["new"]) if kind == StateChanged.kind else None,
        by_agent=is_agent,
    )


def _minutes(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)
