"""The keyword among the other conditions of a case list: quick filters, orders, pages, files; and in the panel."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.cases.categories import Category
from app.cases.lifecycle import Act
from app.cases.models import Visibility
from app.lists.filtering.problems import MOST_KEYWORDS
from app.lists.filtering.tree import LONGEST_VALUE
from tests.cast import ALICE_CS_NUMBER
from tests.client import HTML, InspectingClient, Page, _fields
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.saved_filters import all_saved, saved, view
from tests.factories.search import feed
from tests.lists.readers import excel_rows

pytestmark = pytest.mark.req("FILTER-07")
STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
BOX, ERROR = "c-0-0-value", "c-0-0"
LISTS = {"cs": "/cs/cases", "console": "/console/cases/"}
PANELS = {"cs": "/cs/cases/filter", "console": "/console/cases/filter"}


def address(f: str, rest: str = "", *, at: str = "/cs/cases") -> str:
    return f"{at}?f={quote(f)}{rest}"


def listed(page: Page) -> list[str]:
    """The case numbers of the list in its order."""
    assert page.status == 200, page.words()[:300]
    return [next(iter(row.values())) for row in page.rows()]


@pytest.fixture
def told(given: Given, app: Flask) -> dict[str, str]:
    """Cases about zinn and blei, a minute between them, by a letter; ``x`` is a stranger's."""
    made = {}
    plan = (
        ("a", "zinn", Category.OTHER),
        ("b", "zinn blei", Category.MONTHLY_REPORT),
        ("c", "blei", Category.OTHER),
        ("d", "zinn kupfer", Category.SERVICE),
        ("e", "kupfer", Category.MONTHLY_REPORT),
    )
    for minute, (letter, subject, category) in enumerate(plan):
        with clock.at(STARTED + timedelta(minutes=minute)):
            made[letter] = given(cases.open_case, subject=subject, category=category)

    def turn(session: Session) -> None:
        cases.move(session, made["d"], Act.TAKE_ON, by="agent")
        cases.move(session, made["d"], Act.ASK, by="agent")
        cases.assign(session, made["a"], "agent")

    with clock.at(STARTED + timedelta(hours=1)):
        given(turn)
        made["x"] = given(cases.open_case, number=ALICE_CS_NUMBER, subject="zinn blei kupfer")
    feed(app)
    return made


@pytest.mark.req("FILTER-03", "SVC-04")
def test_rows_alternatives_and_opposites_go_with_it(signed_in: SignedIn, told: dict[str, str]) -> None:
    hanako = signed_in("hanako")
    zinn, blei, kupfer = (f"keyword:matches:{word}" for word in ("zinn", "blei", "kupfer"))
    expected = {
        zinn: "abd",
        f"{zinn};{blei}": "b",
        f"{zinn}/{blei}": "abcd",
        # OR binds closer than AND.
        f"{zinn}/{blei};{kupfer}": "d",
        f"{zinn};status:is-not:awaiting_customer": "ab",
        f"{zinn};subject:lacks:blei": "ad",
        f"{zinn}/category:is:monthly_report": "abde",
        f"{zinn};number:is:{told['a']}": "a",
        # A number that is not theirs stays out of the list, whatever stands beside it.
        f"number:is:{told['x']}/{zinn}": "abd",
        f"{zinn};number:is:{told['x']}": "",
        "keyword:matches:zinn -blei": "ad",
        "keyword:matches:zinn OR kupfer": "abde",
        "keyword:matches:(zinn OR kupfer) NOT blei": "ade",
        'keyword:matches:"zinn blei"': "b",
        'keyword:matches:"blei zinn"': "",
        "keyword:matches:zi*": "abd",
        "keyword:matches:subject~:zinn": None,
        "keyword:matches:subject:zinn": "abd",
    }
    for f, letters in expected.items():
        page = hanako.get(address(f))
        if letters is None:
            assert page.status == 422, "a colon is not escaped in an address"
            continue
        assert set(listed(page)) == {told[letter] for letter in letters}, f


@pytest.mark.req("LIST-01", "LIST-02", "LIST-03")
def test_quick_filters_go_with_it_in_both_shells(signed_in: SignedIn, told: dict[str, str]) -> None:
    expected = {
        ("hanako", "cs"): {"all": "abd", "action": "d", "third": "b", "nonsense": "abd"},
        ("agent", "console"): {
            "all": "abdx", "open": "abdx", "mine": "a", "unassigned": "bdx", "awaiting": "d", "resolved": "",
        },
    }  # fmt: skip
    for (who, shell), views in expected.items():
        client = signed_in(who)
        for key, letters in views.items():
            page = client.get(address("keyword:matches:zinn", f"&view={key}", at=LISTS[shell]))
            assert set(listed(page)) == {told[letter] for letter in letters}, (who, key)


