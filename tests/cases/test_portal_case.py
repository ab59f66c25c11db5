"""GET /<service>/cases/<case>: what a customer sees of a case, in each state."""

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.cases.lifecycle import Act, CaseState
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.wording import message, state

STARTED = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
PEOPLE = [("hanako", CS_NUMBER), ("alice", ALICE_CS_NUMBER)]
ACTS = {"closure", "acceptance", "rejection"}


def _facts(page: Page) -> dict[str, str]:
    names = [page.words(item) for item in page.all("dt")]
    return dict(zip(names, (page.words(item) for item in page.all("dd")), strict=True))


def _offered(page: Page, number: str) -> set[str]:
    return {act for act in ACTS if page.offers(f"/cs/cases/{number}/{act}")}


@pytest.mark.req("CASE-01", "CASE-03", "UI-04", "LANG-02")
@pytest.mark.parametrize("case_state", list(CaseState))
def test_it_shows_what_a_case_has_in_japanese(
    signed_in: SignedIn, given: Given, case_state: CaseState
) -> None:
    number = given(cases.in_state, case_state)
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert page.words(page.styled("nav", "breadcrumb")[0]) == "ホーム ケース"
    shown = _facts(page)
    assert shown["更新日時"] in {"たった今", "数秒前"}
    assert shown == {
        "ケース番号": number,
        "状況": state(case_state, "ja"),
        "更新日時": shown["更新日時"],
        "カテゴリ": "サービスについて",
        "お客様番号": CS_NUMBER,
        "ご契約者名": "株式会社サンプル",
        "サービス名": "マネージドCSPM",
        "お客様担当者名": "佐藤 花子",
    }
    assert [page.words(tab) for tab in page.styled("a", "tab")] == ["アクティビティ", "添付ファイル"]


@pytest.mark.req("CASE-01", "CASE-03", "UI-04", "LANG-02")
@pytest.mark.parametrize("case_state", list(CaseState))
def test_it_shows_what_a_case_has_in_english(
    signed_in: SignedIn, given: Given, case_state: CaseState
) -> None:
    number = given(cases.in_state, case_state, number=ALICE_CS_NUMBER)
    page = signed_in("alice").get(f"/cs/cases/{number}")
    assert page.words(page.styled("nav", "breadcrumb")[0]) == "Home Case"
    shown = _facts(page)
    assert shown["Updated"] in {"just now", "seconds ago"}
    assert shown == {
        "Case number": number,
        "Status": state(case_state, "en"),
        "Updated": shown["Updated"],
        "Category": "About the service",
        "Customer number": ALICE_CS_NUMBER,
        "Contract holder": "A会社",
        "Service name": "Managed CSPM",
        "Customer contact": "Alice Adams",
    }
    assert [page.words(tab) for tab in page.styled("a", "tab")] == ["Activity", "Attachments"]


@pytest.mark.req("CASE-03", "M-21")
@pytest.mark.parametrize(("person", "number"), PEOPLE)
@pytest.mark.parametrize("case_state", [item for item in CaseState if item is not CaseState.CLOSED])
def test_an_open_case_carries_the_standing_note(
    signed_in: SignedIn, given: Given, person: str, number: str, case_state: CaseState
) -> None:
    case = given(cases.in_state, case_state, number=number)
    page = signed_in(person).get(f"/cs/cases/{case}")
    assert message("M-21", page.language) in [page.words(item) for item in page.styled("p", "notice")]


@pytest.mark.req("CASE-04", "UI-07", "M-22", "M-23")
@pytest.mark.parametrize(("person", "number"), PEOPLE)
@pytest.mark.parametrize("case_state", list(CaseState))
def test_a_message_stands_at_the_top_according_to_the_state(
    signed_in: SignedIn, given: Given, person: str, number: str, case_state: CaseState
) -> None:
    case = given(cases.in_state, case_state, number=number)
    client = signed_in(person)
    expected = {CaseState.AWAITING_CUSTOMER: "M-22", CaseState.RESOLVED: "M-23"}.get(case_state)
    # × takes it away in the browser only: the next opening shows it again.
    for _ in range(2):
        page = client.get(f"/cs/cases/{case}")
        shown = [page.words(item) for item in page.styled("div", "message-text")]
        assert shown == ([message(expected, page.language)] if expected else [])
        closers = page.styled("button", "message-close")
        labels = [closer.get("aria-label") for closer in closers]
        assert labels == (["閉じる" if page.language == "ja" else "Close"] if expected else [])


