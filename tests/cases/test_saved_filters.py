"""Saved filters of the portal and saved views of the desk: saving, overwriting, sharing, loading anew, removing."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User, UserNumber
from app.authz import Forbidden
from app.cases.actions import saving
from app.cases.lifecycle import CaseState
from app.cases.models import SavedFilter, SavedFilterNumber, Visibility
from tests import cast
from tests.client import HTML, InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.saved_filters import all_saved, saved, view

pytestmark = pytest.mark.req("FILTER-10", "FILTER-11", "FILTER-12")

PANEL = "/cs/cases/filter"


def save(client: InspectingClient, address: str = "/cs/filters", **entered: str) -> Page:
    fields = {
        "name": "確認待ち",
        "visibility": "me",
        "conditions": "status:is:new",
        "order": "-updated",
        **entered,
    }
    return client.act(address, **{f"filter-{name}": value for name, value in fields.items()})


def names(page: Page) -> list[str]:
    """The names in the dialog フィルターのロード."""
    lists = page.styled("ul", "saved-filters")
    return [page.words(link) for one in lists for link in one.iter(HTML + "a")]


def offered(client: InspectingClient, panel: str = PANEL) -> list[str]:
    return names(client.get(f"{panel}?do=load"))


def test_save_asks_for_a_name_and_to_whom_it_is_shown(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(
        f"{PANEL}?c-0-0-field=status&c-0-0-was=status&c-0-0-operator=is&c-0-0-value=new&do=save"
    )
    form = page.form("/cs/filters")
    assert form["filter-conditions"] == "status:is:new"
    words = page.words(page.by_id("save-filter"))
    for label in ("フィルター名", "可視性", "自分", "お客様番号の全ユーザー", "送信", "キャンセル"):
        assert label in words
    assert form["filter-visibility"] == "me"
    # Both are fields with a label of their own (design/urls.md), the second a list to choose from.
    labels = {page.words(label): page.by_id(label.get("for")).tag for label in page.all("label")}
    assert labels["フィルター名 *"] == HTML + "input"
    assert labels["可視性 *"] == HTML + "select"
    assert _visibilities(page) == ["自分", "お客様番号の全ユーザー"]
    assert _visibilities(signed_in("taro").get(f"{PANEL}?do=save")) == ["自分"]


def _visibilities(page: Page) -> list[str]:
    return [page.words(option) for option in page.by_id("filter-visibility").iter(HTML + "option")]


def test_save_does_not_save_what_does_not_hold(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    wrong = client.get(f"{PANEL}?c-0-0-field=status&c-0-0-operator=is&do=save")
    assert wrong.status == 422
    with untouched():
        assert save(client, conditions="status:is:gone").status == 422
        assert save(client, conditions="assignee:empty").status == 422
        assert save(client, name=" ").status == 422
        assert save(client, name="x" * 81).status == 422
        assert save(client, visibility="desk").status == 422


def test_a_name_is_missing(signed_in: SignedIn) -> None:
    page = save(signed_in("hanako"), name="", conditions="subject:contains:VPN")
    assert "入力してください" in page.error_at("filter-name")
    assert page.form("/cs/filters")["filter-conditions"] == "subject:contains:VPN"


@pytest.mark.req("FILTER-13")
def test_what_was_saved_is_shown_and_loaded_with_its_order(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    wanted = given(cases.in_state, CaseState.NEW)
    given(cases.in_state, CaseState.CLOSED)
    client = signed_in("hanako")
    answer = save(client, order="number,-updated")
    assert answer.location == "/cs/cases?f=status:is:new&sort=number,-updated"
    page = client.get(answer.location)
    assert "フィルター「確認待ち」を保存しました。" in page.words()
    assert [row["ケース番号"] for row in page.rows()] == [wanted]
    assert stored(all_saved) == [("確認待ち", "me", "status:is:new", "number,-updated")]
    dialog = client.get(f"{PANEL}?do=load")
    assert names(dialog) == ["確認待ち"]
    link = next(iter(dialog.styled("ul", "saved-filters")[0].iter(HTML + "a"))).get("href")
    assert client.get(link).location == answer.location


def test_the_same_name_overwrites_within_owner_service_and_visibility_alone(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(saved, "同名", service="fm")
    given(saved, "同名", by="taro")
    client = signed_in("hanako")
    save(client, name="同名", visibility="numbers")
    save(client, name="同名")
    assert len(stored(all_saved)) == 4
    save(client, name=" 同名 ", conditions="status:is:closed", order="number")
    assert stored(all_saved) == [
        ("同名", "me", "status:is:new", "-updated"),
        ("同名", "me", "status:is:new", "-updated"),
        ("同名", "numbers", "status:is:new", "-updated"),
        ("同名", "me", "status:is:closed", "number"),
    ]


@pytest.mark.req("SVC-04", "SEC-27")
def test_a_shared_filter_is_offered_to_the_users_of_the_number_alone(
    signed_in: SignedIn, given: Given
) -> None:
    given(saved, "自分だけ")
    given(saved, "みんなで", visibility=Visibility.NUMBERS)
    given(saved, "ほかの番号", service="fm", visibility=Visibility.NUMBERS)
    assert offered(signed_in("hanako")) == ["みんなで", "自分だけ"]
    assert offered(signed_in("taro")) == ["みんなで"]
    assert offered(signed_in("alice")) == []
    assert offered(signed_in("jiro"), "/fm/cases/filter") == ["ほかの番号"]
    assert offered(signed_in("agent"), "/console/cases/filter") == []


@pytest.mark.req("SEC-22")
@pytest.mark.parametrize("change", ["unlinked", "no administrator", "disabled", "reader unlinked"])
def test_sharing_ends_with_the_right_to_share(signed_in: SignedIn, given: Given, change: str) -> None:
    number = given(saved, visibility=Visibility.NUMBERS)
    client = signed_in("taro")
    assert offered(client) == ["新規のケース"]

    def withdraw(session: Session) -> None:
        owner, reader = cast.person(session, "hanako").id, cast.person(session, "taro").id
        link = cast.number(session, cast.CS_NUMBER).id
        gone = {"unlinked": owner, "reader unlinked": reader}.get(change)
        session.execute(delete(UserNumber).where(UserNumber.user_id == gone, UserNumber.number_id == link))
        if change == "reader unlinked":
            other = cast.number(session, cast.ALICE_CS_NUMBER).id
            session.execute(insert(UserNumber).values(user_id=reader, number_id=other))
        if change == "no administrator":
            session.execute(update(User).where(User.id == owner).values(is_administrator=False))
        if change == "disabled":
            session.execute(update(User).where(User.id == owner).values(disabled_at=User.created_at))

    given(withdraw)
    assert offered(client) == []
    assert client.get(f"/cs/filters/{number}").status == 404


@pytest.mark.req("SEC-26", "SVC-04")
def test_a_value_out_of_the_readers_reach_is_told_but_not_shown(signed_in: SignedIn, given: Given) -> None:
    """Hanako shares a filter on a number; Taro is no user of it, and does not learn which it was."""
    secret = "N288888888"

    def share(session: Session) -> int:
        cases.add_number(session, secret, holder=cast.SAMPLE, service="cs", people=["hanako"])
        return saved(session, visibility=Visibility.NUMBERS, f=f"customer-number:is:{secret};status:is:new")

    number = given(share)
    assert (
        signed_in("hanako")
        .get(f"/cs/filters/{number}")
        .location.startswith("/cs/cases?f=customer-number:is:")
    )
    client = signed_in("taro")
    page = client.get(f"/cs/filters/{number}")
    assert page.status == 422
    assert secret not in page.text
    assert "この値は存在しないか、利用できません。" in page.words()
    assert not page.rows()
    assert secret not in client.get(f"{PANEL}?do=load").text


def test_a_filter_that_no_longer_reads_is_told(signed_in: SignedIn, given: Given) -> None:
    def spoil(session: Session) -> int:
        number = saved(session)
        session.execute(update(SavedFilter).values(conditions=";;", order="gone"))
        return number

    page = signed_in("hanako").get(f"/cs/filters/{given(spoil)}")
    assert page.status == 422
    assert "このアドレスのフィルターは読み取れません。" in page.words()


def test_only_the_owner_deletes(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    number = given(saved, visibility=Visibility.NUMBERS)
    address = f"/cs/filters/{number}/deletion"
    taro, alice = signed_in("taro"), signed_in("alice")
    assert not taro.get(f"{PANEL}?do=load").offers(address)
    with untouched():
        assert taro.act(address).status == 403
        assert alice.act(address).status == 404
    client = signed_in("hanako")
    assert client.get(f"{PANEL}?do=load").offers(address)
    answer = client.act(address)
    assert "フィルター「新規のケース」を削除しました。" in client.get(answer.location).words()
    assert stored(all_saved) == []
    assert stored(lambda session: session.scalars(select(SavedFilterNumber)).all()) == []
    assert client.act(address).status == 404


def test_nobody_saves_without_end(signed_in: SignedIn, given: Given) -> None:
    def fill(session: Session) -> None:
        for index in range(saving.MOST_SAVED):
            saved(session, f"{index}")

    given(fill)
    client = signed_in("hanako")
    page = save(client, name="もう一つ")
    assert page.status == 422
    assert "保存できるフィルターは100件までです。" in page.error_at("filter-name")
    assert save(client, name="7").status == 303, "an old one can still be overwritten"


@pytest.mark.parametrize(
    ("by", "service", "visibility"),
    [
        ("taro", "cs", Visibility.NUMBERS),
        ("hanako", "cs", Visibility.DESK),
        ("hanako", None, Visibility.ME),
        ("agent", "cs", Visibility.ME),
        ("agent", None, Visibility.NUMBERS),
    ],
)
def test_the_action_itself_refuses(
    session: Session, by: str, service: str | None, visibility: Visibility
) -> None:
    with pytest.raises(Forbidden):
        saved(session, by=by, service=service, visibility=visibility)


@pytest.mark.req("DESK-03")
def test_views_of_the_desk_stand_at_the_side_of_the_list(signed_in: SignedIn, given: Given) -> None:
    mine = given(view, "わたしの")
    shared = given(view, "みんなの", by="lead", is_shared=True)
    given(view, "人の", by="lead")
    client = signed_in("agent")
    page = client.get("/console/cases/")
    side = next(nav for nav in page.styled("nav", "side-nav") if nav.get("aria-label") == "保存したビュー")
    links = {page.words(link): link.get("href") for link in side.iter(HTML + "a")}
    assert links == {"わたしの": f"/console/cases/views/{mine}", "みんなの": f"/console/cases/views/{shared}"}
    shown = client.get(client.get(links["みんなの"]).location)
    current = [
        shown.words(link)
        for link in shown.all("a")
        if link.get("aria-current") == "page" and "nav-entry" in link.get("class")
    ]
    assert {"わたしの", "みんなの"} <= set(current), "both hold the same conditions"


@pytest.mark.req("DESK-03")
def test_a_view_keeps_its_columns(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    given(cases.open_inquiry)
    client = signed_in("agent")
    chosen = client.get(
        "/console/cases/filter?f=status:is:new&column=contact&column=subject&column=nonsense&do=columns"
    )
    assert chosen.location == "/console/cases/?f=status:is:new&columns=number,subject,contact"
    assert client.get(chosen.location).heads() == ["ケース番号", "件名", "お客様担当者名"]
    asked = client.get(
        f"/console/cases/filter?{chosen.location.partition('?')[2]}&do=save&c-0-0-field=status&c-0-0-operator=is&c-0-0-value=new"
    )
    form = asked.form("/console/cases/views")
    answer = client.act(
        "/console/cases/views", **{**form, "filter-name": "短い", "filter-visibility": "desk"}
    )
    assert answer.location == chosen.location
    assert stored(lambda session: session.scalars(select(SavedFilter.columns)).all()) == [
        "number,subject,contact"
    ]
    first = client.get("/console/cases/filter?columns=number,subject&do=columns")
    assert first.location == "/console/cases/"


@pytest.mark.parametrize("columns", ["nonsense", "%00", "subject;drop", ",", "number"])
def test_columns_that_are_none_show_the_first_ones(signed_in: SignedIn, given: Given, columns: str) -> None:
    given(cases.open_inquiry)
    client = signed_in("agent")
    assert client.get(f"/console/cases/?columns={columns}").heads() == client.get("/console/cases/").heads()
