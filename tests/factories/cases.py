"""Cases in every state, made as people make them: by inquiries, comments and acts of the lifecycle."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.authz import Actor, Audience, system_actor
from app.cases import actions
from app.cases.actions import watching
from app.cases.categories import Category
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case, CaseComment
from app.contracts import actions as contracts
from app.contracts import queries as contracts_queries
from app.journal import JournalEvent
from tests import cast
from tests.cast import CS_NUMBER

# How a case comes from New into each state, and who does it.
WAYS: dict[CaseState, tuple[tuple[Act, str], ...]] = {
    CaseState.NEW: (),
    CaseState.IN_PROGRESS: ((Act.TAKE_ON, "agent"),),
    CaseState.AWAITING_CUSTOMER: ((Act.TAKE_ON, "agent"), (Act.ASK, "agent")),
    CaseState.RESOLVED: ((Act.TAKE_ON, "agent"), (Act.RESOLVE, "agent")),
    CaseState.CLOSED: ((Act.CLOSE, "owner"),),
}
# Somebody who is linked to each customer number.
OWNERS = {
    cast.CS_NUMBER: "hanako",
    cast.FM_NUMBER: "hanako",
    cast.ALICE_CS_NUMBER: "alice",
    cast.ALICE_FM_NUMBER: "alice",
    cast.CHARLIE_NUMBER: "charlie",
}


def open_inquiry(
    session: Session,
    *,
    number: str = CS_NUMBER,
    by: str | None = None,
    category: Category = Category.SERVICE,
    details: str = "",
) -> str:
    """Open a case by an inquiry of the number's owner, and return its number."""
    row = cast.number(session, number)
    actor = _customer(session, by or OWNERS[number], row.service_id)
    case = actions.open_inquiry(session, actor=actor, number=row, category=category, details=details)
    return case.number


def open_case(
    session: Session,
    *,
    number: str = CS_NUMBER,
    by: str = "agent",
    category: Category = Category.OTHER,
    subject: str | None = "定期点検のお知らせ",
    details: str = "",
    contact: str | None = None,
) -> str:
    """Open a case from the desk, and return its number."""
    case = actions.open_case(
        session,
        actor=cast.actor_of(session, by),
        number=cast.number(session, number),
        category=category,
        subject=subject,
        details=details,
        contact=cast.person(session, contact) if contact else None,
    )
    return case.number


def in_state(session: Session, state: CaseState, *, number: str = CS_NUMBER, details: str = "") -> str:
    """Open an inquiry, lead it into ``state``, and return its number."""
    case_number = open_inquiry(session, number=number, details=details)
    for act, who in WAYS[state]:
        move(session, case_number, act, by=OWNERS[number] if who == "owner" else who)
    return case_number


def move(session: Session, case_number: str, act: Act, *, by: str) -> None:
    """Do one act as a member of the cast."""
    case = case_of(session, case_number)
    actions.move(session, case, act, actor=actor_for(session, by, case))


def comment(session: Session, case_number: str, body: str, *, by: str = "agent") -> None:
    """Write a public comment as a member of the cast."""
    case = case_of(session, case_number)
    actions.add_comment(session, case, actor=actor_for(session, by, case), body=body)


def comments(session: Session, case_number: str, bodies: Sequence[str], *, by: str = "agent") -> None:
    """Write several public comments."""
    for body in bodies:
        comment(session, case_number, body, by=by)


def note(session: Session, case_number: str, body: str, *, by: str = "agent") -> None:
    """Write an internal note as an agent."""
    case = case_of(session, case_number)
    actions.add_note(session, case, actor=actor_for(session, by, case), body=body)


def notes(session: Session, case_number: str, bodies: Sequence[str], *, by: str = "agent") -> None:
    """Write several internal notes."""
    for body in bodies:
        note(session, case_number, body, by=by)


