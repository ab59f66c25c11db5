"""The field キーワード of the case lists: what it looks through for whom, and how it goes with everything else."""

import csv
from io import StringIO
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.cases import keyword, plain_words
from app.cases.models import Case
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases, files
from tests.factories.broken_index import break_index
from tests.factories.search import feed

pytestmark = pytest.mark.req("FILTER-07")
CS, FM, DESK = "/cs/cases", "/fm/cases", "/console/cases/"


def matches(words: str, rest: str = "") -> str:
    return f"?f={quote(f'keyword:matches:{words}')}{rest}"


def numbers(page: Page) -> set[str]:
    """The case numbers of the list, whose first column has a name in either language."""
    assert page.status == 200
    return {next(iter(row.values())) for row in page.rows()}


@pytest.fixture
def told(given: Given, app: Flask) -> dict[str, str]:
    """One case for each place in which a word may stand, by that place."""

    def tell(session: Session) -> dict[str, str]:
        by_place = {
            "subject": cases.open_case(session, subject="柿色のアラートについて"),
            "details": cases.open_inquiry(session, details="柿色のアラートが出ました。"),
            "comment": cases.open_inquiry(session, details="質問です。"),
            "note": cases.open_inquiry(session, details="質問です。"),
            "file": cases.open_inquiry(session, details="質問です。"),
            "foreign": cases.open_inquiry(session, number=ALICE_CS_NUMBER, details="柿色のアラートです。"),
        }
        cases.comment(session, by_place["comment"], "柿色のアラートを調べました。")
        cases.note(session, by_place["note"], "柿色のアラートは誤検知らしい。")
        files.on_case(session, by_place["file"], name="柿色アラート.txt", content=b"x")
        return by_place

    found: dict[str, str] = given(tell)
    feed(app)
    return found


@pytest.mark.req("DESK-04", "SVC-04")
def test_customers_find_what_they_see_and_agents_their_notes_too(
    signed_in: SignedIn, told: dict[str, str]
) -> None:
    open_to_customers = {told[place] for place in ("subject", "details", "comment", "file")}
    assert numbers(signed_in("hanako").get(CS + matches("柿色"))) == open_to_customers
    assert numbers(signed_in("alice").get(CS + matches("柿色"))) == {told["foreign"]}
    assert numbers(signed_in("agent").get(DESK + matches("柿色"))) == set(told.values())


def test_it_goes_with_other_conditions_orders_pages_and_files(
    signed_in: SignedIn, told: dict[str, str], given: Given
) -> None:
    other = given(cases.open_case, subject="別の用件")
    hanako = signed_in("hanako")
    both = f"?f={quote('keyword:matches:柿色;subject:contains:アラート')}"
    assert numbers(hanako.get(CS + both)) == {told["subject"]}
    either = f"?f={quote(f'keyword:matches:柿色/number:is:{other}')}"
    assert numbers(hanako.get(CS + either)) == {
        *(told[place] for place in ("subject", "details", "comment", "file")),
        other,
    }
    file = hanako.get(f"/cs/cases.csv{matches('柿色', '&sort=number')}").text.removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(file)))[1:]
    assert [row[0] for row in rows] == sorted(
        told[place] for place in ("subject", "details", "comment", "file")
    )


@pytest.mark.usefixtures("told")
@pytest.mark.req("FILTER-01", "FILTER-04")
def test_the_trail_says_it_and_the_panel_holds_it(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(CS + matches("柿色"))
    assert "キーワード 次の条件に一致 柿色" in page.words(page.styled("nav", "filter-trail")[0])
    box = next(item for item in page.all("input") if item.get("name") == "c-0-0-value")
    assert (box.get("type"), box.get("value")) == ("text", "柿色")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("typed", ["-柿色", "AND OR", "NOT 柿色", "、。！", '""'])
def test_words_that_cannot_be_looked_for_are_told_at_the_condition(signed_in: SignedIn, typed: str) -> None:
    page = signed_in("hanako").get(CS + matches(typed))
    if page.status == 200:
        # Operators alone are words, and nobody wrote them.
        assert numbers(page) == set()
        return
    assert page.status == 422
    assert page.styled("p", "field-error")
    box = next(item for item in page.all("input") if item.get("name") == "c-0-0-value")
    assert box.get("value") == typed


@pytest.mark.req("FILTER-10", "FILTER-12")
def test_it_is_saved_and_loaded(signed_in: SignedIn, told: dict[str, str]) -> None:
    hanako = signed_in("hanako")
    fields = {"filter-name": "柿色", "filter-visibility": "me", "filter-conditions": "keyword:matches:柿色"}
    saved = hanako.act("/cs/filters", **fields)
    assert saved.status == 303
    assert told["comment"] in numbers(hanako.get(saved.location))


@pytest.mark.req("SEC-48")
def test_a_stale_index_shows_nobody_more(signed_in: SignedIn, told: dict[str, str], given: Given) -> None:
    """The index still says that the case is hanako's; the database knows better."""

    def move(session: Session) -> None:
        there = cast.number(session, ALICE_CS_NUMBER).id
        moved = update(Case).where(Case.number == told["details"]).values(customer_number_id=there)
        session.execute(moved.execution_options(synchronize_session=False))

    given(move)
    assert told["details"] not in numbers(signed_in("hanako").get(CS + matches("柿色")))


@pytest.mark.req("F05")
def test_without_an_index_the_database_answers_and_says_so(
    signed_in: SignedIn, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_index(monkeypatch)
    page = signed_in("hanako").get(CS + matches("柿色"))
    assert numbers(page) == {told[place] for place in ("subject", "details", "comment")}
    assert "検索機能を制限しています" in page.words()
    assert "セキュリティ上の制約" not in page.words()
    desk = signed_in("agent").get(DESK + matches("柿色"))
    assert told["note"] in numbers(desk)
    assert told["foreign"] in numbers(desk)


@pytest.mark.req("F05")
def test_plain_words_are_bounded(session: Session) -> None:
    actor = cast.actor_of(session, "hanako", "cs")
    assert plain_words.words_of('"二要素 認証" OR vpn* (ＡＢＣ)') == ["二要素", "認証", "vpn", "ABC"]
    assert len(plain_words.words_of(" ".join(f"w{at}" for at in range(50)))) == plain_words.MOST_WORDS
    assert str(plain_words.condition(actor, '"*"')) == "false"


@pytest.mark.usefixtures("told")
def test_a_frequent_word_is_cut_to_the_newest_and_says_so(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyword, "MOST", 2)
    page = signed_in("agent").get(DESK + matches("柿色"))
    assert len(numbers(page)) == 2
    assert "新しい順に 2 件だけを対象にしました" in page.words()


def test_the_portals_keep_apart(signed_in: SignedIn, given: Given, app: Flask) -> None:
    given(cases.open_inquiry, number=CS_NUMBER, details="柿色のアラート")
    fm = given(cases.open_inquiry, number=FM_NUMBER, details="柿色のアラート")
    feed(app)
    assert numbers(signed_in("hanako").get(FM + matches("柿色"))) == {fm}
