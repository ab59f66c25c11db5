"""What outside tests and assistive tools find controls by (design/urls.md): names, roles, heads and cells."""

import pytest

from app.cases.lifecycle import CaseState
from tests.client import HTML, Element, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases


def _name(page: Page, control: Element) -> str:
    """What a control is called by itself: its label, or its words; what an icon inside says does not count."""
    return control.get("aria-label") or page.words(control)


def _cells(row: Element) -> list[Element]:
    return [item for item in row if item.tag in (HTML + "td", HTML + "th")]


@pytest.mark.req("LIST-04", "DESK-03")
@pytest.mark.parametrize(("person", "path"), [("hanako", "/cs/cases"), ("agent", "/console/cases/")])
def test_heads_are_th_and_nothing_else_is(signed_in: SignedIn, given: Given, person: str, path: str) -> None:
    """Whoever counts the ``th`` of a list counts its columns, and each row has a cell below each of them."""
    given(cases.many, 3)
    page = signed_in(person).get(path)
    rows = [row for body in page.all("tbody") for row in body.iter(HTML + "tr")]
    assert rows
    for row in rows:
        assert {cell.tag for cell in _cells(row)} == {HTML + "td"}
        assert len(_cells(row)) == len(page.all("th"))
    heads = [page.words(head) for head in page.all("th")]
    place = heads.index("ケース番号")
    assert [page.words(_cells(row)[place])[:2] for row in rows] == ["CS"] * len(rows)


@pytest.mark.req("LIST-01", "FILTER-01", "UI-09", "CASE-03")
@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("hanako", ["アクション", "フィルター", "リストメニュー", "検索", "閉じる"]),
        ("alice", ["Actions", "Filter", "List menu", "Search", "Close"]),
    ],
)
def test_what_is_pressed_is_a_button_of_that_name(
    signed_in: SignedIn, given: Given, person: str, names: list[str]
) -> None:
    number = "N200000001" if person == "hanako" else "P910000001"
    case = given(cases.in_state, CaseState.RESOLVED, number=number)
    client = signed_in(person)
    found = set()
    for path in ("/cs/cases", f"/cs/cases/{case}"):
        page = client.get(path)
        faces = page.all("summary")
        assert {face.get("role") for face in faces} == {"button"}
        for control in (*faces, *page.all("button"), *page.all("a")):
            assert _name(page, control), f"a nameless <{control.tag}> on {path}"
        found |= {_name(page, control) for control in (*faces, *page.all("button"))}
    assert set(names) <= found


@pytest.mark.req("SEARCH-01", "UI-04")
@pytest.mark.parametrize(("person", "name"), [("hanako", "検索"), ("alice", "Search")])
@pytest.mark.parametrize("path", ["/cs/cases", "/cs/profile/password", "/cs/inquiries/new"])
def test_the_search_box_and_its_magnifier_are_called_search(
    signed_in: SignedIn, person: str, name: str, path: str
) -> None:
    page = signed_in(person).get(path)
    (form,) = [item for item in page.all("form") if item.get("role") == "search"]
    (label,) = list(form.iter(HTML + "label"))
    (button,) = list(form.iter(HTML + "button"))
    assert (page.words(label), page.words(button)) == (name, name)
    assert page.by_id(label.get("for")).get("name") == "q"
    # Found by its label, the box is the only one: the magnifier is called by its words.
    assert [item for item in page.all("button") if item.get("aria-label") == name] == []
