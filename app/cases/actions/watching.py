"""Adding users of a customer number to the watch list of its case, and taking them off (CASE-24)."""

from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.authz import Actor, NotFound, authorize
from app.cases import events, policy
from app.cases.models import Case, CaseWatcher
from app.journal import record


class WatcherRefused(ValueError):
    """There is no such user of the customer number: absent, foreign and disabled are the same (SEC-26)."""


def add_watcher(session: Session, case: Case, *, actor: Actor, user_id: int) -> None:
    """Let an enabled user of the case's customer number get its mails as well; done before, it stays as it is.

    :raises WatcherRefused: for anybody else.
    """
    authorize(policy.can_watch(actor, case))
    users = accounts.users_of_number(session, case.customer_number_id)
    user = next((one for one in users if one.id == user_id), None)
    if user is None:
        raise WatcherRefused(user_id)
    if session.get(CaseWatcher, (case.id, user.id)) is not None:
        return
    session.add(CaseWatcher(case_id=case.id, user_id=user.id, added_at=clock.now()))
    record(session, actor=actor, subject=case, happened=events.WatcherAdded(user.id, user.display_name))


def remove_watcher(session: Session, case: Case, *, actor: Actor, user_id: int) -> None:
    """Take a user of the customer number off the watch list.

    :raises NotFound: if they are not on it.
    """
    authorize(policy.can_watch(actor, case))
    users = accounts.users_of_number(session, case.customer_number_id)
    user = next((one for one in users if one.id == user_id), None)
    row = session.get(CaseWatcher, (case.id, user_id)) if user is not None else None
    if user is None or row is None:
        raise NotFound
    session.delete(row)
    record(session, actor=actor, subject=case, happened=events.WatcherRemoved(user.id, user.display_name))
