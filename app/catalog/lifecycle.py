"""The states of a work request and its one table of transitions (WR-07, WR-08).

Whatever the table does not hold is refused; a decision is final.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.authz import ActorKind
from app.i18n import N_, _


class RequestState(StrEnum):
    """Where a request stands, in the order in which lists sort it."""

    APPROVAL = "approval"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's name in the language in force."""
        return _(STATE_LABELS[self])


STATE_LABELS: dict[RequestState, str] = {
    RequestState.APPROVAL: N_("Awaiting your administrator's approval"),
    RequestState.WAITING: N_("Awaiting decision"),
    RequestState.ACCEPTED: N_("Accepted"),
    RequestState.REJECTED: N_("Rejected"),
    RequestState.REFUSED: N_("Not approved"),
    RequestState.WITHDRAWN: N_("Withdrawn"),
}

# In these nothing has been decided yet, and points may be held.
PENDING_STATES = (RequestState.APPROVAL, RequestState.WAITING)


class Act(StrEnum):
    """What is done to a request after it was sent; each act is a small resource of its own."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: who may do what in which states; ``to`` is empty where the act itself decides."""

    act: Act
    sources: Sequence[RequestState]
    to: RequestState | None
    who: ActorKind


TRANSITIONS = (
    Transition(Act.APPROVE, (RequestState.APPROVAL,), RequestState.WAITING, ActorKind.CUSTOMER),
    Transition(Act.REFUSE, (RequestState.APPROVAL,), RequestState.REFUSED, ActorKind.CUSTOMER),
    # The desk does not approve in the customer's place; it can only ask for it once more (docs/decisions/0022).
    Transition(Act.ASK_AGAIN, (RequestState.APPROVAL,), RequestState.APPROVAL, ActorKind.AGENT),
    # A change voids an approval, so where one is needed the request goes back to wait for it.
    Transition(Act.AMEND, PENDING_STATES, None, ActorKind.CUSTOMER),
    Transition(Act.WITHDRAW, PENDING_STATES, RequestState.WITHDRAWN, ActorKind.CUSTOMER),
    Transition(Act.ACCEPT, (RequestState.WAITING,), RequestState.ACCEPTED, ActorKind.AGENT),
    Transition(Act.REJECT, (RequestState.WAITING,), RequestState.REJECTED, ActorKind.AGENT),
)


def is_allowed(act: Act, state: RequestState, who: ActorKind) -> bool:
    """Tell whether ``who`` may do ``act`` to a request that stands at ``state``."""
    return any(row.act is act and state in row.sources and row.who is who for row in TRANSITIONS)