@pytest.mark.req("FILTER-13", "LIST-06")
def test_the_order_is_the_lists_own_and_not_that_of_the_index(
    signed_in: SignedIn, told: dict[str, str]
) -> None:
    hanako = signed_in("hanako")
    orders = {
        "": "dba", "number": "abd", "-number": "dba", "updated": "abd", "-updated": "dba",
        "subject,-number": "abd", "-subject": "dba", "gone": "dba",
    }  # fmt: skip
    for sort, letters in orders.items():
        page = hanako.get(address("keyword:matches:zinn", f"&sort={sort}" if sort else ""))
        assert listed(page) == [told[letter] for letter in letters], sort


@pytest.mark.req("LIST-07", "LIST-09", "SEC-47", "FILTER-08")
def test_pages_and_files_hold_every_row_once(signed_in: SignedIn, given: Given, app: Flask) -> None:
    """One row more than a page holds; strangers have the word as well."""

    def write(session: Session) -> list[str]:
        cases.open_case(session, number=ALICE_CS_NUMBER, subject="案件 fremd")
        cases.open_case(session, subject="別の用件")
        return cases.many(session, 21)

    made = given(write)
    feed(app)
    hanako, f, sort = signed_in("hanako"), "keyword:matches:案件", "&sort=-number"
    pages = [hanako.get(address(f, f"{sort}{page}")) for page in ("", "&page=2", "&page=3")]
    assert [len(listed(page)) for page in pages[:2]] == [20, 1]
    assert listed(pages[0]) + listed(pages[1]) == made[::-1]
    assert pages[0].words(pages[0].styled("p", "pager-rows")[0]) == "1~20 件目 / 21 件"
    steps = [step.get("href") for step in pages[0].styled("a", "pager-step")]
    assert steps
    assert all("keyword:matches:" in step for step in steps), "the steps keep the keyword"
    rows = [list(row.values()) for page in pages[:2] for row in page.rows()]
    in_csv = list(csv.reader(StringIO(hanako.get(address(f, sort, at="/cs/cases.csv")).text[1:])))
    assert in_csv[0] == pages[0].heads()
    assert in_csv[1:] == rows
    excel = excel_rows(hanako.get(address(f, sort, at="/cs/cases.xlsx")).answer.get_data())
    assert [row[0] for row in excel if row[0] in made] == made[::-1]
    assert "fremd" not in str(excel)
    desk = signed_in("agent").get(address(f, sort, at="/console/cases.csv")).text
    assert len(list(csv.reader(StringIO(desk)))) == len(made) + 2, "the head, and the stranger's"


@pytest.mark.parametrize("extension", ["csv", "xlsx", "pdf"])
def test_a_file_of_words_that_cannot_be_looked_for_is_refused(signed_in: SignedIn, extension: str) -> None:
    for who, at, said in (
        ("hanako", "/cs/cases", "除外する語だけでは検索できません。探す語も入力してください。"),
        ("cs_agent", "/console/cases", "Words to leave out are not enough. Add a word to search for."),
    ):
        page = signed_in(who).get(address("keyword:matches:-zinn", at=f"{at}.{extension}"))
        assert page.status == 422
        assert said in page.words()


def panel(
    client: InspectingClient, typed: str, *, shell: str = "cs", do: str = "run", rest: str = ""
) -> Page:
    """Press a button of the panel with one keyword in it."""
    fields = {"field": "keyword", "was": "keyword", "operator": "matches", "had": "matches", "value": typed}
    entered = urlencode({f"c-0-0-{name}": value for name, value in fields.items()})
    return client.get(f"{PANELS[shell]}?{entered}{rest}&do={do}")


def box(page: Page, name: str = BOX) -> str:
    return str(next(value for key, value in _fields(page.tree) if key == name))


@pytest.mark.req("FILTER-01", "FILTER-06")
@pytest.mark.parametrize(
    ("who", "shell", "said"),
    [
        ("hanako", "cs", ["すべて", "キーワード 次の条件に一致 zinn または キーワード 次の条件に一致 a~b"]),
        ("alice", "cs", ["All", "Keyword matches zinn OR Keyword matches a~b"]),
        ("cs_agent", "console", ["All", "Keyword matches zinn OR Keyword matches a~b"]),
    ],
)
def test_the_trail_names_it_in_the_readers_language(
    signed_in: SignedIn, who: str, shell: str, said: list[str]
) -> None:
    page = signed_in(who).get(address("keyword:matches:zinn/keyword:matches:a~~b", at=LISTS[shell]))
    steps = page.styled("nav", "filter-trail")[0].iter(HTML + "a")
    assert [page.words(step) for step in steps] == said
    assert [box(page), box(page, "c-0-1-value")] == ["zinn", "a~b"]


