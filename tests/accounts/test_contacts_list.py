"""GET /<service>/contacts/: the list of CONTACT-01, and what it costs."""

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import contacts
from tests.factories.contacts import LIST

NAMES = ["佐藤 花子", "山本 海斗", "田中 次郎", "鈴木 太郎"]
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def _names(page: Page) -> list[str]:
    return [row["名前"] for row in page.rows()]


def _locked(page: Page) -> dict[str, str]:
    return {row["名前"]: row["ロックアウト"] for row in page.rows()}


@pytest.mark.req("CONTACT-01")
def test_it_has_the_columns_and_the_rows_of_the_company(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    address = contacts.path_of(stored, "taro")
    client = signed_in("hanako")
    client.submit(client.get(address), address, business_phone="０３－１２３４－５６７８")
    page = client.get(LIST)
    del given
    assert page.heads() == ["名前", "ご契約者名", "メール", "勤務先電話", "ロックアウト", "更新日時"]
    assert _names(page) == NAMES
    taro = page.rows()[3]
    assert taro["ご契約者名"] == "株式会社サンプル"
    assert taro["メール"] == "taro@sample.example"
    assert taro["勤務先電話"] == "03-1234-5678"
    assert taro["ロックアウト"] == "false"
    assert len(taro["更新日時"]) == len("2026-11-20 12:00:00")
    assert [item.get("data-href") for item in page.all("tr") if item.get("data-href")][3] == address
    assert page.all("a", href=address)


@pytest.mark.req("CONTACT-01", "LANG-02")
def test_it_speaks_english(signed_in: SignedIn, given: Given) -> None:
    given(contacts.set_administrator, "alice")
    page = signed_in("alice").get(LIST)
    assert page.heads() == ["Name", "Contract holder", "E-mail", "Business phone", "Locked out", "Updated"]
    assert [row["Name"] for row in page.rows()] == ["Alice Adams"]


@pytest.mark.req("CONTACT-01", "CONTACT-09")
def test_locked_out_is_whoever_is_disabled_frozen_or_locked(signed_in: SignedIn, given: Given) -> None:
    with clock.at(NOW):
        given(contacts.freeze, "jiro")
        given(contacts.lock, "taro")
        client = signed_in("hanako")
        shown = dict(zip(NAMES, ["false", "true", "true", "true"], strict=True))
        assert _locked(client.get(LIST)) == shown
    with clock.at(NOW + timedelta(minutes=19, seconds=59)):
        assert _locked(client.get(LIST)) == shown
    with clock.at(NOW + timedelta(minutes=20)):
        assert _locked(client.get(LIST)) == shown | {"鈴木 太郎": "false"}


@pytest.mark.req("CONTACT-01", "LIST-05")
@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", NAMES),
        ("-name", NAMES[::-1]),
        ("mail", ["佐藤 花子", "田中 次郎", "山本 海斗", "鈴木 太郎"]),
        ("-locked-out", ["山本 海斗"]),
        ("-updated", ["鈴木 太郎"]),
        ("password_hash", NAMES),
        ("-nonsense'--", NAMES),
    ],
)
def test_it_sorts_by_its_columns_and_by_no_other(
    signed_in: SignedIn, stored: Stored, sort: str, names: list[str]
) -> None:
    address = contacts.path_of(stored, "taro")
    client = signed_in("hanako")
    client.submit(client.get(address), address, job_title="主任")
    assert _names(client.get(f"{LIST}?sort={sort}"))[: len(names)] == names


@pytest.mark.req("CONTACT-01", "LIST-07")
@pytest.mark.parametrize(
    ("further", "pages"), [(16, [20]), (17, [20, 1]), (37, [20, 20, 1])], ids=["20 rows", "21", "41"]
)
def test_it_has_twenty_rows_a_page(signed_in: SignedIn, given: Given, further: int, pages: list[int]) -> None:
    given(contacts.many, further)
    client = signed_in("hanako")
    shown = [client.get(f"{LIST}?page={number + 1}") for number in range(len(pages))]
    assert [len(page.rows()) for page in shown] == pages
    names = [name for page in shown for name in _names(page)]
    assert len(set(names)) == len(names) == 4 + further
    assert f"1~20 件目 / {4 + further} 件" in shown[0].words()
    for beyond in ("99999", "0", "-1", "x", "１"):
        assert client.get(f"{LIST}?page={beyond}").status == 200


@pytest.mark.req("CONTACT-01")
def test_five_hundred_rows_ask_as_often_as_one(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    given(contacts.set_administrator, "alice")
    alone = signed_in("alice")
    alone.get(LIST)
    few = len(alone.get(LIST).queries)
    given(contacts.many, 496)
    client = signed_in("hanako")
    client.get(LIST)
    assert len(client.get(LIST).queries) == few <= 7
    address = contacts.path_of(stored, "taro")
    assert len(client.get(address).queries) <= 10
