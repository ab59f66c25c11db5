"""/<service>/work-requests/<item>: an item's fields in the page, with script and without, and what they keep."""

import io
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.fields import FieldKind
from app.catalog.models import RequestFile, WorkRequest
from app.files.models import Upload
from tests import cast
from tests.catalog.fields.pieces import field
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import catalog, files

FORM = "/cs/work-requests/policy"
FIELDS = (
    field(
        "kind", FieldKind.CHOICE, offers="add remove", is_required=True, help_ja="一つ", help_en="One of them"
    ),
    field("nets", FieldKind.NETWORKS, after="kind:add", is_required=True),
    field("some", FieldKind.CHOICES, offers="x y", is_required=True),
    field("day", FieldKind.DATE),
    field("count", FieldKind.NUMBER),
    field("mail", FieldKind.EMAIL),
    field("logs", FieldKind.FILE, most=2),
    field("other", FieldKind.CUSTOMER_NUMBER),
)
GOOD = {"f-kind": "remove", "f-some": "x"}


@pytest.fixture
def hanako(given: Given, signed_in: SignedIn) -> InspectingClient:
    """Hanako, who can order an item with a field of nearly each kind."""
    given(catalog.item, fields=FIELDS)
    return signed_in("hanako")


def send(client: InspectingClient, typed: dict[str, Any]) -> Page:
    """Send the form with what a browser puts in, without script."""
    page = client.get(FORM)
    kept = {
        name: value
        for name, value in page.form(FORM).items()
        if not name.startswith("f-") and not name.startswith("files")
    }
    return client.post(FORM, {**kept, **typed}, content_type="multipart/form-data")


def stored_request(session: Session) -> WorkRequest:
    """The only request there is."""
    return session.scalars(select(WorkRequest)).one()


@pytest.mark.req("WR-03")
def test_each_field_has_label_help_and_mark(hanako: InspectingClient) -> None:
    page = hanako.get(FORM)
    (label,) = page.all("label", for_="f-kind")
    assert page.words(label) == "項目kind *"
    kind = page.by_id("f-kind")
    assert kind.get("aria-required") == "true"
    assert page.words(page.by_id(kind.get("aria-describedby"))) == "一つ"
    assert [page.words(option) for option in kind] == ["--なし--", "選択add", "選択remove"]
    assert [page.by_id(f"f-{key}").get("type") for key in ("day", "count", "mail")] == [
        "date",
        "text",
        "email",
    ]
    group = next(item for item in page.all("fieldset") if "項目some" in page.words(item))
    assert [box.get("value") for box in group.iter() if box.get("name") == "f-some"] == ["x", "y"]


@pytest.mark.req("WR-04")
def test_files_of_a_field_and_attachments_are_chosen_apart(hanako: InspectingClient) -> None:
    page = hanako.get(FORM)
    chosen = {
        item.get("name"): page.words(page.one("label", for_=item.get("id")))
        for item in page.all("input", type="file")
    }
    assert chosen == {"files-f-logs": "項目logs", "files": "ファイルを選択"}
    assert [item.get("data-uploader-count-value") for item in page.styled("div", "uploader")] == ["2", "20"]


@pytest.mark.req("WR-03")
def test_without_script_a_field_that_depends_says_when_it_counts(hanako: InspectingClient) -> None:
    page = hanako.get(FORM)
    (conditional,) = page.styled("fieldset", "field-conditional")
    assert page.words(conditional).startswith("「項目kind」が「選択add」の場合 項目nets")
    assert (conditional.get("hidden"), conditional.get("disabled")) == (None, None)
    assert [conditional.get(name) for name in ("data-field", "data-codes")] == ["f-kind", "add"]
    assert page.by_id("f-nets").get("aria-describedby") == "f-nets-when"


@pytest.mark.req("WR-03", "INQ-05")
def test_the_panel_names_what_is_required_and_each_name_leads_to_its_field(hanako: InspectingClient) -> None:
    page = hanako.get(FORM)
    (panel,) = page.styled("section", "required-panel")
    links = {page.words(link): link.get("href") for link in panel.iter() if link.tag.endswith("}a")}
    # The single customer number is preset, and 項目nets waits for what is chosen: neither is asked for.
    assert links == {"項目kind": "#f-kind", "項目some": "#f-some-0"}
    assert all(page.by_id(target.removeprefix("#")) is not None for target in links.values())


