"""The wrong-customer guard for articles: one that names a customer goes out only when somebody has looked at it."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.guard.outgoing import NOBODY, Outgoing, Stopped, look_through, stop_of
from app.contracts.models import CustomerNumber
from app.files.models import StoredFile
from app.knowledge.models import Article, ArticleAudience, ArticleVersion
from app.knowledge.standing import audience_of, files_of

# The ids of a contract holder and of a customer number; neither is everybody.
Reader: TypeAlias = tuple[int | None, int | None]


def look(
    session: Session, article: Article, version: ArticleVersion, *, confirmed: str = ""
) -> tuple[str, ...]:
    """Let a version pass that names no customer but its own readers, or whose findings were confirmed.

    :param confirmed: the digest of a former stop.
    :returns: the kinds of what was found and confirmed.
    :raises Stopped: if something was found and this very text was not confirmed.
    """
    return look_through(session, outgoing(session, article, version), confirmed=confirmed)


def stop(session: Session, article: Article, version: ArticleVersion) -> Stopped | None:
    """What would stop a version, for the page that shows it before."""
    return stop_of(session, outgoing(session, article, version))


def outgoing(session: Session, article: Article, version: ArticleVersion) -> Outgoing:
    """What readers would get of a version: title, text, and the names of its files."""
    names = [file.name for file in files_of(session, version)]
    if version.document_id:
        names.append(session.get_one(StoredFile, version.document_id).name)
    return Outgoing(
        holder_id=holder_of(session, audience_of(session, article)),
        body=f"{version.title}\n{version.body}",
        html=version.html or None,
        file_names=names,
    )


def look_at_all(
    session: Session,
    article: Article,
    versions: Sequence[ArticleVersion],
    readers: Sequence[Reader],
    *,
    confirmed: str,
) -> tuple[str, ...]:
    """The same for everything that readers see of an article, before ``readers`` may read it."""
    holder = holder_among(session, readers)
    told = [outgoing(session, article, version) for version in versions]
    everything = Outgoing(
        holder_id=holder,
        body="\n".join(each.body for each in told),
        html="".join(each.html or "" for each in told) or None,
        file_names=[name for each in told for name in each.file_names],
    )
    return look_through(session, everything, confirmed=confirmed)


def holder_of(session: Session, audience: Sequence[ArticleAudience]) -> int:
    """The one contract holder among whom an article stays; :data:`NOBODY` if it is for more, or for nobody yet."""
    return holder_among(session, [(row.holder_id, row.customer_number_id) for row in audience])


def holder_among(session: Session, readers: Sequence[Reader]) -> int:
    """The same for readers by the ids of holder and customer number; neither is everybody."""
    numbers = {number for _holder, number in readers if number}
    of_numbers = session.scalars(select(CustomerNumber.holder_id).where(CustomerNumber.id.in_(numbers)))
    holders = {holder for holder, _number in readers if holder} | set(of_numbers if numbers else ())
    is_for_all = any(holder is None and number is None for holder, number in readers)
    return holders.pop() if len(holders) == 1 and not is_for_all else NOBODY
