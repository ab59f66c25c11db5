"""For whom an article is (SEC-49): services, contract holders, customer numbers; nobody until somebody says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.journal import record
from app.knowledge import events, policy
from app.knowledge.models import Article, ArticleAudience, KnowledgeBase
from app.knowledge.standing import base_of


@dataclass(frozen=True, slots=True)
class Readers:
    """The users of a service, those of one contract holder there, or those of one customer number."""

    service: Service
    holder: ContractHolder | None = None
    number: CustomerNumber | None = None

    @property
    def word(self) -> str:
        """How the history calls them."""
        if self.number:
            return self.number.number
        return f"{self.service.slug}/{self.holder.id}" if self.holder else self.service.slug


class WrongReaders(Exception):
    """The base of the article has no place for such readers."""


def set_audience(session: Session, article: Article, *, actor: Actor, readers: Sequence[Readers]) -> None:
    """Say anew who may read an article; no readers at all is nobody.

    :raises WrongReaders: for readers of another service than the base's, for single customers in a base that is common
        to all services, and for a customer number of another service.
    """
    base = base_of(session, article)
    authorize(policy.can_publish(actor, base) and all(_is_in_reach(actor, each) for each in readers))
    if not all(_fits(base, each) for each in readers):
        raise WrongReaders
    wanted = {_key(each) for each in readers}
    rows = session.scalars(select(ArticleAudience).where(ArticleAudience.article_id == article.id)).all()
    known = {(row.service_id, row.holder_id, row.customer_number_id): row for row in rows}
    for key, row in known.items():
        if key not in wanted:
            session.delete(row)
    for service_id, holder_id, number_id in sorted(wanted - known.keys(), key=str):
        session.add(
            ArticleAudience(
                article_id=article.id,
                service_id=service_id,
                holder_id=holder_id,
                customer_number_id=number_id,
            )
        )
    session.flush()
    record(session, actor=actor, subject=article, happened=events.AudienceSet(_words(readers)))


def _words(readers: Iterable[Readers]) -> tuple[str, ...]:
    return tuple(sorted({each.word for each in readers}))


def _key(readers: Readers) -> tuple[int, int | None, int | None]:
    return (
        readers.service.id,
        readers.holder.id if readers.holder else None,
        readers.number.id if readers.number else None,
    )


def _fits(base: KnowledgeBase, readers: Readers) -> bool:
    if readers.number is not None and readers.number.service_id != readers.service.id:
        return False
    if base.service_id is None:
        return readers.holder is None and readers.number is None
    return readers.service.id == base.service_id


def _is_in_reach(actor: Actor, readers: Readers) -> bool:
    return actor.is_system or readers.service.id in actor.services
