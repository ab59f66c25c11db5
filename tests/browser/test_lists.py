"""The case list under the mouse: heads that sort, rows that open, pages, and how light it is."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.words import EN, JA

MOST_REQUESTS = 6
MOST_BYTES = 64_000


def numbers(page: Page) -> list[str]:
    """The case numbers of the page, from top to bottom."""
    return page.locator("tbody .cell-lead").all_inner_texts()


@pytest.mark.req("LIST-04", "LIST-05")
def test_a_head_sorts_and_turns(visit: Visit) -> None:
    page = visit("hanako", "/cs/cases")
    heads = page.get_by_role("columnheader")
    expect(heads.filter(has_text=JA.updated)).to_have_attribute("aria-sort", "descending")
    expect(heads.filter(has_text=JA.updated)).to_contain_text("▼")
    for direction, arrow in (("ascending", "▲"), ("descending", "▼")):
        page.get_by_role("link", name="ケース番号").click()
        head = heads.filter(has_text="ケース番号")
        expect(head).to_have_attribute("aria-sort", direction)
        expect(head).to_contain_text(arrow)
        expect(page.locator(".pager-rows")).to_be_visible()
        found = numbers(page)
        assert found == sorted(found, reverse=direction == "descending")
    expect(page.locator("th[aria-sort]")).to_have_count(1)


@pytest.mark.req("LIST-06")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_anywhere_on_a_row_opens_its_case(visit: Visit, width: int) -> None:
    page = visit("hanako", "/cs/cases", width=width)
    row = page.locator("tbody tr").nth(2)
    number = row.locator(".cell-lead").inner_text()
    row.locator("td").nth(2).click()
    expect(page).to_have_url(re.compile(f"/cs/cases/{number}$"))
    page.go_back()
    row.get_by_role("link", name=number).click()
    expect(page).to_have_url(re.compile(f"/cs/cases/{number}$"))


@pytest.mark.req("LIST-06")
def test_marking_text_in_a_row_opens_nothing(visit: Visit) -> None:
    page = visit("hanako", "/cs/cases")
    cell = page.locator("tbody tr").first.locator("td").nth(2)
    box = cell.bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
    page.mouse.up()
    page.wait_for_timeout(100)
    assert page.url.endswith("/cs/cases")


@pytest.mark.req("LIST-07")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pager_leads_through_the_list_and_says_where(visit: Visit, width: int) -> None:
    page = visit("emily", "/console/cases/?sort=number", width=width)
    rows = page.locator(".pager-rows")
    pager = page.get_by_role("navigation", name="Pages")
    found = re.fullmatch(r"Rows 1–20 of (\d+)", rows.inner_text())
    assert found
    total = int(found[1])
    first = numbers(page)
    assert len(first) == 20
    expect(pager.get_by_role("link", name="Previous page")).to_have_count(0)
    pager.get_by_role("link", name="Next page").click()
    expect(rows).to_have_text(EN.message("M-49", a=21, b=40, n=total))
    assert not set(first) & set(numbers(page))
    expect(pager.locator("[aria-current=page]")).to_have_text("2")
    pager.get_by_role("link", name="Last page").click()
    last = (total - 1) // 20 + 1
    expect(rows).to_have_text(EN.message("M-49", a=last * 20 - 19, b=total, n=total))
    expect(pager.get_by_role("link", name="Next page")).to_have_count(0)
    pager.get_by_role("link", name="First page").click()
    expect(rows).to_have_text(EN.message("M-49", a=1, b=20, n=total))
    assert numbers(page) == first
    assert "sort=number" in page.url


@pytest.mark.req("LIST-08")
def test_a_long_cell_is_cut_and_whole_in_its_tooltip(visit: Visit) -> None:
    page = visit("emily", "/console/cases/?f=subject:contains:Investigation&sort=-number")
    cell = page.locator("td", has_text="Investigation of the unexpected").first
    assert cell.get_attribute("title") == cell.text_content()
    assert cell.evaluate("it => it.scrollWidth > it.clientWidth")
    assert cell.evaluate("it => getComputedStyle(it).textOverflow") == "ellipsis"


@pytest.mark.req("LIST-01", "LIST-02")
def test_the_first_visit_to_the_list_is_light(visit: Visit) -> None:
    page = visit("hanako")
    devtools = page.context.new_cdp_session(page)
    weights: dict[str, float] = {}
    devtools.on(
        "Network.loadingFinished", lambda told: weights.update({told["requestId"]: told["encodedDataLength"]})
    )
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/cs/cases", wait_until="networkidle")
    # The page, its style, its script and its signs at the least.
    assert 4 <= len(weights) <= MOST_REQUESTS, weights
    assert sum(weights.values()) <= MOST_BYTES, weights
