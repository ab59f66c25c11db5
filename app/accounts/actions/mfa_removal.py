"""Taking a lost factor away: one agent checks who asks and records how, a second one decides (SEC-17, DESK-08).

One agent alone cannot do it: the rule refuses it, and so does the table's own check.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, factors, policy, removals
from app.accounts.actions.desk_help import NothingToDo
from app.accounts.history import note as tell_history
from app.accounts.models import MfaRemoval, User, shown_name
from app.authz import Actor, Forbidden, authorize


class AlreadyDecided(Exception):
    """Another agent has decided in the meantime."""


def ask(session: Session, *, actor: Actor, user: User, identity_check: str) -> MfaRemoval:
    """Ask a second agent to take the second proofs of ``user`` away; nothing changes until that agent decides.

    :param identity_check: how the customer asked, and how the agent made sure who they are.
    :raises NothingToDo: if there is nothing to take away, or a request is open already.
    """
    authorize(policy.can_help(actor, user))
    if actor.user_id is None:
        raise Forbidden
    if removals.open_request(session, user) is not None or not factors.has_any(session, user):
        raise NothingToDo
    removal = MfaRemoval(
        user_id=user.id, asked_by_id=actor.user_id, asked_at=clock.now(), identity_check=identity_check
    )
    session.add(removal)
    tell_history(session, actor=actor, user=user, happened=events.RemovalAsked(identity_check))
    return removal


def decide(
    session: Session, *, actor: Actor, user: User, removal: MfaRemoval, is_approved: bool, note: str = ""
) -> None:
    """Let a second agent approve or refuse the request; of two decisions at once one alone holds.

    :raises AlreadyDecided: if somebody has decided in the meantime.
    """
    authorize(policy.can_help(actor, user))
    authorize(policy.can_decide(actor, removal) and removal.user_id == user.id)
    # Read anew and held until the end of the transaction: what another agent has done meanwhile must be seen.
    session.refresh(removal, with_for_update=True)
    if removal.decided_at is not None:
        raise AlreadyDecided
    removal.decided_by_id, removal.decided_at, removal.is_approved = actor.user_id, clock.now(), is_approved
    happened = events.RemovalDecided(is_approved, _name_of(session, removal.asked_by_id), note)
    tell_history(session, actor=actor, user=user, happened=happened)
    if is_approved:
        factors.take_away(session, actor=actor, user=user)


def _name_of(session: Session, user_id: int) -> str:
    row = session.execute(select(User.family_name, User.given_name).where(User.id == user_id)).one()
    return shown_name(*row)