# What is typed, and how it stands in the box afterwards.
TYPED = [
    ("zinn", "zinn"),
    ("  zinn  blei ", "zinn  blei"),
    ('"zinn blei" OR (kupfer -eisen)', '"zinn blei" OR (kupfer -eisen)'),
    ("a,b;c/d~e:f", "a,b;c/d~e:f"),
    ("件名:アラート", "件名:アラート"),
    ("100% _", "100% _"),
    ("<b>&amp;</b>", "<b>&amp;</b>"),
    ("x" * LONGEST_VALUE, "x" * LONGEST_VALUE),
    # A quote that is never closed is no quote, a parenthesis likewise.
    ('"zinn', '"zinn'),
    ("「zinn", "「zinn"),
    ("((zinn", "((zinn"),
    ("zinn))", "zinn))"),
    # Operators with nothing between them are words.
    ("AND OR NOT", "AND OR NOT"),
    ("z", "z"),
    ("錫", "錫"),
]


@pytest.mark.req("FILTER-06", "FILTER-13")
def test_running_it_writes_it_into_the_address_and_back(signed_in: SignedIn) -> None:
    hanako = signed_in("hanako")
    for typed, kept in TYPED:
        answer = panel(hanako, typed)
        assert answer.status == 303, typed
        page = hanako.get(answer.location)
        assert page.status == 200, typed
        assert box(page) == kept
        trail = page.words(page.styled("nav", "filter-trail")[0])
        assert trail.endswith(" ".join(f"キーワード 次の条件に一致 {kept}".split()))


WRONG = [
    ("-zinn", "除外する語だけでは検索できません。探す語も入力してください。",
     "Words to leave out are not enough. Add a word to search for."),
    ("NOT (zinn OR blei)", "除外する語だけでは検索できません。探す語も入力してください。",
     "Words to leave out are not enough. Add a word to search for."),
    ("、。！", "検索できる語が含まれていません。別の語でお試しください。",
     "Nothing in this text can be searched for. Try other words."),
    ('"" ()', "検索できる語が含まれていません。別の語でお試しください。",
     "Nothing in this text can be searched for. Try other words."),
    ("*", "検索できる語が含まれていません。別の語でお試しください。",
     "Nothing in this text can be searched for. Try other words."),
    # One sign may stand for four.
    ("㌀" * 101, "400 文字以内で入力してください。", "Type at most 400 characters."),
    ("x" * (LONGEST_VALUE + 1), "値が長すぎます。200文字以内で入力してください。",
     "The value is too long: at most 200 characters."),
    ("", "この条件の値を入力してください。", "Enter a value for this condition."),
    ("   ", "この条件の値を入力してください。", "Enter a value for this condition."),
    ("zi\x00nn", "表示されない制御文字を取り除いてください。",
     "Remove the invisible control characters from this text."),
]  # fmt: skip


@pytest.mark.parametrize("do", ["run", "save"])
def test_what_is_wrong_stands_at_the_field_in_both_languages(
    signed_in: SignedIn, untouched: Untouched, do: str
) -> None:
    """Nothing that was typed goes, neither the words nor the order beside them."""
    rest = "&s-0-column=number&s-0-direction=descending&view=action&c-1-0-field=subject&c-1-0-was=subject"
    rest += "&c-1-0-operator=contains&c-1-0-had=contains&c-1-0-value=zinn"
    ja, en, desk = signed_in("hanako"), signed_in("alice"), signed_in("cs_agent")
    with untouched():
        # The button that saves checks what the one that runs checks; a few do for it.
        for typed, japanese, english in WRONG if do == "run" else WRONG[:2]:
            for client, shell, said in (
                (ja, "cs", japanese),
                (en, "cs", english),
                (desk, "console", english),
            ):
                page = panel(client, typed, shell=shell, do=do, rest=rest)
                assert page.status == 422, (typed, shell)
                errors = [page.words(item) for item in page.styled("p", "field-error")]
                assert errors == [said], typed
                if "\x00" not in typed:
                    assert box(page) == typed.strip()
                assert box(page, "c-1-0-value") == "zinn"
                assert (box(page, "s-0-column"), box(page, "s-0-direction")) == ("number", "descending")
                assert not page.rows(), "nothing was run"


