"""What leads have taught the search, and searches in vain."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import ActorKind
from app.search import words
from app.search.models import MissedSearch
from tests import cast
from tests.factories import knowledge


def group(session: Session, *lines: str, by: str = "lead") -> int:
    """A group of words that mean the same; its id."""
    return words.add_group(session, actor=cast.actor_of(session, by), typed="\n".join(lines)).id


def dictionary_word(session: Session, word: str, *, by: str = "lead") -> int:
    """A word that stays whole; its id."""
    return words.add_word(session, actor=cast.actor_of(session, by), typed=word).id


def missed(session: Session, typed: str, *, service: str | None = "cs", times: int = 1) -> int:
    """A search in vain in a portal, or at the desk; its id."""
    row = MissedSearch(
        service_id=knowledge.service(session, service).id if service else None,
        asker=ActorKind.CUSTOMER if service else ActorKind.AGENT,
        typed=typed,
        times=times,
        first_at=clock.now(),
        last_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.id


def places(session: Session) -> dict[str, str]:
    """One of each, for the tests of the whole application."""
    return {
        "synonyms": str(group(session, "パスワード", "暗証番号")),
        "dictionary_word": str(dictionary_word(session, "まどぐちくん")),
        "missed": str(missed(session, "見つからない語")),
        "desks_missed": str(missed(session, "どこにもない語", service=None)),
    }
