"""Rich text where the desk writes first: one case, cases for many numbers, and one text to many children (CASE-06)."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import batch_jobs
from app.cases.models import Case, CaseComment
from app.richtext.cleaning import MOST_TAGS
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import files, related

ONE = f"/console/cases/new?number={CS_NUMBER}"
MANY = "/console/cases/new/many?service=cs"
CONFIRM = "/console/cases/new/many/confirmation?service=cs"
RICH = "<p>至急<strong>確認</strong>を</p><ul><li><p>お願いします</p></li></ul>"
WORDS = "至急確認を\n- お願いします"
NASTY = (
    '<p onclick="x()">至急<strong>確認</strong><script>y()</script><img src="https://evil.example/p.png"></p>'
)
FIELDS = {"category": "monthly_report", "subject": "11月分", "details": "something else"}

pytestmark = pytest.mark.req("CASE-06", "DESK-06", "SEC-33")


def texts(session: Session) -> list[tuple[str, str | None]]:
    chosen = select(CaseComment.body, CaseComment.html).join(Case, Case.id == CaseComment.case_id)
    return [(body, html) for body, html in session.execute(chosen.order_by(Case.number))]


def ask_many(client: InspectingClient, html: str, **typed: object) -> Page:
    fields = {"csrf_token": client.token(), "form_key": "", **FIELDS, "html": html, **typed}
    fields["numbers"] = f"{CS_NUMBER} {ALICE_CS_NUMBER}"
    return client.post(MANY, fields, content_type="multipart/form-data")


def ask_children(client: InspectingClient, parent: str, html: str) -> Page:
    page = client.get(f"/console/cases/{parent}")
    action = f"/console/cases/{parent}/children/comments"
    return client.submit(page, action, children__body="x", children__html=html)


def assert_rich_everywhere(signed_in: SignedIn, outbox: Outbox, number: str) -> None:
    """Its reader sees the text as it was written, on the page and in the mail."""
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "<strong>確認</strong>" in page.text
    mails = [mail for mail in outbox() if mail.to.startswith("hanako")]
    assert mails
    assert all("<strong>確認</strong>" in (mail.html or "") and WORDS in mail.text for mail in mails)


def test_one_case(signed_in: SignedIn, stored: Stored, outbox: Outbox) -> None:
    client = signed_in("agent")
    sent = client.submit(client.get(ONE), ONE, **FIELDS, html=RICH)
    assert sent.status == 303
    assert stored(texts) == [(WORDS, RICH)]
    assert_rich_everywhere(signed_in, outbox, "CS0000001")


def test_cases_for_many_numbers(app: Flask, signed_in: SignedIn, stored: Stored, outbox: Outbox) -> None:
    client = signed_in("agent")
    preview = ask_many(client, RICH)
    (shown,) = preview.styled("div", "rich-text")
    assert preview.words(shown).split() == ["至急", "確認", "を", "お願いします"]
    assert client.submit(preview, CONFIRM).status == 303
    assert batch_jobs.open_waiting(app) == 2
    assert stored(texts) == [(WORDS, RICH)] * 2
    assert_rich_everywhere(signed_in, outbox, "CS0000001")


def test_children_of_a_case(signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox) -> None:
    parent, (child, _other) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER)
    outbox()
    client = signed_in("agent")
    preview = ask_children(client, parent, RICH)
    assert len(preview.styled("div", "rich-text")) == 1
    assert client.submit(preview, f"/console/cases/{parent}/children/comments/confirmation").status == 303
    assert stored(texts) == [(WORDS, RICH)] * 3
    assert_rich_everywhere(signed_in, outbox, child)


def test_nothing_that_runs_or_loads_gets_through(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    client = signed_in("agent")
    client.submit(client.get(ONE), ONE, **FIELDS, html=NASTY)
    preview = ask_many(client, NASTY)
    # The preview's own hidden field may be changed on the way as well.
    client.submit(preview, CONFIRM, html=NASTY)
    batch_jobs.open_waiting(app)
    parent, _children = given(related.family, CS_NUMBER)
    asked = ask_children(client, parent, NASTY)
    client.submit(asked, f"/console/cases/{parent}/children/comments/confirmation", children__html=NASTY)
    assert {html for _body, html in stored(texts)} == {"<p>至急<strong>確認</strong></p>"}
    for page in (preview, asked):
        assert "onclick" not in page.text
        assert "evil.example" not in page.text


@pytest.mark.parametrize("html", ["", "<p></p>", "<p>plain words</p>"])
def test_plain_words_are_kept_as_plain_words(signed_in: SignedIn, stored: Stored, html: str) -> None:
    client = signed_in("agent")
    client.submit(client.get(ONE), ONE, **{**FIELDS, "details": "plain words"}, html=html)
    assert stored(texts) == [("plain words", None)]


def test_whoever_goes_back_from_the_preview_finds_the_text_as_it_was(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    preview = ask_many(client, RICH)
    fields = {**preview.form(CONFIRM), "again": "1"}
    again = client.post(MANY, fields, content_type="multipart/form-data")
    assert again.value("html") == RICH


def test_a_refused_form_keeps_what_was_typed(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    client = signed_in("agent")
    much = f"<p>{'<b>x</b>' * MOST_TAGS}</p>"
    parent, _children = given(related.family, CS_NUMBER)
    one = client.get(ONE)
    with untouched():
        answers = [
            (client.submit(one, ONE, **FIELDS, html=much), "details", "html"),
            (ask_many(client, much), "details", "html"),
            (ask_children(client, parent, much), "children-body", "children-html"),
        ]
    for answer, body, html in answers:
        assert answer.status == 422
        assert "書式が多すぎます" in answer.error_at(body)
        assert answer.value(html) == much


def test_a_pasted_picture_is_on_each_of_the_cases(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    client = signed_in("agent")
    token = given(files.whole_of, "agent", name="Pasted image.png", content=files.picture())
    html = f'<p>図<img data-file="{token}" alt="Pasted image.png"></p>'
    preview = ask_many(client, html, uploads=token)
    assert "[Pasted image.png]" in preview.words()
    assert client.submit(preview, CONFIRM).status == 303
    batch_jobs.open_waiting(app)
    assert stored(lambda session: len(texts(session))) == 2
    for person, number in (("hanako", "CS0000001"), ("alice", "CS0000002")):
        reader = signed_in(person)
        page = reader.get(f"/cs/cases/{number}")
        (picture,) = [item for item in page.all("img") if token in item.get("src", "")]
        assert reader.get(picture.get("src")).status == 200
