"""GET /<service>/work-requests/: the catalogue of a portal, and the own requests below it."""

import pytest

from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import catalog

LIST = "/cs/work-requests/"


def names(page: Page) -> list[str]:
    """The names on the cards."""
    return [page.words(card) for card in page.styled("h3", "item-card-name")]


def fill(given: Given, count: int) -> None:
    """So many items, in the reverse of their order."""
    for index in range(count, 0, -1):
        given(catalog.item, slug=f"item-{index}", name=f"{index}. アイテム", position=index)


@pytest.mark.req("WR-01")
def test_cards_stand_in_order_of_number_each_with_its_way_to_the_form(
    given: Given, signed_in: SignedIn
) -> None:
    fill(given, 3)
    page = signed_in("hanako").get(LIST)
    assert names(page) == ["1. アイテム", "2. アイテム", "3. アイテム"]
    links = page.styled("a", "item-card-link")
    assert [page.words(link) for link in links] == [f"詳細を表示 {n}. アイテム" for n in (1, 2, 3)]
    assert [link.get("href") for link in links] == [f"{LIST}item-{n}" for n in (1, 2, 3)]
    assert page.styled("h3", "item-card-name")[0].get("title") == "1. アイテム"
