"""Work requests in a real browser: more items without a new page, and a request sent."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.factories import catalog

LIST = "/fm/work-requests/"


def _fill(session: Session) -> None:
    """Enough items for a second portion, the first of them the last one to be shown."""
    for index in range(12):
        catalog.item(session, service="fm", slug=f"more-{index}", name=f"追加 {index}", position=100 + index)


@pytest.mark.req("WR-02", "WR-06", "M-26", "M-56", "UI-07")
def test_more_items_come_without_a_new_page_and_one_of_them_is_ordered(visit: Visit, desk: Desk) -> None:
    desk.given(_fill)
    page = visit("hanako", LIST)
    cards = page.locator(".item-card")
    expect(cards).to_have_count(9)
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="アイテムをさらに表示").click()
    expect(cards).to_have_count(13)
    assert page.evaluate("window.stays") is True
    assert page.url.endswith("shown=18")
    # Whoever asked for more goes on at the first of them.
    expect(cards.nth(9).get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("依頼内容").fill("変更をお願いします。")
    expect(page.get_by_text("必須項目はすべて入力されています。")).to_be_visible()
    page.get_by_role("button", name="送信").click()
    told = page.get_by_role("status").filter(has_text="作業依頼を送信しました")
    expect(told).to_be_visible()
    told.get_by_role("button", name="閉じる").click()
    expect(told).to_have_count(0)
