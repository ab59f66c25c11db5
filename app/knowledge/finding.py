"""Looking for articles by what somebody types: the index finds, the database decides what of it is shown (SEC-48).

Where the index cannot be asked, the titles are looked through by the database (F05). The whole number of an article
finds that article, whatever the index holds.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.knowledge import queries
from app.knowledge.documents import KIND, id_and_language
from app.knowledge.models import Article, ArticleEdition, ArticleVersion
from app.search.searching import Answer, ask

# Editions taken from one answer of the index; the filters narrow them further.
MOST_HITS = 2_000
# Titles that the database gives while the search is limited.
MOST_TITLES = 200
LEAST_CHARACTERS = 3
LONGEST_TYPED = 200
NUMBER = re.compile(r"KB[0-9]{7}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, best first; ``ids`` is ``None`` where nothing was looked for (KB-07).

    ``answer`` says the rest: whether the search is limited, a hint, what was perhaps meant, where the hits are.
    """

    typed: str = ""
    ids: Sequence[int] | None = None
    answer: Answer = field(default_factory=Answer)

    @property
    def is_too_short(self) -> bool:
        """Tell whether something was typed, but too little to look for."""
        return bool(self.typed) and self.ids is None and len(self.typed) < LEAST_CHARACTERS


def find(session: Session, actor: Actor, typed: str, *, most: int = MOST_HITS) -> Finding:
    """The articles that fit what was typed; those out of the actor's reach drop out where rows and counts are made."""
    typed = typed.strip()[:LONGEST_TYPED]
    if len(typed) < LEAST_CHARACTERS:
        return Finding(typed)
    its_own = numbered(session, actor, typed)
    if its_own is not None:
        return Finding(typed, [its_own])
    answer = ask(session, actor, typed, kind=KIND, most=most)
    if answer.is_limited:
        return Finding(typed, _by_title(session, actor, typed), answer)
    if not answer.was_asked:
        return Finding(typed, None, answer)
    # An article may be found in both of its languages; it stands where the better one does.
    ids = dict.fromkeys(id_and_language(key)[0] for key in answer.keys)
    return Finding(typed, list(ids), answer)


def numbered(session: Session, actor: Actor, typed: str) -> int | None:
    """The article within reach that has this whole number, in either width and case, with blanks."""
    number = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    if not NUMBER.fullmatch(number):
        return None
    found = queries.visible_to(actor).where(Article.number == number)
    return session.scalar(found.with_only_columns(Article.id))


def _by_title(session: Session, actor: Actor, typed: str) -> Sequence[int]:
    """Articles with these words in a published title, newest first."""
    titled = select(ArticleEdition.article_id).join(
        ArticleVersion, ArticleVersion.id == ArticleEdition.current_id
    )
    for word in typed.split():
        titled = titled.where(ArticleVersion.title.icontains(word, autoescape=True))
    found = (
        queries.visible_to(actor)
        .where(Article.id.in_(titled))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .limit(MOST_TITLES)
    )
    return session.scalars(found.with_only_columns(Article.id)).all()
