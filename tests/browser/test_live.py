"""An open case page follows its case, in two browsers at once, and never costs anybody what they are typing."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.cases.lifecycle import Act, CaseState
from tests.browser.conftest import Visit
from tests.browser.desk import SESSION_COOKIE, Desk
from tests.browser.sides import CustomerSide, DeskSide
from tests.browser.words import JA
from tests.factories import cases

# What "at once" means to somebody who has the page open.
WITHIN_MS = 5_000
HALF = "昨夜の件ですが、"
NEW = "新しいコメントがあります。"
ASKED = "このケースには、ユーザーからの追加情報が必要です。"
RESTORED = "下書きを復元しました。"
SAVED = "下書きを保存しました"


def entry(page: Page, text: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=text)


def typed(page: Page, name: str = "body") -> str:
    """What stands in a form's text, with or without the editor around it."""
    return str(page.evaluate(f"""document.querySelector('textarea[name="{name}"]').value"""))


def write(page: Page, label: str, text: str) -> None:
    """Type at the end of a text, key by key, as people do, once the editor has come."""
    editor = page.locator("[contenteditable=true]").and_(page.get_by_label(label, exact=False))
    editor.click()
    page.keyboard.type(text)


def open_case(desk: Desk, state: CaseState = CaseState.IN_PROGRESS) -> str:
    return str(desk.given(cases.in_state, state))


@pytest.mark.req("CASE-05", "CASE-11", "SEC-21")
@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.nightly)])
def test_both_sides_see_each_others_comments_within_five_seconds_while_they_type(
    visit: Visit, desk: Desk, width: int
) -> None:
    number = open_case(desk)
    customer = visit("hanako", f"/cs/cases/{number}", width=width)
    agent = visit("agent", f"/console/cases/{number}", width=width)
    write(customer, JA.comment, HALF)
    DeskSide(agent, JA, "agent").reply("ログを確認しております。")
    expect(entry(customer, "ログを確認しております。")).to_be_visible(timeout=WITHIN_MS)
    expect(customer.get_by_role("status").filter(has_text=NEW)).to_be_visible()
    customer.keyboard.type("続きです。")
    assert HALF + "続きです。" in typed(customer)

    write(agent, JA.note, "書きかけのメモ")
    CustomerSide(customer, JA, "hanako").press(JA.send)
    expect(entry(agent, HALF)).to_be_visible(timeout=WITHIN_MS)
    assert "書きかけのメモ" in typed(agent, "note-body")


@pytest.mark.req("CASE-04", "Q24", "UI-07")
def test_a_message_of_the_state_comes_by_itself_and_stays_away_once_it_was_put_away(
    visit: Visit, desk: Desk
) -> None:
    number = open_case(desk)
    page = visit("hanako", f"/cs/cases/{number}")
    told = page.locator(".message").filter(has_text=ASKED)
    expect(told).to_have_count(0)
    desk.given(cases.move, number, Act.ASK, by="agent")
    expect(told).to_be_visible(timeout=WITHIN_MS)
    expect(CustomerSide(page, JA, "hanako").state()).to_have_text(JA.state("awaiting_customer"))
    told.get_by_role("button").click()
    expect(told).to_have_count(0)
    desk.given(cases.comment, number, "ご返信をお待ちしております。")
    expect(entry(page, "ご返信をお待ちしております。")).to_be_visible(timeout=WITHIN_MS)
    expect(told).to_have_count(0)
    page.reload()
    expect(told).to_be_visible()


@pytest.mark.req("CASE-16")
def test_a_closure_leaves_the_text_and_says_so(visit: Visit, desk: Desk) -> None:
    number = open_case(desk)
    page = visit("hanako", f"/cs/cases/{number}")
    write(page, JA.comment, HALF)
    desk.given(cases.move, number, Act.CLOSE, by="taro")
    expect(page.get_by_text("入力した内容は残っていますが、送信できません。")).to_be_visible(
        timeout=WITHIN_MS
    )
    page.keyboard.type("まだ書けます。")
    assert HALF + "まだ書けます。" in typed(page)
    expect(page.get_by_text(JA.actions, exact=True)).to_have_count(0)


@pytest.mark.req("CASE-11")
def test_what_is_being_read_stays_where_it_is(visit: Visit, desk: Desk) -> None:
    number = open_case(desk)
    desk.given(cases.comments, number, [f"{index} 件目の長めの本文です。" for index in range(30)])
    page = visit("hanako", f"/cs/cases/{number}")
    read = entry(page, "12 件目の長めの本文です。")
    read.scroll_into_view_if_needed()
    before = read.bounding_box()
    desk.given(cases.comment, number, "一番新しいコメントです。\n" * 6)
    expect(entry(page, "一番新しいコメントです。")).to_have_count(1, timeout=WITHIN_MS)
    after = read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


