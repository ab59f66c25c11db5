"""Colleagues named in internal notes: who is meant, who is told, and what waits to be read."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import mentions
from app.cases.models import CaseMention
from tests import cast
from tests.cast import FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.writing import note_for

pytestmark = pytest.mark.req("DESK-04")

PEOPLE: list[Any] = [
    SimpleNamespace(id=1, display_name="中村 さくら", login_key="agent@desk.example"),
    SimpleNamespace(id=2, display_name="中村 さくら子", login_key="sakurako@desk.example"),
    SimpleNamespace(id=3, display_name="Ken Mori", login_key="ken@desk.example"),
    SimpleNamespace(id=4, display_name="Kenji Mori", login_key="kenji.mori"),
]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", []),
        ("中村 さくらさんへ", []),
        ("@中村 さくら さんへ", [1]),
        ("＠中村さくらさんへ", [1]),
        ("@中村　さくら", [1]),
        ("@中村 さくら子さんへ", [2]),
        ("@中村さくら @中村さくら子", [1, 2]),
        ("@中村", []),
        ("@agent お願いします", [1]),
        ("@AGENT、お願いします", [1]),
        ("@agent.", [1]),
        ("@agents", []),
        ("@agent-2", []),
        ("@agent@desk.example", []),
        ("user@agent", []),
        ("a.b@ken mori", []),
        ("@ken: please", [3]),
        ("@Ken Mori please", [3]),
        ("@kenji.mori and @ken", [3, 4]),
        ("@kenji", []),
        ("@誰か @ @@", []),
        ("(@ken)", [3]),
        ("お願い@ken", [3]),
    ],
)
def test_who_is_meant_by_a_text(text: str, meant: list[int]) -> None:
    assert [person.id for person in mentions.named_in(text, PEOPLE)] == meant


def test_two_of_one_name_are_both_meant() -> None:
    twins: list[Any] = [SimpleNamespace(id=n, display_name="森 健", login_key=f"m{n}@x") for n in (1, 2)]
    assert len(mentions.named_in("@森健", twins)) == 2


@pytest.mark.parametrize("text", ["@" * 20_000, "@中村 さくら" * 2_000, "＠" + "あ" * 20_000])
def test_long_texts_are_read_in_time(text: str) -> None:
    assert isinstance(mentions.named_in(text, PEOPLE * 12), list)


def waiting(stored: Stored) -> list[tuple[str, bool]]:
    """Who is mentioned, and whether they have read it."""

    def look(session: Session) -> list[tuple[str, bool]]:
        names = {cast.person(session, name).id: name for name in cast.ROLES}
        rows = session.scalars(select(CaseMention).order_by(CaseMention.id))
        return [(names[row.user_id], row.read_at is not None) for row in rows]

    found: list[tuple[str, bool]] = stored(look)
    return found


def test_named_and_chosen_colleagues_are_told_once_by_mail_without_the_note(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    number = given(cases.open_inquiry)
    outbox()
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    path = f"/console/cases/{number}/notes"
    ids = stored(lambda session: str(cast.person(session, "lead").id))
    answer = client.submit(page, path, note__body="@伊藤一花 @高橋 健 秘密の内容", note__told=ids)
    assert answer.status == 303
    assert sorted(waiting(stored)) == [("cs_agent", False), ("lead", False)]
    mails = {mail.to: mail for mail in outbox()}
    assert sorted(mails) == ["ichika@desk.example", "lead@desk.example"]
    assert "mentioned you" in mails["ichika@desk.example"].subject
    assert "メンション" in mails["lead@desk.example"].subject
    for mail in mails.values():
        assert f"https://desk.test/console/cases/{number}" in mail.text
        assert "秘密" not in mail.text + mail.subject


def test_only_agents_of_the_service_can_be_told(given: Given, stored: Stored, outbox: Outbox) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    outbox()
    given(note_for, number, "@伊藤一花 @佐藤花子 @kaito", told=("cs_agent", "hanako", "kaito"))
    assert waiting(stored) == []
    assert outbox() == []


def test_nobody_tells_themselves(given: Given, stored: Stored, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    outbox()
    given(note_for, number, "@中村さくら 覚え書き", told=("agent",))
    assert waiting(stored) == []
    assert outbox() == []


def test_in_a_public_reply_an_at_is_plain_text(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    assert client.submit(page, f"/console/cases/{number}/comments", reply__body="@高橋 健 です").status == 303
    assert waiting(stored) == []


@pytest.mark.parametrize("told", ["x", "-1", "9" * 30, "", "٣"])
def test_a_strange_choice_is_as_if_it_were_none(
    signed_in: SignedIn, given: Given, stored: Stored, told: str
) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    path = f"/console/cases/{number}/notes"
    assert client.submit(page, path, note__body="メモ", note__told=told).status == 303
    assert waiting(stored) == []


def test_a_refused_note_keeps_the_choice(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    lead = stored(lambda session: str(cast.person(session, "lead").id))
    client = signed_in("agent")
    path = f"/console/cases/{number}/notes"
    answer = client.submit(client.get(f"/console/cases/{number}"), path, note__body="", note__told=lead)
    assert answer.status == 422
    assert answer.form(path)["note-told"] == lead


def test_the_queue_and_the_rail_tell_what_waits_for_oneself_alone(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    given(note_for, number, "至急の確認", told=("lead",))
    page = signed_in("lead").get("/console/mentions/")
    assert [(row["ケース"], row["送信者"], row["内部メモ"]) for row in page.rows()] == [
        (number, "中村 さくら", "至急の確認")
    ]
    assert [page.words(item) for item in page.styled("span", "nav-count")] == ["1"]
    other = signed_in("admin").get("/console/mentions/")
    assert "至急の確認" not in other.text
    assert other.styled("span", "nav-count") == []


def test_opening_the_page_reads_nothing_and_the_page_says_that_it_was_read(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    number = given(cases.open_inquiry)
    given(note_for, number, "確認を", told=("lead",))
    client = signed_in("lead")
    with untouched():
        page = client.get(f"/console/cases/{number}")
    assert "中村 さくらさんが内部メモであなたをメンションしました。" in page.words()
    assert f"/console/cases/{number}/mentions/reading" in page.text
    assert client.act(f"/console/cases/{number}/mentions/reading").status == 204
    assert waiting(stored) == [("lead", True)]
    assert "メンションしました" not in client.get(f"/console/cases/{number}").words()
    assert "既読" in client.get("/console/mentions/").words()


def test_one_is_read_by_its_button_and_all_by_theirs(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    for text in ("一", "二", "三"):
        given(note_for, number, text, told=("lead",))
    client = signed_in("lead")
    page = client.get("/console/mentions/")
    first = stored(lambda session: session.scalars(select(CaseMention.id).order_by(CaseMention.id)).first())
    assert client.submit(page, f"/console/mentions/{first}/reading").location == "/console/mentions/"
    assert [read for _, read in waiting(stored)] == [True, False, False]
    assert client.submit(client.get("/console/mentions/"), "/console/mentions/reading").status == 303
    assert [read for _, read in waiting(stored)] == [True, True, True]


def test_nobody_reads_for_somebody_else(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    number = given(cases.open_inquiry)
    given(note_for, number, "確認を", told=("lead",))
    mention = given(lambda session: session.scalars(select(CaseMention.id)).one())
    client = signed_in("agent")
    with untouched():
        assert client.act(f"/console/mentions/{mention}/reading").status == 404
        assert client.act("/console/mentions/reading").status == 303
        assert client.act(f"/console/cases/{number}/mentions/reading").status == 204


def test_who_leaves_the_service_reads_its_notes_no_more(session: Session) -> None:
    number = cases.open_inquiry(session)
    note_for(session, number, "確認を", told=("cs_agent",))
    actor = cast.actor_of(session, "cs_agent")
    assert mentions.count_unread(session, actor) == 1
    gone = replace(actor, services=frozenset())
    assert mentions.count_unread(session, gone) == 0
    assert mentions.mentions_of(session, gone, limit=20, offset=0) == []
