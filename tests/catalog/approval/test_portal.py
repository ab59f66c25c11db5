"""Approving, changing and withdrawing a request on its page in the portal, as the people of its number do it."""

import pytest
from sqlalchemy.orm import Session

from app.catalog.actions.submitting import add_request_files
from app.catalog.fields import Choice, Condition, FieldDefinition, FieldKind
from app.catalog.lifecycle import RequestState
from app.catalog.request_files import files_of
from tests import cast
from tests.catalog.approval.steps import amend, approve
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import catalog, files, requests

pytestmark = pytest.mark.req("WR-08")
NEW = "別のポリシーでお願いします。"


def page_of(number: str, act: str = "") -> str:
    return f"/cs/work-requests/sent/{number}{act and '/' + act}"


def press(browser: InspectingClient, number: str, act: str, /, **typed: str) -> Page:
    """Open the page of a request and send one of its forms."""
    place = page_of(number, act)
    opened = browser.get(place if act == "change" else page_of(number))
    return browser.post(place, {**opened.form(place), **typed})


def changed(session: Session, number: str, text: str = "ほかの方の内容", who: str = "hanako") -> None:
    amend(session, requests.request_of(session, number), text, who=who)


def approved(session: Session, number: str) -> None:
    approve(session, requests.request_of(session, number))