@pytest.mark.req("CASE-13", "CASE-14", "CASE-15", "CASE-16")
@pytest.mark.parametrize(
    ("case_state", "offered"),
    [
        (CaseState.NEW, {"closure"}),
        (CaseState.IN_PROGRESS, {"closure"}),
        (CaseState.AWAITING_CUSTOMER, {"closure"}),
        (CaseState.RESOLVED, {"acceptance", "rejection"}),
        (CaseState.CLOSED, set()),
    ],
)
def test_the_acts_offered_are_those_of_the_state(
    signed_in: SignedIn, given: Given, case_state: CaseState, offered: set[str]
) -> None:
    number = given(cases.in_state, case_state)
    page = signed_in("taro").get(f"/cs/cases/{number}")
    assert _offered(page, number) == offered
    words = {
        "closure": "ケースをクローズ",
        "acceptance": "ソリューションを承認",
        "rejection": "ソリューションを却下",
    }
    buttons = {page.words(button) for button in page.all("button")}
    assert buttons & set(words.values()) == {words[act] for act in offered}
    assert bool(page.by_id("close-case") is not None) is ("closure" in offered)
    menus = [page.words(item) for item in page.all("summary")]
    assert ("アクション" in menus) is bool(offered)


@pytest.mark.req("CASE-14", "M-24", "UI-09")
@pytest.mark.parametrize(
    ("person", "number", "title", "buttons"),
    [
        ("hanako", CS_NUMBER, "ケースをクローズ", ["キャンセル", "ケースをクローズ"]),
        ("alice", ALICE_CS_NUMBER, "Close case", ["Cancel", "Close case"]),
    ],
)
def test_closing_asks_first_in_a_dialog(
    signed_in: SignedIn, given: Given, person: str, number: str, title: str, buttons: list[str]
) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS, number=number)
    page = signed_in(person).get(f"/cs/cases/{case}")
    dialog = page.by_id("close-case")
    assert page.words(page.by_id(dialog.get("aria-labelledby"))) == title
    assert message("M-24", page.language) in page.words(dialog)
    shown = list(dialog.iter("{http://www.w3.org/1999/xhtml}button"))
    assert [page.words(item) for item in shown] == buttons
    # Cancel sends nothing: it is a plain button that closes the dialog.
    assert (shown[0].get("type"), shown[0].get("command")) == ("button", "close")
    assert shown[1].get("type") == "submit"


@pytest.mark.req("CASE-16")
def test_a_closed_case_can_be_read_but_not_written_to(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.CLOSED, details="以前の経緯")
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "以前の経緯" in page.words()
    assert not page.all("textarea")
    assert not page.offers(f"/cs/cases/{number}/comments")
    assert not page.all("input", type="file")


@pytest.mark.req("CASE-11")
@pytest.mark.parametrize(
    ("person", "number", "start", "created", "name"),
    [
        ("hanako", CS_NUMBER, "開始", "作成日時: 2026-04-01 09:30:00", "佐藤 花子"),
        ("alice", ALICE_CS_NUMBER, "Start", "Created: 2026-04-01 09:30:00", "Alice Adams"),
    ],
)
def test_the_timeline_begins_with_the_start_and_has_the_newest_on_top(
    signed_in: SignedIn, given: Given, person: str, number: str, start: str, created: str, name: str
) -> None:
    with clock.at(STARTED):
        case = given(cases.open_inquiry, number=number, details="一番目")
    for minutes, text in ((1, "二番目"), (2, "三番目")):
        with clock.at(STARTED + timedelta(minutes=minutes)):
            given(cases.comment, case, text)
    page = signed_in(person).get(f"/cs/cases/{case}")
    entries = [page.words(item) for item in page.styled("li", "timeline-entry")]
    assert [next(text for text in ("三", "二", "一", start) if text in entry) for entry in entries] == [
        "三",
        "二",
        "一",
        start,
    ]
    assert f"{created} · {case} · {name}" in entries[-1]
    assert "中村 さくら" in entries[0]


@pytest.mark.req("CASE-11", "DESK-05")
def test_each_change_of_state_stands_in_the_timeline_with_person_and_time(
    signed_in: SignedIn, given: Given
) -> None:
    with clock.at(STARTED):
        number = given(cases.open_inquiry)
    with clock.at(STARTED + timedelta(hours=1)):
        given(cases.move, number, Act.TAKE_ON, by="lead")
    for name in ("hanako", "agent"):
        client = signed_in(name)
        page = client.get(f"/{'console' if name == 'agent' else 'cs'}/cases/{number}")
        entry = page.styled("li", "timeline-entry")[0]
        assert "新規 → 対応中 · 高橋 健" in page.words(entry)
        times = [item.get("title") for item in entry.iter("{http://www.w3.org/1999/xhtml}time")]
        assert times == ["2026年4月1日(水) 10:30:00"]


@pytest.mark.req("CASE-23")
@pytest.mark.parametrize(("person", "number"), PEOPLE)
def test_without_contact_and_subject(signed_in: SignedIn, given: Given, person: str, number: str) -> None:
    case = given(cases.open_case, number=number, subject=None)
    page = signed_in(person).get(f"/cs/cases/{case}")
    assert page.words(page.one("h1")) == "-"
    assert _facts(page)["お客様担当者名" if person == "hanako" else "Customer contact"] == ""