def test_an_open_menu_is_left_alone_until_it_is_closed(visit: Visit, desk: Desk) -> None:
    number = open_case(desk)
    page = visit("hanako", f"/cs/cases/{number}")
    page.get_by_text(JA.actions, exact=True).click()
    desk.given(cases.move, number, Act.RESOLVE, by="agent")
    expect(CustomerSide(page, JA, "hanako").state()).to_have_text(JA.state("resolved"), timeout=WITHIN_MS)
    expect(page.get_by_role("button", name=JA.close_case)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("button", name=JA.close_case)).to_have_count(0)
    page.get_by_text(JA.actions, exact=True).click()
    expect(page.get_by_role("button", name=JA.accept)).to_have_count(1, timeout=WITHIN_MS * 2)


@pytest.mark.req("DESK-03")
def test_colleagues_see_who_views_and_who_types(visit: Visit, desk: Desk) -> None:
    number = open_case(desk)
    first = visit("agent", f"/console/cases/{number}")
    second = visit("admin", f"/console/cases/{number}")
    expect(second.get_by_text("中村 さくらさんが閲覧中")).to_be_visible(timeout=WITHIN_MS)
    expect(first.get_by_text("渡辺 明さんが閲覧中")).to_be_visible(timeout=WITHIN_MS)
    write(first, JA.reply, "ご連絡")
    expect(second.get_by_text("中村 さくらさんが入力中")).to_be_visible(timeout=WITHIN_MS)
    expect(second.get_by_text("中村 さくらさんが閲覧中")).to_be_visible(timeout=3 * WITHIN_MS)
    first.close()
    expect(second.get_by_text("中村 さくらさん")).to_have_count(0, timeout=WITHIN_MS)


@pytest.mark.parametrize(
    ("person", "place", "label", "name"),
    [
        ("hanako", "/cs/cases/{}", JA.comment, "body"),
        ("agent", "/console/cases/{}", JA.reply, "reply-body"),
        ("agent", "/console/cases/{}", JA.note, "note-body"),
    ],
)
def test_a_draft_outlives_its_tab_and_can_be_discarded(
    visit: Visit, desk: Desk, person: str, place: str, label: str, name: str
) -> None:
    address = place.format(open_case(desk))
    page = visit(person, address)
    write(page, label, HALF)
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=2 * WITHIN_MS)
    page.close()
    again = visit(person, address)
    expect(again.get_by_text(RESTORED)).to_be_visible()
    assert HALF in typed(again, name)
    again.get_by_role("button", name="下書きを破棄").click()
    expect(again.get_by_text(RESTORED)).to_have_count(0)
    assert typed(again, name) == ""
    again.reload()
    assert typed(again, name) == ""


def test_what_was_typed_last_before_the_tab_was_closed_is_kept(visit: Visit, desk: Desk) -> None:
    address = f"/cs/cases/{open_case(desk)}"
    page = visit("hanako", address)
    write(page, JA.comment, HALF)
    page.goto("/cs/")
    # The last words travel beside the next page's request and may reach a busy server after it.
    for _ in range(5):
        page.goto(address)
        if page.get_by_text(RESTORED).is_visible():
            break
        page.wait_for_timeout(1_000)
    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert HALF in typed(page)


def test_a_text_that_was_sent_does_not_come_back(visit: Visit, desk: Desk) -> None:
    address = f"/cs/cases/{open_case(desk)}"
    page = visit("hanako", address)
    write(page, JA.comment, HALF)
    expect(page.get_by_text(SAVED)).to_be_visible(timeout=2 * WITHIN_MS)
    page.keyboard.type("以上です。")
    CustomerSide(page, JA, "hanako").press(JA.send)
    expect(entry(page, "以上です。")).to_be_visible()
    page.reload()
    expect(page.get_by_text(RESTORED)).to_have_count(0)
    assert typed(page) == ""


@pytest.mark.req("SEC-21", "SESS-02")
def test_a_session_that_ends_costs_no_text(visit: Visit, desk: Desk) -> None:
    number = open_case(desk)
    page = visit(address="/cs/login")
    side = CustomerSide(page, JA, "taro")
    side.sign_in()
    page.goto(f"/cs/cases/{number}")
    write(page, JA.comment, HALF)
    page.context.clear_cookies(name=SESSION_COOKIE)
    signed_out = page.get_by_text("ログアウトしています。入力した内容は残っています。")
    expect(signed_out).to_be_visible(timeout=WITHIN_MS)
    page.keyboard.type("続きです。")
    other = page.context.new_page()
    CustomerSide(other, JA, "taro").sign_in()
    expect(other).to_have_url(re.compile("/cs/$"))
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(signed_out).to_have_count(0, timeout=WITHIN_MS)
    side.press(JA.send)
    expect(entry(page, HALF + "続きです。")).to_be_visible()
