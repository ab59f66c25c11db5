"""Lists of articles: rows in one language, orders, filters and their counts, within reach alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.i18n import speaking
from app.knowledge.actions.publishing import withdraw
from app.knowledge.facets import bases_with_articles, facets_of
from app.knowledge.listing import COLUMNS, ArticleRow, article_page, rows_of
from app.knowledge.models import ArticleViews
from app.knowledge.narrowing import MOST_CHOSEN, Narrowing, read_ids, read_languages
from app.lists.paging import Page
from app.lists.sorting import chosen_sort
from tests import cast
from tests.factories import knowledge

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)


def page_of(
    session: Session,
    actor: Actor,
    narrowing: Narrowing | None = None,
    *,
    sort: str = "title",
    language: str = "ja",
    wanted: int = 1,
) -> Page[ArticleRow]:
    """One page of the list."""
    return article_page(
        session,
        actor,
        narrowing or Narrowing(),
        language=language,
        sort=chosen_sort(sort, COLUMNS, "title"),
        wanted=wanted,
        url=str,
    )


def titles(page: Page[ArticleRow]) -> list[str]:
    """The titles of a page in their order."""
    return [row.title for row in page.rows]


@pytest.mark.req("KB-03", "SEC-28")
def test_rows_counts_and_filters_hold_what_is_within_reach_alone(session: Session) -> None:
    own = knowledge.article(session, title="自社")
    knowledge.article(session, title="下書き", is_published=False)
    knowledge.article(session, slug="fm", title="他サービス")
    other = [knowledge.readers(session, "cs", number=cast.ALICE_CS_NUMBER)]
    knowledge.article(session, title="他社", for_whom=other)
    withdraw(session, knowledge.article(session, title="取り下げ"), actor=knowledge.MAKER)
    hidden = knowledge.category(session, base="秘密", name="極秘")
    knowledge.article(session, title="だれにも", of=hidden, for_whom=[])
    hanako = cast.actor_of(session, "hanako", "cs")
    page = page_of(session, hanako)
    assert titles(page) == ["自社"]
    assert page.total == 1
    facets = facets_of(session, hanako, Narrowing())
    assert [(each.label, each.count) for each in facets.bases] == [(page.rows[0].base, 1)]
    assert [each.label for each in facets.categories] == ["一般"]
    assert [(each.label, each.count) for each in facets.languages] == [("日本語", 1)]
    assert [base.articles for base in bases_with_articles(session, hanako)] == [1]
    foreign = Narrowing(found=[own.id, own.id + 1, own.id + 2, own.id + 3])
    assert page_of(session, hanako, foreign).total == 1


@pytest.mark.req("KB-02")
def test_a_base_carries_its_service_in_brackets(session: Session) -> None:
    knowledge.article(session)
    knowledge.article(session, slug=None)
    hanako = cast.actor_of(session, "hanako", "cs")
    service = knowledge.service(session, "cs")
    with speaking("en"):
        names = [base.name for base in bases_with_articles(session, hanako)]
    assert names == [f"FAQ ({service.name_en})", "FAQ (all services)"]


@pytest.mark.req("KB-09")
def test_an_article_stands_once_in_the_readers_language_or_in_the_other_one(session: Session) -> None:
    knowledge.article(session, title="両方", title_en="Both", body_en="English")
    knowledge.article(session, title="日本語のみ")
    alice = cast.actor_of(session, "alice", "cs")
    rows = {row.title: row.language for row in page_of(session, alice, language="en").rows}
    assert rows == {"Both": "en", "日本語のみ": "ja"}
    assert set(titles(page_of(session, alice, language="ja"))) == {"両方", "日本語のみ"}
    english = Narrowing(languages=("en",))
    assert titles(page_of(session, alice, english, language="en")) == ["Both"]
    counted = facets_of(session, alice, english).languages
    assert [(each.value, each.count, each.is_chosen) for each in counted] == [
        ("en", 1, True),
        ("ja", 2, False),
    ]


@pytest.mark.req("KB-06")
def test_the_three_orders_and_both_directions(session: Session) -> None:
    for index, (title, views) in enumerate([("b", 5), ("A", 9), ("c", 0)]):
        with clock.at(NOON + timedelta(days=index)):
            made = knowledge.article(session, title=title)
        if views:
            session.add(ArticleViews(article_id=made.id, total=views))
    session.flush()
    hanako = cast.actor_of(session, "hanako", "cs")
    assert titles(page_of(session, hanako, sort="-views")) == ["A", "b", "c"]
    assert titles(page_of(session, hanako, sort="views")) == ["c", "b", "A"]
    assert titles(page_of(session, hanako, sort="-newest")) == ["c", "A", "b"]
    assert titles(page_of(session, hanako, sort="title")) == ["A", "b", "c"]
    assert titles(page_of(session, hanako, sort="-title")) == ["c", "b", "A"]


@pytest.mark.req("KB-05")
def test_counts_are_taken_under_the_other_filters(session: Session) -> None:
    first = knowledge.category(session, name="一")
    second = knowledge.category(session, name="二")
    other = knowledge.category(session, base="お知らせ", name="三")
    for of, count in ((first, 1), (second, 2), (other, 3)):
        for index in range(count):
            knowledge.article(session, title=f"{of.name_ja}{index}", of=of)
    hanako = cast.actor_of(session, "hanako", "cs")
    chosen = Narrowing(bases=(first.base_id,), categories=(second.id,))
    assert page_of(session, hanako, chosen).total == 2
    facets = facets_of(session, hanako, chosen)
    assert [(each.count, each.is_chosen) for each in facets.bases] == [(2, True)]
    assert [(each.label, each.count, each.is_chosen) for each in facets.categories] == [
        ("一", 1, False),
        ("二", 2, True),
    ]
    both = Narrowing(categories=(first.id, other.id))
    assert page_of(session, hanako, both).total == 4


@pytest.mark.req("KB-05")
def test_authors_are_named_and_counted(session: Session) -> None:
    made = knowledge.article(session)
    knowledge.article(session)
    made.author_id = cast.actor_of(session, "lead").user_id
    session.flush()
    hanako = cast.actor_of(session, "hanako", "cs")
    authors = facets_of(session, hanako, Narrowing()).authors
    assert [each.count for each in authors] == [1]
    named = Narrowing(authors=(int(authors[0].value),))
    assert [row.author for row in page_of(session, hanako, named).rows] == [authors[0].label]


@pytest.mark.req("KB-06", "LIST-07")
def test_a_list_is_paged(session: Session) -> None:
    for index in range(21):
        knowledge.article(session, title=f"{index:02}")
    hanako = cast.actor_of(session, "hanako", "cs")
    last = page_of(session, hanako, wanted=9)
    assert (last.total, last.number, titles(last)) == (21, 2, ["20"])


@pytest.mark.req("SEC-48", "KB-08")
def test_what_a_search_found_keeps_its_order(session: Session) -> None:
    ids = [knowledge.article(session, title=title).id for title in "abc"]
    foreign = knowledge.article(session, slug="fm").id
    hanako = cast.actor_of(session, "hanako", "cs")
    found = Narrowing(found=[ids[2], foreign, ids[0]])
    page = article_page(session, hanako, found, language="ja", sort=None, wanted=1, url=str)
    assert (titles(page), page.total) == (["c", "a"], 2)
    assert rows_of(session, hanako, [foreign], language="ja") == []
    assert rows_of(session, hanako, [], language="ja") == []


@pytest.mark.req("KB-15")
def test_the_desk_sees_drafts_too(session: Session) -> None:
    knowledge.article(session, title="下書き", is_published=False)
    agent = cast.actor_of(session, "agent")
    assert titles(page_of(session, agent)) == ["下書き"]


@pytest.mark.req("SEC-32")
def test_what_stands_in_an_address_is_read_with_care() -> None:
    assert read_ids(["3", "x", "3", "-1", "٣", "9" * 30, "7"]) == (3, 7)
    assert len(read_ids([str(each) for each in range(100)])) == MOST_CHOSEN
    assert read_languages(["en", "fr", "en"]) == ("en",)