@pytest.mark.req("WR-03")
def test_what_is_wrong_is_told_at_each_field_and_what_was_typed_stays(hanako: InspectingClient) -> None:
    typed = {
        "f-kind": "add",
        "f-nets": "10.0.0.1/8",
        "f-day": "2026-02-30",
        "f-count": "NaN",
        "f-mail": "a@b",
    }
    page = send(hanako, typed)
    assert page.status == 422
    assert page.error_at("f-nets").endswith("アドレスの場合はアドレスのみを入力してください。")
    assert page.error_at("f-count") == "数値を入力してください（例：12、0.5）。"
    assert page.error_at("f-mail").endswith("（例：name@example.com）。")
    assert page.error_at("f-day")
    assert "項目some — この項目を入力してください。" in page.alerts()
    assert {name: page.value(name) for name in typed} == typed


@pytest.mark.req("WR-03")
def test_each_message_is_there_in_english_too(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, fields=FIELDS)
    page = send(signed_in("alice"), {"f-kind": "add", "f-count": "-1", "f-gone": "x"})
    assert page.language == "en"
    assert page.error_at("f-count") == "At least 0."
    assert page.error_at("f-nets") == "Enter this field."
    assert "This form has changed since you opened it." in page.alerts()


@pytest.mark.req("WR-03", "SEC-26")
@pytest.mark.parametrize("name", ["number", "f-other"])
def test_a_customer_number_of_somebody_else_looks_like_one_that_nobody_has(
    hanako: InspectingClient, name: str, stored: Stored
) -> None:
    told = [send(hanako, {**GOOD, name: number}) for number in (cast.ALICE_CS_NUMBER, "Z999999999")]
    assert [page.status for page in told] == [422, 422]
    assert told[0].error_at(name) == told[1].error_at(name) != ""
    assert stored(lambda session: session.scalars(select(WorkRequest)).all()) == []


@pytest.mark.req("WR-03")
def test_what_does_not_belong_to_the_choice_is_dropped(hanako: InspectingClient, stored: Stored) -> None:
    assert send(hanako, {**GOOD, "f-nets": "no network"}).status == 303
    assert stored(lambda session: stored_request(session).answers) == {"kind": "remove", "some": ["x"]}


@pytest.mark.req("WR-04")
def test_files_come_with_a_plain_form_each_to_its_field(hanako: InspectingClient, stored: Stored) -> None:
    sent = {
        "files-f-logs": [(io.BytesIO(b"one"), "a.log"), (io.BytesIO(b"two"), "b.log")],
        "files": (io.BytesIO(b"three"), "c.txt"),
    }
    assert send(hanako, {**GOOD, **sent}).status == 303
    kept = stored(lambda session: [row.field_key for row in session.scalars(select(RequestFile))])
    assert sorted(kept) == ["", "logs", "logs"]


@pytest.mark.req("WR-04")
def test_files_of_a_form_that_was_refused_stay_chosen_at_their_field(hanako: InspectingClient) -> None:
    page = send(hanako, {"f-kind": "", "files-f-logs": (io.BytesIO(b"one"), "a.log")})
    assert page.status == 422
    (box,) = [item for item in page.all("input", type="checkbox") if item.get("id").startswith("upload-")]
    assert (box.get("name"), box.get("checked") is not None) == ("f-logs", True)
    again = send(hanako, {**GOOD, "f-logs": box.get("value")})
    assert again.status == 303


@pytest.mark.req("WR-04")
def test_too_many_files_are_told_at_their_field(hanako: InspectingClient, stored: Stored) -> None:
    page = send(hanako, {**GOOD, "files-f-logs": [(io.BytesIO(b"x"), f"{n}.log") for n in range(3)]})
    assert page.status == 422
    assert page.error_at("f-logs") == "選択できるファイルは2個までです。"
    assert len(stored(lambda session: session.scalars(select(Upload)).all())) == 3


@pytest.mark.req("WR-04", "SEC-41")
def test_an_upload_of_somebody_else_answers_nothing(hanako: InspectingClient, given: Given) -> None:
    token = given(files.whole_of, "alice")
    assert send(hanako, {**GOOD, "f-logs": token}).status == 422
