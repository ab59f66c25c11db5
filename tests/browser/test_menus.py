"""The header at every width: all entries in sight, or under …, or behind ≡; menus that open and close."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.words import EN, JA, WORDS, Words

HOMES = [("hanako", "/cs/", JA), ("emily", "/console/", EN)]
NAMES = ["customer", "agent"]


def entries(page: Page) -> list[str]:
    """The names of the main navigation's entries that can be seen."""
    links = page.locator("#site-nav").get_by_role("link")
    return [link.inner_text() for link in links.all() if link.is_visible()]


@pytest.mark.req("UI-01", "UI-03")
@pytest.mark.parametrize(("who", "home", "words"), HOMES, ids=NAMES)
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_narrow_screen_has_the_entries_behind_the_menu(
    visit: Visit, who: str, home: str, words: Words, *, has_script: bool
) -> None:
    wide = visit(who, home, java_script_enabled=has_script)
    expected = entries(wide)
    assert {words.inquiry, words.case_list} <= set(expected) or "Overview" in expected
    expect(wide.get_by_role("button", name=words.menu, exact=True)).to_be_hidden()

    page = visit(who, home, width=390, java_script_enabled=has_script)
    assert entries(page) == []
    button = page.get_by_role("button", name=words.menu, exact=True)
    box = button.bounding_box()
    assert box
    assert box["x"] + box["width"] > 390 - 24, "the button stands at the top right"
    assert box["y"] < 80
    button.click()
    assert entries(page) == expected
    page.keyboard.press("Escape")
    assert entries(page) == []
    button.click()
    page.locator("#site-nav").get_by_role("link").nth(1).click()
    expect(page).not_to_have_url(re.compile(f"{home}$"))


@pytest.mark.req("UI-03")
def test_entries_without_room_go_under_the_dots_and_come_back(visit: Visit) -> None:
    page = visit(None, "/styleguide", width=1440)
    nav = page.locator("#site-nav")
    more = nav.get_by_role("button", name=JA.more)
    expect(more).to_be_hidden()
    everything = entries(page)
    # What stands beside the entries takes their room.
    page.locator(".user-menu summary").evaluate("it => { it.style.minWidth = '520px' }")
    page.set_viewport_size({"width": 1040, "height": 800})
    expect(more).to_be_visible()
    assert len(entries(page)) < len(everything)
    expect(page.locator("html")).to_have_js_property("scrollWidth", 1040)
    more.click()
    assert sorted(entries(page)) == sorted(everything)
    page.keyboard.press("Escape")
    assert len(entries(page)) < len(everything)
    page.set_viewport_size({"width": 1440, "height": 800})
    page.locator(".user-menu summary").evaluate("it => { it.style.minWidth = '' }")
    expect(more).to_be_hidden()
    assert entries(page) == everything


@pytest.mark.req("UI-01", "PROF-03")
@pytest.mark.parametrize("width", [1280, 1040, 390])
def test_the_longest_name_takes_its_share_of_the_header_and_no_more(visit: Visit, width: int) -> None:
    page = visit("hanako", "/cs/", width=width)
    header = page.locator(".site-header")
    before = header.bounding_box()
    page.locator(".menu-name").evaluate("it => { it.textContent = 'W'.repeat(120) }")
    expect(page.locator("html")).to_have_js_property("scrollWidth", width)
    assert header.bounding_box() == before
    assert entries(page) or width < 1024


@pytest.mark.req("UI-03")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1024, 900, 640])
def test_every_entry_can_be_reached_at_widths_between(visit: Visit, language: str, width: int) -> None:
    words = WORDS[language]
    page = visit({"ja": "hanako", "en": "alice"}[language], "/cs/", width=width)
    menu = page.get_by_role("button", name=words.menu, exact=True)
    if menu.is_visible():
        menu.click()
    assert entries(page) == [words.inquiry, words.work_request, words.case_list, words.knowledge]


@pytest.mark.req("HOME-03", "UI-04")
@pytest.mark.parametrize(("language", "who"), [("ja", "hanako"), ("en", "alice")])
def test_a_card_leads_where_the_headers_entry_of_its_name_leads(
    visit: Visit, language: str, who: str
) -> None:
    words = WORDS[language]
    page = visit(who, "/cs/")
    for name in (words.inquiry, words.work_request, words.case_list, words.knowledge):
        entry = page.locator("#site-nav").get_by_role("link", name=name, exact=True)
        card = page.locator("main nav").get_by_role("link", name=name)
        address = entry.get_attribute("href")
        assert card.get_attribute("href") == address
        card.click()
        expect(page).to_have_url(re.compile(f"{address}$"))
        page.locator("main").get_by_role("link", name=words.home, exact=True).click()
        expect(page).to_have_url(re.compile("/cs/$"))


@pytest.mark.req("UI-02", "UI-09")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_menu_closes_on_escape_outside_and_when_the_focus_leaves(visit: Visit, width: int) -> None:
    page = visit("hanako", "/cs/", width=width)
    head = page.locator(".user-menu summary")
    log_out = page.get_by_role("button", name=JA.log_out)
    head.click()
    expect(log_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(log_out).to_be_hidden()
    head.click()
    expect(log_out).to_be_visible()
    page.locator("main").click(position={"x": 5, "y": 5})
    expect(log_out).to_be_hidden()
    head.focus()
    page.keyboard.press("Enter")
    log_out.focus()
    page.keyboard.press("Escape")
    expect(head).to_be_focused()
    page.keyboard.press("Enter")
    log_out.focus()
    page.keyboard.press("Tab")
    expect(log_out).to_be_hidden()


@pytest.mark.req("LANG-01")
def test_the_language_changes_in_place_and_back(visit: Visit) -> None:
    page = visit("midori", "/cs/cases?sort=number")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.case_list)
    assert page.url.endswith("/cs/cases?sort=number")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")


@pytest.mark.req("LANG-03")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_before_sign_in_the_browsers_language_speaks(visit: Visit, language: str) -> None:
    page = visit(address="/cs/login", language=language)
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS[language].log_in)
    other = {"ja": "English", "en": "日本語"}[language]
    page.get_by_role("link", name=other).click()
    expect(page.locator("html")).not_to_have_attribute("lang", language)
