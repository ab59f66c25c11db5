"""The states of a case and its one table of transitions (section 4 of the portal's specification).

The table drives the guards of the actions, the buttons of both shells, the documentation and the tests;
whatever it does not hold is refused (CASE-12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.authz import ActorKind
from app.i18n import N_, _


class CaseState(StrEnum):
    """Where a case stands, in the order in which lists sort it."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    AWAITING_CUSTOMER = "awaiting_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state's name in the language in force."""
        return _(STATE_LABELS[self])

    @property
    def position(self) -> int:
        """Its order number, by which lists sort."""
        return list(CaseState).index(self)


STATE_LABELS: dict[CaseState, str] = {
    CaseState.NEW: N_("New"),
    CaseState.IN_PROGRESS: N_("In progress"),
    CaseState.AWAITING_CUSTOMER: N_("Awaiting customer"),
    CaseState.RESOLVED: N_("Resolved (awaiting closure)"),
    CaseState.CLOSED: N_("Closed"),
}

# LIST-02: what the quick filter "Action needed" holds.
CUSTOMERS_TURN = (CaseState.AWAITING_CUSTOMER, CaseState.RESOLVED)
OPEN_STATES = tuple(state for state in CaseState if state is not CaseState.CLOSED)


class Act(StrEnum):
    """What is done to a case; each act has one target state and is a small resource of its own."""

    TAKE_ON = "take_on"
    ASK = "ask"
    RESUME = "resume"
    ANSWER = "answer"
    RESOLVE = "resolve"
    ACCEPT = "accept"
    REJECT = "reject"
    CLOSE = "close"
    CLOSE_UNCONFIRMED = "close_unconfirmed"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from which states an act leads where, who may do it, and its name on a button.

    ``by_comment`` marks an act that has no button because a comment does it, ``by_setting`` one that a service must
    have switched on.
    """

    act: Act
    sources: tuple[CaseState, ...]
    target: CaseState
    by: tuple[ActorKind, ...]
    name: str
    spec: str
    by_comment: bool = False
    by_setting: bool = False

    @property
    def label(self) -> str:
        """The name on the button, in the language in force."""
        return _(self.name)


AGENT = (ActorKind.AGENT,)
CUSTOMER = (ActorKind.CUSTOMER,)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        Act.TAKE_ON,
        (CaseState.NEW,),
        CaseState.IN_PROGRESS,
        AGENT,
        N_("In progress"),
        "T4",
    ),
    Transition(
        Act.ASK,
        (CaseState.IN_PROGRESS,),
        CaseState.AWAITING_CUSTOMER,
        AGENT,
        N_("Awaiting customer"),
        "T5",
    ),
    Transition(
        Act.RESUME,
        (CaseState.AWAITING_CUSTOMER,),
        CaseState.IN_PROGRESS,
        AGENT,
        N_("In progress"),
        "T6",
    ),
    Transition(
        Act.ANSWER,
        (CaseState.AWAITING_CUSTOMER,),
        CaseState.IN_PROGRESS,
        CUSTOMER,
        N_("Answer"),
        "T6",
        by_comment=True,
    ),
    Transition(
        Act.RESOLVE,
        (CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER),
        CaseState.RESOLVED,
        AGENT,
        N_("Resolved (awaiting closure)"),
        "T7",
    ),
    Transition(
        Act.ACCEPT,
        (CaseState.RESOLVED,),
        CaseState.CLOSED,
        CUSTOMER,
        N_("Accept solution"),
        "T8",
    ),
    Transition(
        Act.REJECT,
        (CaseState.RESOLVED,),
        CaseState.IN_PROGRESS,
        CUSTOMER,
        N_("Reject solution"),
        "T9",
    ),
    Transition(
        Act.CLOSE,
        (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER),
        CaseState.CLOSED,
        CUSTOMER,
        N_("Close case"),
        "T10",
    ),
    Transition(
        Act.CLOSE_UNCONFIRMED,
        (CaseState.RESOLVED,),
        CaseState.CLOSED,
        (ActorKind.AGENT, ActorKind.SYSTEM),
        N_("Close without confirmation"),
        "T11",
        by_setting=True,
    ),
)

_BY_ACT = {transition.act: transition for transition in TRANSITIONS}


class TransitionRefused(Exception):
    """The act is not one of those the table allows in this state."""


def transition(act: Act) -> Transition:
    """The row of an act."""
    return _BY_ACT[act]


def is_allowed(act: Act, state: CaseState, kind: ActorKind) -> bool:
    """Tell whether the table lets this kind of actor do ``act`` in ``state``."""
    row = _BY_ACT[act]
    return state in row.sources and kind in row.by


def target_of(act: Act, state: CaseState, kind: ActorKind) -> CaseState:
    """The state that ``act`` leads to.

    :raises TransitionRefused: if the table does not hold it for this state and kind of actor (CASE-12).
    """
    if not is_allowed(act, state, kind):
        raise TransitionRefused(f"{act} is not open to a {kind} in {state}")
    return _BY_ACT[act].target


def offered(state: CaseState, kind: ActorKind) -> Sequence[Transition]:
    """The acts that a page offers as buttons in this state, in the order of the table."""
    return [
        row
        for row in TRANSITIONS
        if is_allowed(row.act, state, kind) and not row.by_comment and not row.by_setting
    ]
