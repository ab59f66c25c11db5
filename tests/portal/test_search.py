"""GET /<service>/search: a case by its whole number, other words in cases and knowledge, in two groups."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import finding
from app.cases.lifecycle import CaseState
from app.search.models import MissedSearch
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER, SAMPLE
from tests.client import HTML, Element, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, knowledge
from tests.factories.broken_index import break_index
from tests.factories.search import feed


@pytest.mark.req("UI-04", "SEARCH-01", "SEARCH-02", "M-32", "M-33")
def test_the_box_of_every_page_but_home_leads_to_the_results(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.NEW)
    hanako = signed_in("hanako")
    for address in ("/cs/cases", f"/cs/cases/{number}", "/cs/inquiries/new", "/cs/search?q="):
        page = hanako.get(address)
        box = page.one("form", role="search")
        assert (box.get("action"), box.get("method")) == ("/cs/search", "get")
        assert page.words(next(box.iter(HTML + "label"))) == "検索"
    assert not hanako.get("/cs/").all("form", role="search")
    page = hanako.get(f"/cs/search?q={number}")
    assert page.words(page.one("h1")) == f"「{number}」のすべて結果"
    assert page.words().count("結果の最後") == 1


@pytest.mark.req("SEARCH-03")
def test_a_hit_shows_the_case_and_two_ways_to_it(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.IN_PROGRESS)
    page = signed_in("hanako").get(f"/cs/search?q={number}")
    hit = page.words(page.styled("li", "hit")[0])
    assert "お問い合わせ" in hit
    assert f"ケース番号: {number} · 状況: 対応中 · 更新日時: " in hit
    assert len(page.all("a", href=f"/cs/cases/{number}")) == 2


@pytest.mark.req("SEARCH-01")
@pytest.mark.parametrize("typed", ["{}", " {} ", "cs", "ＣＳ"])
def test_a_number_is_found_however_it_is_typed(signed_in: SignedIn, given: Given, typed: str) -> None:
    number = given(cases.in_state, CaseState.NEW)
    asked = typed.format(number) if "{}" in typed else f"{typed}{number[2:]}"
    page = signed_in("taro").get("/cs/search", query_string={"q": asked})
    assert len(page.styled("li", "hit")) == 1


@pytest.mark.req("SEARCH-04", "SVC-04", "SEC-26")
@pytest.mark.parametrize("owner", [ALICE_CS_NUMBER, FM_NUMBER])
def test_a_number_out_of_reach_finds_what_an_absent_one_finds(
    signed_in: SignedIn, given: Given, owner: str
) -> None:
    foreign = given(cases.in_state, CaseState.NEW, number=owner)
    hanako = signed_in("hanako")
    page = hanako.get(f"/cs/search?q={foreign}")
    absent = hanako.get("/cs/search?q=CS9999999")
    assert not page.styled("li", "hit")
    assert page.words().replace(foreign, "") == absent.words().replace("CS9999999", "")


@pytest.mark.req("SEARCH-02")
@pytest.mark.parametrize("asked", ["", "%", "_______", "<script>", "CS\x00", "x" * 5_000, "不審なログイン"])
def test_odd_words_find_nothing_and_break_nothing(signed_in: SignedIn, given: Given, asked: str) -> None:
    given(cases.in_state, CaseState.NEW, number=CS_NUMBER)
    page = signed_in("hanako").get("/cs/search", query_string={"q": asked})
    assert page.status == 200
    assert not page.styled("li", "hit")


def hits_in(page: Page, section: Element) -> list[str]:
    """The words of each hit of a group."""
    items = (item for item in section.iter(HTML + "li") if "hit" in item.get("class", "").split())
    return [page.words(item) for item in items]


def groups(page: Page) -> dict[str, list[str]]:
    """The groups of results by the words of their heads."""
    return {page.words(each.find(f".//{HTML}h2")): hits_in(page, each) for each in page.all("section")}


@pytest.fixture
def written(given: Given, app: Flask) -> dict[str, str]:
    """Cases and articles about the same thing, and those of others; the numbers of hanako's."""

    def write(session: Session) -> dict[str, str]:
        numbers = {
            "subject": cases.open_case(session, subject="プロキシサーバーの設定"),
            "comment": cases.open_inquiry(session, details="質問です。"),
            "note": cases.open_inquiry(session, details="別の質問です。"),
        }
        cases.comment(session, numbers["comment"], "お使いのプロキシサーバをご確認ください。")
        cases.note(session, numbers["note"], "プロキシサーバが原因らしい。")
        cases.open_inquiry(session, number=ALICE_CS_NUMBER, details="プロキシサーバーが遅いです。")
        article = knowledge.article(session, title="プロキシサーバーを経由する", body="設定の手順です。")
        numbers["article"] = article.number
        of_fm = knowledge.article(session, slug="fm", title="プロキシサーバー (fm)")
        hidden = knowledge.article(
            session,
            title="プロキシサーバー (別会社)",
            for_whom=[knowledge.readers(session, "cs", number=ALICE_CS_NUMBER)],
        )
        own = knowledge.article(
            session,
            title="プロキシサーバー (自社)",
            for_whom=[knowledge.readers(session, "cs", holder=SAMPLE)],
        )
        return numbers | {"fm": of_fm.number, "hidden": hidden.number, "own": own.number}

    numbers: dict[str, str] = given(write)
    feed(app)
    return numbers