def test_an_administrator_finds_the_content_and_approves_it(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(requests.in_approval)
    hanako = signed_in("hanako")
    answer = press(hanako, number, "approval")
    assert (answer.status, answer.location) == (303, page_of(number))
    page = hanako.get(page_of(number))
    assert "作業依頼を承認しました。" in page.words()
    assert "管理者が承認" in page.words()
    assert not page.offers(page_of(number, "approval"))
    assert stored(lambda session: requests.request_of(session, number)).state is RequestState.WAITING


def test_a_general_user_is_offered_no_approval(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    page = signed_in("taro").get(page_of(number))
    assert not page.offers(page_of(number, "approval"))
    assert page.offers(page_of(number, "withdrawal"))


def test_a_refusal_needs_a_reason_which_the_requester_reads(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    hanako = signed_in("hanako")
    wrong = press(hanako, number, "refusal", reason="  ")
    assert (wrong.status, wrong.error_at("reason")) == (422, "この項目を入力してください。")
    assert press(hanako, number, "refusal", reason="予算を超えています").status == 303
    assert "予算を超えています" in signed_in("taro").get(page_of(number)).words()


@pytest.mark.req("REL-05")
def test_what_was_changed_meanwhile_is_shown_before_it_can_be_approved(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(requests.in_approval)
    hanako = signed_in("hanako")
    opened = hanako.get(page_of(number)).form(page_of(number, "approval"))
    given(changed, number, NEW, "taro")
    late = hanako.post(page_of(number, "approval"), opened)
    assert late.status == 409
    assert NEW in late.words()
    assert "変更されました" in late.alerts()
    assert hanako.post(page_of(number, "approval"), late.form(page_of(number, "approval"))).status == 303
    assert stored(lambda session: requests.request_of(session, number)).answers == {"details": NEW}


@pytest.mark.req("REL-05")
def test_a_refusal_that_comes_too_late_keeps_what_was_typed(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    hanako = signed_in("hanako")
    opened = hanako.get(page_of(number)).form(page_of(number, "refusal"))
    given(changed, number, NEW, "taro")
    late = hanako.post(page_of(number, "refusal"), {**opened, "reason": "不要です"})
    assert (late.status, late.value("reason")) == (409, "不要です")


def test_a_withdrawal_ends_it(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    taro = signed_in("taro")
    assert press(taro, number, "withdrawal").status == 303
    page = taro.get(page_of(number))
    assert "作業依頼を取り下げました。" in page.words()
    assert not page.offers(page_of(number, "withdrawal"))
    assert taro.get(page_of(number, "change")).status == 409


def test_a_change_shows_what_was_answered_and_goes_back_to_the_approval(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(requests.in_approval)
    given(approved, number)
    taro = signed_in("taro")
    opened = taro.get(page_of(number, "change"))
    assert opened.value("f-details") == "ポリシーの変更をお願いします。"
    assert "承認は無効になります" in opened.words()
    answer = press(taro, number, "change", **{"f-details": NEW})
    assert (answer.status, answer.location) == (303, page_of(number))
    page = taro.get(page_of(number))
    assert NEW in page.words()
    assert "変更により承認は無効" in page.words()
    found = stored(lambda session: requests.request_of(session, number))
    assert (found.state, found.answers) == (RequestState.APPROVAL, {"details": NEW})


@pytest.mark.req("REL-04")
def test_a_second_click_changes_nothing_more(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    taro = signed_in("taro")
    place = page_of(number, "change")
    form = {**taro.get(place).form(place), "f-details": NEW}
    assert [taro.post(place, form).status for _ in range(2)] == [303, 303]
    assert taro.get(page_of(number)).words().count("変更により承認は無効") == 0


@pytest.mark.req("REL-05")
def test_two_who_change_at_once_see_both(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    number = given(requests.in_approval)
    taro = signed_in("taro")
    place = page_of(number, "change")
    form = {**taro.get(place).form(place), "f-details": NEW}
    given(changed, number)
    both = taro.post(place, form)
    assert (both.status, both.value("f-details")) == (409, NEW)
    assert "ほかの方の内容" in both.words()
    assert taro.post(place, both.form(place)).status == 303
    assert stored(lambda session: requests.request_of(session, number)).answers == {"details": NEW}


def test_a_bad_change_is_told_at_its_field_and_kept(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    wrong = press(signed_in("taro"), number, "change", **{"f-details": "あ" * 100_001})
    assert wrong.status in {413, 422}
    empty = press(signed_in("taro"), number, "change", **{"f-details": ""})
    assert (empty.status, empty.error_at("f-details")) == (422, "この項目を入力してください。")


def test_a_foreign_customer_number_in_the_change_changes_nothing_of_it(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(requests.in_approval)
    answer = press(signed_in("taro"), number, "change", **{"f-details": NEW, "number": cast.ALICE_CS_NUMBER})
    assert answer.status == 422
    own = stored(lambda session: cast.number(session, cast.CS_NUMBER)).id
    assert stored(lambda session: requests.request_of(session, number)).customer_number_id == own


KIND = FieldDefinition(
    key="kind",
    kind=FieldKind.CHOICE,
    label_ja="種類",
    label_en="Kind",
    choices=(
        Choice(code="with", label_ja="図あり", label_en="With"),
        Choice(code="bare", label_ja="なし", label_en="Bare"),
    ),
)
PLAN = FieldDefinition(
    key="plan",
    kind=FieldKind.FILE,
    label_ja="構成図",
    label_en="Plan",
    is_required=True,
    most=1,
    shown_if=Condition(field="kind", codes=("with",)),
)


def with_files(session: Session) -> tuple[str, list[int]]:
    """A request with an answer that is a file, and an attachment; its number, and the ids of both."""
    item = catalog.item(session, slug="files", fields=(KIND, PLAN))
    made = catalog.request(session, item, who="taro", answers={"kind": "with"})
    actor = cast.actor_of(session, "taro", "cs")
    uploads = {
        key: [files.whole(session, actor, name=name)] for key, name in (("plan", "図.txt"), ("", "補足.txt"))
    }
    add_request_files(session, made, uploads, actor=actor)
    requests.resubmitted(session, made)
    return made.number, [row.id for row in files_of(session, made)]


@pytest.mark.req("WR-04")
def test_files_are_taken_off_one_by_one_but_not_the_required_one(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number, (plan, attachment) = given(with_files)
    taro = signed_in("taro")
    assert press(taro, number, "change", remove=str(plan)).status == 422
    assert press(taro, number, "change", remove=str(attachment)).status == 303
    left = stored(lambda session: [row.id for row in files_of(session, requests.request_of(session, number))])
    assert left == [plan]
    # With another choice the field of the file is gone, and its file with it.
    assert press(taro, number, "change", **{"f-kind": "bare"}).status == 303
    assert stored(lambda session: files_of(session, requests.request_of(session, number))) == []


def test_the_home_page_shows_administrators_what_waits_for_them(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    hanako = signed_in("hanako")
    page = hanako.get("/cs/")
    assert "承認待ちの作業依頼（1）" in page.words()
    assert [link.get("href") for link in page.all("a") if number in page.words(link)] == [page_of(number)]
    assert "承認待ち" not in signed_in("taro").get("/cs/").words()
    assert "承認待ち" not in hanako.get("/fm/").words()
    given(approved, number)
    assert "承認待ち" not in hanako.get("/cs/").words()
