"""Drafts: what is typed is kept for its author alone until it is sent, discarded or left for a month."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.cases import draft_forms, draft_jobs
from app.cases.actions import drafts as acts
from app.cases.drafts import KEPT_FOR, LARGEST_BYTES, Typed
from app.cases.forms import CommentForm
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Draft
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.live import OpenPage

CANARY = "書きかけ-カナリア-4417"
# Who writes where, with which pen, and the field of its form.
PENS = [
    ("hanako", "/cs/cases/{}", "comment", "body"),
    ("agent", "/console/cases/{}", "reply", "reply-body"),
    ("agent", "/console/cases/{}", "note", "note-body"),
]
RESTORED = "下書きを復元しました。"


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def keep(client: InspectingClient, page: str, pen: str, body: str, key: str = "") -> int:
    return client.act(f"{page}/drafts/{pen}", body=body, form_key=key).status


def kept(session: Session) -> dict[str, str]:
    return {
        draft.place: json.loads(draft.body)["text"]
        for draft in session.scalars(select(Draft).order_by(Draft.id))
    }


def typed(page: Page, field: str) -> str:
    return page.value(field).strip()


@pytest.mark.req("SEC-26", "C20")
@pytest.mark.parametrize(("person", "place", "pen", "field"), PENS)
def test_nobody_else_ever_reads_a_draft(
    signed_in: SignedIn, number: str, person: str, place: str, pen: str, field: str
) -> None:
    assert keep(signed_in(person), place.format(number), pen, CANARY) == 204
    for other in {"hanako", "taro", "agent", "lead", "admin"} - {person}:
        client = signed_in(other)
        home = "/cs" if other in {"hanako", "taro"} else "/console"
        for address in (f"{home}/cases/{number}", f"{home}/cases", f"{home}/"):
            assert CANARY not in client.get(address, follow_redirects=True).text, (other, address, field)


@pytest.mark.parametrize(("person", "place", "pen", "field"), PENS)
def test_what_was_typed_comes_back_and_can_be_discarded(
    signed_in: SignedIn, stored: Stored, number: str, person: str, place: str, pen: str, field: str
) -> None:
    address = place.format(number)
    assert keep(signed_in(person), address, pen, CANARY) == 204
    assert stored(kept) == {f"{number}:{pen}": CANARY}
    # In another session, as after a closed tab and a lost one.
    client = signed_in(person)
    page = client.get(address)
    assert typed(page, field) == CANARY
    assert page.words().count(RESTORED) == 1
    assert client.submit(page, f"{address}/drafts/{pen}/removal").location == address
    assert stored(kept) == {}
    fresh = client.get(address)
    assert typed(fresh, field) == ""
    assert RESTORED not in fresh.words()


@pytest.mark.req("CASE-05", "DESK-04")
@pytest.mark.parametrize(("person", "place", "pen", "field"), PENS)
def test_what_was_sent_is_no_draft_any_more(
    signed_in: SignedIn, stored: Stored, number: str, person: str, place: str, pen: str, field: str
) -> None:
    client, address = signed_in(person), place.format(number)
    keep(client, address, pen, "送る前")
    page = client.get(address)
    target = f"{address}/{'notes' if pen == 'note' else 'comments'}"
    key = page.form(target)[field.replace("body", "form_key")]
    assert client.submit(page, target, **{field.replace("-", "__"): "送った文章"}).status == 303
    assert stored(kept) == {}
    # A save that was on its way when the text was sent comes too late.
    assert keep(client, address, pen, "送った文章", key) == 204
    assert stored(kept) == {}


def test_a_refused_text_stays_a_draft(signed_in: SignedIn, stored: Stored, number: str) -> None:
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, address, "comment", "書きかけ")
    refused = client.submit(client.get(address), f"{address}/comments", body="x" * 20_001)
    assert refused.status == 422
    assert stored(kept) == {f"{number}:comment": "書きかけ"}
    assert len(typed(refused, "body")) == 20_001
    assert RESTORED not in refused.words()


def test_a_reply_that_is_sent_leaves_the_note_beside_it(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client, address = signed_in("agent"), f"/console/cases/{number}"
    for pen in ("reply", "note"):
        keep(client, address, pen, f"{pen} の下書き")
    client.submit(client.get(address), f"{address}/comments", reply__body="回答です。")
    assert stored(kept) == {f"{number}:note": "note の下書き"}
    assert typed(client.get(address), "note-body") == "note の下書き"


@pytest.mark.req("INQ-06")
def test_an_inquiry_comes_back_until_it_is_sent(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("taro")
    assert client.act("/cs/inquiries/drafts/details", body="昨夜から").status == 204
    page = client.get("/cs/inquiries/new")
    assert (typed(page, "details"), RESTORED in page.words()) == ("昨夜から", True)
    assert typed(signed_in("hanako").get("/cs/inquiries/new"), "details") == ""
    assert typed(signed_in("hanako").get("/fm/inquiries/new"), "details") == ""
    sent = client.submit(page, "/cs/inquiries/new", category="service", details="昨夜から通信できません。")
    assert sent.status == 303
    assert stored(kept) == {}


def test_an_inquiry_can_be_discarded(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    client.act("/cs/inquiries/drafts/details", body="やめておく")
    removal = "/cs/inquiries/drafts/details/removal"
    assert client.submit(client.get("/cs/inquiries/new"), removal).location == "/cs/inquiries/new"
    assert stored(kept) == {}


@pytest.mark.req("CASE-16")
def test_a_closed_case_shows_the_text_without_a_way_to_send_it(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, address, "comment", CANARY)
    given(cases.move, number, Act.CLOSE, by="taro")
    page = client.get(address)
    assert typed(page, "body") == CANARY
    assert "入力した内容は残っていますが、送信できません。" in page.words()
    assert "送信" not in [page.words(item) for item in page.all("button")]


def test_the_pulse_brings_no_draft(signed_in: SignedIn, given: Given, number: str) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    keep(page.client, f"/cs/cases/{number}", "comment", CANARY)
    assert page.ask().status == 204
    given(cases.comment, number, "回答です。")
    assert CANARY not in page.ask().text


@pytest.mark.parametrize(
    "body", ["<b>太字</b>\r\n改行", "&amp; </textarea><script>x</script>", "👩‍👩‍👧 e\u0301", "  前後の空白  "]
)
def test_a_text_comes_back_as_it_was_typed(
    signed_in: SignedIn, stored: Stored, number: str, body: str
) -> None:
    client = signed_in("hanako")
    keep(client, f"/cs/cases/{number}", "comment", body)
    assert stored(kept) == {f"{number}:comment": body}
    assert typed(client.get(f"/cs/cases/{number}"), "body") == body.replace("\r\n", "\n").strip()


@pytest.mark.parametrize("blank", ["", "  \n ", "\u3000"])
def test_an_emptied_field_leaves_no_draft(
    signed_in: SignedIn, stored: Stored, number: str, blank: str
) -> None:
    client, address = signed_in("hanako"), f"/cs/cases/{number}"
    keep(client, address, "comment", "書いた")
    assert keep(client, address, "comment", blank) == 204
    assert stored(kept) == {}


@pytest.mark.req("SEC-39")
@pytest.mark.parametrize(("size", "status"), [(LARGEST_BYTES, 204), (LARGEST_BYTES + 1, 413), (450_000, 413)])
def test_a_draft_has_a_largest_size(
    signed_in: SignedIn, stored: Stored, number: str, size: int, status: int
) -> None:
    client = signed_in("hanako")
    fields = {"csrf_token": client.token(), "body": "a" * size, "form_key": ""}
    answer = client.post(f"/cs/cases/{number}/drafts/comment", fields, content_type="multipart/form-data")
    assert answer.status == status
    assert len(stored(kept)) == (1 if status == 204 else 0)


def test_a_draft_is_written_once_a_second_at_most(session: Session) -> None:
    taro, start = cast.actor_of(session, "taro"), clock.now()
    for seconds, is_taken in ((0, True), (0.999, False), (1, True)):
        with clock.at(start + timedelta(seconds=seconds)):
            if is_taken:
                acts.keep(session, actor=taro, place="x:comment", typed=Typed(str(seconds)))
            else:
                with pytest.raises(acts.TooSoon):
                    acts.keep(session, actor=taro, place="x:comment", typed=Typed("zu früh"))
    assert kept(session) == {"x:comment": "1"}
    # A clock that was set back keeps nobody from writing.
    with clock.at(start - timedelta(hours=1)):
        acts.keep(session, actor=taro, place="x:comment", typed=Typed("früher"))
    assert kept(session) == {"x:comment": "früher"}


def test_too_soon_is_said_to_the_page(signed_in: SignedIn, number: str) -> None:
    client, start = signed_in("hanako"), clock.now()
    with clock.at(start):
        client.token()
        found = [keep(client, f"/cs/cases/{number}", "comment", text) for text in "ab"]
    assert found == [204, 429]


def test_a_person_has_so_many_drafts_and_the_oldest_makes_room(session: Session) -> None:
    taro, start = cast.actor_of(session, "taro"), clock.now()
    acts.keep(session, actor=cast.actor_of(session, "hanako"), place="hers", typed=Typed("x"))
    for index in range(acts.MOST + 1):
        with clock.at(start + timedelta(seconds=index)):
            acts.keep(session, actor=taro, place=f"p{index}", typed=Typed("x"))
    places = list(kept(session))
    assert len(places) == acts.MOST + 1
    assert "p0" not in places
    assert {"hers", "p1", f"p{acts.MOST}"} <= set(places)


@pytest.mark.req("SEC-26")
@pytest.mark.parametrize("pen", ["reply", "note", "other", "comment%2Fx"])
def test_a_customer_has_one_pen(signed_in: SignedIn, untouched: Untouched, number: str, pen: str) -> None:
    client = signed_in("hanako")
    client.token()
    with untouched():
        assert keep(client, f"/cs/cases/{number}", pen, "x") == 404


@pytest.mark.parametrize(("before", "is_swept"), [(KEPT_FOR - timedelta(seconds=1), False), (KEPT_FOR, True)])
def test_what_nobody_touches_for_thirty_days_is_let_go(
    app: Flask, signed_in: SignedIn, stored: Stored, number: str, before: timedelta, *, is_swept: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        keep(signed_in("hanako"), f"/cs/cases/{number}", "comment", "古い")
    with clock.at(start + before):
        assert draft_jobs.let_drafts_go(app) == is_swept
    assert stored(kept) == ({} if is_swept else {f"{number}:comment": "古い"})


@pytest.mark.req("CASE-06", "SEC-33")
def test_rich_text_comes_back_cleaned(session: Session) -> None:
    taro = cast.actor_of(session, "taro")
    rich = "<p>昨夜の<strong>ログ</strong>です<script>x()</script></p>"
    acts.keep(session, actor=taro, place="x:comment", typed=Typed("昨夜のログです", rich))
    form = CommentForm(formdata=None)
    draft_forms.give_back(taro, {"x:comment": (form, form.body)})
    assert (form.is_restored, form.body.data) == (True, "昨夜のログです")
    assert form.html.data == "<p>昨夜の<strong>ログ</strong>です</p>"


@pytest.mark.parametrize("html", ["", "<p></p>", "<p><br></p>"])
def test_an_empty_editor_leaves_no_draft(session: Session, html: str) -> None:
    taro = cast.actor_of(session, "taro")
    acts.keep(session, actor=taro, place="x:comment", typed=Typed("書いた"))
    acts.keep(session, actor=taro, place="x:comment", typed=Typed("", html))
    assert kept(session) == {}
