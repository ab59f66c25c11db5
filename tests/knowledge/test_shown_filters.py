"""Filters in combination, what is applied and how it is taken off, orders with their ties, and pages of a list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.knowledge.facets import facets_of, known_filters
from app.knowledge.listing import COLUMNS, article_page
from app.knowledge.models import Article, ArticleViews
from app.knowledge.narrowing import Narrowing, read_ids, read_languages
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from tests import cast
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn
from tests.factories import knowledge

SEARCH = "/cs/knowledge/search"
NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)
# Base, category, author and whether there is an English edition, of each article on the shelf.
SHELF = (
    ("質問", "一", "lead", True),
    ("質問", "一", "agent", False),
    ("質問", "二", "lead", False),
    ("資料", "三", "lead", True),
    ("資料", "三", "agent", True),
    ("資料", "四", "agent", False),
)


def fill(session: Session) -> dict[str, int]:
    """The shelf; the ids of its bases, categories and authors by their names."""
    ids = {name: cast.person(session, name).id for name in ("lead", "agent")}
    for index, (base, category, author, is_double) in enumerate(SHELF):
        of = knowledge.category(session, base=base, name=category)
        ids |= {base: of.base_id, category: of.id}
        made = knowledge.article(
            session, title=f"記事{index}", title_en=f"Article {index}" if is_double else None, of=of
        )
        made.author_id = ids[author]
    foreign = knowledge.category(session, slug="fm", base="他", name="秘")
    knowledge.article(session, slug="fm", of=foreign, title="他サービス")
    ids |= {"foreign": foreign.base_id, "foreign category": foreign.id}
    ids["stranger"] = cast.person(session, "admin").id
    session.flush()
    return ids


@pytest.fixture
def ids(given: Given) -> dict[str, int]:
    """The ids of what stands on the shelf."""
    made: dict[str, int] = given(fill)
    return made


def titles(page: Page) -> list[str]:
    """The titles of the results in their order."""
    return [
        "".join(next(title.iter(HTML + "a")).itertext()) for title in page.styled("h3", "knowledge-title")
    ]


def entries(page: Page, group: str) -> dict[str, int]:
    """The entries of a group of filters with their counts."""
    shown = [item for item in page.all("ul") if item.get("aria-labelledby") == f"group-{group}"]
    links = [link for item in shown for link in item.iter(HTML + "a")]
    return {page.words(link).rsplit(" ", 1)[0]: int(page.words(link).rsplit(" ", 1)[1]) for link in links}


def state_of(address: str) -> dict[str, list[str]]:
    """What an address of the search carries."""
    parts = urlsplit(address)
    assert parts.path == SEARCH
    return parse_qs(parts.query)


def chips(page: Page) -> dict[str, str]:
    """The applied filters, each with the address that takes it off."""
    return {
        page.words(chip).removeprefix("フィルターを解除：").strip(): chip.get("href")
        for chip in page.styled("a", "chip")
    }


def fitting(chosen: dict[str, tuple[str, ...]], *, but: str = "") -> list[int]:
    """The places on the shelf of what fits the filters, those of one group aside."""
    keys = ("base", "category", "author")
    fit = []
    for place, (*values, is_double) in enumerate(SHELF):
        languages = {"ja", "en"} if is_double else {"ja"}
        is_fit = all(
            value in chosen.get(key, (value,)) for key, value in zip(keys, values, strict=True) if key != but
        )
        if is_fit and (but == "language" or languages & set(chosen.get("language", ("ja",)))):
            fit.append(place)
    return fit


COMBINATIONS: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"base": ("質問",)},
    {"base": ("質問", "資料")},
    {"category": ("一", "三")},
    {"author": ("agent",)},
    {"author": ("agent", "lead")},
    {"language": ("en",)},
    {"language": ("ja", "en")},
    {"base": ("質問",), "category": ("一",)},
    {"base": ("質問",), "category": ("三",)},
    {"base": ("資料",), "author": ("agent",), "language": ("en",)},
    {"base": ("質問",), "author": ("agent",), "language": ("en",)},
    {"base": ("資料",), "category": ("三", "四"), "author": ("agent",), "language": ("ja",)},
)


@pytest.mark.req("KB-05", "KB-06", "SEC-28")
def test_groups_narrow_each_other_and_widen_within(session: Session) -> None:
    """Every combination against the shelf itself: rows, their number, and the counts of every group."""
    ids = fill(session)
    hanako = cast.actor_of(session, "hanako", "cs")
    for chosen in COMBINATIONS:
        narrowing = Narrowing(
            languages=chosen.get("language", ()),
            bases=tuple(ids[each] for each in chosen.get("base", ())),
            categories=tuple(ids[each] for each in chosen.get("category", ())),
            authors=tuple(ids[each] for each in chosen.get("author", ())),
        )
        by_title = chosen_sort("newest", COLUMNS, "newest")
        page = article_page(session, hanako, narrowing, language="ja", sort=by_title, wanted=1, url=str)
        fit = fitting(chosen)
        assert sorted(row.title for row in page.rows) == [f"記事{place}" for place in fit], chosen
        assert page.total == len(fit)
        facets = facets_of(session, hanako, narrowing)
        groups = {
            "base": (0, facets.bases),
            "category": (1, facets.categories),
            "author": (2, facets.authors),
        }
        for key, (column, shown) in groups.items():
            under_others = fitting(chosen, but=key)
            told = {int(facet.value): facet.count for facet in shown}
            names = [str(SHELF[place][column]) for place in under_others]
            assert told == {ids[name]: names.count(name) for name in names}, (chosen, key)
            in_force = {int(facet.value) for facet in shown if facet.is_chosen}
            assert in_force == {ids[name] for name in chosen.get(key, ())} & told.keys(), (chosen, key)
        under_others = fitting(chosen, but="language")
        english = sum(SHELF[place][3] is True for place in under_others)
        counted = {facet.value: facet.count for facet in facets.languages}
        expected = {"en": english, "ja": len(under_others)}
        assert {code: expected[code] for code in counted} == counted, chosen
        assert {code for code, count in expected.items() if count} <= counted.keys()


@pytest.mark.req("KB-05", "KB-06")
def test_each_chip_takes_off_its_own_filter_alone(ids: dict[str, int], signed_in: SignedIn) -> None:
    asked = {
        "q": "記事",
        "language": "ja",
        "base": [str(ids["質問"]), str(ids["資料"])],
        "category": str(ids["三"]),
        "author": str(ids["lead"]),
        "sort": "title",
        "page": "7",
    }
    browser = signed_in("hanako")
    page = browser.get(SEARCH, query_string=asked)
    assert titles(page) == ["記事3"]
    kept = {
        "q": ["記事"],
        "language": ["ja"],
        "base": [str(ids["質問"]), str(ids["資料"])],
        "category": [str(ids["三"])],
        "author": [str(ids["lead"])],
        "sort": ["title"],
    }
    off = chips(page)
    assert list(off) == [
        "日本語",
        "質問（マネージドCSPM）",
        "資料（マネージドCSPM）",
        "三",
        "高橋 健",
    ]
    left: dict[str, dict[str, list[str] | None]] = {
        "日本語": {"language": None},
        "質問（マネージドCSPM）": {"base": [str(ids["資料"])]},
        "資料（マネージドCSPM）": {"base": [str(ids["質問"])]},
        "三": {"category": None},
        "高橋 健": {"author": None},
    }
    for label, change in left.items():
        wanted = {key: value for key, value in {**kept, **change}.items() if value}
        assert state_of(off[label]) == wanted, label
    (clear,) = page.styled("a", "knowledge-clear")
    assert state_of(clear.get("href")) == {key: value for key, value in kept.items() if key != "base"}
    everything = [link for link in page.all("a") if page.words(link) == "すべて消去"]
    assert state_of(everything[0].get("href")) == {"q": ["記事"], "sort": ["title"]}


@pytest.mark.req("KB-05", "KB-06")
def test_a_click_adds_to_what_is_in_force_and_a_second_one_takes_it_off(
    ids: dict[str, int], signed_in: SignedIn
) -> None:
    browser = signed_in("hanako")
    page = browser.get(f"{SEARCH}?page=1")
    assert not page.styled("div", "knowledge-applied")
    assert not page.styled("a", "knowledge-clear")
    assert entries(page, "language") == {"English": 3, "日本語": 6}
    assert entries(page, "category") == {"一": 2, "二": 1, "三": 2, "四": 1}
    assert entries(page, "author") == {"高橋 健": 3, "中村 さくら": 3}
    steps = (
        (f"base={ids['資料']}", 3),
        (f"base={ids['資料']}&author={ids['agent']}", 2),
        (f"language=en&base={ids['資料']}&author={ids['agent']}", 1),
    )
    for query, count in steps:
        (link,) = page.all("a", href=f"{SEARCH}?{query}", class_="knowledge-facet")
        assert link.get("aria-current") is None
        page = browser.get(link.get("href"))
        assert f"{count} 結果" in page.words()
    in_force = page.all("a", class_="knowledge-facet", **{"aria-current": "true"})
    chosen = [page.words(link).rsplit(" ", 1)[0] for link in in_force]
    assert chosen == ["English", "資料（マネージドCSPM）", "中村 さくら"]
    (again,) = page.all(
        "a", class_="knowledge-facet", href=f"{SEARCH}?base={ids['資料']}&author={ids['agent']}"
    )
    assert len(titles(browser.get(again.get("href")))) == 2


@pytest.mark.req("KB-06", "KB-08")
def test_filters_that_leave_nothing_can_be_taken_off(ids: dict[str, int], signed_in: SignedIn) -> None:
    browser = signed_in("hanako", language="ja")
    page = browser.get(f"{SEARCH}?base={ids['質問']}&category={ids['四']}")
    assert titles(page) == []
    assert "0 結果" in page.words()
    assert set(chips(page)) == {"質問（マネージドCSPM）", "四"}
    ways_out = [link.get("href") for link in page.all("a") if page.words(link) == "すべて消去"]
    assert ways_out == [SEARCH, SEARCH]
    # What would give nothing is not offered, yet the groups that could help are.
    assert entries(page, "base") == {"資料（マネージドCSPM）": 1}
    assert entries(page, "category") == {"一": 2, "二": 1}


@pytest.mark.req("KB-03", "SEC-26", "SEC-28", "SEC-32")
def test_values_beyond_reach_are_left_out_like_nonsense(session: Session) -> None:
    ids = fill(session)
    hanako = cast.actor_of(session, "hanako", "cs")
    foreign = Narrowing(
        bases=(ids["foreign"], ids["質問"]),
        categories=(ids["foreign category"],),
        authors=(ids["stranger"], 999_999),
    )
    narrowing, applied = known_filters(session, hanako, foreign, found=None)
    assert narrowing == Narrowing(bases=(ids["質問"],))
    assert [(each.group, each.value) for each in applied] == [("base", str(ids["質問"]))]
    absent = Narrowing(bases=(999_998, ids["質問"]), categories=(999_997,), authors=(999_996,))
    assert known_filters(session, hanako, absent, found=None) == (narrowing, applied)
    kept, _applied = known_filters(session, hanako, foreign, found=[4, 2])
    assert kept.found == [4, 2]


@pytest.mark.req("SEC-32", "KB-05")
@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ([], ()),
        (["0", "00", "1"], (0, 1)),
        (["999999999", "1000000000"], (999_999_999,)),
        (["+1", " 1", "1 ", "1.0", "1e3", "0x1", "", "１", "²"], ()),
        (["1 OR 1=1", "1;--", "1'", "%31"], ()),
        ([str(index) for index in range(1, 22)], tuple(range(1, 21))),
        (["5"] * 50 + ["6"], (5, 6)),
    ],
)
def test_ids_are_read_with_care(values: list[str], ids: tuple[int, ...]) -> None:
    assert read_ids(values) == ids


@pytest.mark.req("SEC-32", "KB-05")
@pytest.mark.parametrize(
    ("values", "languages"),
    [([], ()), (["en"], ("en",)), (["en", "ja", "en"], ("ja", "en")), (["EN", "en-GB", "fr", "", "ja "], ())],
)
def test_languages_are_those_of_ours(values: list[str], languages: tuple[str, ...]) -> None:
    assert set(read_languages(values)) == set(languages)
    assert len(read_languages(values)) == len(languages)


@pytest.mark.req("SEC-32", "KB-06")
@pytest.mark.parametrize(
    ("value", "order"),
    [
        ("views", "views"),
        ("-views", "-views"),
        ("newest", "newest"),
        ("-title", "-title"),
        ("", "-views"),
        ("-", "-views"),
        ("--title", "-views"),
        ("title,views", "-views"),
        ("TITLE", "-views"),
        ("published_at", "-views"),
        ("title;drop table article", "-views"),
    ],
)
def test_an_order_is_one_of_three_in_either_direction(value: str, order: str) -> None:
    assert chosen_sort(value, COLUMNS, "-views").value == order


def ordered(session: Session) -> list[int]:
    """Six articles of which always two are equal in views, day and title; their ids as they were made."""
    made: list[Article] = []
    for index in range(6):
        with clock.at(NOON + timedelta(days=index // 2)):
            made.append(knowledge.article(session, title="aBC"[index // 2] + "同"))
        if index > 1:
            session.add(ArticleViews(article_id=made[-1].id, total=index // 2))
    session.flush()
    return [article.id for article in made]


@pytest.mark.req("KB-06", "LIST-05")
@pytest.mark.parametrize("key", ["views", "newest", "title"])
def test_ties_are_told_apart_alike_in_both_directions(session: Session, key: str) -> None:
    ids = ordered(session)
    hanako = cast.actor_of(session, "hanako", "cs")

    def rows(sort: str) -> list[int]:
        page = article_page(
            session,
            hanako,
            Narrowing(),
            language="ja",
            sort=chosen_sort(sort, COLUMNS, "-views"),
            wanted=1,
            url=str,
        )
        return [row.id for row in page.rows]

    assert rows(key) == ids
    assert rows(f"-{key}") == ids[::-1]


# What the address asks for, the line above the list, and where its three links lead.
ORDERS = (
    ("", "ビュー ▼ 降順 最新 アルファベット", ("views", "-newest", "title")),
    ("-views", "ビュー ▼ 降順 最新 アルファベット", ("views", "-newest", "title")),
    ("views", "ビュー ▲ 昇順 最新 アルファベット", ("-views", "-newest", "title")),
    ("-newest", "ビュー 最新 ▼ 降順 アルファベット", ("-views", "newest", "title")),
    ("newest", "ビュー 最新 ▲ 昇順 アルファベット", ("-views", "-newest", "title")),
    ("title", "ビュー 最新 アルファベット ▲ 昇順", ("-views", "-newest", "-title")),
    ("-title", "ビュー 最新 アルファベット ▼ 降順", ("-views", "-newest", "title")),
)


@pytest.mark.req("KB-06", "LIST-05")
def test_each_order_shows_its_direction_and_a_second_click_reverses(
    ids: dict[str, int], signed_in: SignedIn
) -> None:
    browser = signed_in("hanako")
    for sort, mark, links in ORDERS:
        asked = {"base": str(ids["質問"]), "sort": sort, "page": "3"}
        page = browser.get(SEARCH, query_string=asked)
        (choice,) = page.styled("div", "knowledge-sort")
        assert page.words(choice) == f"ソート基準 {mark}"
        there = [state_of(link.get("href")) for link in choice.iter(HTML + "a")]
        assert there == [{"base": [str(ids["質問"])], "sort": [link]} for link in links]
        assert sum(link.get("aria-current") == "true" for link in choice.iter(HTML + "a")) == 1


@pytest.mark.req("KB-06", "LIST-07")
def test_pages_hold_twenty_each_and_none_is_beyond_the_last(session: Session) -> None:
    hanako = cast.actor_of(session, "hanako", "cs")
    by_title = chosen_sort("title", COLUMNS, "title")
    # So many articles, the page asked for, the page shown, and its first and last row.
    cases = {
        0: ((1, 1, 0, 0), (5, 1, 0, 0)),
        20: ((1, 1, 1, 20), (2, 1, 1, 20)),
        21: ((1, 1, 1, 20), (2, 2, 21, 21), (3, 2, 21, 21)),
        40: ((2, 2, 21, 40), (3, 2, 21, 40)),
        41: ((2, 2, 21, 40), (3, 3, 41, 41), (1_000_000, 3, 41, 41)),
    }
    ids: list[int] = []
    for count, rows in cases.items():
        while len(ids) < count:
            ids.append(knowledge.article(session, title=f"{len(ids):02}").id)
        for wanted, number, first, last in rows:
            # Found by words, and in an order of their own: the same pages.
            for narrowing, sort in ((Narrowing(), by_title), (Narrowing(found=ids), None)):
                page = article_page(
                    session, hanako, narrowing, language="ja", sort=sort, wanted=wanted, url=str
                )
                assert (page.total, page.number, page.first_row, page.last_row) == (
                    count,
                    number,
                    first,
                    last,
                )
                assert [row.id for row in page.rows] == ids[max(first - 1, 0) : last]


@pytest.mark.req("LIST-07", "SEC-32")
@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("", 1),
        ("0", 1),
        ("-1", 1),
        ("2", 2),
        ("02", 2),
        ("２", 1),
        ("1.5", 1),
        ("9" * 8, 1),
        ("9999999", 1_000_000),
    ],
)
def test_a_page_is_a_positive_number(value: str, number: int) -> None:
    assert page_number(value) == number


def many(session: Session, count: int) -> int:
    """So many articles in one category, whose base is told."""
    of = knowledge.category(session)
    for index in range(count):
        knowledge.article(session, title=f"{index:02}", of=of)
    return of.base_id


@pytest.mark.req("KB-06", "LIST-07")
@pytest.mark.parametrize(("name", "rows"), [("hanako", "21~21 件目 / 21 件"), ("alice", "Rows 21–21 of 21")])
def test_pages_keep_filters_and_order(given: Given, signed_in: SignedIn, name: str, rows: str) -> None:
    base = given(many, 21)
    browser: Callable[[str], Page] = signed_in(name).get
    first = browser(f"{SEARCH}?base={base}&sort=-title")
    assert len(titles(first)) == 20
    (second,) = [link.get("href") for link in first.all("a", class_="pager-step") if first.words(link) == "2"]
    assert state_of(second) == {"base": [str(base)], "sort": ["-title"], "page": ["2"]}
    page = browser(second)
    assert titles(page) == ["00"]
    assert rows in page.words()
    assert browser(f"{SEARCH}?base={base}&sort=-title&page=99").words() == page.words()
