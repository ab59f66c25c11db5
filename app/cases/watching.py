"""The watch list of a case: users of its customer number who get its mails as well (CASE-24)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.accounts.models import User, UserNumber
from app.cases.models import Case, CaseWatcher


@dataclass(frozen=True, slots=True)
class WatchList:
    """Who watches a case, and who else of its customer number could."""

    watchers: Sequence[User]
    others: Sequence[User]


def watch_list(session: Session, case: Case) -> WatchList:
    """The watch list of a case within reach, in order of names.

    Whoever was disabled or has lost the number stands in neither part: they get no mail (MAIL-04), and their name is
    no business of those who have the number now.
    """
    rows = session.execute(
        select(User, CaseWatcher.user_id.is_not(None))
        .join(UserNumber, UserNumber.user_id == User.id)
        .outerjoin(CaseWatcher, and_(CaseWatcher.user_id == User.id, CaseWatcher.case_id == case.id))
        .where(UserNumber.number_id == case.customer_number_id, User.disabled_at.is_(None))
        .order_by(User.family_name, User.given_name, User.id)
    ).all()
    return WatchList(
        [user for user, is_watching in rows if is_watching],
        [user for user, is_watching in rows if not is_watching],
    )


def watcher_ids(session: Session, case: Case) -> Sequence[int]:
    """The ids of all who are on the watch list; whether they still get mails, the customer number says (MAIL-04)."""
    watching = select(CaseWatcher.user_id).where(CaseWatcher.case_id == case.id)
    return session.scalars(watching.order_by(CaseWatcher.user_id)).all()
