"""For whom an article is (SEC-49): services, contract holders, customer numbers; nobody until somebody says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.journal import record
from app.knowledge import events, guarding, policy
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article, ArticleAudience, ArticleEdition, ArticleVersion, KnowledgeBase
from app.knowledge.standing import StaleVersion, audience_of, base_of


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


Key: TypeAlias = tuple[int, int | None, int | None]


class WrongReaders(Exception):
    """The base of the article has no place for such readers."""


def set_audience(
    session: Session,
    article: Article,
    *,
    actor: Actor,
    readers: Sequence[Readers],
    seen: str | None = None,
    confirmed: str = "",
) -> None:
    """Say anew who may read an article; no readers at all is nobody. Readers of services out of reach stay.

    :param seen: :func:`mark_of` the audience that a form was made from; ``None`` for whoever has read it just now.
    :param confirmed: the digest of a former stop by the guard, if somebody has looked at what was found.
    :raises StaleVersion: if somebody else has changed it since (REL-05).
    :raises app.cases.guard.outgoing.Stopped: if what customers see already names others than the new readers.

    :raises WrongReaders: for readers of another service than the base's, for single customers in a base that is common
        to all services, and for a customer number of another service.
    """
    base = base_of(session, article)
    authorize(policy.can_publish(actor, base) and all(_is_in_reach(actor, each) for each in readers))
    if not all(_fits(base, each) for each in readers):
        raise WrongReaders
    rows = audience_of(session, article)
    if seen is not None and seen != mark_of(rows):
        raise StaleVersion
    wanted = {_key(each) for each in readers}
    overruled = _look(session, article, actor, wanted, confirmed)
    known = {(row.service_id, row.holder_id, row.customer_number_id): row for row in rows}
    for key, row in known.items():
        if key not in wanted and (actor.is_system or row.service_id in actor.services):
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
    if overruled:
        record(session, actor=actor, subject=article, happened=events.GuardOverruled(overruled))


def mark_of(rows: Sequence[ArticleAudience]) -> str:
    """What a form carries of the audience that it was made from."""
    return "-".join(str(row.id) for row in rows) or "nobody"


def _look(
    session: Session, article: Article, actor: Actor, wanted: Iterable[Key], confirmed: str
) -> tuple[str, ...]:
    """Let nobody become a reader of what names somebody else, unless it was looked at."""
    if actor.is_system or article.state is not ArticleState.PUBLISHED or not wanted:
        return ()
    of_article = select(ArticleEdition.current_id).where(ArticleEdition.article_id == article.id)
    versions = session.scalars(
        select(ArticleVersion).where(ArticleVersion.id.in_(of_article)).order_by(ArticleVersion.id)
    ).all()
    readers = [(holder, number) for _service, holder, number in wanted]
    return guarding.look_at_all(session, article, versions, readers, confirmed=confirmed)


def _words(readers: Iterable[Readers]) -> tuple[str, ...]:
    return tuple(sorted({each.word for each in readers}))


def _key(readers: Readers) -> Key:
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