@pytest.mark.req("UI-08")
@pytest.mark.parametrize(
    ("seconds", "japanese", "english"),
    [
        (0, "たった今", "just now"),
        (30, "数秒前", "seconds ago"),
        (60, "1分前", "1 minute ago"),
        (59 * 60, "59分前", "59 minutes ago"),
        (3 * 86_400, "3日前", "3 days ago"),
        (40 * 86_400, "1か月前", "1 month ago"),
        (100 * 86_400, "3か月前", "3 months ago"),
        (800 * 86_400, "約 2 年前", "about 2 years ago"),
    ],
)
def test_ages_read_as_the_specification_says(
    signed_in: SignedIn, given: Given, seconds: int, japanese: str, english: str
) -> None:
    for person, number, age, exact in (
        ("hanako", CS_NUMBER, japanese, "2026年4月1日(水) 09:30:00"),
        ("alice", ALICE_CS_NUMBER, english, "Wed 1 Apr 2026 09:30:00"),
    ):
        with clock.at(STARTED):
            case = given(cases.open_inquiry, number=number)
        with clock.at(STARTED + timedelta(seconds=seconds)):
            page = signed_in(person).get(f"/cs/cases/{case}")
        times = {(page.words(item), item.get("title")) for item in page.all("time")}
        assert times == {(age, exact)}


@pytest.mark.req("ROLE-06")
def test_a_colleague_sees_the_case_with_every_act(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    page = signed_in("taro").get(f"/cs/cases/{number}")
    assert _offered(page, number) == {"acceptance", "rejection"}
    assert page.offers(f"/cs/cases/{number}/comments")


@pytest.mark.req("SEC-26", "SVC-04")
@pytest.mark.parametrize("person", ["hanako", "alice"])
def test_foreign_and_absent_answer_the_same_bytes(signed_in: SignedIn, given: Given, person: str) -> None:
    """Another company's case, the own company's case of another service, and none at all."""
    foreign = given(cases.open_inquiry, number=ALICE_CS_NUMBER if person == "hanako" else CS_NUMBER)
    other_service = given(cases.open_inquiry, number=FM_NUMBER if person == "hanako" else "P910000003")
    client = signed_in(person)
    answers = [
        client.get(f"/cs/cases/{number}")
        for number in (
            foreign,
            other_service,
            "CS9999999",
            "nonsense",
            "CS%00",
            "'--",
            "%F0%9F%98%80",
            "0" * 300,
        )
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.answer.data for answer in answers}) == 1
    assert len({answer.answer.headers["Content-Length"] for answer in answers}) == 1
    assert foreign not in answers[0].text


@pytest.mark.req("SEC-26", "SVC-04")
@pytest.mark.parametrize("act", ["comments", "closure", "acceptance", "rejection"])
def test_acts_on_foreign_and_absent_cases_answer_the_same_bytes(
    signed_in: SignedIn, given: Given, act: str
) -> None:
    foreign = given(cases.in_state, CaseState.RESOLVED, number=ALICE_CS_NUMBER)
    client = signed_in("hanako")
    answers = [client.act(f"/cs/cases/{number}/{act}") for number in (foreign, "CS9999999")]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].answer.data == answers[1].answer.data


@pytest.mark.req("SVC-04")
def test_the_case_of_an_own_number_opens_in_its_own_portal_alone(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    client = signed_in("hanako")
    assert client.get(f"/fm/cases/{number}").status == 200
    assert client.get(f"/cs/cases/{number}").status == 404
    assert client.get(f"/console/cases/{number}").location.startswith("/console/login")


@pytest.mark.parametrize("before", ["abc", "-1", "0", "9" * 40, "１", "1e3", "%00", "1;drop"])
def test_an_older_part_that_is_none_is_no_fault(signed_in: SignedIn, given: Given, before: str) -> None:
    number = given(cases.open_inquiry)
    assert signed_in("hanako").get(f"/cs/cases/{number}?before={before}").status == 200


@pytest.mark.req("CASE-11")
def test_a_long_timeline_comes_in_parts_without_gap_or_repetition(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    given(cases.comments, number, [f"第{index}報" for index in range(70)])
    client = signed_in("hanako")
    seen: list[str] = []
    address: str | None = f"/cs/cases/{number}"
    while address:
        page = client.get(address)
        seen += [page.words(item) for item in page.styled("p", "as-typed")]
        older = [item.get("href") for item in page.all("a") if "?before=" in item.get("href", "")]
        address = older[0].partition("#")[0] if older else None
    assert seen == [f"第{index}報" for index in reversed(range(70))]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, method: str) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    answer = client.fetch(method, f"/cs/cases/{number}", data={"csrf_token": client.token()})
    assert answer.status == 405
    assert answer.language == "ja"
