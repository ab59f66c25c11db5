"""The login history as its readers list it: one scope for the page, its count and every file (HIST-02, HIST-06).

An administrator reads the events of the own contract holder, everybody else their own. Of these the portal of a service
shows what happened at that portal, and what happened at none (an unlocking, a password set by the desk) of people who
are linked to the service: such a thing holds in every portal they can enter, and people of other services stay unknown
here (SVC-04).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import policy
from app.accounts.audit import KINDS
from app.accounts.models import LoginEvent, UserNumber
from app.authz import Actor
from app.contracts.models import CustomerNumber
from app.i18n import N_, _
from app.lists.columns import Column
from app.lists.export.table import Field, Kind, Table
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 5
# Rows that a file's query fetches at a time.
CHUNK = 1_000
FIRST_ORDER = "-time"

TIME = Column("time", N_("Time"), (LoginEvent.at,))
NAME = Column("name", N_("Name"), (LoginEvent.kind, LoginEvent.at))
USER_ID = Column("user-id", N_("User ID"), (LoginEvent.login_id, LoginEvent.at))
COLUMNS = (TIME, NAME, USER_ID)


@dataclass(frozen=True, slots=True)
class LoginRow:
    """What the list shows of one event."""

    at: datetime
    kind: str
    login_id: str

    @property
    def meaning(self) -> str:
        """What the event's name says, in the language in force."""
        words = KINDS.get(self.kind, "")
        return _(words) if isinstance(words, str) and words else ""


FIELDS: Sequence[Field[LoginRow]] = (
    Field(TIME, lambda row: row.at, Kind.MOMENT, width=20),
    Field(NAME, lambda row: row.kind, width=24),
    Field(USER_ID, lambda row: row.login_id, width=40),
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The events that ``actor`` may see in the portal to which they are narrowed."""
    whose = LoginEvent.user_id == actor.user_id
    if policy.can_manage_contacts(actor):
        whose = LoginEvent.holder_id == actor.holder_id
    is_linked = exists().where(
        UserNumber.user_id == LoginEvent.user_id,
        CustomerNumber.id == UserNumber.number_id,
        CustomerNumber.service_id.in_(sorted(actor.services)),
    )
    here = LoginEvent.service_id.in_(sorted(actor.services))
    return and_(whose, or_(here, and_(LoginEvent.service_id.is_(None), is_linked)))


def count(session: Session, actor: Actor) -> int:
    """How many events the actor may see."""
    return session.scalar(select(func.count()).select_from(LoginEvent).where(visible_to(actor))) or 0


def login_rows(
    session: Session, actor: Actor, sort: Sort, *, limit: int, offset: int = 0
) -> Iterable[LoginRow]:
    """Some rows of the list in its order, fetched in chunks as they are asked for."""
    chosen = select(LoginEvent.at, LoginEvent.kind, LoginEvent.login_id).where(visible_to(actor))
    ordered = sort.apply(chosen, LoginEvent.id).limit(limit).offset(offset)
    found = session.execute(ordered.execution_options(yield_per=CHUNK))
    return (LoginRow(at, kind, login_id) for at, kind, login_id in found)


def login_page(
    session: Session, actor: Actor, *, sort: Sort, wanted: int, url: Callable[[int], str]
) -> Page[LoginRow]:
    """One page of the history, 5 rows each (HIST-02)."""
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=count(session, actor),
        rows=lambda limit, offset: list(login_rows(session, actor, sort, limit=limit, offset=offset)),
        url=url,
    )


def login_table(session: Session, actor: Actor, *, sort: Sort) -> Table[LoginRow]:
    """The whole history that the actor may see, for a file (HIST-05)."""
    return Table(
        title=_("Login history"),
        name="login-history",
        fields=FIELDS,
        rows=lambda limit, offset: login_rows(session, actor, sort, limit=limit, offset=offset),
        total=count(session, actor),
    )
