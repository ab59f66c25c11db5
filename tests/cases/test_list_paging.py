"""The pages of a case list: twenty rows each, a pager, and what is no page at all (LIST-07)."""

import pytest

from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.wording import message

pytestmark = pytest.mark.req("LIST-07")


def _pager(page: Page) -> list[str]:
    """What the pager leads to, each step by its name."""
    steps = page.styled("a", "pager-step")
    names = [
        step.get("aria-label")
        or next(item.get("aria-label") for item in step.iter() if item.get("aria-label"))
        for step in steps
    ]
    return [f"{name} {step.get('href')}" for name, step in zip(names, steps, strict=True)]


def _rows_text(page: Page) -> list[str]:
    return [page.words(item) for item in page.styled("p", "pager-rows")]


@pytest.mark.req("M-49")
@pytest.mark.parametrize(("person", "number"), [("hanako", CS_NUMBER), ("alice", ALICE_CS_NUMBER)])
@pytest.mark.parametrize(
    ("count", "page_number", "first", "last"),
    [(1, 1, 1, 1), (20, 1, 1, 20), (21, 1, 1, 20), (21, 2, 21, 21)],
)
def test_a_page_holds_twenty_rows_and_says_which(
    signed_in: SignedIn,
    given: Given,
    person: str,
    number: str,
    count: int,
    page_number: int,
    first: int,
    last: int,
) -> None:
    given(cases.many, count, number=number)
    page = signed_in(person).get(f"/cs/cases?page={page_number}")
    assert len(page.rows()) == last - first + 1
    assert _rows_text(page) == [message("M-49", page.language, a=first, b=last, n=count)]


def test_twenty_rows_need_no_steps(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 20)
    assert _pager(signed_in("hanako").get("/cs/cases")) == []


def test_the_pager_has_first_previous_numbers_next_last(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 81)
    client = signed_in("hanako")
    assert _pager(client.get("/cs/cases?page=3")) == [
        "最初のページ /cs/cases",
        "前のページ /cs/cases?page=2",
        "1ページ /cs/cases",
        "2ページ /cs/cases?page=2",
        "3ページ /cs/cases?page=3",
        "4ページ /cs/cases?page=4",
        "5ページ /cs/cases?page=5",
        "次のページ /cs/cases?page=4",
        "最後のページ /cs/cases?page=5",
    ]
    assert [step.rpartition(" ")[0] for step in _pager(client.get("/cs/cases"))] == [
        "1ページ",
        "2ページ",
        "3ページ",
        "次のページ",
        "最後のページ",
    ]
    last = _pager(client.get("/cs/cases?page=5"))
    assert [step.rpartition(" ")[0] for step in last] == [
        "最初のページ",
        "前のページ",
        "3ページ",
        "4ページ",
        "5ページ",
    ]


def test_the_present_page_is_marked(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 21)
    page = signed_in("hanako").get("/cs/cases?page=2")
    assert [page.words(step) for step in page.styled("a", "pager-step") if step.get("aria-current")] == ["2"]


@pytest.mark.parametrize("sort", ["subject", "-updated", "status", "contact"])
def test_the_pages_together_hold_every_row_once(signed_in: SignedIn, given: Given, sort: str) -> None:
    """All rows tie in status and contact: the order is total all the same."""
    made = given(cases.many, 45)
    client = signed_in("hanako")
    pages = [client.get(f"/cs/cases?sort={sort}&page={number}") for number in (1, 2, 3)]
    seen = [row["ケース番号"] for page in pages for row in page.rows()]
    assert sorted(seen) == made


@pytest.mark.parametrize("wanted", ["abc", "0", "-1", "", "1.5", "1e9", "%00", "１", "٣", "page", "0x1"])
def test_what_is_no_page_is_the_first(signed_in: SignedIn, given: Given, wanted: str) -> None:
    given(cases.many, 21)
    shown = signed_in("hanako").get(f"/cs/cases?page={wanted}")
    assert _rows_text(shown) == ["1~20 件目 / 21 件"]


@pytest.mark.parametrize("wanted", ["3", "999", "1000000"])
def test_a_page_beyond_the_end_is_the_last(signed_in: SignedIn, given: Given, wanted: str) -> None:
    given(cases.many, 21)
    shown = signed_in("hanako").get(f"/cs/cases?page={wanted}")
    assert _rows_text(shown) == ["21~21 件目 / 21 件"]


@pytest.mark.parametrize("wanted", ["99999999", "9" * 30, "9" * 5000])
def test_a_page_of_absurd_size_is_no_fault(signed_in: SignedIn, given: Given, wanted: str) -> None:
    given(cases.open_inquiry)
    assert signed_in("hanako").get(f"/cs/cases?page={wanted}").status == 200


@pytest.mark.req("SVC-04")
def test_the_count_is_of_the_own_rows(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 2)
    given(cases.many, 30, number=ALICE_CS_NUMBER)
    page = signed_in("hanako").get("/cs/cases")
    assert _rows_text(page) == ["1~2 件目 / 2 件"]
    assert not list(page.styled("a", "pager-step"))
    assert not [
        item for item in page.all("nav") if item.get("aria-label") == "ページ" and list(item.iter(HTML + "a"))
    ]
