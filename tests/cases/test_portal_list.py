"""GET /<service>/cases: the case list with its quick filters, columns and rows."""

from datetime import UTC, datetime

import pytest

from app import clock
from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.wording import message, state

STARTED = datetime(2026, 4, 1, 15, 4, 5, tzinfo=UTC)
COLUMNS = (
    ("ケース番号", "Case number"),
    ("状況", "Status"),
    ("カテゴリ", "Category"),
    ("件名", "Subject"),
    ("お客様番号", "Customer number"),
    ("ご契約者名", "Contract holder"),
    ("サービス名", "Service name"),
    ("お客様担当者名", "Customer contact"),
    ("更新日時", "Updated"),
)


def _numbers(page: Page) -> set[str]:
    return {row["ケース番号" if page.language == "ja" else "Case number"] for row in page.rows()}


def _views(page: Page) -> list[tuple[str, str]]:
    menu = page.styled("nav", "side-nav")[0]
    return [(page.words(link), link.get("href")) for link in menu.iter(HTML + "a")]


@pytest.mark.req("LIST-01", "LIST-03", "UI-04")
@pytest.mark.parametrize(
    ("person", "service", "trail", "names"),
    [
        ("hanako", "cs", "ホーム ケース一覧", ["すべてのケース", "アクションが必要", "月次レポート"]),
        ("hanako", "fm", "ホーム ケース一覧", ["すべてのケース", "アクションが必要", "アラート"]),
        ("alice", "cs", "Home Case list", ["All cases", "Action needed", "Monthly reports"]),
        ("alice", "fm", "Home Case list", ["All cases", "Action needed", "Alerts"]),
    ],
)
def test_breadcrumb_title_and_quick_filters(
    signed_in: SignedIn, person: str, service: str, trail: str, names: list[str]
) -> None:
    page = signed_in(person).get(f"/{service}/cases")
    assert page.words(page.styled("nav", "breadcrumb")[0]) == trail
    assert page.words(page.one("h1")) == trail.partition(" ")[2]
    assert [name for name, _ in _views(page)] == names


@pytest.mark.req("LIST-02")
def test_action_needed_holds_what_waits_for_the_customer(signed_in: SignedIn, given: Given) -> None:
    made = {case_state: given(cases.in_state, case_state) for case_state in CaseState}
    client = signed_in("hanako")
    page = client.get(dict(_views(client.get("/cs/cases")))["アクションが必要"])
    assert _numbers(page) == {made[CaseState.AWAITING_CUSTOMER], made[CaseState.RESOLVED]}
    assert [name for name, _ in _views(page) if name == "アクションが必要"]
    current = [item for item in page.styled("nav", "side-nav")[0].iter() if item.get("aria-current")]
    assert [page.words(item) for item in current] == ["アクションが必要"]


@pytest.mark.req("LIST-03")
@pytest.mark.parametrize(
    ("service", "number", "category", "other"),
    [
        ("cs", CS_NUMBER, Category.MONTHLY_REPORT, Category.ALARM),
        ("fm", FM_NUMBER, Category.ALERT, Category.OTHER),
    ],
)
def test_the_third_filter_holds_one_category(
    signed_in: SignedIn, given: Given, service: str, number: str, category: Category, other: Category
) -> None:
    wanted = given(cases.open_case, number=number, category=category)
    given(cases.open_case, number=number, category=other)
    page = signed_in("hanako").get(f"/{service}/cases?view=third")
    assert _numbers(page) == {wanted}


@pytest.mark.req("LIST-04", "LIST-06", "LIST-08", "CASE-01", "LANG-02", "LANG-04")
@pytest.mark.parametrize(
    ("person", "number", "language", "holder", "service", "contact"),
    [
        ("hanako", CS_NUMBER, 0, "株式会社サンプル", "マネージドCSPM", "佐藤 花子"),
        ("alice", ALICE_CS_NUMBER, 1, "A会社", "Managed CSPM", "Alice Adams"),
    ],
)
def test_a_row_shows_nine_columns_and_leads_to_the_case(
    signed_in: SignedIn,
    given: Given,
    person: str,
    number: str,
    language: int,
    holder: str,
    service: str,
    contact: str,
) -> None:
    with clock.at(STARTED):
        case = given(
            cases.open_case, number=number, contact=person, subject="月次点検", category=Category.ALARM
        )
    page = signed_in(person).get("/cs/cases")
    labels = [pair[language] for pair in COLUMNS]
    assert page.heads() == labels
    values = [
        case,
        state("new", "ja" if language == 0 else "en"),
        ("アラーム", "Alarm")[language],
        "月次点検",
        number,
        holder,
        service,
        contact,
        "2026-04-02 00:04:05",
    ]
    assert page.rows() == [dict(zip(labels, values, strict=True))]
    row = next(page.one("tbody").iter(HTML + "tr"))
    assert row.get("data-href") == f"/cs/cases/{case}"
    assert [link.get("href") for link in row.iter(HTML + "a")] == [f"/cs/cases/{case}"]


