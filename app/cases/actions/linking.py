"""Remarks of the desk that two cases belong together."""

from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import events, policy
from app.cases.models import Case, CaseLink, LinkKind
from app.journal import record


class LinkFault(StrEnum):
    """Why two cases cannot be linked."""

    SAME = "same"
    LINKED = "linked"


class LinkRefused(ValueError):
    """The two cases cannot be linked; ``fault`` says why."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def link(session: Session, case: Case, *, actor: Actor, other: Case, kind: LinkKind) -> CaseLink:
    """Note that ``other``, a case within the actor's reach, belongs to ``case``; told in the history of both.

    :raises LinkRefused: for a case and itself, or two that are linked already, in whatever direction.
    """
    authorize(policy.can_relate(actor, case) and policy.can_read(actor, other))
    if other.id == case.id:
        raise LinkRefused(LinkFault.SAME)
    if _existing(session, case, other) is not None:
        raise LinkRefused(LinkFault.LINKED)
    made = CaseLink(case_id=case.id, other_id=other.id, kind=kind, created_at=clock.now())
    session.add(made)
    record(session, actor=actor, subject=case, happened=events.CaseLinked(other.number, kind.value))
    record(session, actor=actor, subject=other, happened=events.CaseLinked(case.number, kind.value))
    return made


def unlink(session: Session, case: Case, *, actor: Actor, link: CaseLink, other: Case) -> None:
    """Take a link of ``case`` with ``other`` away again."""
    authorize(policy.can_relate(actor, case) and policy.can_read(actor, other))
    authorize({link.case_id, link.other_id} == {case.id, other.id})
    kind = link.kind.value
    session.delete(link)
    record(session, actor=actor, subject=case, happened=events.CaseUnlinked(other.number, kind))
    record(session, actor=actor, subject=other, happened=events.CaseUnlinked(case.number, kind))


def _existing(session: Session, case: Case, other: Case) -> CaseLink | None:
    this_way = and_(CaseLink.case_id == case.id, CaseLink.other_id == other.id)
    that_way = and_(CaseLink.case_id == other.id, CaseLink.other_id == case.id)
    return session.scalars(
        select(CaseLink).where(or_(this_way, that_way)).order_by(CaseLink.id).limit(1)
    ).first()
