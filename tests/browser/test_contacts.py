"""User management in a browser: the way of a customer's administrator, in both languages, wide and narrow."""

import re
import secrets
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.words import JA, WORDS

LONG = "a-very-long-address-of-somebody@subsidiary.example.com"
# Given name, family name, business phone, create, list, save, disable, enable, account.
NAMES = {
    "ja": (
        "名", "姓", "勤務先電話", "連絡先を作成", "連絡先一覧", "保存 (Ctrl + s)", "ログインを無効化",
        "ログインを有効化", "アカウント管理",
    ),
    "en": (
        "First name", "Last name", "Business phone", "Create contact", "Contact list", "Save", "Disable login",
        "Enable login", "Account management",
    ),
}  # fmt: skip
DONE = {
    "ja": (
        "連絡先を作成しました。",
        "連絡先を保存しました。",
        "ログインを無効化しました。",
        "ログインを有効化しました。",
    ),
    "en": ("The contact was created.", "The contact was saved.", "was disabled.", "was enabled."),
}
PEOPLE = {"ja": "hanako", "en": "alice"}


@pytest.fixture
def login_id() -> Callable[[str], str]:
    """An ID that no other test has."""
    return lambda stem: f"{stem}-{secrets.token_hex(4)}.cs"


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _act(page: Page, words: str, name: str) -> Locator:
    """Choose an act from the menu and see its dialog."""
    page.locator("main").get_by_text(words, exact=True).click()
    page.locator("main details.menu").get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


@pytest.mark.req("CONTACT-03", "CONTACT-06", "CONTACT-08", "CONTACT-09", "CONTACT-11", "UI-09")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_create_save_disable_and_enable(
    visit: Visit, login_id: Callable[[str], str], language: str, width: int
) -> None:
    given_name, family_name, phone, _create, _list, save, disable, enable, _account = NAMES[language]
    words, done = WORDS[language], DONE[language]
    page = visit(PEOPLE[language], "/cs/contacts/new", width=width)
    page.get_by_label("メール" if language == "ja" else "E-mail").fill(LONG)
    expect(page.get_by_label(words.user_id)).to_have_value(f"{LONG[:37]}.cs")
    wanted = login_id("walk")
    page.get_by_label(words.user_id).fill(wanted)
    page.get_by_label("メール" if language == "ja" else "E-mail").fill("new@sample.example")
    expect(page.get_by_label(words.user_id)).to_have_value(wanted)
    page.get_by_role("textbox", name=given_name).first.fill("桜")
    page.get_by_role("textbox", name=family_name).first.fill("春野")
    _press(page, words.submit)
    expect(page.get_by_text(done[0])).to_be_visible()
    page.get_by_label(phone).fill("０３－１２３４－５６７８")
    page.keyboard.press("Control+s")
    expect(page.get_by_text(done[1])).to_be_visible()
    expect(page.get_by_label(phone)).to_have_value("03-1234-5678")
    expect(page.get_by_role("button", name=save, exact=True)).to_be_visible()

    dialog = _act(page, words.actions, disable)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    dialog = _act(page, words.actions, disable)
    assert not _faults(page)
    dialog.get_by_role("button", name=disable, exact=True).click()
    expect(page.get_by_text(done[2])).to_be_visible()
    dialog = _act(page, words.actions, enable)
    assert not _faults(page)
    dialog.get_by_role("button", name=enable, exact=True).click()
    expect(page.get_by_text(done[3])).to_be_visible()


@pytest.mark.req("HOME-03", "UI-02", "UI-03", "M-55")
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_card_opens_the_account_menu(
    visit: Visit, language: str, width: int, *, has_script: bool
) -> None:
    _g, _f, _p, create, everybody, *_rest, account = NAMES[language]
    page = visit(PEOPLE[language], "/cs/", width=width, java_script_enabled=has_script)
    page.locator("main nav").get_by_role("link", name=account).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(account)
    page.locator("main").get_by_role("link", name=create).click()
    expect(page).to_have_url(re.compile("/cs/contacts/new$"))
    page.go_back()
    page.locator("main").get_by_role("link", name=everybody).click()
    expect(page).to_have_url(re.compile("/cs/contacts/$"))


@pytest.mark.req("UI-02", "ROLE-04")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_menu_of_the_header_leads_there_too(visit: Visit, width: int) -> None:
    page = visit("hanako", "/cs/", width=width)
    if width < 1024:
        _press(page, JA.menu)
    page.locator("#site-nav").get_by_text("アカウント管理").click()
    page.locator("#site-nav").get_by_role("link", name="連絡先一覧").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("連絡先一覧")


@pytest.mark.req("CONTACT-11", "CONTACT-02")
def test_without_script_a_contact_is_created_edited_and_disabled(
    visit: Visit, login_id: Callable[[str], str]
) -> None:
    page = visit("hanako", "/cs/contacts/new", java_script_enabled=False)
    for field, typed in (
        ("login_id", login_id("plain")), ("given_name", "楓"), ("family_name", "秋野"), ("mail", "aki@sample.example"),
    ):  # fmt: skip
        page.locator(f"#{field}").fill(typed)
    _press(page, JA.submit)
    expect(page.get_by_role("heading", level=1)).to_have_text("秋野 楓")
    page.locator("#job_title").fill("主任")
    _press(page, "保存 (Ctrl + s)")
    expect(page.locator("#job_title")).to_have_value("主任")
    _act(page, JA.actions, "ログインを無効化").get_by_role(
        "button", name="ログインを無効化", exact=True
    ).click()
    expect(page.get_by_text("ログインを無効化しました。")).to_be_visible()


@pytest.mark.req("CONTACT-01")
def test_a_click_anywhere_on_a_row_opens_the_contact(visit: Visit) -> None:
    page = visit("hanako", "/cs/contacts/")
    row = page.locator("tbody tr").first
    name = row.locator(".cell-lead").inner_text()
    row.locator("td").nth(1).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.req("CONTACT-02", "LANG-04")
def test_a_time_zone_is_found_by_typing(visit: Visit) -> None:
    page = visit("hanako", "/cs/contacts/new")
    page.get_by_placeholder("タイムゾーンを検索").fill("new york")
    page.keyboard.press("Enter")
    expect(page.locator("#time_zone")).to_have_value("America/New_York")
    expect(page).to_have_url(re.compile("/cs/contacts/new$"))


def _faults(page: Page) -> list[str]:
    # A dialog that is still coming in is paler than it will be.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(Axe().axe_script)
    found = page.evaluate("() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [rule["id"] for rule in found["violations"]]
