"""GET /<service>/search: a case by its whole number, as the mails name it."""

import pytest

from app.cases.lifecycle import CaseState
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, SignedIn
from tests.factories import cases


@pytest.mark.req("UI-04", "SEARCH-01", "SEARCH-02", "M-32", "M-33")
def test_the_box_of_every_page_but_home_leads_to_the_results(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.NEW)
    hanako = signed_in("hanako")
    for address in ("/cs/cases", f"/cs/cases/{number}", "/cs/inquiries/new", "/cs/search?q="):
        box = hanako.get(address).one("form", role="search")
        assert (box.get("action"), box.get("method")) == ("/cs/search", "get")
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
