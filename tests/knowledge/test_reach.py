"""Which articles exist for whom: closed by default, and the same in the database and in the index."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.knowledge import documents, queries
from app.knowledge.actions.publishing import withdraw
from app.knowledge.models import Article
from app.search.documents import Tag
from app.search.reach import readers_of
from tests import cast
from tests.factories import knowledge

CUSTOMERS = (("hanako", "cs"), ("taro", "cs"), ("jiro", "fm"), ("alice", "cs"), ("charlie", "fm"))


def who_reads(session: Session, article: Article) -> set[str]:
    """The customers for whom the article exists; the database and its document's readers must agree."""
    in_database, in_index = set(), set()
    made = list(documents.documents(session, [article.id]))
    for name, slug in CUSTOMERS:
        actor = cast.actor_of(session, name, slug)
        if session.scalar(queries.visible_to(actor).where(Article.id == article.id)):
            in_database.add(name)
        if any(document.tags[Tag.READERS] & readers_of(actor) for document in made):
            in_index.add(name)
    assert in_database == in_index
    return in_database


@pytest.mark.req("SEC-49", "KB-03")
def test_without_an_audience_nobody_reads(session: Session) -> None:
    article = knowledge.article(session, for_whom=[])
    assert who_reads(session, article) == set()


@pytest.mark.req("KB-03")
def test_a_draft_and_a_withdrawn_article_are_nobodys(session: Session) -> None:
    draft = knowledge.article(session, is_published=False)
    assert who_reads(session, draft) == set()
    withdrawn = knowledge.article(session)
    withdraw(session, withdrawn, actor=knowledge.MAKER)
    assert who_reads(session, withdrawn) == set()


@pytest.mark.req("KB-03", "SEC-49")
@pytest.mark.parametrize(
    ("slug", "holder", "number", "expected"),
    [
        ("cs", None, None, {"hanako", "taro", "alice"}),
        ("fm", None, None, {"jiro", "charlie"}),
        ("cs", cast.SAMPLE, None, {"hanako", "taro"}),
        ("cs", None, cast.ALICE_CS_NUMBER, {"alice"}),
        ("fm", None, cast.CHARLIE_NUMBER, {"charlie"}),
    ],
)
def test_audiences_open_to_those_they_name(
    session: Session,
    slug: str,
    holder: str | None,
    number: str | None,
    expected: set[str],
) -> None:
    for_whom = [knowledge.readers(session, slug, holder=holder, number=number)]
    article = knowledge.article(session, slug=slug, for_whom=for_whom)
    assert who_reads(session, article) == expected


@pytest.mark.req("KB-03")
def test_a_common_base_is_for_whole_services(session: Session) -> None:
    article = knowledge.article(session, slug=None)
    assert who_reads(session, article) == {name for name, _slug in CUSTOMERS}


@pytest.mark.req("KB-15")
def test_agents_see_the_bases_of_their_services(session: Session) -> None:
    for_fm, common = knowledge.article(session, slug="fm"), knowledge.article(session, slug=None)
    of_cs = cast.actor_of(session, "cs_agent")
    seen = session.scalars(select(Article.id).where(queries.within_reach(of_cs)).order_by(Article.id)).all()
    assert common.id in seen
    assert for_fm.id not in seen
