"""GET /<service>/work-requests/: the catalogue of a portal, and the own requests below it."""

import pytest
from sqlalchemy.orm import Session

from app.catalog import events
from app.journal import record
from tests import cast
from tests.catalog.portal.steps import LIST, restrict
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import catalog, requests
from tests.factories.wording import message


def names(page: Page) -> list[str]:
    """The names on the cards."""
    return [page.words(card) for card in page.styled("h3", "item-card-name")]


def fill(given: Given, count: int) -> None:
    """So many items, in the reverse of their order."""

    def make(session: Session) -> None:
        for index in range(count, 0, -1):
            catalog.item(session, slug=f"item-{index}", name=f"{index}. アイテム", position=index)

    given(make)


@pytest.mark.req("WR-01")
def test_cards_stand_in_order_of_number_each_with_its_way_to_the_form(
    given: Given, signed_in: SignedIn
) -> None:
    fill(given, 3)
    page = signed_in("hanako").get(LIST)
    assert names(page) == ["1. アイテム", "2. アイテム", "3. アイテム"]
    links = page.styled("a", "item-card-link")
    assert [page.words(link) for link in links] == ["詳細を表示"] * 3
    assert [page.words(page.by_id(link.get("aria-describedby"))) for link in links] == names(page)
    assert [link.get("href") for link in links] == [f"{LIST}item-{n}" for n in (1, 2, 3)]
    assert page.styled("h3", "item-card-name")[0].get("title") == "1. アイテム"


@pytest.mark.req("WR-01")
def test_a_draft_a_foreign_and_a_restricted_item_are_not_there(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, slug="draft", is_published=False)
    given(catalog.item, slug="fm", service="fm")
    given(catalog.item)
    given(restrict, to=cast.ALICE_CS_NUMBER)
    assert names(signed_in("hanako").get(LIST)) == []
    assert len(names(signed_in("alice").get(LIST))) == 1


@pytest.mark.req("WR-01")
@pytest.mark.parametrize(("person", "label"), [("hanako", "カテゴリ"), ("alice", "Category")])
def test_categories_stand_at_the_left_and_lead_to_their_items(
    given: Given, signed_in: SignedIn, person: str, label: str
) -> None:
    given(catalog.item, slug="first")
    given(catalog.category, slug="empty")
    given(_item_elsewhere)
    client = signed_in(person)
    page = client.get(LIST)
    nav = next(item for item in page.all("nav") if item.get("aria-label") == label)
    links = list(nav.iter("{http://www.w3.org/1999/xhtml}a"))
    # A category without an item for this customer is not offered.
    assert [link.get("href") for link in links] == [f"{LIST}?category=support", f"{LIST}?category=other"]
    assert [link.get("aria-current") for link in links] == ["page", None]
    assert [card.get("href") for card in page.styled("a", "item-card-link")] == [f"{LIST}first"]
    other = client.get(f"{LIST}?category=other")
    assert [card.get("href") for card in other.styled("a", "item-card-link")] == [f"{LIST}elsewhere"]
    assert client.get(f"{LIST}?category=none").styled("a", "item-card-link")[0].get("href") == f"{LIST}first"


def _item_elsewhere(session: Session) -> None:
    other = catalog.category(session, slug="other")
    item = catalog.item(session, slug="elsewhere")
    item.category_id = other.id
    record(session, actor=catalog.MAKER, subject=item, happened=events.CatalogItemDrafted(1))


@pytest.mark.req("WR-02", "M-56")
@pytest.mark.parametrize(("count", "shown", "has_more"), [(8, 8, False), (9, 9, False), (10, 9, True)])
def test_nine_items_are_shown_and_more_are_offered_while_there_are_more(
    given: Given, signed_in: SignedIn, count: int, shown: int, *, has_more: bool
) -> None:
    fill(given, count)
    page = signed_in("hanako").get(LIST)
    assert len(names(page)) == shown
    assert message("M-56", "ja", n=shown) in page.words()
    assert ("アイテムをさらに表示" in page.words()) is has_more


@pytest.mark.req("WR-02", "M-56")
def test_more_items_come_by_a_plain_link_and_as_a_part(given: Given, signed_in: SignedIn) -> None:
    fill(given, 12)
    client = signed_in("hanako")
    more = client.get(LIST).one("a", hx_target="#cards")
    whole = client.get(more.get("href"))
    assert len(names(whole)) == 12
    assert message("M-56", "ja", n=12) in whole.words()
    assert "さらに表示" not in whole.words()
    part = client.get(more.get("hx-get"), headers={"HX-Request": "true"})
    assert part.is_part
    assert names(part) == names(whole)
    # Whoever asked for more goes on at the first of them; the whole page takes nobody's focus.
    assert [link.get("href") for link in part.all("a", autofocus="")] == [f"{LIST}item-10"]
    assert not whole.all("a", autofocus="")


@pytest.mark.req("WR-02")
@pytest.mark.parametrize(
    ("asked", "shown"), [("0", 9), ("-1", 9), ("x", 9), ("10", 12), ("18", 12), ("9" * 30, 9)]
)
def test_only_whole_portions_are_shown_whatever_is_asked_for(
    given: Given, signed_in: SignedIn, asked: str, shown: int
) -> None:
    fill(given, 12)
    assert len(names(signed_in("hanako").get(f"{LIST}?shown={asked}"))) == shown


@pytest.mark.req("WR-01")
def test_an_empty_catalogue_says_so(signed_in: SignedIn) -> None:
    assert "ご依頼いただけるアイテムはまだありません。" in signed_in("hanako").get(LIST).words()


@pytest.mark.req("WR-07", "WR-11", "SVC-04")
def test_own_requests_that_wait_or_came_to_nothing_stand_below_newest_first(
    given: Given, signed_in: SignedIn
) -> None:
    given(requests.period)
    waiting = given(requests.waiting, points=8)
    rejected = given(requests.waiting)
    given(requests.reject, rejected)
    accepted = given(requests.waiting)
    given(requests.accept, accepted)
    given(requests.waiting, number=cast.ALICE_CS_NUMBER, who="alice")
    given(requests.waiting, number=cast.FM_NUMBER)
    # A colleague of the same number sees them too.
    page = signed_in("taro").get(LIST)
    rows = page.rows()
    assert [row["依頼番号"] for row in rows] == [rejected, waiting]
    assert [row["状況"] for row in rows] == ["不受理", "受理待ち"]
    assert [row["理由"] for row in rows] == [requests.REASON, ""]
    assert {row["送信日時"] for row in rows} == {"たった今"}
    assert {row["アイテム"] for row in rows} == {"1. CSPM 検知ポリシー変更"}
    assert page.one("a", href=f"{LIST}sent/{waiting}") is not None
    # It is no case until it is accepted.
    assert waiting not in signed_in("taro").get("/cs/cases").words()


@pytest.mark.req("WR-11", "LIST-07")
def test_own_requests_are_paged(given: Given, signed_in: SignedIn) -> None:
    def send_many(session: Session) -> None:
        for _ in range(21):
            requests.waiting(session)

    given(send_many)
    client = signed_in("hanako")
    first = client.get(LIST)
    assert len(first.rows()) == 20
    assert message("M-49", "ja", a=1, b=20, n=21) in first.words()
    second = client.get(f"{LIST}?page=2")
    assert [row["依頼番号"] for row in second.rows()] == ["WR0000001"]
    assert f"{LIST}?page=2#own-requests" in {link.get("href") for link in first.styled("a", "pager-step")}
