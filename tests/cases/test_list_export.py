"""The files of the case lists: the rows that match, in the list's order, and nothing of anybody else (LIST-09)."""

import csv
from io import StringIO

import pytest

from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.lists.readers import excel_rows, pdf_text

pytestmark = pytest.mark.req("LIST-09", "SEC-47")

PORTAL_HEADS = [
    "ケース番号", "状況", "カテゴリ", "件名", "お客様番号", "ご契約者名", "サービス名", "お客様担当者名", "更新日時",
]  # fmt: skip


def in_csv(page: Page) -> list[list[str]]:
    assert page.status == 200, page.text[:500]
    return list(csv.reader(StringIO(page.text.removeprefix("\ufeff"))))


@pytest.mark.req("SVC-04", "SEC-27")
def test_nobody_exports_a_foreign_case(signed_in: SignedIn, given: Given) -> None:
    own = given(cases.open_inquiry)
    given(cases.open_inquiry, number=ALICE_CS_NUMBER)
    fm = given(cases.open_inquiry, number=FM_NUMBER)
    assert [row[0] for row in in_csv(signed_in("hanako").get("/cs/cases.csv"))[1:]] == [own]
    assert [row[0] for row in in_csv(signed_in("jiro").get("/fm/cases.csv"))[1:]] == [fm]
    assert fm not in signed_in("cs_agent").get("/console/cases.csv").text


@pytest.mark.req("DESK-04", "SEC-28")
def test_a_customers_file_says_nothing_of_the_assignee(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    given(cases.assign, number, "lead")
    assert "高橋" not in signed_in("hanako").get("/cs/cases.csv?columns=number,assignee").text
    assert "高橋 健" in signed_in("agent").get("/console/cases.csv").text


def test_a_file_holds_all_rows_that_match_in_the_order_of_the_list(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 25)
    wanted = [
        given(cases.open_inquiry, category=category) for category in (Category.FAILURE, Category.SERVICE)
    ]
    client = signed_in("hanako")
    rows = in_csv(client.get("/cs/cases.csv?f=category:any-of:service,failure&sort=category,-number"))
    assert rows[0] == PORTAL_HEADS
    assert [row[0] for row in rows[1:]] == [wanted[1], wanted[0]]
    assert len(in_csv(client.get("/cs/cases.csv"))) == 28, "all pages of it"
    assert len(in_csv(client.get("/cs/cases.csv?view=action"))) == 1


def test_the_cells_are_those_of_the_list(signed_in: SignedIn, given: Given) -> None:
    given(cases.in_state, CaseState.CLOSED)
    client = signed_in("hanako")
    page, rows = client.get("/cs/cases"), in_csv(client.get("/cs/cases.csv"))
    assert rows[1] == [page.rows()[0][head] for head in PORTAL_HEADS]


def test_the_three_kinds_hold_the_same(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_case, subject="=1+1 の件")
    client = signed_in("hanako")
    for extension, read in (("xlsx", excel_rows), ("pdf", pdf_text)):
        page = client.get(f"/cs/cases.{extension}")
        assert page.status == 200
        assert number in str(read(page.answer.get_data()))
    assert "'=1+1" in client.get("/cs/cases.csv").text, "no cell begins a formula (SEC-46)"


def test_the_desk_exports_the_columns_it_shows(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    rows = in_csv(signed_in("agent").get("/console/cases.csv?columns=number,contact,created"))
    assert rows[0] == ["ケース番号", "お客様担当者名", "作成日時"]
    assert rows[1][:2] == [number, "佐藤 花子"]


@pytest.mark.parametrize(("person", "address"), [("hanako", "/cs/cases"), ("agent", "/console/cases")])
def test_the_menu_offers_the_three_with_the_conditions(
    signed_in: SignedIn, person: str, address: str
) -> None:
    page = signed_in(person).get(f"{address}{'/' if person == 'agent' else ''}?f=status:is:new&sort=number")
    menu = page.styled("div", "list-title")[0]
    links = {page.words(link): link.get("href") for link in menu.iter(HTML + "a")}
    assert links == {
        name: f"{address}.{extension}?f=status:is:new&sort=number"
        for name, extension in (("PDF", "pdf"), ("Excel", "xlsx"), ("CSV", "csv"))
    }
