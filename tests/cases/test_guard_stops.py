"""A reply, a first message, a subject: stopped by the guard with the text kept, and sent once somebody has looked."""

import pytest

from app.cases.lifecycle import CaseState
from app.journal import JournalEvent
from tests.cast import CS_NUMBER, HIKARI
from tests.client import Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases

TEXT = f"{HIKARI}様の件、P910000001 をご確認ください。"
BOX = "内容を確認しました。このまま送信します。"

pytestmark = pytest.mark.req("DESK-04")


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def box(page: Page) -> str:
    """What the box of a stopped text would confirm."""
    found = [
        item.get("value")
        for item in page.all("input", type="checkbox")
        if "confirmed" in (item.get("name") or "")
    ]
    assert len(found) == 1
    return str(found[0])


def told(stored: Stored) -> list[dict[str, object]]:
    rows = stored(lambda session: session.query(JournalEvent).filter_by(kind="case.guard_overruled").all())
    return [row.data for row in rows]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_reply_is_stopped_and_nothing_goes_out(
    signed_in: SignedIn,
    untouched: Untouched,
    outbox: Outbox,
    number: str,
    headers: dict[str, str],
) -> None:
    client = signed_in("agent")
    path = f"/console/cases/{number}/comments"
    page = client.get(f"/console/cases/{number}")
    outbox()
    with untouched():
        answer = client.post(path, {**page.form(path), "reply-body": TEXT}, headers=headers)
    assert answer.status == 422
    assert answer.form(path)["reply-body"] == TEXT
    words = answer.words(answer.tree)
    for told_there in (
        "株式会社ひかり商事",
        "他のご契約者の名前",
        "P910000001",
        "他のご契約者のお客様番号",
        BOX,
    ):
        assert told_there in words
    assert "まだ送信されていません" in answer.alerts()
    assert len(box(answer)) == 64
    assert outbox() == []


def test_sent_again_with_the_box_it_goes_out_and_the_history_tells_the_kinds_alone(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client = signed_in("agent")
    path = f"/console/cases/{number}/comments"
    stopped = client.submit(client.get(f"/console/cases/{number}"), path, reply__body=TEXT)
    answer = client.submit(stopped, path, reply__confirmed=box(stopped))
    assert answer.status == 303
    assert stored(lambda session: cases.bodies(session, number)) == [TEXT]
    assert told(stored) == [{"kinds": ["customer_number", "name"]}]
    desk = client.get(f"/console/cases/{number}").words()
    assert "警告を確認して送信" in desk
    assert "他のご契約者の名前" in desk
    customer = signed_in("hanako").get(f"/cs/cases/{number}").text
    assert "警告" not in customer


def test_a_text_changed_after_the_box_was_ticked_is_looked_through_anew(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client = signed_in("agent")
    path = f"/console/cases/{number}/comments"
    stopped = client.submit(client.get(f"/console/cases/{number}"), path, reply__body=TEXT)
    again = client.submit(stopped, path, reply__body=f"{TEXT}追記", reply__confirmed=box(stopped))
    assert again.status == 422
    assert box(again) != box(stopped)
    assert stored(lambda session: cases.bodies(session, number)) == []
    assert told(stored) == []


@pytest.mark.parametrize("confirmed", ["on", "x" * 64, "", "1"])
def test_a_box_that_was_not_on_the_page_confirms_nothing(
    signed_in: SignedIn, untouched: Untouched, number: str, confirmed: str
) -> None:
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    with untouched():
        answer = client.submit(
            page, f"/console/cases/{number}/comments", reply__body=TEXT, reply__confirmed=confirmed
        )
    assert answer.status == 422


def test_a_harmless_reply_goes_out_at_once(signed_in: SignedIn, stored: Stored, number: str) -> None:
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    assert BOX not in page.words()
    assert client.submit(page, f"/console/cases/{number}/comments", reply__body="回答です。").status == 303
    assert told(stored) == []


def test_notes_are_not_stopped(signed_in: SignedIn, stored: Stored, number: str) -> None:
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    assert client.submit(page, f"/console/cases/{number}/notes", note__body=TEXT).status == 303
    assert told(stored) == []


def test_what_customers_write_is_not_looked_through(signed_in: SignedIn, stored: Stored, number: str) -> None:
    client = signed_in("hanako")
    page = client.get(f"/cs/cases/{number}")
    assert client.submit(page, f"/cs/cases/{number}/comments", body=TEXT).status == 303
    assert told(stored) == []


@pytest.mark.req("DESK-06")
@pytest.mark.parametrize(("subject", "details"), [(HIKARI, "本文"), ("件名", TEXT)])
def test_the_first_message_of_a_case_is_stopped_too(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, subject: str, details: str
) -> None:
    client = signed_in("agent")
    path = f"/console/cases/new?number={CS_NUMBER}"
    page = client.get(path)
    with untouched():
        stopped = client.submit(page, path, category="other", subject=subject, details=details)
    assert stopped.status == 422
    assert stopped.form(path)["details"] == details
    assert client.submit(stopped, path, confirmed=box(stopped)).status == 303
    assert len(stored(cases.all_numbers)) == 1
    assert len(told(stored)) == 1


def test_a_new_subject_is_stopped_and_an_old_one_is_not(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, number: str
) -> None:
    client = signed_in("agent")
    path = f"/console/cases/{number}/details"
    with untouched():
        stopped = client.submit(client.get(path), path, subject=TEXT)
    assert stopped.status == 422
    assert stopped.form(path)["subject"] == TEXT
    assert client.submit(stopped, path, confirmed=box(stopped)).status == 303
    assert client.submit(client.get(path), path, category="product").status == 303
    assert told(stored) == [{"kinds": ["customer_number", "name"]}]


def test_an_agent_learns_nothing_of_other_services(signed_in: SignedIn, given: Given, number: str) -> None:
    """Ichika works for cs alone: a case of fm is named by what she typed, and by nothing else."""
    foreign = given(cases.open_inquiry, number="N237903144")
    client = signed_in("cs_agent")
    page = client.get(f"/console/cases/{number}")
    answer = client.submit(page, f"/console/cases/{number}/comments", reply__body=f"See {foreign}.")
    assert answer.status == 422
    assert "Case number of another contract holder" in answer.words()
    assert not [word for word in (HIKARI, "光", "N237903144") if word in answer.text]
