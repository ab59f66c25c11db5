"""The filter panel under mouse and keyboard: fields bring operators, nothing moves away, nothing runs by itself."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.req("FILTER-02", "FILTER-03", "FILTER-06")


def opened(page: Page) -> Page:
    page.get_by_text("フィルター", exact=True).click()
    expect(page.get_by_role("button", name="実行")).to_be_visible()
    return page


def field(page: Page, index: int = 0) -> Locator:
    return page.get_by_label("フィールド", exact=True).nth(index)


def operator(page: Page, index: int = 0) -> Locator:
    return page.get_by_label("演算子").nth(index)


@pytest.mark.req("FILTER-01", "FILTER-05")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_example_of_the_guide(visit: Visit, width: int) -> None:
    """FILTER-06: カテゴリ 次の値に等しい(=) サービスについて shows just these cases."""
    page = opened(visit("hanako", "/cs/cases", width=width))
    before = page.locator(".pager-rows").inner_text()
    field(page).select_option(label="カテゴリ")
    operator(page).select_option(label="次の値に等しい(=)")
    page.get_by_label("値", exact=True).select_option(label="サービスについて")
    expect(page.locator(".pager-rows")).to_have_text(before)
    page.get_by_role("button", name="実行").click()
    expect(page.get_by_role("navigation", name="適用中の条件")).to_contain_text("カテゴリ=サービスについて")
    expect(page.locator(".pager-rows")).not_to_have_text(before)
    page.get_by_role("link", name="すべて", exact=True).click()
    expect(page.locator(".pager-rows")).to_have_text(before)


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_come_and_go_and_the_focus_goes_along(visit: Visit, width: int) -> None:
    page = opened(visit("hanako", "/cs/cases", width=width))
    field(page).select_option(label="状況")
    expect(operator(page)).to_be_visible()
    expect(field(page)).to_be_focused()
    page.get_by_role("button", name="または").click()
    expect(field(page, 1)).to_be_focused()
    field(page, 1).select_option(label="件名")
    expect(operator(page, 1)).to_be_visible()
    # The button is where it is seen: nothing above it gives way when it is pressed.
    page.get_by_role("button", name="および").nth(1).click()
    expect(field(page, 2)).to_be_focused()
    page.get_by_role("button", name="この条件を削除").nth(1).click()
    expect(page.get_by_label("フィールド", exact=True)).to_have_count(2)
    page.get_by_role("button", name="ソートを追加").click()
    expect(page.get_by_label("列", exact=True)).to_be_focused()
    page.get_by_role("button", name="すべて消去").click()
    expect(page.get_by_label("列", exact=True)).to_have_count(0)
    expect(page.get_by_label("フィールド", exact=True)).to_have_count(1)
    assert page.url.endswith("/cs/cases"), "the page itself has not been left"


@pytest.mark.req("FILTER-04")
def test_the_search_narrows_the_field_list(visit: Visit) -> None:
    page = opened(visit("hanako", "/cs/cases"))
    page.get_by_label("フィールドを検索").fill("お客様")
    expect(field(page).locator("option")).to_have_text(
        ["フィールドを選択", "お客様担当者名 ⊙", "お客様番号 ⊙"]
    )


@pytest.mark.req("FILTER-10", "FILTER-11", "FILTER-12")
def test_a_filter_is_saved_loaded_and_deleted(visit: Visit) -> None:
    page = opened(visit("hanako", "/cs/cases?f=status:is:new&sort=number"))
    page.get_by_role("button", name="フィルターの保存").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("フィルター名")).to_be_focused()
    dialog.get_by_label("フィルター名").fill("ブラウザーで保存")
    dialog.get_by_role("button", name="送信").click()
    expect(page.get_by_text("フィルター「ブラウザーで保存」を保存しました。")).to_be_visible()
    page.goto(page.url.partition("?")[0])
    opened(page).get_by_role("button", name="フィルターのロード").click()
    page.get_by_role("dialog").get_by_role("link", name="ブラウザーで保存").click()
    expect(page).to_have_url(re.compile(r"/cs/cases\?f=status:is:new&sort=number$"))
    opened(page).get_by_role("button", name="フィルターのロード").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="フィルターのロード").click()
    page.get_by_role("button", name="フィルター「ブラウザーで保存」を削除").click()
    expect(page.get_by_text("フィルター「ブラウザーで保存」を削除しました。")).to_be_visible()


def test_enter_runs_and_close_closes(visit: Visit) -> None:
    page = opened(visit("hanako", "/cs/cases?f=subject:contains:CSPM"))
    page.get_by_label("値", exact=True).fill("お問い合わせ")
    page.get_by_label("値", exact=True).press("Enter")
    expect(page.get_by_role("navigation", name="適用中の条件")).to_contain_text("お問い合わせ")
    opened(page).locator(".filter-close").click()
    expect(page.get_by_role("button", name="実行")).to_be_hidden()


@pytest.mark.req("DESK-03")
def test_the_desk_chooses_its_columns(visit: Visit) -> None:
    page = visit("agent", "/console/cases/")
    page.get_by_text("表示する列", exact=True).click()
    for name in ("カテゴリ", "サービス名", "お客様番号"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    page.get_by_role("button", name="適用").click()
    expect(page.get_by_role("columnheader").filter(has_text="件名")).to_be_visible()
    expect(page.get_by_role("columnheader").filter(has_text="カテゴリ")).to_have_count(0)
