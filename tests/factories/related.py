"""Cases that belong together: linked, merged, under a parent, or opened in one go."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.cases.actions import batches, bulk, linking, merging, parenting
from app.cases.actions.bulk import Kind, Order, Wanted
from app.cases.categories import Category
from app.cases.models import Case, CaseBatch, CaseBatchItem, LinkKind
from app.contracts.models import Service
from tests import cast
from tests.factories import cases


def link(
    session: Session, number: str, other: str, kind: LinkKind = LinkKind.RELATED, *, by: str = "agent"
) -> int:
    """Link two cases, and return the id of the link."""
    made = linking.link(
        session,
        cases.case_of(session, number),
        actor=cast.actor_of(session, by),
        other=cases.case_of(session, other),
        kind=kind,
    )
    return made.id


def merge(session: Session, number: str, into: str, *, by: str = "agent") -> None:
    """Merge a case into another one."""
    actor = cast.actor_of(session, by)
    merging.merge(session, cases.case_of(session, number), actor=actor, into=cases.case_of(session, into))


def undo_merge(session: Session, number: str, *, by: str = "agent") -> None:
    """Undo a merge."""
    merging.undo_merge(session, cases.case_of(session, number), actor=cast.actor_of(session, by))


def put_under(session: Session, number: str, parent: str, *, by: str = "agent") -> None:
    """Put a case under a parent."""
    actor = cast.actor_of(session, by)
    parenting.set_parent(
        session, cases.case_of(session, number), actor=actor, parent=cases.case_of(session, parent)
    )


def family(session: Session, *numbers: str) -> tuple[str, list[str]]:
    """A parent of the desk with a child for each customer number; returns its number and theirs."""
    parent = cases.open_case(session, subject="親の件名")
    children = [cases.open_case(session, number=number, subject="お客様ごとの件") for number in numbers]
    for child in children:
        put_under(session, child, parent)
    return parent, children


def batch(
    session: Session,
    numbers: Sequence[str] = (cast.CS_NUMBER, cast.ALICE_CS_NUMBER),
    *,
    by: str = "agent",
    parent: str | None = None,
) -> str:
    """Order cases for several numbers of cs, and return the token of the batch."""
    made = batches.open_batch(
        session,
        actor=cast.actor_of(session, by),
        service=session.scalars(select(Service).where(Service.slug == "cs")).one(),
        numbers=[cast.number(session, number) for number in numbers],
        text=batches.BatchText(category=Category.MONTHLY_REPORT, subject="10月分のご報告", body="本文です。"),
        parent=cases.case_of(session, parent) if parent else None,
    )
    return made.token


def items(session: Session, token: str) -> list[tuple[str | None, str | None]]:
    """The case number and the failure of each item of a batch, in order."""
    rows = session.execute(
        select(Case.number, CaseBatchItem.failure)
        .select_from(CaseBatchItem)
        .join(CaseBatch, CaseBatch.id == CaseBatchItem.batch_id)
        .outerjoin(Case, Case.id == CaseBatchItem.case_id)
        .where(CaseBatch.token == token)
        .order_by(CaseBatchItem.id)
    )
    return [(row[0], row[1]) for row in rows]


def assign_many(session: Session, numbers: Sequence[str], to: str, *, by: str = "agent") -> tuple[int, int]:
    """Assign several cases in one act, and return the first and the last event of it."""
    order = Order(kind=Kind.ASSIGN, assignee=cast.person(session, to))
    wanted = [Wanted(number) for number in numbers]
    return bulk.carry_out(session, wanted, order, actor=cast.actor_of(session, by))


def places(session: Session, new: str, fm_new: str) -> dict[str, str]:
    """What the town has of all this."""
    one, other, duplicate = cases.many(session, 3)
    parent, (child,) = family(session, cast.ALICE_CS_NUMBER)
    merge(session, duplicate, one)
    # The act stays young however long the tests take.
    with clock.at(clock.now() + timedelta(hours=6)):
        first, last = assign_many(session, [other], "lead")
    return {
        "linked": one,
        "case_link": str(link(session, one, other)),
        "merged": duplicate,
        "parent": parent,
        "child": child,
        "batch": batch(session),
        "bulk": f"{first}-{last}",
        "new_row": f"{new}:{cases.case_of(session, new).version}",
        "fm_new_row": f"{fm_new}:{cases.case_of(session, fm_new).version}",
    }
