"""Passkeys in a real browser, with Chromium's own virtual authenticator in place of a phone or a key."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts import queries
from app.accounts.authenticators import padded
from app.accounts.login_ids import login_key
from app.accounts.sign_in import as_actor
from app.demo.story import AUTHENTICATOR_SECRET
from tests.browser.conftest import Visit
from tests.browser.desk import Desk, open_desk
from tests.browser.people import PASSWORD, PEOPLE
from tests.browser.test_every_page import ALL_RULES, faults_at, what_sticks_out
from tests.browser.windows import Windows
from tests.browser.words import WORDS

BUILT_IN = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# A plain key: no memory for names, no PIN, only a touch.
PLAIN_KEY = BUILT_IN | {"transport": "usb", "hasResidentKey": False, "hasUserVerification": False}


@dataclass(frozen=True)
class Texts:
    """The words on the pages of passkeys."""

    add: str
    name: str
    use_method: str
    use: str
    remove: str
    known: str
    cancelled: str
    nowhere: str
    other: str
    needs_script: str
    app_method: str
    code: str
    verify: str


TEXTS = {
    "ja": Texts(
        add="パスキーを追加",
        name="パスキーの名前",
        use_method="パスキーまたはセキュリティキーを使用",
        use="パスキーを使用",
        remove="削除",
        known="このアカウントのパスキーが既にあります",
        cancelled="送信していません",
        nowhere="パスキーは、https://desk.example.com のように",
        other="別の確認方法をお試しください",
        needs_script="JavaScriptを有効にしてください",
        app_method="認証アプリから検証コードを取得",
        code="6桁の検証コード",
        verify="検証",
    ),
    "en": Texts(
        add="Add a passkey",
        name="Name of the passkey",
        use_method="Use a passkey or security key",
        use="Use a passkey",
        remove="Remove",
        known="holds a passkey for your account already",
        cancelled="Nothing was sent",
        nowhere="Passkeys need an address with a name",
        other="Try another method",
        needs_script="Passkeys need JavaScript",
        app_method="Get a code from the authenticator app",
        code="6-digit verification code",
        verify="Verify",
    ),
}


@pytest.fixture(scope="module")
def named_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that is reached by a name: browsers make no passkeys for a bare network address."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with open_desk(base / "named-desk", shared / "prepared-desk", host="localhost") as opened:
        opened.given(speak, "admin", "en")
        yield opened


@pytest.fixture
def windows(chromium: Browser, named_desk: Desk) -> Iterator[Windows]:
    """Windows at that desk."""
    opened = Windows(chromium, named_desk, named_desk.sign_in)
    yield opened
    opened.close()


def speak(session: Session, name: str, language: str) -> None:
    user = queries.user_by_login(session, login_key(PEOPLE[name].login_id))
    assert user is not None
    accounts.choose_language(session, actor=as_actor(user), user=user, language=language)


class Holder:
    """Somebody in front of a window, with an authenticator at hand."""

    def __init__(self, page: Page, name: str, language: str, kind: dict[str, Any]) -> None:
        self.page, self.person = page, PEOPLE[name]
        self.words, self.texts = WORDS[language], TEXTS[language]
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        made = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
        self.authenticator = {"authenticatorId": made["authenticatorId"]}

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def give_password(self) -> None:
        self.page.goto(f"/{self.person.door}/login")
        self.page.get_by_label(self.words.user_id).fill(self.person.login_id)
        self.page.get_by_role("textbox", name=self.words.password).fill(PASSWORD)
        self.press(self.words.log_in)

    def sign_in_with_app(self) -> None:
        self.give_password()
        self.press(self.texts.app_method)
        self.page.get_by_label(self.texts.code).fill(pyotp.TOTP(padded(AUTHENTICATOR_SECRET)).now())
        self.press(self.texts.verify)
        self.expect_home()

    def sign_in_with_passkey(self) -> None:
        self.give_password()
        self.press(self.texts.use_method)
        self.press(self.texts.use)
        self.expect_home()

    def sign_out(self) -> None:
        self.page.locator(".user-menu summary").click()
        self.press(self.words.log_out)
        expect(self.page).to_have_url(re.compile("reason=logout"))

    def expect_home(self) -> None:
        expect(self.page).to_have_url(re.compile(f"/{self.person.door}/$"))

    def open_form(self) -> None:
        self.page.goto(f"/{self.person.door}/profile/passkeys")
        self.page.get_by_role("link", name=self.texts.add, exact=True).click()

    def add(self, label: str) -> None:
        self.open_form()
        self.page.get_by_label(self.texts.name).fill(label)
        self.press(self.texts.add)

    def expect_listed(self, label: str) -> None:
        expect(self.page).to_have_url(re.compile("/profile/passkeys$"))
        expect(self.page.get_by_role("row").filter(has_text=label)).to_be_visible()

    def said(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible()


CAST = [
    ("hanako", "ja", BUILT_IN),
    ("alice", "en", PLAIN_KEY),
    ("agent", "ja", PLAIN_KEY),
    ("admin", "en", BUILT_IN),
]


@pytest.mark.req("MFA-17", "MFA-04")
@pytest.mark.parametrize(("name", "language", "kind"), CAST, ids=[row[0] for row in CAST])
def test_a_passkey_is_added_and_signs_its_owner_in(
    windows: Windows, name: str, language: str, kind: dict[str, Any]
) -> None:
    holder = Holder(windows.open(language=language), name, language, kind)
    if holder.person.door == "console":
        holder.sign_in_with_app()
    else:
        holder.give_password()
        holder.expect_home()
    holder.add("鍵 1")
    holder.expect_listed("鍵 1")

    holder.add("鍵 2")
    holder.said(holder.texts.known)
    expect(holder.page).to_have_url(re.compile("/profile/passkeys/new$"))

    holder.sign_out()
    holder.sign_in_with_passkey()
    holder.page.goto(f"/{holder.person.door}/profile/passkeys")
    used = holder.page.get_by_role("row").filter(has_text="鍵 1")
    expect(used.get_by_text(re.compile(r"\d{2}:\d{2}:\d{2}")).nth(1)).to_be_visible()

    # The key is lost: the browser finds none, says so, and the other methods are at hand.
    holder.sign_out()
    holder.devtools.send("WebAuthn.clearCredentials", holder.authenticator)
    holder.give_password()
    holder.press(holder.texts.use_method)
    holder.press(holder.texts.use)
    holder.said(holder.texts.cancelled)
    holder.page.get_by_role("link", name=holder.texts.other).click()
    expect(holder.page).to_have_url(re.compile("/login/method$"))


@pytest.mark.req("MFA-17", "DESK-01")
def test_a_passkey_is_taken_away_after_a_question(windows: Windows) -> None:
    holder = Holder(windows.open(), "midori", "ja", BUILT_IN)
    holder.give_password()
    holder.expect_home()
    holder.add("古い鍵")
    holder.expect_listed("古い鍵")
    holder.press(f"古い鍵 を{holder.texts.remove}")
    dialog = holder.page.get_by_role("dialog")
    expect(dialog.get_by_text("古い鍵 ではログインできなくなります")).to_be_visible()
    dialog.get_by_role("button", name=holder.texts.remove, exact=True).click()
    expect(holder.page.get_by_text("登録済みのパスキーはありません。")).to_be_visible()


@pytest.mark.req("MFA-17")
def test_without_script_the_page_says_what_it_needs(windows: Windows) -> None:
    page = windows.open(java_script_enabled=False)
    person, words, texts = PEOPLE["charlie"], WORDS["ja"], TEXTS["ja"]
    page.goto(f"/{person.door}/login")
    page.get_by_label(words.user_id).fill(person.login_id)
    page.get_by_role("textbox", name=words.password).fill(PASSWORD)
    page.get_by_role("button", name=words.log_in, exact=True).click()
    page.goto("/fm/profile/passkeys/new")
    # Playwright takes the script from the window, not from the reader of its pages, so <noscript> is not shown to it.
    assert texts.needs_script in page.content()
    page.get_by_label(texts.name).fill("鍵")
    page.get_by_role("button", name=texts.add, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("パスキーを追加できませんでした。")


@pytest.mark.req("MFA-17")
def test_at_another_address_of_the_same_desk_no_passkey_is_asked_for(
    windows: Windows, named_desk: Desk
) -> None:
    page = windows.open()
    elsewhere = named_desk.url.replace("localhost", "127.0.0.1")
    person, words, texts = PEOPLE["charlie"], WORDS["ja"], TEXTS["ja"]
    page.goto(f"{elsewhere}/{person.door}/login")
    page.get_by_label(words.user_id).fill(person.login_id)
    page.get_by_role("textbox", name=words.password).fill(PASSWORD)
    page.get_by_role("button", name=words.log_in, exact=True).click()
    page.goto(f"{elsewhere}/fm/profile/passkeys/new")
    expect(page.get_by_text(f"パスキーは {named_desk.url} でのみ利用できます")).to_be_visible()
    expect(page.get_by_label(texts.name)).to_be_visible()


@pytest.mark.req("MFA-17")
@pytest.mark.parametrize(("name", "language"), [("hanako", "ja"), ("alice", "en")])
def test_a_desk_at_a_bare_network_address_says_why_it_has_none(
    visit: Visit, name: str, language: str
) -> None:
    page = visit(name, "/cs/profile/passkeys")
    expect(page.get_by_text(TEXTS[language].nowhere)).to_be_visible()
    expect(page.get_by_role("link", name=TEXTS[language].add)).to_have_count(0)


@pytest.mark.req("MFA-17", "SEC-17", "UI-03", "UI-09")
def test_the_pages_are_open_to_all(windows: Windows, named_desk: Desk) -> None:
    holder = Holder(windows.open(), "taro", "ja", BUILT_IN)
    page, found = holder.page, list[str]()
    holder.give_password()
    holder.expect_home()
    holder.add("鍵" * 60)
    holder.expect_listed("鍵" * 60)
    for language in ("en", "ja"):
        named_desk.given(speak, "taro", language)
        page.goto("/cs/profile/passkeys")
        found += looked_at(page)
        page.goto("/cs/profile/passkeys/new")
        page.get_by_role("button", name=TEXTS[language].add, exact=True).click()
        expect(page.get_by_role("textbox", name=TEXTS[language].name)).to_have_attribute(
            "aria-invalid", "true"
        )
        page.get_by_label(TEXTS[language].name).fill("2")
        page.get_by_role("button", name=TEXTS[language].add, exact=True).click()
        expect(page.get_by_text(TEXTS[language].known)).to_be_visible()
        found += looked_at(page)
        page.goto("/cs/profile/recovery-codes")
        found += looked_at(page)
        page.locator("main form[action$=recovery-codes] button").click()
        expect(page.locator(".code-list li")).to_have_count(10)
        found += looked_at(page)
    holder.sign_out()
    holder.give_password()
    for way in ("recovery", "passkey"):
        page.goto("/cs/login/method")
        page.locator(f"button[value={way}]").click()
        expect(page).to_have_url(re.compile(f"/login/{way}$"))
        found += looked_at(page)
    assert not found, "\n".join(found)


def looked_at(page: Page) -> list[str]:
    """What axe and the eye find at a page, wide and narrow."""
    return [
        line
        for width in (1280, 390)
        for line in (*what_sticks_out(page, width), *faults_at(page, width, "light", ALL_RULES))
    ]
