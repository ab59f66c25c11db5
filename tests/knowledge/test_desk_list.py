"""The desk's list of articles: what is within reach of whom, views and filters, orders, pages (D08)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.i18n import speaking
from app.knowledge import desk_list
from app.knowledge.actions.publishing import withdraw
from app.knowledge.actions.reviewing import discard, submit
from app.knowledge.actions.writing import Content, write_version
from app.knowledge.console.articles import COLUMNS, FIRST_ORDER
from app.knowledge.lifecycle import VersionState
from app.knowledge.listing import PAGE_SIZE, article_page
from app.knowledge.models import Article, ArticleViews
from app.knowledge.narrowing import Narrowing
from app.knowledge.standing import in_the_making
from app.lists.sorting import chosen_sort
from tests import cast
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import knowledge

HERE = "/console/knowledge/"
TITLE = "タイトル"
VIEWS = ("all", "drafts", "review", "published", "due", "withdrawn")
REVIEW_DAY = date(2026, 4, 1)
# The moment at which that day begins where the desk works.
DAY_BEGINS = datetime(2026, 3, 31, 15, tzinfo=UTC)


def world(session: Session) -> dict[str, Article]:
    """Articles of both services and the common one, one in each place that the views tell apart."""
    made = {
        "draft": knowledge.article(session, title="下書き", is_published=False),
        "review": knowledge.article(session, title="レビュー待ち", is_published=False),
        "published": knowledge.article(session, title="公開"),
        "again": knowledge.article(session, title="公開と下書き"),
        "withdrawn": knowledge.article(session, title="取り下げ"),
        "fm": knowledge.article(session, slug="fm", title="他サービス"),
        "common": knowledge.article(session, slug=None, title="共通"),
    }
    submit(session, made["review"], in_the_making(session, made["review"], "ja"), actor=knowledge.MAKER)
    written_in(session, made["again"], "en", "Drafted anew")
    withdraw(session, made["withdrawn"], actor=knowledge.MAKER)
    session.flush()
    return made


def written_in(session: Session, made: Article, language: str, title: str) -> None:
    """A draft in a language beside whatever readers see."""
    content = Content(title=title, body=title, html=f"<p>{title}</p>")
    write_version(session, made, actor=knowledge.MAKER, language=language, content=content)


def names_of(made: dict[str, Article], ids: Sequence[int]) -> set[str]:
    return {name for name, article in made.items() if article.id in ids}


def shown_to(
    session: Session, actor: Actor, view: str = "all", *, sort: str = "", wanted: int = 1
) -> list[str]:
    """The titles of one page of a view."""
    page = article_page(
        session,
        actor,
        Narrowing(),
        language="ja",
        sort=chosen_sort(sort, COLUMNS, FIRST_ORDER),
        wanted=wanted,
        url=str,
        also=[desk_list.condition_of(view, desk_list.today())],
    )
    return [row.title for row in page.rows]


@pytest.mark.req("ROLE-05", "KB-15")
@pytest.mark.parametrize(
    ("name", "blind_to"),
    [
        ("cs_agent", {"fm"}),
        ("agent", set()),
        ("lead", set()),
        # The system administrator has no service of the own and looks after all of them.
        ("admin", set()),
    ],
)
def test_list_counts_authors_and_keyword_hold_what_is_within_reach(
    session: Session, name: str, blind_to: set[str]
) -> None:
    made = world(session)
    writers = {"fm": "lead", "common": "agent", "published": "cs_agent"}
    for article, writer in writers.items():
        made[article].author_id = cast.actor_of(session, writer).user_id
    session.flush()
    actor = cast.actor_of(session, name)
    within = made.keys() - blind_to
    assert len(shown_to(session, actor)) == len(within)
    counts = desk_list.counts_of(session, actor)
    assert counts["all"] == len(within)
    assert counts["published"] == len(within & {"published", "again", "fm", "common"})
    assert desk_list.count_in_review(session, actor) == counts["review"] == len(within & {"review"})
    authors = {user_id for user_id, _name in desk_list.authors_of(session, actor)}
    assert authors == {made[article].author_id for article in within & writers.keys()}
    for article in made:
        found = desk_list.look(session, actor, made[article].number).ids or ()
        assert names_of(made, found) == within & {article}


@pytest.mark.req("ROLE-05", "SEC-26")
def test_a_foreign_base_author_or_number_in_the_address_is_as_one_that_does_not_exist(
    given: Given, signed_in: SignedIn
) -> None:
    number, base, author = given(_of_lead_for_fm)
    given(knowledge.article, title="自サービス")
    agent = signed_in("cs_agent")
    plain = agent.get(HERE)
    assert [row["Title"] for row in plain.rows()] == ["自サービス"]
    assert "Mobile Security" not in plain.text
    for name, theirs, nobodys in (
        ("base", base, "999999"),
        ("author", author, "999999"),
        ("q", number, "KB9999999"),
    ):
        shown = agent.get(f"{HERE}?{name}={theirs}")
        assert shown.text == agent.get(f"{HERE}?{name}={nobodys}").text.replace(nobodys, theirs)
        assert "No records" in shown.words()
        assert number in signed_in("agent").get(f"{HERE}?{name}={theirs}").text


def _of_lead_for_fm(session: Session) -> tuple[str, str, str]:
    """An article of the other service: its number, base and author as an address names them."""
    made = knowledge.article(session, slug="fm", title="他サービスの秘密")
    made.author_id = cast.person(session, "lead").id
    session.flush()
    return made.number, str(knowledge.category(session, slug="fm").base_id), str(made.author_id)


IN_VIEWS: Sequence[tuple[str, set[str]]] = (
    ("all", {"draft", "review", "published", "again", "withdrawn", "fm", "common"}),
    # An edition that is drafted beside what readers see stands in both views.
    ("drafts", {"draft", "again"}),
    ("review", {"review"}),
    ("published", {"published", "again", "fm", "common"}),
    ("withdrawn", {"withdrawn"}),
    ("due", set()),
    ("nonsense", {"draft", "review", "published", "again", "withdrawn", "fm", "common"}),
)


@pytest.mark.req("KB-15")
def test_each_view_holds_what_it_says_and_its_count(session: Session) -> None:
    made = world(session)
    agent = cast.actor_of(session, "agent")
    titles = {view: sorted(shown_to(session, agent, view)) for view, _expected in IN_VIEWS}
    assert titles == {view: sorted(_title(made[name]) for name in names) for view, names in IN_VIEWS}
    counts = {view: len(names) for view, names in IN_VIEWS if view in VIEWS}
    assert desk_list.counts_of(session, agent) == counts


def _title(made: Article) -> str:
    words = {
        1: "下書き",
        2: "レビュー待ち",
        3: "公開",
        4: "公開と下書き",
        5: "取り下げ",
        6: "他サービス",
        7: "共通",
    }
    return words[made.id]


@pytest.mark.req("KB-15")
def test_without_an_article_each_count_is_0(session: Session) -> None:
    agent = cast.actor_of(session, "agent")
    assert desk_list.counts_of(session, agent) == dict.fromkeys(VIEWS, 0)
    assert desk_list.count_in_review(session, agent) == 0
    assert desk_list.authors_of(session, agent) == []


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(
    ("moment", "is_due"),
    [(DAY_BEGINS - timedelta(seconds=1), False), (DAY_BEGINS, True), (DAY_BEGINS + timedelta(days=40), True)],
)
def test_a_review_is_due_from_the_beginning_of_its_day_in_japan(
    session: Session, moment: datetime, *, is_due: bool
) -> None:
    made = world(session)
    for name in ("published", "draft", "withdrawn"):
        made[name].review_on = REVIEW_DAY
    session.flush()
    agent = cast.actor_of(session, "agent")
    with clock.at(moment):
        assert shown_to(session, agent, "due") == (["公開"] if is_due else [])
        assert desk_list.counts_of(session, agent)["due"] == int(is_due)
    dates = desk_list.review_dates(session, [article.id for article in made.values()])
    assert dates == {made[name].id: REVIEW_DAY for name in ("published", "draft", "withdrawn")}


@pytest.mark.req("KB-15")
def test_what_is_in_the_making_is_told_for_each_language_until_it_is_gone(session: Session) -> None:
    both = knowledge.article(session, title="両方", title_en="Both", is_published=False)
    done = knowledge.article(session, title="済み", title_en="Done")
    submit(session, both, in_the_making(session, both, "en"), actor=knowledge.MAKER)
    with speaking("en"):
        told = desk_list.making_of(session, [both.id, done.id])
    assert told == {
        both.id: [(VersionState.DRAFT, "Draft (Japanese)"), (VersionState.REVIEW, "In review (English)")]
    }
    discard(session, both, in_the_making(session, both, "ja"), actor=knowledge.MAKER)
    with speaking("ja"):
        told = desk_list.making_of(session, [both.id])
    assert told == {both.id: [(VersionState.REVIEW, "レビュー中（英語）")]}


# What is typed, and the articles of the world that it finds; nothing is looked for where nothing is typed.
KEYWORDS: Sequence[tuple[str, set[str] | None]] = (
    ("", None),
    ("   ", None),
    # Two characters are too few for the index, never for a title.
    ("下書", {"draft", "again"}),
    ("取り 下げ", {"withdrawn"}),
    ("下げ　取り", {"withdrawn"}),
    ("下書き 無い語", set()),
    ("drafted", {"again"}),
    ("DRAFTED ANEW", {"again"}),
    ("kb0000003", {"published"}),
    # Full width, as an input method gives it.
    ("ＫＢ００００００３", {"published"}),
    ("KB0000099", set()),
    # The signs of a pattern stand for themselves.
    ("%", set()),
    ("_", set()),
    ("\\", set()),
    ("' OR 1=1 --", set()),
)


@pytest.mark.req("FILTER-07", "SEC-32")
def test_a_keyword_finds_titles_of_every_state_and_whole_numbers(session: Session) -> None:
    made = world(session)
    agent = cast.actor_of(session, "agent")
    found = {typed: desk_list.look(session, agent, typed).ids for typed, _found in KEYWORDS}
    named = {typed: None if ids is None else names_of(made, ids) for typed, ids in found.items()}
    assert named == dict(KEYWORDS)


@pytest.mark.req("KB-15")
def test_a_keyword_does_not_find_what_no_version_says_any_more(session: Session) -> None:
    made = knowledge.article(session, title="旧称の手順")
    written_in(session, made, "ja", "新称の手順")
    agent = cast.actor_of(session, "agent")
    # Until the new title is published, both are what somebody may look for.
    assert (
        desk_list.look(session, agent, "旧称").ids == desk_list.look(session, agent, "新称").ids == [made.id]
    )
    knowledge.publish_all(session, made)
    assert desk_list.look(session, agent, "旧称").ids == []
    assert desk_list.look(session, agent, "新称").ids == [made.id]


ORDERS = (
    ("", "c B a"),
    ("number", "a B c"),
    ("title", "a B c"),
    ("-title", "c B a"),
    ("-views", "B c a"),
    ("views", "a c B"),
    # No review date counts as the earliest.
    ("review", "B c a"),
    ("-review", "a c B"),
    # A draft, which was never published, likewise.
    ("published", "c a B"),
    ("-published", "B a c"),
    # What is no column of the list, or more than one, is the first order.
    ("author_id", "c B a"),
    ("title,number", "c B a"),
    ("number; DROP TABLE article", "c B a"),
)


@pytest.mark.req("LIST-05", "SEC-32")
def test_orders_go_both_ways_and_nothing_else_is_an_order(session: Session) -> None:
    days = {"a": date(2026, 9, 1), "B": None, "c": date(2026, 5, 1)}
    for index, (title, day) in enumerate(days.items()):
        with clock.at(DAY_BEGINS + timedelta(days=index)):
            made = knowledge.article(session, title=title, is_published=title != "c")
        made.review_on = day
        session.add(ArticleViews(article_id=made.id, total={"a": 0, "B": 9, "c": 3}[title]))
    session.flush()
    agent = cast.actor_of(session, "agent")
    shown = {sort: " ".join(shown_to(session, agent, sort=sort)) for sort, _expected in ORDERS}
    assert shown == dict(ORDERS)


@pytest.mark.req("LIST-07")
def test_pages_of_equal_rows_neither_repeat_nor_skip_one(session: Session) -> None:
    with clock.at(DAY_BEGINS):
        made = {knowledge.article(session, title=f"{index:02}").number for index in range(PAGE_SIZE + 3)}
    agent = cast.actor_of(session, "agent")
    for sort in ("views", "-views", "review", "-published"):
        first, second = (shown_to(session, agent, sort=sort, wanted=page) for page in (1, 2))
        assert (len(first), len(second), len({*first, *second})) == (PAGE_SIZE, 3, len(made))
        assert shown_to(session, agent, sort=sort, wanted=999) == second


def listed(session: Session) -> dict[str, int]:
    """A world with two authors and two bases, for the page; the ids that its address may name."""
    made = world(session)
    made["published"].author_id = cast.person(session, "lead").id
    other = knowledge.article(
        session, title="お知らせの記事", of=knowledge.category(session, base="お知らせ")
    )
    other.author_id = cast.person(session, "agent").id
    other.review_on = REVIEW_DAY
    session.flush()
    news = knowledge.category(session, base="お知らせ").base_id
    return {"lead": made["published"].author_id or 0, "agent": other.author_id or 0, "news": news}


@pytest.mark.req("KB-15", "SEC-32", "SEC-36")
def test_the_page_narrows_by_all_it_offers_and_keeps_what_was_chosen(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    ids = given(listed)
    agent = signed_in("agent")
    rows = {
        "view=withdrawn": {"取り下げ"},
        "view=withdrawn&q=公開": set(),
        f"base={ids['news']}": {"お知らせの記事"},
        f"author={ids['lead']}": {"公開"},
        f"author={ids['lead']}&author={ids['agent']}": {"公開", "お知らせの記事"},
        f"author={ids['lead']}&base={ids['news']}": set(),
        "language=en": {"公開と下書き"},
        "language=fr&base=x&author=-1&page=x": None,
        "q=公開&view=drafts": {"公開と下書き"},
    }
    with untouched():
        everything = {row[TITLE] for row in agent.get(HERE).rows()}
        assert len(everything) == 8
        for address, expected in rows.items():
            page = agent.get(f"{HERE}?{address}")
            shown = {row[TITLE] for row in page.rows()}
            assert shown == (everything if expected is None else expected), address
            assert ("レコードはありません" in page.words()) is (expected == set())
    page = agent.get(f"{HERE}?view=drafts&q=公開&language=en&base={ids['news']}&author={ids['agent']}")
    kept = {name: page.by_id(name).get("value") for name in ("q",)}
    assert kept == {"q": "公開"}
    for name, value in (("base", ids["news"]), ("author", ids["agent"]), ("language", "en")):
        chosen = [item for item in page.by_id(name) if item.get("selected") is not None]
        assert [item.get("value") for item in chosen] == [str(value)]
    assert page.one("input", type="hidden", name="view").get("value") == "drafts"


@pytest.mark.req("LIST-07", "KB-15")
def test_the_pager_keeps_filters_and_order_and_a_due_date_stands_out(
    given: Given, signed_in: SignedIn
) -> None:
    given(_many_due)
    agent = signed_in("cs_agent")
    page = agent.get(f"{HERE}?view=due&sort=title&language=ja&page=2")
    assert [row["Title"] for row in page.rows()] == ["20"]
    assert page.rows()[0]["Review date"].startswith("2026-04-01")
    assert len(page.styled("span", "tone-overdue")) == 1
    first = next(item.get("href") for item in page.all("a") if "sort=title" in item.get("href", ""))
    assert "view=due" in first
    assert "language=ja" in first
    assert len(agent.get(first).rows()) == 20


def _many_due(session: Session) -> None:
    for index in range(PAGE_SIZE + 1):
        knowledge.article(session, title=f"{index:02}").review_on = REVIEW_DAY
    session.flush()


@pytest.mark.req("KB-15", "ROLE-05")
@pytest.mark.parametrize(
    ("name", "acts"),
    [("cs_agent", {"new"}), ("agent", {"new"}), ("lead", {"new", "bases/"}), ("admin", {"new", "bases/"})],
)
def test_the_page_offers_what_its_reader_may_do(
    given: Given, signed_in: SignedIn, name: str, acts: set[str]
) -> None:
    given(knowledge.article)
    page = signed_in(name).get(HERE)
    links = {item.get("href", "").removeprefix(HERE) for item in page.all("a")}
    assert links & {"new", "bases/"} == acts
