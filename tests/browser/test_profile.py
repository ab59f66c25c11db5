"""The own profile in the browser: the dialog of the address, the picture, what accessibility changes, the way back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts import session as sessions
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.test_every_page import AXE, faults_at, told
from tests.browser.words import JA
from tests.factories.own_account import image_file

NEW = "wakaba.new@midori.example"
# WCAG AAA for text, which those get who ask for it (PROF-08).
ENHANCED = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}, "resultTypes": ["violations"]}
MOVES = """() => [...document.querySelectorAll("*")].filter((it) => {
  const style = getComputedStyle(it);
  return style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0) || style.animationName !== "none";
}).length"""


def dialog_of(page: Page) -> Locator:
    """Open the dialog by a click on the address."""
    page.locator("#about").get_by_role("link", name="@").click()
    dialog = page.get_by_role("dialog", name="メール")
    expect(dialog).to_be_visible()
    return dialog


@pytest.mark.req("PROF-05", "PROF-07", "M-41")
def test_the_address_opens_a_dialog_that_takes_and_gives_back_the_focus(visit: Visit) -> None:
    page = visit("hanako", "/fm/profile")
    dialog = dialog_of(page)
    expect(dialog.get_by_label("メール")).to_be_focused()
    expect(dialog).to_contain_text(JA.message("M-41"))
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#about").get_by_role("link", name="@")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=JA.cancel).click()
    expect(dialog).to_be_hidden()


@pytest.mark.req("PROF-05", "PROF-06")
def test_a_refused_address_stays_in_the_dialog_and_a_good_one_is_saved(visit: Visit, desk: Desk) -> None:
    page = visit("wakaba", "/cs/profile", token=desk.sign_in("wakaba"))
    dialog = dialog_of(page)
    dialog.get_by_label("メール").fill("a@b, c@d")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_label("メール")).to_be_focused()
    expect(dialog.locator(".field-error")).to_contain_text("メールアドレスを1つ")
    dialog.get_by_label("メール").fill(NEW)
    dialog.get_by_role("button", name="保存").click()
    expect(page.get_by_text("メールアドレスを保存しました。")).to_be_visible()
    expect(page.locator("#about")).to_contain_text(NEW)


@pytest.mark.req("PROF-05")
def test_without_script_the_address_leads_to_a_page_of_its_own(visit: Visit) -> None:
    page = visit("hanako", "/fm/profile", java_script_enabled=False)
    page.locator("#about").get_by_role("link", name="@").click()
    expect(page).to_have_url(re.compile("/fm/profile/mail$"))
    expect(page.get_by_label("メール")).to_have_value(re.compile("@"))
    page.get_by_label("メール").fill("nothing")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("dialog .field-error")).to_be_visible()


@pytest.mark.req("PROF-02")
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_picture_is_chosen_shown_and_removed(
    visit: Visit, desk: Desk, tmp_path: Path, *, has_script: bool
) -> None:
    face, large = tmp_path / "face.png", tmp_path / "large.jpg"
    face.write_bytes(image_file(size=(640, 480)))
    large.write_bytes(b"\xff\xd8\xff" + bytes(7_000_000))
    page = visit("wakaba", "/cs/profile", token=desk.sign_in("wakaba"), java_script_enabled=has_script)
    upload = page.get_by_role("button", name="画像をアップロード")

    def choose(file: Path) -> None:
        if has_script:
            with page.expect_file_chooser() as chooser:
                upload.click()
            chooser.value.set_files(file)
        else:
            page.get_by_label("画像", exact=True).set_input_files(file)
            upload.click()

    choose(large)
    expect(page.get_by_text("ファイルが5 MBを超えています。").first).to_be_visible()
    choose(face)
    expect(page.get_by_text("画像を保存しました。")).to_be_visible()
    for picture in page.locator("img.avatar").all():
        assert picture.evaluate("it => it.complete && it.naturalWidth") == 256
    page.get_by_role("button", name="画像を削除").click()
    expect(page.locator("img.avatar")).to_have_count(0)


@pytest.mark.req("PROF-08")
def test_accessibility_raises_contrast_shows_the_focus_and_stops_motion(visit: Visit, desk: Desk) -> None:
    page = visit("wakaba", "/cs/profile", token=desk.sign_in("wakaba"))
    assert faults_at(page, 1280, "light", ENHANCED), "otherwise there was nothing to raise"
    page.get_by_label("アクセシビリティを有効にする").check()
    page.get_by_role("button", name="変更を確認するには更新します").click()
    expect(page.get_by_text("プロファイルを保存しました。")).to_be_visible()
    for path in (
        "/cs/profile",
        "/cs/",
        "/cs/cases",
        f"/cs/cases/{desk.scenes['ja:in_progress']}",
        "/cs/inquiries/new",
    ):
        page.goto(path)
        found = [line for theme in ("light", "dark") for line in faults_at(page, 1280, theme, ENHANCED)]
        assert not found, "\n".join(found)
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVES) == 0
    page.goto("/styleguide")
    page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert not told(page.evaluate("rules => axe.run('#accessible', rules)", ENHANCED))
    # A click by the pointer frames what it reaches, which the browser alone would not do.
    page.goto("/cs/profile")
    page.locator(".user-menu summary").click()
    width = page.locator(".user-menu summary").evaluate("it => getComputedStyle(it).outlineWidth")
    assert width == "4px"
    page.keyboard.press("Escape")
    page.get_by_label("アクセシビリティを有効にする").uncheck()
    page.get_by_role("button", name="変更を確認するには更新します").click()
    expect(page.locator("html[data-accessible]")).to_have_count(0)


@pytest.mark.req("SEC-22", "SEC-23")
def test_a_session_ended_elsewhere_is_over_and_the_way_back_shows_nothing(visit: Visit, desk: Desk) -> None:
    first = visit("wakaba", "/cs/profile", token=desk.sign_in("wakaba"))
    second = visit("wakaba", "/cs/profile/sessions", token=desk.sign_in("wakaba"))
    second.get_by_role("button", name="ほかのセッションをすべて終了").click()
    expect(second.get_by_text("ほかのセッションをすべて終了しました。")).to_be_visible()
    first.get_by_role("link", name="ケース一覧").first.click()
    expect(first).to_have_url(re.compile("/cs/login"))
    first.go_back()
    expect(first).to_have_url(re.compile("/cs/login"))
    expect(first.locator(".user-menu, #about")).to_have_count(0)
    second.locator(".user-menu summary").click()
    second.get_by_role("button", name=JA.log_out).click()
    expect(second.get_by_text(JA.message("M-09"))).to_be_visible()
    second.go_back()
    expect(second).to_have_url(re.compile("/cs/login"))
    assert sessions.COOKIE not in {cookie["name"] for cookie in second.context.cookies()}
