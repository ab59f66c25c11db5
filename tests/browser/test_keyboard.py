"""Everything without a mouse: the customer's way by Tab and Enter, the agent's keys (UI-09, WCAG 2.1.4)."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.cases.lifecycle import CaseState
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.people import PASSWORD, PEOPLE
from tests.browser.words import EN, JA
from tests.factories import cases

LONGEST_WAY = 60
HAS_OUTLINE = """(it) => {
  const style = getComputedStyle(it);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus, which must then be seen to have it."""
    expect(wanted).to_be_attached()
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            assert wanted.evaluate(HAS_OUTLINE), "the focus cannot be seen"
            expect(wanted).to_be_in_viewport()
            return
    pytest.fail(f"Tab does not lead to {wanted}")


@pytest.mark.req("UI-09", "AUTH-02", "INQ-06", "CASE-05", "CASE-15")
def test_a_customers_whole_way_by_keyboard(visit: Visit) -> None:
    page = visit(address="/cs/login")
    tab_to(page, page.get_by_label(JA.user_id))
    page.keyboard.type(PEOPLE["hanako"].login_id)
    tab_to(page, page.get_by_label(JA.password))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cs/$"))

    tab_to(page, page.locator("#site-nav").get_by_role("link", name=JA.inquiry))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/inquiries/new$"))
    tab_to(page, page.get_by_label(JA.inquiry_type))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(JA.inquiry_type)).to_have_value("service")
    tab_to(page, page.get_by_label(JA.details))
    page.keyboard.type("キーボードだけで書きました。")
    tab_to(page, page.get_by_role("button", name=JA.submit, exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/CS\d{7}$"))

    tab_to(page, page.get_by_label(JA.comment))
    page.keyboard.type("追伸もキーボードで。")
    tab_to(page, page.get_by_role("button", name=JA.send, exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("ol.timeline > li").first).to_contain_text("追伸もキーボードで。")

    tab_to(page, page.locator("summary").filter(has_text=JA.actions))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name=JA.close_case))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    tab_to(page, dialog.get_by_role("button", name=JA.close_case))
    page.keyboard.press("Enter")
    expect(page.locator("dl .badge")).to_have_text(JA.state("closed"))


@pytest.mark.req("UI-09")
def test_the_first_tab_leads_past_the_header(visit: Visit) -> None:
    page = visit("hanako", "/cs/cases")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ移動")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.req("UI-09")
def test_tabs_are_walked_with_arrows(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}")
    first, second = page.get_by_role("tab").all()
    tab_to(page, first)
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("このケースに添付ファイルはありません。")).to_be_visible()
    expect(page.get_by_label(JA.comment)).to_be_hidden()


@pytest.mark.req("DESK-03", "UI-09")
def test_the_agents_keys(visit: Visit) -> None:
    page = visit("emily", "/console/cases/")
    links = page.locator("tbody .cell-lead a")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    number = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/console/cases/{number}$"))
    for keys, address in (("go", "/console/$"), ("gc", "/console/cases/$"), ("c", "/console/cases/new$")):
        for key in keys:
            page.keyboard.press(key)
        expect(page).to_have_url(re.compile(address))


@pytest.mark.req("DESK-04", "UI-09")
def test_the_agents_keys_write(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.in_state, CaseState.IN_PROGRESS, number="P910000001")
    page = visit("emily", f"/console/cases/{number}")
    page.keyboard.press("r")
    expect(page.get_by_label(EN.reply)).to_be_focused()
    # What is typed into a field is text, whatever keys it takes.
    page.keyboard.type("jk? gc n")
    expect(page.get_by_label(EN.reply)).to_have_text("jk? gc n")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("main").focus()
    page.keyboard.press("n")
    expect(page.get_by_label(EN.note)).to_be_focused()


@pytest.mark.req("UI-09")
def test_the_keys_can_be_shown_and_switched_off(visit: Visit) -> None:
    page = visit("emily", "/console/cases/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Use keyboard shortcuts in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for _ in range(2):
        for key in ("j", "?"):
            page.keyboard.press(key)
        assert page.evaluate("!document.activeElement.closest('tbody')")
        expect(dialog).to_be_hidden()
        page.reload()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_label("Use keyboard shortcuts in this browser").check()
    dialog.get_by_role("button", name=EN.close).click()
    page.keyboard.press("j")
    expect(page.locator("tbody .cell-lead a").first).to_be_focused()
