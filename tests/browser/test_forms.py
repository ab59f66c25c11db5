"""What forms do in a browser: once only, with all that was typed, with help before and after an error."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.cases.lifecycle import Act, CaseState
from app.cases.models import CaseComment
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.people import MIDORI_HOLDER, MIDORI_NUMBERS
from tests.browser.sides import CustomerSide, write
from tests.browser.words import EN, JA
from tests.factories import cases

NEW_INQUIRY = "/cs/inquiries/new"


def fill_inquiry(page: Page, details: str) -> None:
    page.get_by_label(JA.inquiry_type).select_option(label="その他")
    page.get_by_label(JA.details).fill(details)


def times_stored(desk: Desk, body: str) -> int:
    asked = select(func.count()).select_from(CaseComment).where(CaseComment.body == body)
    return desk.given(lambda session: session.scalar(asked) or 0)


@pytest.mark.req("INQ-06")
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_double_click_makes_one_case(visit: Visit, desk: Desk, *, has_script: bool) -> None:
    details = f"二度押しの確認です。{has_script}"
    page = visit("hanako", NEW_INQUIRY, java_script_enabled=has_script)
    fill_inquiry(page, details)
    page.get_by_role("button", name=JA.submit, exact=True).dblclick()
    expect(page).to_have_url(re.compile(r"/cs/cases/CS\d{7}$"))
    expect(page.get_by_text(details)).to_be_visible()
    assert times_stored(desk, details) == 1


@pytest.mark.req("INQ-06")
def test_sending_the_form_again_by_the_way_back_makes_no_second_case(visit: Visit, desk: Desk) -> None:
    details = "戻るボタンのあとの再送信です。"
    page = visit("hanako", NEW_INQUIRY)
    fill_inquiry(page, details)
    side = CustomerSide(page, JA, "hanako")
    side.press(JA.submit)
    page.wait_for_url("**/cs/cases/CS*")
    first = page.url
    page.go_back()
    fill_inquiry(page, details)
    side.press(JA.submit)
    page.wait_for_url("**/cs/cases/CS*")
    # A page that the browser kept has its old key; a page fetched anew has a new one, and means a new case.
    assert times_stored(desk, details) == (1 if page.url == first else 2)


@pytest.mark.req("INQ-05", "UI-06")
def test_the_required_panel_leads_to_the_field_and_empties(visit: Visit) -> None:
    page = visit("hanako", NEW_INQUIRY)
    panel = page.get_by_role("region", name=JA.required)
    # Her only number is preset, so only the type is left.
    expect(panel.get_by_role("link")).to_have_text([JA.inquiry_type])
    panel.get_by_role("link", name=JA.inquiry_type).click()
    expect(page.get_by_label(JA.inquiry_type)).to_be_focused()
    page.get_by_label(JA.inquiry_type).select_option(index=1)
    expect(panel.get_by_role("link")).to_have_count(0)
    expect(panel.get_by_text(JA.required_done)).to_be_visible()
    page.get_by_label(JA.inquiry_type).select_option(index=0)
    expect(panel.get_by_role("link", name=JA.inquiry_type)).to_be_visible()


@pytest.mark.req("INQ-02", "INQ-03")
def test_the_contract_holder_follows_the_number(visit: Visit) -> None:
    page = visit("midori", NEW_INQUIRY)
    number = page.get_by_label("お客様番号")
    holder = page.get_by_role("status", name="ご契約者名")
    assert number.locator("option").all_inner_texts() == ["--なし--", *MIDORI_NUMBERS]
    expect(number).to_have_value("")
    expect(holder).to_be_empty()
    number.select_option(label=MIDORI_NUMBERS[1])
    expect(holder).to_have_text(MIDORI_HOLDER)
    number.select_option(label="--なし--")
    expect(holder).to_be_empty()


@pytest.mark.req("INQ-02", "UI-07")
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_refused_form_keeps_what_was_typed(visit: Visit, *, has_script: bool) -> None:
    text = "一行目\n二行目 <b>太字ではない</b>"
    page = visit("midori", NEW_INQUIRY, java_script_enabled=has_script)
    page.get_by_label("お客様番号").select_option(label=MIDORI_NUMBERS[0])
    page.get_by_label(JA.details).fill(text)
    page.get_by_role("button", name=JA.submit, exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("エラー：ケースを作成 | Madoguchi")
    expect(page.get_by_label(JA.details)).to_have_value(text)
    expect(page.get_by_label("お客様番号")).to_have_value(MIDORI_NUMBERS[0])
    expect(page.get_by_role("status", name="ご契約者名")).to_have_text(MIDORI_HOLDER)
    wrong = page.get_by_label(JA.inquiry_type)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description("エラー この項目を入力してください。")
    summary.get_by_role("link").click()
    expect(wrong).to_be_focused()


@pytest.mark.req("CASE-05", "UI-07")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_comment_changes_the_page_in_place(visit: Visit, desk: Desk, width: int) -> None:
    number = desk.given(cases.in_state, CaseState.IN_PROGRESS)
    page = visit("hanako", f"/cs/cases/{number}", width=width)
    page.evaluate("window.isTheSamePage = true")
    side = CustomerSide(page, JA, "hanako")
    first, second = f"一通目のコメントです。{width}", f"二通目のコメントです。{width}"
    for text in (first, second):
        side.comment(text)
        expect(page.get_by_label(JA.comment)).to_have_text("")
    assert page.evaluate("window.isTheSamePage") is True
    newest = page.locator("ol.timeline > li").first
    expect(newest).to_contain_text(second)
    expect(newest).to_contain_text("佐藤 花子")
    assert times_stored(desk, first) == 1


@pytest.mark.req("CASE-05")
def test_a_refused_comment_stays_in_its_field(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.in_state, CaseState.IN_PROGRESS)
    page = visit("hanako", f"/cs/cases/{number}")
    text = "見えない文字\u202eが入っています"
    write(page.get_by_label(JA.comment), text)
    page.get_by_role("button", name=JA.send, exact=True).click()
    expect(page.locator("#body-error")).to_be_visible()
    expect(page.get_by_label(JA.comment)).to_have_text(text.replace("\u202e", "\ufffd"))
    assert times_stored(desk, text) == 0


@pytest.mark.req("CASE-16")
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_text_that_came_after_the_closure_is_not_lost(
    visit: Visit, desk: Desk, *, has_script: bool
) -> None:
    number = desk.given(cases.in_state, CaseState.IN_PROGRESS)
    page = visit("hanako", f"/cs/cases/{number}", java_script_enabled=has_script)
    text = "別のタブでクローズされたあとの、長い時間をかけて書いた文章。"
    write(page.get_by_label(JA.comment), text)
    desk.given(cases.move, number, Act.CLOSE, by="hanako")
    page.get_by_role("button", name=JA.send, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("入力した内容は送信されていません")
    if has_script:
        expect(page.get_by_label(JA.comment)).to_have_text(text)
    else:
        expect(page.get_by_label(JA.comment)).to_have_value(text)
    expect(page.get_by_role("button", name=JA.send, exact=True)).to_have_count(0)
    assert times_stored(desk, text) == 0


@pytest.mark.req("CASE-12")
def test_an_agents_two_texts_do_not_cost_each_other(visit: Visit, desk: Desk) -> None:
    number = desk.given(cases.in_state, CaseState.IN_PROGRESS, number="P910000001")
    page = visit("emily", f"/console/cases/{number}")
    write(page.get_by_label(EN.note), "half a note")
    write(page.get_by_label(EN.reply), "A reply.")
    page.get_by_role("button", name=EN.send_reply, exact=True).click()
    expect(page.locator("ol.timeline > li").first).to_contain_text("A reply.")
    expect(page.get_by_label(EN.reply)).to_have_text("")
    expect(page.get_by_label(EN.note)).to_have_text("half a note")
    # Nor does an act on the case cost what was begun.
    page.get_by_role("button", name=EN.state("awaiting_customer"), exact=True).click()
    expect(page.get_by_role("button", name=EN.state("in_progress"), exact=True)).to_be_visible()
    expect(page.get_by_label(EN.note)).to_have_text("half a note")


@pytest.mark.req("CASE-13", "CASE-14", "UI-09")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_closing_dialog_can_be_left(visit: Visit, desk: Desk, width: int) -> None:
    number = desk.given(cases.in_state, CaseState.NEW)
    page = visit("hanako", f"/cs/cases/{number}", width=width)
    side = CustomerSide(page, JA, "hanako")
    dialog = page.get_by_role("dialog", name=JA.close_case)
    for way in ("Escape", JA.cancel):
        side.act(JA.close_case)
        expect(dialog.get_by_text(JA.message("M-24"))).to_be_visible()
        if way == "Escape":
            page.keyboard.press(way)
        else:
            side.press(way, dialog)
        expect(dialog).to_be_hidden()
        expect(page.locator("summary").filter(has_text=JA.actions)).to_be_focused()
        assert desk.given(cases.state_of, number) is CaseState.NEW
    side.act(JA.close_case)
    side.press(JA.close_case, dialog)
    expect(side.state()).to_have_text(JA.state("closed"))


@pytest.mark.req("CASE-04", "UI-07")
def test_a_message_goes_on_its_cross_and_comes_back_with_the_page(visit: Visit, desk: Desk) -> None:
    page = visit("hanako", f"/cs/cases/{desk.scenes['ja:awaiting_customer']}")
    message = page.get_by_text(JA.message("M-22"))
    expect(message).to_be_visible()
    page.get_by_role("button", name=JA.close, exact=True).click()
    expect(message).to_have_count(0)
    page.reload()
    expect(message).to_be_visible()
