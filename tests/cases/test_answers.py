"""Canned answers: kept by leads, filled in the customer's language, put into a reply and never sent by themselves."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases import answers, queries
from app.cases.actions import answering
from app.cases.actions.answering import AnswerText
from app.cases.models import CannedAnswer
from app.journal import JournalEvent
from tests import cast
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.writing import answer as add

EVERYTHING = "{contact} / {holder} / {case_number} / {subject} / {service} / {agent} / {customer_number}"

pytestmark = pytest.mark.req("DESK-04", "SEC-34")


def filled(
    session: Session, number: str, body: str, language: str = "ja", by: str = "agent"
) -> answers.Filled:
    actor = cast.actor_of(session, by)
    case = queries.get_for(session, actor, number)
    answer = CannedAnswer(service_id=case.service_id, name="x", body_ja=body, body_en=body)
    return answers.fill(answer, case, actor=actor, language=language)


@pytest.mark.parametrize("by", ["agent", "cs_agent", "hanako"])
def test_only_leads_and_administrators_keep_answers(session: Session, by: str) -> None:
    answer = session.get_one(CannedAnswer, add(session))
    with pytest.raises(Forbidden):
        add(session, "別", by=by)
    actor = cast.actor_of(session, by)
    with pytest.raises(Forbidden):
        answering.remove(session, answer, actor=actor)
    text = AnswerText(name="x", body_ja="x", body_en="x")
    with pytest.raises(Forbidden):
        answering.edit(session, answer, actor=actor, version=answer.version, text=text)


def test_everything_is_filled_in_in_japanese_and_in_english(session: Session) -> None:
    number = cases.open_inquiry(session)
    assert filled(session, number, EVERYTHING).text == (
        f"佐藤 花子 様 / 株式会社サンプル / {number} / お問い合わせ / マネージドCSPM / 中村 さくら / N200000001"
    )
    assert filled(session, number, EVERYTHING, "en").text == (
        f"佐藤 花子 / 株式会社サンプル / {number} / Inquiry / Managed CSPM / 中村 さくら / N200000001"
    )


def test_what_a_case_has_nothing_for_is_named_and_stays(session: Session) -> None:
    number = cases.open_case(session, subject=None)
    found = filled(session, number, "{contact} {subject} {contact} {holder}")
    assert found.text == "{contact} {subject} {contact} 株式会社サンプル"
    assert found.missing == ["contact", "subject"]


def test_what_is_put_in_is_never_read_again(session: Session) -> None:
    number = cases.open_case(session, subject="{holder} {{ 7*7 }} {% raw %} \\1 \\g<0>", contact="hanako")
    found = filled(session, number, "件名：{subject} {{contact}}")
    assert found.text == "件名：{holder} {{ 7*7 }} {% raw %} \\1 \\g<0> {佐藤 花子 様}"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("", []),
        (EVERYTHING, []),
        ('{ "a": 1 } {} {123} {} { } {名前}', []),
        ("{name}", ["{name}"]),
        ("{Contact}", ["{Contact}"]),
        ("{ contact }", ["{ contact }"]),
        ("{case number} と {contact} と {case number}", ["{case number}"]),
        ("｛contact｝", ["｛contact｝"]),
        ("{ｃｏｎｔａｃｔ}", ["{ｃｏｎｔａｃｔ}"]),
        ("{{ config }}", ["{ config }"]),
    ],
)
def test_what_looks_like_a_placeholder_and_is_none_is_seen(text: str, unknown: list[str]) -> None:
    assert answers.unknown_placeholders(text) == unknown


@pytest.mark.parametrize(("person", "heading"), [("lead", "定型文"), ("admin", "定型文")])
def test_the_list_holds_the_answers_of_the_own_services(
    signed_in: SignedIn, given: Given, person: str, heading: str
) -> None:
    given(add, "CSの受付")
    given(add, "FMの受付", service="fm")
    page = signed_in(person).get("/console/answers/")
    assert [row["定型文の名前"] for row in page.rows()] == ["CSの受付", "FMの受付"]
    assert heading in page.words()


def test_an_answer_is_added_changed_and_deleted_and_the_history_tells_it(
    signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("lead")
    page = client.get("/console/answers/new")
    fields = {"service": "cs", "name": "受付", "body_ja": "{contact}、", "body_en": "Dear {contact},"}
    answer = client.submit(page, "/console/answers/new", **fields)
    assert (answer.status, answer.location) == (303, "/console/answers/")
    assert client.submit(page, "/console/answers/new", **fields).status == 303
    row = stored(lambda session: session.scalars(select(CannedAnswer)).one())
    path = f"/console/answers/{row.id}"
    assert client.submit(client.get(path), path, body_ja="{contact} 様").status == 303
    assert client.submit(client.get(path), f"{path}/removal").status == 303
    assert stored(lambda session: session.scalars(select(CannedAnswer)).all()) == []
    told = stored(
        lambda session: [
            (event.kind, event.data)
            for event in session.scalars(select(JournalEvent).order_by(JournalEvent.id))
            if "canned" in event.kind
        ]
    )
    assert told == [
        ("service.canned_answer_added", {"name": "受付"}),
        ("service.canned_answer_edited", {"name": "受付", "fields": ["body_ja"]}),
        ("service.canned_answer_removed", {"name": "受付"}),
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"body_en": ""}, "body_en"),
        ({"body_ja": ""}, "body_ja"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"body_ja": "{namae}"}, "body_ja"),
        ({"body_en": "{ contact }"}, "body_en"),
        ({"body_en": "x" * 10_001}, "body_en"),
        ({"name": "taken"}, "name"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(
    signed_in: SignedIn, given: Given, untouched: Untouched, typed: dict[str, str], field: str
) -> None:
    given(add, "taken")
    client = signed_in("lead")
    page = client.get("/console/answers/new")
    fields = {"service": "cs", "name": "n", "body_ja": "ja", "body_en": "en"} | typed
    with untouched():
        answer = client.submit(page, "/console/answers/new", **fields)
    assert answer.status == 422
    assert answer.error_at(field)
    if "\0" not in fields[field]:
        assert answer.form("/console/answers/new")[field] == fields[field]
    if "{" in fields[field]:
        assert "{customer_number}" in answer.error_at(field)


@pytest.mark.req("REL-05")
def test_a_stale_form_shows_both_texts_and_saves_over_when_sent_again(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(add)
    client, path = signed_in("lead"), f"/console/answers/{number}"
    old = client.get(path)
    other = signed_in("admin")
    other.submit(other.get(path), path, body_ja="別の人の文")
    stale = client.submit(old, path, body_ja="自分の文")
    assert stale.status == 409
    assert "別の人の文" in stale.words()
    assert stale.form(path)["body_ja"] == "自分の文"
    assert client.submit(stale, path).status == 303
    assert stored(lambda session: session.get_one(CannedAnswer, number).body_ja) == "自分の文"


def test_the_button_puts_the_answer_behind_what_was_typed_and_sends_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, outbox: Outbox
) -> None:
    number, answer = given(cases.open_inquiry), given(add)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    reply, insert = f"/console/cases/{number}/comments", f"/console/cases/{number}/answers"
    fields = {**page.form(reply), "reply-body": "先に書いた文", "reply-answer": str(answer)}
    outbox()
    with untouched():
        shown = client.post(insert, fields)
    assert shown.status == 200
    text = "先に書いた文\n\n佐藤 花子 様\nありがとうございます。"
    assert shown.form(reply)["reply-body"] == text
    assert outbox() == []
    assert client.submit(shown, reply).status == 303


def test_the_script_gets_the_same_text(signed_in: SignedIn, given: Given) -> None:
    number, answer = given(cases.open_inquiry, number=ALICE_CS_NUMBER), given(add)
    got = signed_in("agent").get(f"/console/cases/{number}/answers/{answer}").answer
    assert got.get_json() == {"text": "Dear Alice Adams", "missing": ""}


def test_a_missing_value_is_named_where_it_is_missing(signed_in: SignedIn, given: Given) -> None:
    number, answer = given(cases.open_case), given(add)
    client = signed_in("agent")
    reply = f"/console/cases/{number}/comments"
    fields = {**client.get(f"/console/cases/{number}").form(reply), "reply-answer": str(answer)}
    shown = client.post(f"/console/cases/{number}/answers", fields)
    assert "{contact} (お客様担当者名)" in shown.words()
    stopped = client.submit(shown, reply)
    assert stopped.status == 422
    assert "未入力の差し込み項目" in stopped.words()


@pytest.mark.parametrize("chosen", ["", "x", "-1", "0", "٣", "9" * 30])
def test_a_strange_choice_puts_nothing_in(
    signed_in: SignedIn, given: Given, untouched: Untouched, chosen: str
) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    reply = f"/console/cases/{number}/comments"
    fields = {
        **client.get(f"/console/cases/{number}").form(reply),
        "reply-body": "残る文",
        "reply-answer": chosen,
    }
    with untouched():
        answer = client.post(f"/console/cases/{number}/answers", fields)
    assert answer.status == (404 if chosen == "0" else 422)


def test_answers_of_another_service_are_not_there(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    foreign, own = given(add), given(add, service="fm")
    page = signed_in("agent").get(f"/console/cases/{number}")
    offered = [item.get("value") for item in page.all("option")]
    assert str(own) in offered
    client, other = signed_in("agent"), signed_in("cs_agent")
    with untouched():
        assert client.get(f"/console/cases/{number}/answers/{foreign}").status == 404
        assert other.get(f"/console/cases/{number}/answers/{own}").status == 404


def test_in_rich_text_nothing_of_a_value_means_something(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(cases.open_case, subject='<img src=x onerror="alert(1)">', contact="hanako")
    chosen = given(add, ja="一行目\n{subject}")
    client = signed_in("agent")
    reply = f"/console/cases/{number}/comments"
    fields = {**client.get(f"/console/cases/{number}").form(reply), "reply-answer": str(chosen)}
    with untouched():
        shown = client.post(f"/console/cases/{number}/answers", {**fields, "reply-html": "<p>先に</p>"})
    html = shown.value("reply-html")
    assert html == '<p>先に</p><p>一行目</p><p>&lt;img src=x onerror="alert(1)"&gt;</p>'
    assert shown.form(reply)["reply-body"].startswith("先に\n\n一行目")


def test_customers_see_none(session: Session) -> None:
    add(session)
    assert session.scalars(answers.visible_to(cast.actor_of(session, "hanako", "cs"))).all() == []
