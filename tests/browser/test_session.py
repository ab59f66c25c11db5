"""The session in the browser: its cookie, the way out, and what the way back then shows."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk import SESSION_COOKIE, Desk
from tests.browser.sides import CustomerSide
from tests.browser.windows import Watch
from tests.browser.words import JA


@pytest.mark.req("SESS-03", "SEC-19")
def test_the_cookies_are_for_this_site_and_no_script(visit: Visit) -> None:
    page = visit()
    CustomerSide(page, JA, "hanako").sign_in()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert SESSION_COOKIE in cookies
    for name, cookie in cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        assert cookie["path"] == "/"
        assert cookie["expires"] == -1, "ends with the browser"
    assert page.evaluate("document.cookie") == ""


@pytest.mark.req("AUTH-08", "SEC-23")
@pytest.mark.parametrize("width", [1280, 390])
def test_after_the_way_out_the_way_back_shows_nothing(visit: Visit, desk: Desk, width: int) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:new']}", width=width, token=desk.sign_in("hanako"))
    expect(page.get_by_text("佐藤 花子").first).to_be_attached()
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name=JA.log_out).click()
    expect(page.get_by_text(JA.message("M-09"))).to_be_visible()
    assert_signed_out(page, desk)
    page.go_back()
    assert_signed_out(page, desk)
    page.goto(f"/cs/cases/{desk.scenes['ja:new']}")
    assert_signed_out(page, desk)
    assert SESSION_COOKIE not in {cookie["name"] for cookie in page.context.cookies()}


def assert_signed_out(page: Page, desk: Desk) -> None:
    expect(page).to_have_url(re.compile("/cs/login"))
    assert desk.scenes["ja:new"] not in page.locator("body").inner_text()
    assert page.locator(".user-menu").count() == 0


@pytest.mark.req("SESS-02")
def test_who_comes_by_a_link_gets_to_its_page_after_signing_in(visit: Visit, desk: Desk) -> None:
    number = desk.scenes["ja:resolved"]
    page = visit(None, f"/cs/cases/{number}")
    expect(page).to_have_url(re.compile("/cs/login"))
    side = CustomerSide(page, JA, "hanako")
    page.get_by_label(JA.user_id).fill(side.person.login_id)
    page.get_by_label(JA.password).fill("Madoguchi#2026")
    side.press(JA.log_in)
    expect(page).to_have_url(re.compile(f"/cs/cases/{number}$"))


@pytest.mark.req("SEC-35")
def test_the_content_policy_holds_and_the_watch_sees_it(visit: Visit) -> None:
    page = visit("hanako", "/cs/", is_watched=False)
    watch = Watch(page.context)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.broken = true";
          document.body.append(script);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.broken") is None
    assert any("Content Security Policy" in line for line in watch.complaints)