def keywords(count: int) -> str:
    return ";".join(f"keyword:matches:zinn{at}" for at in range(count))


def test_five_keywords_are_asked_and_six_are_not(signed_in: SignedIn) -> None:
    for who, said in (
        ("hanako", "キーワードが多すぎます。1つのフィルターで5個以内にしてください。"),
        ("alice", "Too many keywords: at most 5 in a filter."),
    ):
        client = signed_in(who)
        assert client.get(address(keywords(MOST_KEYWORDS))).status == 200
        page = client.get(address(keywords(MOST_KEYWORDS + 1)))
        assert page.status == 422
        assert {page.words(item) for item in page.styled("p", "field-error")} == {said}
        assert [box(page, f"c-{row}-0-value") for row in range(6)] == [f"zinn{row}" for row in range(6)]
        same = ";".join(["keyword:matches:zinn"] * 12)
        assert client.get(address(same)).status == 200, "one keyword, asked once"


def test_a_few_queries_do_for_five_keywords(signed_in: SignedIn, told: dict[str, str]) -> None:
    hanako = signed_in("hanako")
    assert told
    hanako.get(address("keyword:matches:zinn"))
    plain = len(hanako.get(address("subject:contains:zinn")).queries)
    one = len(hanako.get(address("keyword:matches:zinn;status:is:new")).queries)
    five = len(hanako.get(address(keywords(5))).queries)
    assert one <= plain + 4
    # What the desk has taught the search is read anew for each.
    assert five <= one + 2 * (MOST_KEYWORDS - 1)


@pytest.mark.req("FILTER-10", "FILTER-11", "FILTER-12", "DESK-04")
def test_a_shared_filter_finds_what_its_reader_may_find(
    signed_in: SignedIn, given: Given, told: dict[str, str]
) -> None:
    f, order = "keyword:matches:zinn;subject:lacks:kupfer", "number"
    mine = given(saved, "zinn", f=f, order=order)
    ours = given(saved, "alle", f=f, order=order, visibility=Visibility.NUMBERS)
    taro = signed_in("taro")
    loaded = taro.get(f"/cs/filters/{ours}")
    assert loaded.status == 303
    assert listed(taro.get(loaded.location)) == [told["a"], told["b"]]
    alice = signed_in("alice")
    absent = taro.get("/cs/filters/999999")
    for client, foreign in ((taro, mine), (alice, mine), (alice, ours)):
        page = client.get(f"/cs/filters/{foreign}")
        assert page.status == 404
        assert client is alice or page.words() == absent.words()
    whole_desk = given(view, "zinn", is_shared=True, f=f)
    desk = signed_in("lead")
    found = desk.get(desk.get(f"/console/cases/views/{whole_desk}").location)
    assert set(listed(found)) == {told["a"], told["b"]}


@pytest.mark.req("FILTER-10", "FILTER-12", "SEC-26")
def test_a_saved_filter_is_checked_anew_when_it_is_loaded(signed_in: SignedIn, given: Given) -> None:
    """It was saved while its words could be looked for; today they cannot be."""
    old = given(saved, "alt", f="keyword:matches:-zinn;subject:contains:blei")
    many = given(saved, "viele", f=keywords(MOST_KEYWORDS + 1))
    hanako = signed_in("hanako")
    page = hanako.get(f"/cs/filters/{old}")
    assert page.status == 422
    assert not page.rows()
    assert [page.words(item) for item in page.styled("p", "field-error")]
    assert box(page, "c-1-0-value") == "blei"
    assert hanako.get(f"/cs/filters/{many}").status == 422


@pytest.mark.req("FILTER-10", "FILTER-11")
def test_only_what_can_be_looked_for_is_saved(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    hanako = signed_in("hanako")
    fields = {"filter-name": "zinn", "filter-visibility": "me", "filter-order": "-updated"}
    with untouched():
        for wrong in ("keyword:matches:-zinn", "keyword:is:zinn", "keyword:matches:", keywords(6)):
            assert hanako.act("/cs/filters", **fields, **{"filter-conditions": wrong}).status == 422
    dialog = panel(hanako, "a,b", do="save").form("/cs/filters")
    assert dialog["filter-conditions"] == "keyword:matches:a~,b"
    assert hanako.act("/cs/filters", **fields, **{"filter-conditions": "keyword:matches:a~,b"}).status == 303
    assert hanako.act("/cs/filters", **fields, **{"filter-conditions": "keyword:matches:blei"}).status == 303
    assert stored(all_saved) == [("zinn", "me", "keyword:matches:blei", "-updated")]