@pytest.mark.req("SEARCH-05", "DESK-04", "SEC-48", "KB-03")
def test_words_find_cases_and_knowledge_in_two_groups(signed_in: SignedIn, written: dict[str, str]) -> None:
    page = signed_in("hanako").get("/cs/search?q=プロキシサーバー")
    found = groups(page)
    assert list(found) == ["ケース 2", "ナレッジ 2"]
    cases_found, articles = found.values()
    assert {number for number in written.values() if any(number in hit for hit in cases_found)} == {
        written["subject"],
        written["comment"],
    }
    # Best first: the title says more than a text.
    assert written["subject"] in cases_found[0]
    assert {written["article"], written["own"]} == {
        number for number in written.values() if any(number in hit for hit in articles)
    }
    assert page.words().count("結果の最後") == 1


@pytest.mark.req("SEARCH-05", "UI-04")
def test_hits_are_marked_where_they_stand(signed_in: SignedIn, written: dict[str, str]) -> None:
    page = signed_in("hanako").get("/cs/search?q=プロキシサーバー")
    marks = [page.words(mark) for mark in page.all("mark")]
    assert "プロキシサーバー" in marks
    assert "プロキシサーバ" in marks, "as it was written in the comment"
    excerpt = next(item for item in page.styled("p", "hit-excerpt") if "お使いの" in page.words(item))
    assert page.words(excerpt).replace(" ", "") == "お使いのプロキシサーバをご確認ください。"
    assert written["comment"] in page.words()


@pytest.mark.req("SEARCH-05", "M02", "SEC-28")
def test_what_others_have_changes_no_byte(
    signed_in: SignedIn, written: dict[str, str], given: Given, app: Flask
) -> None:
    def seen(name: str) -> str:
        page = signed_in(name).get("/cs/search?q=プロキシ設定")
        return page.words(page.one("main"))

    before = seen("taro")
    given(cases.open_inquiry, number=ALICE_CS_NUMBER, details="プロキシの設定 プロキシ設定")
    given(cases.note, written["comment"], "プロキシ設定")
    feed(app)
    assert seen("taro") == before


@pytest.mark.req("SEARCH-05")
def test_more_hits_lead_to_the_lists(signed_in: SignedIn, given: Given, app: Flask) -> None:
    for _ in range(finding.SHOWN + 2):
        given(cases.open_inquiry, details="証明書の更新")
    feed(app)
    hanako = signed_in("hanako")
    page = hanako.get("/cs/search?q=証明書")
    assert [len(hits) for hits in groups(page).values()] == [finding.SHOWN]
    link = next(item for item in page.all("a") if "7件すべてを表示" in page.words(item))
    assert len(hanako.get(link.get("href")).rows()) == 7


@pytest.mark.req("SEARCH-01", "SEARCH-04", "SEC-26")
def test_the_number_of_an_article_finds_it_alone(signed_in: SignedIn, written: dict[str, str]) -> None:
    hanako = signed_in("hanako")
    page = hanako.get(f"/cs/search?q={written['article'].lower()}")
    assert [len(hits) for hits in groups(page).values()] == [1]
    absent = hanako.get("/cs/search?q=KB9999999")
    for foreign in (written["hidden"], written["fm"]):
        page = hanako.get(f"/cs/search?q={foreign}")
        assert page.words().replace(foreign, "") == absent.words().replace("KB9999999", "")


@pytest.mark.req("SEARCH-05")
def test_a_slip_is_put_right_with_words_that_the_asker_may_find(
    signed_in: SignedIn, given: Given, app: Flask
) -> None:
    given(cases.open_inquiry, details="authentication")
    given(cases.open_inquiry, number=ALICE_CS_NUMBER, details="persimmon")
    feed(app)
    hanako = signed_in("hanako")
    page = hanako.get("/cs/search?q=authentcation")
    link = next(item for item in page.all("a") if page.words(item) == "authentication")
    assert len(hanako.get(link.get("href")).styled("li", "hit")) == 1
    assert "persimmon" not in hanako.get("/cs/search?q=persimon").words()


@pytest.mark.req("KB-15")
def test_a_search_in_vain_is_noted_for_the_desk(
    signed_in: SignedIn, given: Given, app: Flask, stored: Stored
) -> None:
    number = given(cases.open_inquiry, details="証明書の更新")
    feed(app)
    hanako = signed_in("hanako")
    for words in ("無花果の木", "証明書", number, "", "-"):
        hanako.get("/cs/search", query_string={"q": words})
    noted = stored(lambda session: list(session.scalars(select(MissedSearch.typed))))
    assert noted == ["無花果の木"]


@pytest.mark.req("F05")
def test_without_an_index_the_database_answers_and_says_so(
    signed_in: SignedIn, written: dict[str, str], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_index(monkeypatch)
    hanako = signed_in("hanako")
    page = hanako.get("/cs/search?q=プロキシサーバー")
    assert "検索機能を制限しています" in page.words()
    assert written["subject"] in page.words()
    assert written["article"] in page.words()
    assert written["hidden"] not in page.words()
    assert len(hanako.get(f"/cs/search?q={written['comment']}").styled("li", "hit")) == 1
    hanako.get("/cs/search?q=無花果")
    assert stored(lambda session: list(session.scalars(select(MissedSearch.typed)))) == []
