"""The filter panel of the case lists: what its buttons do, what it shows, and that nothing changes until it is run."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from tests.client import HTML, InspectingClient, Page, _fields
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.timing import DRAWN_BY_LOT
from tests.factories.wording import message

PANEL = {"cs": "/cs/cases/filter", "console": "/console/cases/filter"}
LISTS = {"cs": "/cs/cases", "console": "/console/cases/"}
BUTTONS = {
    "ja": ["フィルターのロード", "フィルターの保存", "ソートを追加", "すべて消去", "実行"],
    "en": ["Load filter", "Save filter", "Add sort", "Clear all", "Run"],
}
CHOICE = {
    "ja": [
        "次の値に等しい(=)", "次の値と異なる (≠)", "は次の値のいずれかを含む", "は次の値のいずれも含まない",
        "は(空)である", "は空でない", "次の値未満 (<)", "次の値を超える (>)", "次の値以下 (<=)", "は次の値以上 (>=)",
        "次の間", "はすべて", "は次の値と同じ", "は次の値と異なる",
    ],
    "en": [
        "is", "is not", "is one of", "is not one of", "is empty", "is not empty", "less than", "greater than",
        "less than or is", "greater than or is", "between", "is anything", "is same as", "is different from",
    ],
}  # fmt: skip
# Section 5's order; what points to another record carries ⊙.
FIELDS = [
    "お客様担当者名 ⊙", "ご契約者名 ⊙", "ウォッチリスト ⊙", "カテゴリ", "キーワード", "ケース番号", "サービス ⊙",
    "サービス名", "状況", "件名", "お客様番号 ⊙", "更新日時", "作成日時",
]  # fmt: skip
DESK_FIELDS = ["担当者 ⊙", "期限"]
# Section 3: the order of the picture.
PICTURED = [
    "サービスについて", "故障について", "月次レポートについて", "その他", "セキュリティアラート", "監視アラート",
    "インシデントレポート", "インシデントレスポンス", "作業依頼", "月次レポート送付", "製品仕様について", "アラーム",
    "アラート", "正常性確認依頼(利用開始時)", "ご利用クレジット数超過", "アラートについて", "インシデント",
]  # fmt: skip


def options(page: Page, name: str) -> list[str]:
    found = next(item for item in page.all("select") if item.get("name") == name)
    return [page.words(option) for option in found.iter(HTML + "option")]


def numbers(page: Page) -> set[str]:
    """The case numbers of the list, whose first column has a name in either language."""
    return {next(iter(row.values())) for row in page.rows()}


def trail(page: Page) -> list[tuple[str, str]]:
    nav = page.styled("nav", "filter-trail")[0]
    return [(page.words(link), link.get("href")) for link in nav.iter(HTML + "a")]


def press(client: InspectingClient, page: Page, do: str, shell: str = "cs", **entered: str) -> Page:
    """Press a button of the panel as it stands, with what is entered in it meanwhile."""
    form = next(item for item in page.all("form") if item.get("action") == PANEL[shell])
    fields = [(name, value) for name, value in _fields(form) if name not in {**entered, "do": ""}]
    return client.get(f"{PANEL[shell]}?{urlencode([*fields, *entered.items(), ('do', do)])}")


def run(client: InspectingClient, page: Page, shell: str = "cs", **entered: str) -> Page:
    """Press 実行 and follow to the list."""
    answer = press(client, page, "run", shell, **entered)
    assert answer.status == 303, answer.words()
    return client.get(answer.location)


def f_of(page: Page) -> str:
    """The filter of the address that a button leads to."""
    return dict(parse_qsl(urlsplit(page.location).query)).get("f", "")


def is_open(page: Page) -> bool:
    return page.styled("details", "filter")[0].get("open") is not None


@pytest.mark.req("FILTER-01", "FILTER-02", "FILTER-03", "M-31", "UI-09")
@pytest.mark.parametrize(
    ("person", "shell", "language"),
    [("hanako", "cs", "ja"), ("alice", "cs", "en"), ("agent", "console", "ja")],
)
def test_the_panel_has_its_buttons_in_their_order_and_is_closed_at_first(
    signed_in: SignedIn, person: str, shell: str, language: str
) -> None:
    page = signed_in(person).get(LISTS[shell])
    assert not is_open(page)
    funnel = next(iter(page.styled("details", "filter")[0].iter(HTML + "summary")))
    assert page.words(funnel) == {"ja": "フィルター", "en": "Filter"}[language]
    acts = page.styled("div", "filter-acts")[0]
    shown = [page.words(button) for button in acts.iter(HTML + "button")]
    assert shown[:5] == BUTTONS[language]
    close = list(acts.iter(HTML + "button"))[5]
    assert [item.get("aria-label") for item in close.iter() if item.get("aria-label")] == [
        {"ja": "閉じる", "en": "Close"}[language]
    ]
    assert message("M-31", language) in page.words()
    assert [words for words, _href in trail(page)] == [{"ja": "すべて", "en": "All"}[language]]


@pytest.mark.req("FILTER-04")
def test_the_field_list_holds_section_5_and_marks_what_points_to_records(signed_in: SignedIn) -> None:
    assert options(signed_in("hanako").get("/cs/cases"), "c-0-0-field")[1:] == FIELDS
    assert options(signed_in("agent").get("/console/cases/"), "c-0-0-field")[1:] == [*FIELDS, *DESK_FIELDS]
    search = [
        item
        for item in signed_in("hanako").get("/cs/cases").all("input", type="search")
        if item.get("aria-label") == "フィールドを検索"
    ]
    assert search


@pytest.mark.req("FILTER-05")
def test_a_moment_has_its_operators_in_the_order_of_the_table(signed_in: SignedIn) -> None:
    """FILTER-05: those of section 5, and the one that asks for nothing last, as for every kind."""
    page = signed_in("alice").get("/cs/cases/filter?c-0-0-field=updated&do=show")
    table = (
        "on, not on, before, at or before, after, at or after, between, is empty, is not empty, last N days"
    )
    assert options(page, "c-0-0-operator") == [*table.split(", "), "is anything"]


@pytest.mark.req("FILTER-05")
@pytest.mark.parametrize(("person", "language"), [("hanako", "ja"), ("alice", "en")])
@pytest.mark.parametrize("field", ["category", "status"])
def test_a_choice_has_the_14_operators(signed_in: SignedIn, person: str, language: str, field: str) -> None:
    client = signed_in(person)
    page = press(client, client.get("/cs/cases"), "show", **{"c-0-0-field": field})
    assert is_open(page)
    assert options(page, "c-0-0-operator") == CHOICE[language]
    assert options(page, "c-0-0-value")[0] == {"ja": "--なし--", "en": "None"}[language]


@pytest.mark.req("FILTER-05", "LIST-03")
def test_the_categories_are_all_17_those_of_the_service_first(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    for slug, used in (("cs", 11), ("fm", 6)):
        page = client.get(f"/{slug}/cases/filter?c-0-0-field=category&do=show")
        none, *shown = options(page, "c-0-0-value")
        assert none == "--なし--"
        assert sorted(shown) == sorted(PICTURED)
        first, rest = shown[:used], shown[used:]
        assert first == [name for name in PICTURED if name in first], "in the order of the picture"
        assert rest == [name for name in PICTURED if name in rest]


@pytest.mark.req("FILTER-06", "FILTER-01")
def test_nothing_changes_until_it_is_run(signed_in: SignedIn, given: Given) -> None:
    """The example of FILTER-06, step by step, without script."""
    wanted = given(cases.open_inquiry, category=Category.SERVICE)
    other = given(cases.open_inquiry, category=Category.FAILURE)
    client = signed_in("hanako")
    page = press(client, client.get("/cs/cases?sort=number"), "show", **{"c-0-0-field": "category"})
    assert numbers(page) == {wanted, other}
    page = press(client, page, "show", **{"c-0-0-value": "service"})
    assert numbers(page) == {wanted, other}
    page = run(client, page)
    assert numbers(page) == {wanted}
    assert trail(page) == [
        ("すべて", "/cs/cases?sort=number"),
        ("カテゴリ=サービスについて", "/cs/cases?f=category:is:service&sort=number"),
    ]
    assert not is_open(page)
    assert numbers(client.get(trail(page)[0][1])) == {wanted, other}


@pytest.mark.req("FILTER-03")
def test_and_adds_a_condition_or_an_alternative_and_both_can_be_removed(
    signed_in: SignedIn, given: Given
) -> None:
    new, working = given(cases.in_state, CaseState.NEW), given(cases.in_state, CaseState.IN_PROGRESS)
    given(cases.in_state, CaseState.CLOSED)
    client = signed_in("hanako")
    page = press(client, client.get("/cs/cases?f=status:is:new"), "or:0:0")
    page = press(client, page, "show", **{"c-0-1-field": "status"})
    page = press(client, page, "and:0:1", **{"c-0-1-value": "in_progress"})
    page = press(client, page, "show", **{"c-1-0-field": "number"})
    page = run(client, page, **{"c-1-0-operator": "is", "c-1-0-value": working.lower()})
    assert numbers(page) == {working}
    words = [text for text, _ in trail(page)]
    assert words == ["すべて", "状況=新規 または 状況=対応中", f"ケース番号={working.lower()}"]
    page = press(client, page, "remove:1:0")
    assert numbers(run(client, page)) == {new, working}
    page = press(client, page, "remove:0:0")
    assert numbers(run(client, page)) == {working}


@pytest.mark.req("FILTER-13", "LIST-05")
def test_sorts_are_added_run_and_cleared(signed_in: SignedIn, given: Given) -> None:
    given(cases.open_inquiry, category=Category.OTHER)
    first = given(cases.open_inquiry, category=Category.SERVICE)
    second = given(cases.open_inquiry, category=Category.SERVICE)
    client = signed_in("hanako")
    page = press(client, client.get("/cs/cases?f=status:is:new"), "sort")
    page = press(client, page, "sort", **{"s-0-column": "category"})
    page = run(client, page, **{"s-1-column": "number", "s-1-direction": "descending"})
    assert [row["ケース番号"] for row in page.rows()][:2] == [second, first]
    marks = [item.get("aria-sort") for item in page.all("th") if item.get("aria-sort")]
    assert marks == ["descending", "ascending"]
    assert "sort=category,-number" in trail(page)[0][1]
    cleared = press(client, page, "clear")
    assert numbers(cleared), "the list itself is as it was"
    assert not [item for item in cleared.all("select") if (item.get("name") or "").startswith("s-")]
    shown = run(client, cleared)
    assert [words for words, _ in trail(shown)] == ["すべて"]
    assert [item.get("aria-sort") for item in shown.all("th") if item.get("aria-sort")] == ["descending"]


@pytest.mark.req("FILTER-02")
def test_close_leads_back_to_the_list_as_it_is(signed_in: SignedIn) -> None:
    answer = signed_in("hanako").get(
        "/cs/cases/filter?f=status:is:new&view=action&c-0-0-field=subject&do=close"
    )
    assert answer.location == "/cs/cases?view=action&f=status:is:new"


def test_an_enhanced_request_gets_the_panel_alone(signed_in: SignedIn, given: Given) -> None:
    given(cases.open_inquiry)
    page = signed_in("hanako").get(
        "/cs/cases/filter?c-0-0-field=status&do=show", headers={"HX-Request": "true"}
    )
    assert page.is_part
    assert not page.rows()
    assert options(page, "c-0-0-operator") == CHOICE["ja"]


@pytest.mark.req("FILTER-01", "LIST-07")
@pytest.mark.parametrize(("person", "shell"), [("hanako", "cs"), ("agent", "console")])
def test_the_filter_goes_along_with_pages_heads_views_and_files(
    signed_in: SignedIn, given: Given, person: str, shell: str
) -> None:
    given(cases.many, 21)
    page = signed_in(person).get(f"{LISTS[shell]}?f=subject:contains:案件")
    beginnings = (f"{LISTS[shell]}?", f"/{shell}/cases.csv")
    links = [item.get("href", "") for item in page.all("a")]
    links = [href for href in links if href.startswith(beginnings)]
    kept = [href for href in links if "f=subject:contains:" in href]
    assert [href for href in links if href not in kept] == [], "every link keeps the conditions"
    assert any("page=2" in href for href in kept)
    assert any("sort=subject" in href for href in kept)
    assert any("view=" in href for href in kept)
    assert any(".csv" in href for href in kept)


@pytest.mark.req("SEC-32")
@pytest.mark.parametrize(
    ("f", "told"),
    [
        ("nonsense", "このアドレスのフィルターは読み取れません。"),
        ("status:is:new;;", "このアドレスのフィルターは読み取れません。"),
        ("subject:is:a~b", "このアドレスのフィルターは読み取れません。"),
        ("%00", "このアドレスのフィルターは読み取れません。"),
        ("x" * 4001, "フィルターが長すぎます。4,000文字以内"),
        (";".join(["status:is:new"] * 21), "条件が多すぎます。20行以内"),
        ("/".join(["status:is:new"] * 11), "「または」の条件が多すぎます。"),
        ("status:any-of:" + ",".join(["new"] * 51), "値が多すぎます。"),
        ("nonsense:matches:vpn", "このフィールドはありません。"),
        ("assignee:empty", "このフィールドはありません。"),
        ("status:contains:new", "このフィールドでは使用できない演算子です。"),
        ("status:is", "この条件の値を入力してください。"),
        ("status:between:new", "この条件の値を入力してください。"),
        ("status:is:new,closed", "この演算子に対して値が多すぎます。"),
        ("status:is:gone", "この値は存在しないか、利用できません。"),
        ("status:lt:none", "「なし」は大小を比べられません。"),
        ("status:same:status", "同じ種類の別のフィールドを選択してください。"),
        ("status:same:subject", "同じ種類の別のフィールドを選択してください。"),
        ("updated:on:2026-02-30", "日付（例：2026-04-01）"),
        ("updated:on:0001-01-01", "日付（例：2026-04-01）"),
        ("updated:last-days:0", "日数を1から3650まで"),
        ("updated:last-days:99999", "日数を1から3650まで"),
        ("subject:contains:a%E2%80%AEb", "表示されない制御文字を取り除いてください。"),
        ("subject:contains:" + "x" * 201, "値が長すぎます。200文字以内"),
        ("contact:is:99999999999999999999", "この値は存在しないか、利用できません。"),
        ("contact:is:1e3", "この値は存在しないか、利用できません。"),
    ],
)
def test_a_filter_that_does_not_hold_says_why_and_shows_no_rows(
    signed_in: SignedIn, given: Given, f: str, told: str
) -> None:
    given(cases.open_inquiry)
    page = signed_in("hanako").get(f"/cs/cases?f={f}")
    assert page.status == 422
    assert is_open(page)
    assert not page.rows()
    assert told in page.words()
    assert signed_in("hanako").get(f"/cs/cases.csv?f={f}").status == 422


@pytest.mark.req("SVC-04", "SEC-26", "SEC-27")
@pytest.mark.parametrize(
    ("person", "field", "foreign"),
    [
        ("hanako", "customer-number", "P910000001"),
        ("hanako", "customer-number", "N700000002"),
        ("taro", "service", "fm"),
        ("cs_agent", "customer-number", "N700000002"),
        ("cs_agent", "service", "fm"),
    ],
)
def test_a_value_out_of_reach_is_told_like_one_that_does_not_exist(
    signed_in: SignedIn, person: str, field: str, foreign: str
) -> None:
    """Only the value itself may differ, which whoever asks has typed."""
    address = "/console/cases/" if person == "cs_agent" else "/cs/cases"
    client = signed_in(person)
    missing = "X" * len(foreign)
    answers = [client.get(f"{address}?f={field}:is:{value}") for value in (foreign, missing)]
    texts = [
        DRAWN_BY_LOT.sub("", page.text).replace(value, "?")
        for page, value in zip(answers, (foreign, missing), strict=True)
    ]
    assert [page.status for page in answers] == [422, 422]
    assert texts[0] == texts[1]


@pytest.mark.req("SVC-04", "ROLE-06")
def test_people_are_offered_within_reach_alone(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get("/cs/cases/filter?c-0-0-field=contact&do=show")
    assert options(page, "c-0-0-value") == ["--なし--", "自分", "佐藤 花子", "山本 海斗", "鈴木 太郎"]
    page = signed_in("alice").get("/cs/cases/filter?c-0-0-field=customer-number&do=show")
    assert options(page, "c-0-0-value") == ["None", "P910000001"]
    page = signed_in("cs_agent").get("/console/cases/filter?c-0-0-field=holder&do=show")
    assert options(page, "c-0-0-value") == ["None", "A会社", "株式会社サンプル"]


def test_a_condition_marks_what_is_wrong_and_keeps_what_was_entered(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    page = press(client, client.get("/cs/cases"), "show", **{"c-0-0-field": "updated"})
    page = press(client, page, "run", **{"c-0-0-operator": "between", "c-0-0-value": "2026-11-01T09:00"})
    assert page.status == 422
    wrong = [item for item in page.all("input") if item.get("aria-invalid") == "true"]
    assert [item.get("value") for item in wrong] == ["2026-11-01T09:00", ""]
    assert "この条件の値を入力してください。" in page.words(page.by_id("c-0-0-error"))


def test_an_empty_row_is_no_condition(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    assert press(client, client.get("/cs/cases"), "run").location == "/cs/cases"


def test_another_field_takes_nothing_of_the_one_before(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    page = press(
        client, client.get("/cs/cases?f=category:is-not:service"), "show", **{"c-0-0-field": "subject"}
    )
    assert page.value("c-0-0-operator") == "contains"
    assert page.value("c-0-0-value") == ""


@pytest.mark.parametrize(
    "do", ["", "nonsense", "and:99", "or:99:0", "remove:9:9", "unsort:7", "and:x", "sort", "%00"]
)
def test_an_unknown_button_is_no_fault(signed_in: SignedIn, do: str) -> None:
    page = signed_in("hanako").get(
        f"/cs/cases/filter?c-0-0-field=status&c-99-99-field=%00&s-9-column=%00&do={do}"
    )
    assert page.status == 200
    assert is_open(page)


def test_what_is_no_date_stays_as_it_was_written(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get("/cs/cases?f=updated:on:never")
    shown = [
        (item.get("type"), item.get("value"))
        for item in page.all("input")
        if item.get("name") == "c-0-0-value"
    ]
    assert shown == [("text", "never")]
