"""Articles that may answer what somebody is writing: those that share its rarer words, best first.

A text in the making is no query: none of its words must be there, and signs of the query language mean nothing in it.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.authz import Actor
from app.knowledge.documents import KIND, id_and_language
from app.knowledge.listing import ArticleRow, rows_of
from app.search import index
from app.search.analyzer import tokens
from app.search.documents import Tag, TextField
from app.search.engine import IndexUnusable
from app.search.query import Has, Tagged, all_of, any_of
from app.search.reach import within_reach

# So much of the text is looked at, and so many different words of it, the last ones written.
LONGEST_TEXT = 400
MOST_TERMS = 24
# An article shares so many words with the text, unless the text has no more than one.
LEAST_SHARED = 2
CANDIDATES = 12
# What fits so much worse than the best one would be noise beside it.
LEAST_OF_BEST = 0.35
FIELDS = frozenset({TextField.TITLE, TextField.TEXT})


def suggest(session: Session, actor: Actor, text: str, *, language: str, most: int) -> Sequence[ArticleRow]:
    """At most ``most`` articles within the actor's reach; none while the index cannot be asked."""
    terms = list(dict.fromkeys(token.term for token in reversed(tokens(text[-LONGEST_TEXT:]))))[:MOST_TERMS]
    if not terms:
        return []
    wanted = all_of((any_of(Has(term, FIELDS) for term in terms), Tagged(Tag.KIND, frozenset({KIND}))))
    try:
        hits = index.current().search(within_reach(actor, wanted), limit=CANDIDATES)
    except IndexUnusable:
        return []
    scores: dict[int, float] = {}
    for hit in hits:
        scores.setdefault(id_and_language(hit.key)[0], hit.score)
    rows = rows_of(session, actor, list(scores), language=language)
    # Measured against the best one within reach: what an index of yesterday still finds hides nothing (SEC-28).
    enough = LEAST_OF_BEST * max((scores[row.id] for row in rows), default=0)
    least = min(LEAST_SHARED, len(terms))
    return [row for row in rows if scores[row.id] >= enough and _shared(row, set(terms)) >= least][:most]


def _shared(row: ArticleRow, terms: set[str]) -> int:
    """How many of the words an article has in the language in which it is shown."""
    return len(terms & {token.term for token in tokens(f"{row.title}\n{row.text[:2_000]}")})
