"""POST /<service>/work-requests/<item>: a request is filed once, or comes back with what was typed."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Audience
from app.catalog.fields import FieldDefinition, FieldKind
from app.catalog.lifecycle import RequestState
from app.catalog.models import PointBalance, RequestFile, WorkRequest
from app.files.models import StoredFile
from app.journal import JournalEvent
from tests import cast
from tests.catalog.portal.steps import FORM, LIST, SENT, contract, publish_anew, send, withdraw_item
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import catalog, files
from tests.factories.wording import message

EXTRA = FieldDefinition(key="extra", kind=FieldKind.TEXT, label_ja="追加", label_en="More", is_required=True)
PROOF = FieldDefinition(key="proof", kind=FieldKind.FILE, label_ja="構成図", label_en="Diagram")
CHANGED = "入力中にこのアイテムの内容が変更されました。"
GONE = "このアイテムの受付は終了しました。"


def all_requests(session: Session) -> list[WorkRequest]:
    """All requests in order."""
    return list(session.scalars(select(WorkRequest).order_by(WorkRequest.id)))


def held_points(session: Session) -> list[int]:
    """What each period holds."""
    return list(session.scalars(select(PointBalance.held).order_by(PointBalance.period_id)))


@pytest.mark.req("WR-06", "WR-07", "PT-04", "M-26")
@pytest.mark.parametrize(("person", "language", "points"), [("hanako", "ja", 8), ("alice", "en", 0)])
def test_a_request_is_filed_and_its_points_are_held(
    given: Given, signed_in: SignedIn, stored: Stored, person: str, language: str, points: int
) -> None:
    given(catalog.item, points=8)
    given(catalog.period)
    client = signed_in(person)
    answer = send(client, client.get(FORM))
    assert (answer.status, answer.location) == (303, LIST)
    page = client.get(LIST)
    told = page.styled("div", "flashes")[0]
    assert message("M-26", language, number="WR0000001") in page.words(told)
    assert next(told.iter("{http://www.w3.org/1999/xhtml}a")).get("href") == f"{SENT}/WR0000001"
    # × takes it away; it is there once.
    assert "message-close" in page.text
    assert not client.get(LIST).styled("div", "flashes")
    (filed,) = stored(all_requests)
    assert (filed.state, filed.points, filed.held) == (RequestState.WAITING, points, points)
    assert filed.answers == {"details": "変更をお願いします。"}
    assert stored(held_points) == [points]


@pytest.mark.req("WR-06", "CASE-11")
def test_the_history_of_a_request_is_the_customers_to_read(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    send(client, client.get(FORM))
    told = select(JournalEvent).where(JournalEvent.kind == "work_request.submitted")
    event = stored(lambda session: session.scalars(told).one())
    assert (event.audience, event.actor_name) == (Audience.CUSTOMER, "佐藤 花子")
    assert event.data["number"] == "WR0000001"


@pytest.mark.req("PT-05", "M-28")
def test_with_too_few_points_a_request_is_filed_and_holds_nothing(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item, points=56)
    given(catalog.period)
    client = signed_in("hanako")
    assert send(client, client.get(FORM)).status == 303
    (filed,) = stored(all_requests)
    assert (filed.points, filed.held) == (56, 0)
    assert stored(held_points) == [0]


@pytest.mark.req("REL-04", "WR-06")
def test_a_second_click_files_and_books_nothing(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    given(catalog.item, points=8)
    given(catalog.period)
    client = signed_in("hanako")
    page = client.get(FORM)
    answers = [send(client, page) for _ in range(3)]
    assert {(answer.status, answer.location) for answer in answers} == {(303, LIST)}
    assert len(stored(all_requests)) == 1
    assert stored(held_points) == [8]
    assert len(outbox()) == 2
    other = send(client, page, **{"f-details": "別の内容"})
    assert other.status == 422
    assert other.form(FORM)["f-details"] == "別の内容"
    assert len(stored(all_requests)) == 1


@pytest.mark.req("WR-03", "SEC-38")
@pytest.mark.parametrize("details", ["", "  \n ", "a\0b", "あ" * 30_001])
def test_bad_answers_come_back_as_typed(
    given: Given, signed_in: SignedIn, untouched: Untouched, details: str
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    with untouched():
        answer = send(client, page, **{"f-details": details})
    assert answer.status == 422
    assert answer.error_at("f-details")
    assert answer.form(FORM)["f-details"].strip() == details.replace("\0", "�").strip()


@pytest.mark.req("WR-03", "SEC-26", "SVC-03")
@pytest.mark.parametrize("number", [cast.ALICE_CS_NUMBER, cast.FM_NUMBER, "N999999999", "", "\0"])
def test_nobody_requests_for_a_number_that_is_not_offered(
    given: Given, signed_in: SignedIn, untouched: Untouched, number: str
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    with untouched():
        answer = send(client, page, number=number)
    assert answer.status == 422
    assert answer.error_at("number")
    assert answer.form(FORM)["f-details"] == "変更をお願いします。"


@pytest.mark.req("SVC-06")
def test_a_number_whose_contract_lost_requests_meanwhile_cannot_be_used(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    given(contract, includes_requests=False, includes_points=False)
    with untouched():
        assert send(client, page).status == 404


@pytest.mark.req("REL-05", "WR-03")
def test_an_item_that_was_published_anew_is_told_with_what_was_typed(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    given(publish_anew, fields=(catalog.DETAILS, EXTRA))
    with untouched():
        answer = send(client, page)
    assert answer.status == 409
    assert CHANGED in answer.alerts()
    assert answer.words(answer.one("h1")) == "新しい名前"
    assert answer.form(FORM)["f-details"] == "変更をお願いします。"
    # What comes back is the new form, and can be sent.
    assert send(client, answer).status == 422
    assert send(client, answer, **{"f-extra": "足しました"}).status == 303
    assert [row.answers["extra"] for row in stored(all_requests)] == ["足しました"]


@pytest.mark.req("REL-05")
def test_a_new_version_with_the_same_fields_is_told_too(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item, points=8)
    client = signed_in("hanako")
    page = client.get(FORM)
    given(publish_anew)
    with untouched():
        answer = send(client, page)
    assert (answer.status, CHANGED in answer.alerts()) == (409, True)
    assert send(client, answer).status == 303


@pytest.mark.req("REL-05", "WR-03")
def test_an_item_that_was_withdrawn_is_told_with_what_was_typed(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    given(withdraw_item)
    with untouched():
        answer = send(client, page)
    assert answer.status == 409
    assert GONE in answer.alerts()
    assert answer.form(FORM)["f-details"] == "変更をお願いします。"
    assert "送信" not in [answer.words(one) for one in answer.all("button")]


@pytest.mark.req("REL-04")
@pytest.mark.parametrize("meanwhile", [withdraw_item, publish_anew])
def test_a_second_click_leads_to_the_same_place_whatever_became_of_the_item(
    given: Given, signed_in: SignedIn, stored: Stored, meanwhile: Callable[[Session], None]
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    page = client.get(FORM)
    first = send(client, page)
    given(meanwhile)
    again = send(client, page)
    assert (again.status, again.location) == (first.status, first.location) == (303, LIST)
    assert len(stored(all_requests)) == 1


@pytest.mark.req("SEC-26")
def test_an_item_of_nobody_takes_no_request(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    given(catalog.item)
    given(catalog.item, slug="draft", is_published=False)
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM)
    with untouched():
        assert {client.post(f"{LIST}{slug}", fields).status for slug in ("none", "draft")} == {404}


@pytest.mark.req("WR-04", "SEC-41")
def test_files_travel_with_the_request_and_a_strangers_upload_does_not(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item, fields=(catalog.DETAILS, PROOF))
    own, foreign = given(files.whole_of, "hanako", name="a.txt"), given(files.whole_of, "taro", name="b.txt")
    proof = given(files.whole_of, "hanako", name="構成図.txt")
    client = signed_in("hanako")
    refused = send(client, client.get(FORM), uploads=foreign)
    assert refused.status == 422
    assert send(client, client.get(FORM), uploads=own, **{"f-proof": proof}).status == 303
    rows = stored(_files)
    assert sorted(rows) == [("", "a.txt"), ("proof", "構成図.txt")]


@pytest.mark.req("WR-04")
def test_without_script_files_come_with_the_form_and_stay_when_it_is_refused(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    fields = {**client.get(FORM).form(FORM), "f-details": "", "files": (BytesIO(b"content"), "log.txt")}
    answer = client.post(FORM, fields, content_type="multipart/form-data")
    assert answer.status == 422
    ticked = [item for item in answer.all("input", name="uploads") if item.get("type") == "checkbox"]
    assert len(ticked) == 1
    assert send(client, answer).status == 303
    assert stored(_files) == [("", "log.txt")]


@pytest.mark.req("WR-04")
def test_files_taken_with_a_form_of_an_older_version_are_kept(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(catalog.item)
    client = signed_in("hanako")
    fields = {**client.get(FORM).form(FORM), "f-details": "続き", "files": (BytesIO(b"content"), "log.txt")}
    given(publish_anew)
    answer = client.post(FORM, fields, content_type="multipart/form-data")
    assert answer.status == 409
    assert client.submit(answer, FORM).status == 303
    assert stored(_files) == [("", "log.txt")]


def _files(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(RequestFile).order_by(RequestFile.id)).all()
    return [(row.field_key, session.get_one(StoredFile, row.file_id).name) for row in rows]