def assign(session: Session, case_number: str, to: str | None, *, by: str = "agent") -> None:
    """Give a case to an agent, or to nobody."""
    assignee = cast.person(session, to) if to else None
    case = case_of(session, case_number)
    actions.assign(session, case, actor=actor_for(session, by, case), assignee=assignee)


def watch(session: Session, case_number: str, who: str, *, by: str = "agent") -> None:
    """Put a member of the cast on the watch list of a case."""
    case = case_of(session, case_number)
    user_id = cast.person(session, who).id
    watching.add_watcher(session, case, actor=actor_for(session, by, case), user_id=user_id)


def edit(session: Session, case_number: str, *, subject: str, contact: str | None = None) -> None:
    """Edit a case's subject and contact on its present version."""
    case = case_of(session, case_number)
    actions.edit_details(
        session,
        case,
        actor=cast.actor_of(session, "agent"),
        version=case.version,
        subject=subject,
        category=case.category,
        contact=cast.person(session, contact) if contact else None,
    )


def many(
    session: Session,
    count: int,
    *,
    number: str = CS_NUMBER,
    contact: str | None = None,
    resolved: bool = False,
) -> list[str]:
    """Open several cases from the desk, and return their numbers in order."""
    made = [
        open_case(session, number=number, subject=f"案件{index:03}", contact=contact)
        for index in range(count)
    ]
    for case_number in made if resolved else ():
        move(session, case_number, Act.TAKE_ON, by="agent")
        move(session, case_number, Act.RESOLVE, by="agent")
    return made


def add_number(
    session: Session, number: str, *, holder: str, service: str, people: Sequence[str] = ()
) -> str:
    """Add a customer number and link people of the cast to it."""
    actor = system_actor("tests")
    holder_row = contracts_queries.holder_by_name(session, holder)
    service_row = contracts_queries.service_by_slug(session, service)
    assert holder_row is not None
    assert service_row is not None
    row = contracts.add_customer_number(
        session, actor=actor, number=number, holder=holder_row, service=service_row, pattern=cast.PATTERN
    )
    for name in people:
        accounts.link_numbers(session, actor=actor, user=cast.person(session, name), numbers=[row])
    return number


def choose_language(session: Session, name: str, language: str | None) -> None:
    """Let a member of the cast choose a language."""
    user = cast.person(session, name)
    accounts.choose_language(session, actor=cast.actor_of(session, name), user=user, language=language)


def case_of(session: Session, case_number: str) -> Case:
    """The row of a case."""
    return session.scalars(select(Case).where(Case.number == case_number)).one()


def state_of(session: Session, case_number: str) -> CaseState:
    """The state of a case."""
    return case_of(session, case_number).state


def bodies(session: Session, case_number: str, audience: Audience = Audience.CUSTOMER) -> Sequence[str]:
    """The texts of a case's comments, or of its notes, oldest first."""
    chosen = select(CaseComment.body).join(Case, Case.id == CaseComment.case_id)
    chosen = chosen.where(Case.number == case_number, CaseComment.audience == audience)
    return session.scalars(chosen.order_by(CaseComment.id)).all()


def history(session: Session, case_number: str) -> list[str]:
    """The kinds of the events of a case, oldest first."""
    case = case_of(session, case_number)
    told = select(JournalEvent.kind).where(
        JournalEvent.subject_type == "case", JournalEvent.subject_id == case.id
    )
    return list(session.scalars(told.order_by(JournalEvent.id)))


def all_numbers(session: Session) -> Sequence[str]:
    """The numbers of all cases, in order of creation."""
    return session.scalars(select(Case.number).order_by(Case.id)).all()


def actor_for(session: Session, name: str, case: Case) -> Actor:
    """A member of the cast as the actor who would meet this case."""
    user = cast.person(session, name)
    actor = cast.actor_of(session, name)
    return actor if user.desk_role else actor.within(case.service_id)


def _customer(session: Session, name: str, service_id: int) -> Actor:
    return cast.actor_of(session, name).within(service_id)
