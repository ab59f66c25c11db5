"""Cases that a search finds, as its pages show them: the best of them, how many there are, and where the words stand.

What the index says is looked up again within the actor's scope: rows, texts and numbers come from the database
(SEC-48).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases import plain_words, queries
from app.cases.documents import KIND, id_in
from app.cases.excerpts import Excerpt, excerpts
from app.cases.keyword import cut_text, limited_text, newest
from app.cases.lifecycle import CaseState
from app.cases.models import Case, shown_subject
from app.contracts.models import ContractHolder, CustomerNumber
from app.db import one_of_many
from app.lists.filtering.operators import Operator
from app.lists.filtering.syntax import write
from app.lists.filtering.tree import Condition, Filter
from app.search import searching
from app.search.searching import Answer, Piece


@dataclass(frozen=True, slots=True)
class CaseHit:
    """One case that was found; without an ``excerpt`` where the words stand in the subject or a file's name alone."""

    number: str
    state: CaseState
    subject: Sequence[Piece]
    holder: str
    updated_at: datetime
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class FoundCases:
    """The first hits and the number of all of them; ``answer`` is what the search says about the words."""

    hits: Sequence[CaseHit]
    total: int
    answer: Answer
    notice: str = ""


def by_number(session: Session, actor: Actor, typed: str) -> Sequence[CaseHit]:
    """The case of a whole number, however it is typed (SEARCH-01)."""
    found = queries.by_typed_number(session, actor, typed)
    return _hits(session, actor, [case.id for case in found], None)


def by_words(session: Session, actor: Actor, typed: str, *, shown: int) -> FoundCases:
    """The ``shown`` best cases that hold the words, and how many there are."""
    answer = searching.ask(session, actor, typed, kind=KIND, most=shown)
    if not answer.was_asked:
        return FoundCases((), 0, answer)
    if answer.is_limited:
        return _by_plain_words(session, actor, typed, answer, shown)
    hits = _hits(session, actor, [id_in(key) for key in answer.keys], answer)
    if answer.total <= shown:
        # All of them are here, so what the database has of them is the number.
        return FoundCases(hits, len(hits), answer)
    everything = newest(session, actor, typed)
    ids = [id_in(key) for key in everything.keys]
    total = queries.count(session, actor, one_of_many(Case.id, ids))
    return FoundCases(hits, total, answer, cut_text() if everything.total > len(ids) else "")


def as_filter(typed: str) -> str:
    """The words as the condition of a case list, for its address."""
    return write(Filter(((Condition("keyword", Operator.MATCHES.value, (typed,)),),)))


def _by_plain_words(session: Session, actor: Actor, typed: str, answer: Answer, shown: int) -> FoundCases:
    condition = plain_words.condition(actor, typed)
    order = (Case.updated_at.desc(), Case.id.desc())
    ids = session.scalars(
        select(Case.id).where(queries.within_reach(actor), condition).order_by(*order).limit(shown)
    ).all()
    total = queries.count(session, actor, condition)
    return FoundCases(_hits(session, actor, ids, answer), total, answer, limited_text())


def _hits(session: Session, actor: Actor, ids: Sequence[int], answer: Answer | None) -> Sequence[CaseHit]:
    """The rows of these cases within reach, in the order of ``ids``."""
    rows = (
        session.execute(
            select(Case.id, Case.number, Case.state, Case.subject, ContractHolder.name, Case.updated_at)
            .join(Case.customer_number)
            .join(CustomerNumber.holder)
            .where(queries.within_reach(actor), one_of_many(Case.id, ids))
        )
        if ids
        else ()
    )
    by_id = {row[0]: row for row in rows}
    found = [by_id[case_id] for case_id in ids if case_id in by_id]
    shown = excerpts(session, actor, list(by_id), answer) if answer else {}
    return [
        CaseHit(
            number,
            state,
            _marked(shown_subject(subject), answer),
            holder,
            updated,
            shown.get(case_id),
        )
        for case_id, number, state, subject, holder, updated in found
    ]


def _marked(text: str, answer: Answer | None) -> Sequence[Piece]:
    return answer.mark(text) if answer else [Piece(text, is_hit=False)]
