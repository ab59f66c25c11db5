"""The quick filters of the case lists: named sets of conditions, one of them in force (LIST-01 to LIST-03)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app.authz import Actor
from app.cases import targets
from app.cases.lifecycle import CUSTOMERS_TURN, CaseState
from app.cases.models import Case, CaseSettings
from app.i18n import _


@dataclass(frozen=True, slots=True)
class QuickFilter:
    """A quick filter: its key in ``?view=``, its name, and the conditions it adds to the actor's scope."""

    key: str
    label: str
    conditions: tuple[ColumnElement[bool], ...] = ()


def portal_views(settings: CaseSettings, language: str) -> Sequence[QuickFilter]:
    """All cases, those that need an action, and the third filter of the service if it has one."""
    views = [
        QuickFilter("all", _("All cases")),
        QuickFilter("action", _("Action needed"), customers_turn()),
    ]
    if settings.third_filter is not None:
        label = settings.third_filter_in(language)
        views.append(QuickFilter("third", label, (Case.category == settings.third_filter,)))
    return views


def my_work(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """What the agent has to do something about: the own open cases, but for those that wait to be closed."""
    return (
        Case.assignee_id == actor.user_id,
        Case.still_open(),
        Case.state != CaseState.RESOLVED,
    )


def customers_turn() -> tuple[ColumnElement[bool], ...]:
    """What waits for the customer (LIST-02)."""
    return (Case.state.in_(CUSTOMERS_TURN), Case.still_open())


def console_views(actor: Actor) -> Sequence[QuickFilter]:
    """The desk's queues: everything, what is open, mine, nobody's, and by whose turn it is."""
    is_open = Case.still_open()
    return [
        QuickFilter("all", _("All cases")),
        QuickFilter("open", _("Open"), (is_open,)),
        QuickFilter("mine", _("Assigned to me"), (is_open, Case.assignee_id == actor.user_id)),
        QuickFilter("overdue", _("Overdue"), (is_open, targets.is_overdue())),
        QuickFilter("unassigned", _("Unassigned"), (is_open, Case.assignee_id.is_(None))),
        QuickFilter(
            "awaiting",
            _("Awaiting customer"),
            (is_open, Case.state == CaseState.AWAITING_CUSTOMER),
        ),
        QuickFilter(
            "resolved",
            _("Resolved (awaiting closure)"),
            (is_open, Case.state == CaseState.RESOLVED),
        ),
    ]
