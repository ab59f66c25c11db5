"""POST /console/work-requests/<number>/acceptance and …/rejection: the decision as agents make it (D04)."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.cases.categories import Category
from app.cases.models import ServiceCategory
from app.catalog.actions.amending import amend
from app.catalog.forms.deciding import REJECTION_LENGTH
from app.catalog.lifecycle import RequestState
from app.catalog.models import REASON_LENGTH, WorkRequest
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, requests
from tests.factories.wording import message

QUEUE = "/console/work-requests"
FILL_IN = "この項目を入力してください。"


def page_of(number: str) -> str:
    return f"{QUEUE}/{number}"


def accept_at(number: str) -> str:
    return f"{QUEUE}/{number}/acceptance"


def reject_at(number: str) -> str:
    return f"{QUEUE}/{number}/rejection"


def state_of(stored: Stored, number: str) -> RequestState:
    state: RequestState = stored(lambda session: requests.request_of(session, number).state)
    return state


def change(session: Session, number: str) -> None:
    """A colleague of the requester changes what was asked."""
    request = requests.request_of(session, number)
    actor, answers = cast.actor_of(session, "taro", "cs"), {"details": "変更後の内容"}
    amend(session, request, actor=actor, version=request.version, answers=answers, uploads={})


def send(client: InspectingClient, page: Page, address: str, **typed: str) -> Page:
    return client.submit(page, address, **typed)


@pytest.mark.req("WR-08", "WR-09", "DESK-02")
@pytest.mark.parametrize(("who", "label"), [("agent", "受理"), ("cs_agent", "Accept")])
def test_it_is_accepted_with_one_button(
    signed_in: SignedIn, given: Given, stored: Stored, who: str, label: str
) -> None:
    number = given(requests.waiting)
    client = signed_in(who)
    page = client.get(page_of(number))
    form = next(item for item in page.all("form", method="post") if item.get("action") == accept_at(number))
    assert [page.words(item) for item in form.iter("{http://www.w3.org/1999/xhtml}button")] == [label]
    answer = send(client, page, accept_at(number))
    assert (answer.status, answer.location) == (303, page_of(number))
    (case,) = stored(cases.all_numbers)
    shown = client.get(answer.location)
    assert case in shown.words()
    assert len(shown.all("a", href=f"/console/cases/{case}")) >= 1
    assert not shown.offers(accept_at(number))


@pytest.mark.req("WR-10", "DESK-02")
@pytest.mark.parametrize(("who", "label"), [("agent", "不受理"), ("cs_agent", "Reject")])
def test_it_is_rejected_with_a_reason_that_the_requester_reads(
    signed_in: SignedIn, given: Given, outbox: Outbox, who: str, label: str
) -> None:
    number = given(requests.waiting)
    outbox()
    client = signed_in(who)
    page = client.get(page_of(number))
    form = next(item for item in page.all("form", method="post") if item.get("action") == reject_at(number))
    assert [page.words(item) for item in form.iter("{http://www.w3.org/1999/xhtml}button")] == [label]
    answer = send(client, page, reject_at(number), reason=" 対象外です。\r\n申し訳ございません。 ")
    assert (answer.status, answer.location) == (303, page_of(number))
    assert "対象外です。 申し訳ございません。" in client.get(answer.location).words()
    (mail,) = outbox()
    assert "対象外です。" in mail.text


@pytest.mark.req("WR-10")
def test_a_reason_that_does_not_hold_is_kept_and_named(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(requests.waiting)
    client = signed_in("agent")
    page = client.get(page_of(number))
    too_long = f"{REJECTION_LENGTH}文字以内で入力してください（1文字超過しています）。"
    for reason, told in (("", FILL_IN), (" \n\t", FILL_IN), ("あ" * (REJECTION_LENGTH + 1), too_long)):
        with untouched():
            answer = send(client, page, reject_at(number), reason=reason)
        assert answer.status == 422
        assert told in answer.error_at("reason")
        assert answer.form(reject_at(number))["reason"] == reason.strip()


def test_the_longest_reason_is_taken(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(requests.waiting)
    client = signed_in("agent")
    page = client.get(page_of(number))
    assert send(client, page, reject_at(number), reason="あ" * REJECTION_LENGTH).status == 303
    assert state_of(stored, number) is RequestState.REJECTED


@pytest.mark.req("PT-05")
@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "overdraws"),
        ({"overdraft_reason": "ご了承済み"}, "overdraws"),
        ({"overdraws": "y"}, "overdraft_reason"),
        ({"overdraws": "y", "overdraft_reason": " "}, "overdraft_reason"),
        ({"overdraws": "y", "overdraft_reason": "あ" * (REASON_LENGTH + 1)}, "overdraft_reason"),
    ],
)
def test_missing_points_ask_for_a_confirmation_and_a_reason(
    signed_in: SignedIn, given: Given, untouched: Untouched, typed: dict[str, str], wrong: str
) -> None:
    given(requests.period, plan_points=3, option_points=0)
    number = given(requests.waiting, points=8)
    client = signed_in("agent")
    page = client.get(page_of(number))
    short = message("M-28", "ja", n="8", m="3")
    assert short in page.words()
    with untouched():
        answer = send(client, page, accept_at(number), **typed)
    assert answer.status == 422
    assert short in answer.words()
    assert answer.error_at(wrong)
    assert (
        answer.form(accept_at(number)).get("overdraft_reason", "")
        == typed.get("overdraft_reason", "").strip()
    )


@pytest.mark.req("PT-05")
def test_confirmed_with_a_reason_the_missing_points_are_overdrawn(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(requests.period, plan_points=3, option_points=0)
    number = given(requests.waiting, points=8)
    client = signed_in("agent")
    page = client.get(page_of(number))
    answer = send(client, page, accept_at(number), overdraws="y", overdraft_reason="ご了承済み")
    assert answer.status == 303
    assert state_of(stored, number) is RequestState.ACCEPTED
    words = client.get(answer.location).words()
    assert "この依頼による超過利用 5" in words
    assert "5ポイントの超過利用: ご了承済み" in words


@pytest.mark.req("PT-05", "PT-06")
def test_without_a_period_the_page_leads_to_where_one_is_set_up(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(requests.waiting, points=8)
    client = signed_in("agent")
    page = client.get(page_of(number))
    with untouched():
        answer = send(client, page, accept_at(number), overdraws="y", overdraft_reason="ご了承済み")
    assert answer.status == 422
    assert "この依頼の送信日を含むポイントの期間がありません。" in answer.words()
    assert answer.all("a", href=f"/console/accounts/{cast.CS_NUMBER}/points")


@pytest.mark.req("WR-09")
def test_a_service_without_the_category_says_so(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(requests.waiting)

    def remove(session: Session) -> None:
        session.execute(delete(ServiceCategory).where(ServiceCategory.category == Category.WORK_REQUEST))

    given(remove)
    client = signed_in("agent")
    answer = send(client, client.get(page_of(number)), accept_at(number))
    assert answer.status == 422
    assert "カテゴリ「作業依頼」" in answer.alerts()
    assert state_of(stored, number) is RequestState.WAITING


@pytest.mark.req("WR-08")
@pytest.mark.parametrize("first", ["accept", "reject"])
@pytest.mark.parametrize("second", ["accept", "reject"])
def test_who_comes_second_is_told_who_decided_what(
    signed_in: SignedIn, given: Given, untouched: Untouched, first: str, second: str
) -> None:
    given(requests.period, plan_points=3, option_points=0)
    number = given(requests.waiting, points=8)
    client = signed_in("agent")
    page = client.get(page_of(number))
    if first == "accept":
        given(requests.accept, number, by="lead", overdraft_reason="先の理由")
    else:
        given(requests.reject, number, by="lead")
    with untouched():
        if second == "accept":
            typed = {"overdraws": "y", "overdraft_reason": "後の理由"}
            answer = send(client, page, accept_at(number), **typed)
        else:
            answer = send(client, page, reject_at(number), reason="後の理由")
    assert answer.status == 409
    what = "受理しています。" if first == "accept" else "不受理にしています。"
    assert answer.alerts().endswith(f"この作業依頼は高橋 健さんがすでに{what}")
    assert "送信されなかった入力内容 後の理由" in answer.words()
    assert not answer.offers(accept_at(number))


@pytest.mark.req("WR-08")
@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RequestState.WITHDRAWN, "この作業依頼はお客様が取り下げました。"),
        (RequestState.REFUSED, "この作業依頼はお客様の管理者に承認されませんでした。"),
        (RequestState.APPROVAL, "この作業依頼はお客様の管理者の承認を待っています。"),
    ],
)
def test_what_the_customer_did_meanwhile_is_told(
    signed_in: SignedIn, given: Given, untouched: Untouched, state: RequestState, told: str
) -> None:
    number = given(requests.waiting)
    client = signed_in("agent")
    page = client.get(page_of(number))
    given(requests.put, number, state)
    with untouched():
        answer = send(client, page, accept_at(number))
    assert answer.status == 409
    assert told in answer.alerts()


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("way", ["accept", "reject"])
def test_a_request_changed_meanwhile_is_shown_anew_and_asked_again(
    signed_in: SignedIn, given: Given, untouched: Untouched, stored: Stored, way: str
) -> None:
    number = given(requests.waiting, details="最初の内容")
    client = signed_in("agent")
    page = client.get(page_of(number))
    given(change, number)
    address, typed = (accept_at(number), {}) if way == "accept" else (reject_at(number), {"reason": "対象外"})
    with untouched():
        answer = send(client, page, address, **typed)
    assert answer.status == 409
    assert "画面を開いた後に、お客様がこの作業依頼を変更しました。" in answer.words()
    assert "変更 鈴木 太郎 · 依頼内容: 最初の内容 → 変更後の内容" in answer.words()
    if way == "reject":
        assert answer.form(address)["reason"] == "対象外"
    # Whoever has read the newest content decides on it.
    assert send(client, answer, address).status == 303
    assert state_of(stored, number) in {RequestState.ACCEPTED, RequestState.REJECTED}


@pytest.mark.req("REL-05")
def test_a_version_that_was_never_shown_decides_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(requests.waiting)
    client = signed_in("agent")
    page = client.get(page_of(number))
    with untouched():
        for version in ("", "abc", "0", "-1", "99999999999", "999", "１", "1.0"):
            assert send(client, page, accept_at(number), version=version).status == 409


@pytest.mark.req("DESK-04")
def test_a_reason_that_names_another_customer_is_sent_once_somebody_has_looked(
    signed_in: SignedIn, given: Given, untouched: Untouched, stored: Stored
) -> None:
    number = given(requests.waiting)
    said = f"{cast.HIKARI}様の環境が対象です。"
    client = signed_in("agent")
    page = client.get(page_of(number))
    with untouched():
        answer = send(client, page, reject_at(number), reason=said)
    assert answer.status == 422
    assert "他のご契約者の名前" in answer.words()
    assert answer.form(reject_at(number))["reason"] == said
    (box,) = answer.all("input", type="checkbox", name="confirmed")
    with untouched():
        other = send(client, answer, reject_at(number), reason=f"{said}変更", confirmed=box.get("value"))
    assert other.status == 422
    assert send(client, answer, reject_at(number), reason=said, confirmed=box.get("value")).status == 303
    assert state_of(stored, number) is RequestState.REJECTED
    assert "警告を確認して送信" in client.get(page_of(number)).words()


def test_a_second_click_decides_nothing_more(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(requests.waiting)
    client = signed_in("agent")
    page = client.get(page_of(number))
    assert send(client, page, accept_at(number)).status == 303
    assert send(client, page, accept_at(number)).status == 409
    assert len(stored(cases.all_numbers)) == 1


@pytest.mark.req("WR-08")
def test_a_decision_is_final_in_the_database_too(given: Given, stored: Stored) -> None:
    number = given(requests.waiting)
    given(requests.reject, number)

    def undo(session: Session) -> str:
        values = {"state": RequestState.WAITING, "decided_at": None}
        try:
            session.execute(update(WorkRequest).where(WorkRequest.number == number).values(values))
        except Exception as error:  # noqa: BLE001 - whichever error the driver has for a trigger
            return type(error).__name__
        return ""

    assert stored(undo)
