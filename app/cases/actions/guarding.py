"""The ways by which a text of the desk goes out to a customer past the wrong-customer guard."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.cases import events, policy
from app.cases.actions.commenting import add_comment
from app.cases.guard.outgoing import Outgoing, look_through
from app.cases.models import Case, CaseComment
from app.files.models import Upload
from app.journal import record


def reply(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    body: str,
    html: str | None = None,
    uploads: Sequence[Upload] = (),
    confirmed: str = "",
) -> CaseComment:
    """Send a public reply past the guard.

    :param confirmed: the digest of a former stop, if somebody has looked at what was found.
    :raises guard.outgoing.Stopped: if something was found and this very text was not confirmed.
    """
    authorize(policy.can_comment(actor, case) and not actor.is_customer)
    outgoing = Outgoing(
        holder_id=case.customer_number.holder_id,
        case_id=case.id,
        body=body,
        html=html,
        file_names=[upload.name for upload in uploads],
    )
    overruled = look_through(session, outgoing, confirmed=confirmed)
    comment = add_comment(session, case, actor=actor, body=body, html=html, uploads=uploads)
    _tell(session, case, actor, overruled)
    return comment


def past_guard(
    session: Session, outgoing: Outgoing, *, actor: Actor, confirmed: str, act: Callable[[], Case]
) -> Case:
    """Do an act that says ``outgoing`` to a customer, and return its case; the act asks the policy itself.

    :raises guard.outgoing.Stopped: as for a reply; the act is not done then.
    """
    overruled = look_through(session, outgoing, confirmed=confirmed)
    case = act()
    _tell(session, case, actor, overruled)
    return case


def _tell(session: Session, case: Case, actor: Actor, kinds: tuple[str, ...]) -> None:
    """Tell in the history that a warning was overruled; what had been found is not repeated there."""
    if kinds:
        record(session, actor=actor, subject=case, happened=events.GuardOverruled(kinds))