@pytest.mark.req("LIST-08")
def test_a_long_cell_is_whole_in_its_tooltip(signed_in: SignedIn, given: Given) -> None:
    subject = "とても長い件名" * 28
    given(cases.open_case, subject=subject)
    page = signed_in("hanako").get("/cs/cases")
    cell = next(item for item in page.all("td") if item.get("data-label") == "件名")
    assert cell.get("title") == subject
    assert page.words(cell) == subject


@pytest.mark.req("CASE-23")
def test_without_contact_the_cell_is_empty_and_without_subject_a_hyphen(
    signed_in: SignedIn, given: Given
) -> None:
    given(cases.open_case, subject=None)
    (row,) = signed_in("hanako").get("/cs/cases").rows()
    assert (row["件名"], row["お客様担当者名"]) == ("-", "")


@pytest.mark.req("LIST-08", "M-30")
@pytest.mark.parametrize("person", ["hanako", "alice"])
@pytest.mark.parametrize("view", ["", "?view=action", "?view=third", "?view=action&page=9&sort=subject"])
def test_an_empty_list_says_so(signed_in: SignedIn, person: str, view: str) -> None:
    page = signed_in(person).get(f"/cs/cases{view}")
    assert [page.words(item) for item in page.styled("p", "empty-title")] == [message("M-30", page.language)]
    assert not page.all("table")


@pytest.mark.req("SVC-04", "ROLE-06")
def test_the_list_holds_the_own_numbers_of_this_service_and_nothing_else(
    signed_in: SignedIn, given: Given
) -> None:
    made = {
        number: given(cases.open_inquiry, number=number)
        for number in (CS_NUMBER, FM_NUMBER, ALICE_CS_NUMBER, ALICE_FM_NUMBER)
    }
    for person, service, number in (
        ("hanako", "cs", CS_NUMBER),
        ("taro", "cs", CS_NUMBER),
        ("hanako", "fm", FM_NUMBER),
        ("jiro", "fm", FM_NUMBER),
        ("alice", "cs", ALICE_CS_NUMBER),
        ("alice", "fm", ALICE_FM_NUMBER),
    ):
        page = signed_in(person).get(f"/{service}/cases")
        assert _numbers(page) == {made[number]}
        others = set(made.values()) - {made[number]}
        assert not [other for other in others if other in page.text]


@pytest.mark.parametrize(
    "query",
    ["view=nonsense", "view=%00", "view=", "view=mine", "view=all&view=action", "x=%FF%FE", "%FF=%00"],
)
def test_an_unknown_view_shows_all_cases(signed_in: SignedIn, given: Given, query: str) -> None:
    number = given(cases.open_inquiry)
    page = signed_in("hanako").get(f"/cs/cases?{query}")
    assert (page.status, _numbers(page)) == (200, {number})


def test_a_query_of_raw_bytes_is_no_fault(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    page = client.get("/cs/cases", environ_overrides={"QUERY_STRING": "view=\xff\xfe&page=\xff"})
    assert page.status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, method: str) -> None:
    client = signed_in("hanako")
    assert client.fetch(method, "/cs/cases", data={"csrf_token": client.token()}).status == 405


@pytest.mark.req("SVC-04", "AUTH-02")
@pytest.mark.parametrize("person", ["charlie", "jiro", "agent", "admin"])
def test_stranger_and_wrong_role_are_sent_to_sign_in(signed_in: SignedIn, person: str) -> None:
    answer = signed_in(person).get("/cs/cases?view=action")
    assert (answer.status, answer.location) == (303, "/cs/login?next=%2Fcs%2Fcases%3Fview%3Daction")
