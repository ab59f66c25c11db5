"""A new password in the browser: the list ticks by the server's own table, the button waits, the eye shows."""

import random
import unicodedata

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.models import User
from app.accounts.password_rules import MANUAL, MODERN, Profile
from app.accounts.passwords import CHEAP, PasswordVault
from app.authz import system_actor
from app.contracts.models import ContractHolder
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.people import MIDORI_NUMBERS, PASSWORD
from tests.browser.windows import give_session
from tests.cast import number
from tests.factories.wording import message

ADDRESS = "/cs/profile/password"
NEW = "Kx7#mQ2vLp9w"
# Letters, digits, symbols and blanks in plenty, and whatever two engines might read otherwise.
SIGNS = (
    "aZ09!@#$%^&*?+=-" * 3
    + "\u3000 \"'`~_|\\/<>[]{}();:,.¥￥éÉｱガｶﾞがあ漢Ａａ０＃ﬁ㍿\u0301\u200d\u2028\x00\t\x7f\x85\ufffdſıİß😀👨"
)

TICKED = """([id, texts]) => {
  const field = document.getElementById(id);
  const rules = [...field.closest(".new-password").querySelectorAll("[data-new-password-target=rule]")];
  return texts.map((text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return rules.map((rule) => rule.hasAttribute("data-met"));
  });
}"""


def texts(profile: Profile) -> list[str]:
    chance = random.Random(profile.name)  # noqa: S311 - the same texts each time
    made = ["".join(chance.choices(SIGNS, k=chance.randint(1, 45))) for _number in range(400)]
    plain = ["".join(chance.choices(SIGNS[:48], k=length)) for length in (11, 12, 14, 15, 40, 41, 128, 129)]
    # A one-line field holds no line ends; the browser drops them.
    return [
        text.replace("\n", "") for text in (*made, *plain, "😀" * 15, "長" * 129, "ﷺ", "abcdefghijklme\u0301")
    ]


@pytest.mark.req("PW-04", "PW-06", "SEC-03")
@pytest.mark.parametrize("profile", [MANUAL, MODERN], ids=lambda profile: profile.name)
def test_the_browser_ticks_what_the_server_accepts(visit: Visit, profile: Profile) -> None:
    page, samples = visit(None, "/styleguide"), texts(profile)
    expect(page.locator(f"#{profile.name}-again-equal")).to_be_visible()
    ticked = page.evaluate(TICKED, [f"{profile.name}-password", samples])
    for text, found in zip(samples, ticked, strict=True):
        stored = unicodedata.normalize("NFKC", text) if profile is MODERN else text
        assert found == [rule.holds(text) and rule.holds(stored) for rule in profile.rules], repr(text)


def add_person(session: Session, login_id: str) -> None:
    """Somebody whose password no other test needs."""
    actor, midoris = system_actor("tests"), number(session, MIDORI_NUMBERS[0])
    user: User = accounts.create_customer(
        session, actor=actor, login_id=login_id, mail=f"{login_id}@midori.example", family_name="新井",
        given_name="葵", holder=session.get_one(ContractHolder, midoris.holder_id), language="ja",
    )  # fmt: skip
    accounts.link_numbers(session, actor=actor, user=user, numbers=[midoris])
    accounts.set_password(session, actor=actor, user=user, password=PASSWORD, vault=PasswordVault(CHEAP))


def ticks(page: Page) -> list[str]:
    """What the lines of the list say, as the page shows them."""
    met: Locator = page.locator(".check[data-met]:visible [data-text]")
    return met.all_inner_texts()


@pytest.mark.req("PW-04", "PW-06", "PW-07", "RESET-07")
def test_the_list_ticks_the_button_wakes_and_the_change_is_made(visit: Visit, desk: Desk) -> None:
    desk.given(add_person, "aoi")
    page = visit(None, "/cs/login?next=%2Fcs%2Fprofile")
    page.get_by_label("ユーザーID").fill("aoi")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.wait_for_url("**/cs/profile")
    page.get_by_role("link", name="パスワードの変更").click()
    expect(page.get_by_role("dialog", name="パスワードの変更")).to_be_visible()
    button = page.get_by_role("button", name="変更", exact=True)
    expect(button).to_be_disabled()
    assert ticks(page) == []
    page.get_by_label("現在のパスワード").fill(PASSWORD)
    new = page.get_by_label("新しいパスワード")
    new.press_sequentially("kx7")
    assert ticks(page) == [message(f"M-{line}", "ja") for line in (12, 13, 15)]
    new.fill(NEW)
    assert ticks(page) == [message(f"M-{line}", "ja") for line in range(11, 17)]
    expect(button).to_be_disabled()
    page.get_by_label("パスワードの確認").fill(NEW)
    expect(button).to_be_enabled()
    assert ticks(page)[-1] == message("M-17", "ja")
    expect(page.locator("[data-new-password-target=told]")).to_have_text("すべての条件を満たしています。")
    button.click()
    expect(page.get_by_text("パスワードを変更しました。")).to_be_visible()


@pytest.mark.req("RESET-07", "UI-09")
def test_the_eye_shows_and_hides_by_keyboard(visit: Visit) -> None:
    page = visit(None, "/cs/login")
    field = page.get_by_label("パスワード")
    field.fill("見える文字")
    eye = page.get_by_role("button", name="入力した文字を表示")
    field.press("Tab")
    expect(eye).to_be_focused()
    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "text")
    expect(eye).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_value("見える文字")


@pytest.mark.req("PW-05")
def test_the_meter_names_the_strength_and_its_scale_comes_when_it_is_needed(visit: Visit) -> None:
    page, fetched = visit(None), list[str]()
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/styleguide")
    expect(page.locator("#manual-again-equal")).to_be_visible()
    assert not any("strength" in url for url in fetched)
    field = page.locator("#manual-password")
    meter = page.locator(".new-password").filter(has=field).locator(".strength")
    for text, word in (
        ("Aa1!Aa1!Aa1!", "弱い"),
        ("Password#2026", "普通"),
        ("Qwerty#123456", "良い"),
        (NEW, "非常に良い"),
    ):
        field.fill(text)
        expect(meter.locator("strong:visible")).to_have_text(word)
    assert sum("strength" in url for url in fetched) == 1
    field.fill("")
    expect(meter).to_be_hidden()


@pytest.mark.req("PW-06")
def test_without_script_the_server_says_what_is_missing(visit: Visit, desk: Desk) -> None:
    page = visit(None, java_script_enabled=False)
    give_session(page, desk.sign_in("midori"))
    page.goto(ADDRESS)
    page.get_by_label("現在のパスワード").fill(PASSWORD)
    page.get_by_label("新しいパスワード").fill("短い")
    page.get_by_label("パスワードの確認").fill("短い")
    expect(page.get_by_role("button", name="入力した文字を表示")).to_have_count(0)
    page.get_by_role("button", name="変更", exact=True).click()
    expect(page.locator("#password-error")).to_contain_text(message("M-11", "ja"))
    expect(page.get_by_label("新しいパスワード")).to_have_value("")
