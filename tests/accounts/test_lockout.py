"""Five wrong passwords in a row close an ID for 20 minutes, whoever has it, and nothing tells which (AUTH-03 to 06)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import bars, tries
from app.accounts.actions import contacts
from app.accounts.models import LoginEvent, TryCount, TryKind
from app.accounts.passwords import CHEAP, PasswordVault
from app.authz import system_actor
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, Stored
from tests.factories.sign_in import (
    BRAKE_LINK,
    NOON,
    bare,
    count_of,
    fail,
    freeze,
    half_way,
    kinds,
    knock,
    knock_as,
    mailed_link,
    new_customer,
    next_network,
    turn_mfa_on,
)
from tests.factories.wording import message

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HANAKO = ROLES["hanako"].login_id


def right(client: InspectingClient, name: str = "hanako", service: str = "cs") -> Page:
    return knock_as(client, name, PASSWORD, service, **next_network())


@pytest.mark.req("AUTH-03", "AUTH-05", "SEC-05")
@pytest.mark.parametrize(
    ("after", "status"), [(timedelta(), 422), (20 * MINUTE - SECOND, 422), (20 * MINUTE, 303)]
)
def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_20_minutes(
    app: Flask, after: timedelta, status: int
) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        fail(client, "hanako", 5)
    with clock.at(NOON + after):
        assert right(client).status == status


@pytest.mark.req("AUTH-03", "AUTH-05")
def test_four_are_no_reason_and_the_right_one_sets_the_count_back(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    for _ in range(3):
        fail(client, "hanako", 4)
        assert right(client).status == 303
    count = stored(lambda session: count_of(session, "hanako"))
    assert (count.in_a_row, count.since_success, count.locked_until) == (0, 0, None)


@pytest.mark.req("AUTH-05")
def test_tries_during_a_lock_do_not_lengthen_it(app: Flask) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        fail(client, "hanako", 5)
    for after in (MINUTE, 10 * MINUTE, 20 * MINUTE - SECOND):
        with clock.at(NOON + after):
            fail(client, "hanako", 3)
            assert right(client).status == 422
    with clock.at(NOON + 20 * MINUTE):
        assert right(client).status == 303


@pytest.mark.req("AUTH-05")
@pytest.mark.parametrize(("again", "status"), [(4, 303), (5, 422)])
def test_after_the_lock_the_count_is_back_at_0(app: Flask, again: int, status: int) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        fail(client, "hanako", 5)
    with clock.at(NOON + 20 * MINUTE):
        fail(client, "hanako", again)
        assert right(client).status == status


@pytest.mark.req("AUTH-03", "CONTACT-05")
def test_all_spellings_doors_and_browsers_count_for_one_id(app: Flask) -> None:
    fail(InspectingClient(app), "hanako", 2, login_id=f" {HANAKO.upper()} ")
    fail(InspectingClient(app), "hanako", 2, "fm")
    # Right, but hers is another side of the house.
    assert knock(InspectingClient(app), "/console", HANAKO, PASSWORD, **next_network()).status == 422
    assert right(InspectingClient(app)).status == 422
    assert right(InspectingClient(app), "taro").status == 303


@pytest.mark.req("SVC-05")
def test_right_passwords_at_a_portal_without_a_number_lock_nothing(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    fail(client, "charlie", 4, "fm")
    for _ in range(6):
        assert right(client, "charlie", "cs").status == 422
    assert stored(lambda session: count_of(session, "charlie").in_a_row) == 4
    assert right(client, "charlie", "fm").status == 303


@pytest.mark.req("REL-10", "AUTH-05")
@pytest.mark.parametrize("back", [SECOND, 10 * MINUTE, timedelta(days=1)])
def test_a_clock_set_back_does_not_lengthen_a_lock(app: Flask, back: timedelta) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        fail(client, "hanako", 5)
    with clock.at(NOON - back):
        assert right(client).status == 303


@pytest.mark.req("AUTH-06", "CONTACT-09")
def test_an_administrator_ends_the_lock_earlier(app: Flask, given: Given, stored: Stored) -> None:
    client = InspectingClient(app)
    fail(client, "taro", 5)
    assert right(client, "taro").status == 422

    def enable(session: Session) -> None:
        taro = cast.person(session, "taro")
        assert tries.is_locked(session, taro)
        shown = [bar.token for bar in bars.bars_of(session, taro)]
        contacts.enable(session, taro, actor=cast.actor_of(session, "hanako"), shown=shown)

    given(enable)
    assert right(client, "taro").status == 303
    assert "user.unlocked" in stored(kinds)


def _classes(session: Session) -> dict[str, tuple[str, str, str]]:
    """Whom to knock as, where, with which password, for each reason to be refused."""
    freeze(session, "jiro")
    new_customer(session, "new@sample.example.cs")
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, "lead"))
    for _ in range(5):
        tries.charge(session, TryKind.PASSWORD, cast.person(session, "alice").subject_for_tries)
    return {
        "wrong password": ("/cs", HANAKO, "wrong"),
        "unknown": ("/cs", "nobody@sample.example.cs", PASSWORD),
        "locked": ("/cs", ROLES["alice"].login_id, PASSWORD),
        "disabled": ("/cs", ROLES["kaito"].login_id, PASSWORD),
        "frozen": ("/fm", ROLES["jiro"].login_id, PASSWORD),
        "nobody at the other portal": ("/fm", "nobody@sample.example.fm", PASSWORD),
        "no password yet": ("/cs", "new@sample.example.cs", PASSWORD),
        "an agent": ("/cs", ROLES["agent"].login_id, PASSWORD),
        "no number": ("/cs", ROLES["charlie"].login_id, PASSWORD),
        "no number, wrong": ("/cs", ROLES["charlie"].login_id, "wrong"),
        "a customer": ("/console", HANAKO, PASSWORD),
        "disabled agent": ("/console", ROLES["lead"].login_id, PASSWORD),
    }


@pytest.mark.req("AUTH-04", "SEC-05", "AUTH-07", "M-01")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_whatever_the_reason_the_answer_is_the_same(app: Flask, given: Given, language: str) -> None:
    classes = given(_classes)
    client = InspectingClient(app, language=language)
    for times in range(6):
        answers: dict[str, set[str]] = {}
        for door, login_id, password in classes.values():
            page = knock(client, door, login_id, password, **next_network())
            status, text, headers = bare(page)
            answers.setdefault(door, set()).add(str((status, text.replace(login_id, "…"), headers)))
            assert message("M-01", language) in page.alerts()
        # What differs is the portal itself: its name, its colour, its links.
        assert [len(same) for same in answers.values()] == [1, 1, 1], f"at try {times + 1}"
        assert client.cookie() is None


@pytest.mark.req("AUTH-04", "SEC-05")
def test_ids_that_nobody_has_are_counted_and_closed_like_real_ones(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        fail(client, "hanako", 7, login_id="Nobody@sample.example.cs")

    def rows(session: Session) -> list[TryCount]:
        return list(session.scalars(select(TryCount).where(TryCount.subject.startswith(tries.INVENTED))))

    (row,) = stored(rows)
    assert (row.in_a_row, row.locked_until) == (5, NOON + 20 * MINUTE)
    assert "nobody" not in row.subject, "people type passwords into this field too"
    with clock.at(NOON + 20 * MINUTE):
        fail(client, "hanako", 1, login_id=" NOBODY@sample.example.cs")
    (row,) = stored(rows)
    assert (row.in_a_row, row.since_success, row.locked_until) == (1, 6, None)


@pytest.mark.req("AUTH-04")
@pytest.mark.parametrize(
    ("name", "login_id"),
    [("hanako", ""), ("hanako", "nobody@sample.example.cs"), ("kaito", ""), ("agent", "")],
    ids=["wrong", "unknown", "disabled", "agent"],
)
def test_every_failure_asks_as_much_of_the_database(app: Flask, name: str, login_id: str) -> None:
    """What the clock cannot tell apart either; tests with a stopwatch are beside this one."""
    client = InspectingClient(app)

    def asked(login_id: str) -> list[str]:
        fail(client, "hanako", 1, login_id=login_id)
        queries = knock(client, "/cs", login_id, "wrong", **next_network()).queries
        return [text.partition("(")[0].partition(" SET")[0][:40] for text in queries]

    usual, found = asked(HANAKO), asked(login_id or ROLES[name].login_id)
    # Taking back what was done in vain is one more statement, and so is the stamp that is kept instead.
    assert len(usual) <= len(found) <= len(usual) + 2
    assert set(usual) - set(found) == set()


@pytest.mark.req("security:T03", "SEC-05")
def test_a_flood_of_invented_ids_does_not_fill_the_disk(app: Flask, given: Given, stored: Stored) -> None:
    def flood(session: Session) -> None:
        tries.charge(session, TryKind.PASSWORD, cast.person(session, "hanako").subject_for_tries)
        row = {"kind": TryKind.PASSWORD, "in_a_row": 1, "since_success": 1, "touched_at": NOON}
        session.execute(
            TryCount.__table__.insert(),  # type: ignore[attr-defined]  # A table, though typed as less.
            [{**row, "subject": f"{tries.INVENTED}{number}"} for number in range(tries.MOST_INVENTED + 200)],
        )

    def invented(session: Session) -> int:
        chosen = select(func.count()).where(TryCount.subject.startswith(tries.INVENTED))
        return session.scalars(chosen).one()

    with clock.at(NOON):
        given(flood)
        client = InspectingClient(app)
        for number in range(tries.SWEEP_EACH):
            fail(client, "hanako", 1, login_id=f"nobody{number}")
        assert stored(invented) <= tries.MOST_INVENTED + tries.SWEEP_EACH
    with clock.at(NOON + tries.INVENTED_KEPT_FOR + MINUTE):
        for number in range(tries.SWEEP_EACH):
            fail(client, "hanako", 1, login_id=f"nobody else {number}")
    assert stored(invented) <= tries.SWEEP_EACH
    assert stored(lambda session: count_of(session, "hanako").in_a_row) == 1


@pytest.mark.req("security:T02", "SEC-09")
def test_the_owner_is_told_once_for_each_lock_and_three_times_a_day_at_most(
    app: Flask, outbox: Outbox
) -> None:
    client = InspectingClient(app)
    told = []
    for number in range(5):
        with clock.at(NOON + number * 20 * MINUTE):
            fail(client, "hanako", 4)
            assert outbox() == []
            fail(client, "hanako", 4)
            told.append([(mail.to, mail.subject) for mail in outbox()])
    mail = ("hanako@sample.example", "【セキュリティ】ユーザーIDが20分間ロックされました")
    assert told == [[mail], [mail], [mail], [], []]
    with clock.at(NOON + timedelta(days=1)):
        fail(client, "hanako", 5)
        mails = outbox()
    assert [mail.to for mail in mails] == ["hanako@sample.example"]
    # The brake of the mail is good although the ID is locked.
    with clock.at(NOON + timedelta(days=1, minutes=1)):
        assert client.get(mailed_link(mails, BRAKE_LINK)).status == 200


@pytest.mark.req("security:T02")
@pytest.mark.parametrize("login_id", ["nobody@sample.example.cs", ROLES["kaito"].login_id])
def test_nobody_is_told_of_a_lock_of_nobody(app: Flask, outbox: Outbox, login_id: str) -> None:
    """Nor is who was disabled: they cannot sign in anyway, and the brake would not work for them."""
    fail(InspectingClient(app), "hanako", 6, login_id=login_id)
    assert outbox() == []


@pytest.mark.req("HIST-03", "AUTH-03")
def test_the_history_tells_failures_and_the_lock(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    fail(client, "taro", 6)

    def told(session: Session) -> list[str]:
        return list(session.scalars(select(LoginEvent.kind).order_by(LoginEvent.id)))

    assert stored(told) == [*["login.failed"] * 5, "user.locked", "login.failed"]


@pytest.mark.req("MFA-12", "Q8")
def test_wrong_codes_do_not_count_for_the_lock(app: Flask, given: Given, stored: Stored) -> None:
    given(turn_mfa_on, "taro")
    client = InspectingClient(app)
    fail(client, "taro", 4)
    half_way(client, "taro", **next_network())
    assert stored(lambda session: count_of(session, "taro").in_a_row) == 0


@pytest.mark.req("SEC-22", "AUTH-07")
@pytest.mark.parametrize("change", ["password", "disabled"])
def test_what_happens_while_the_password_is_checked_counts(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A reset or a disabling that comes in between wins, or else it would end all sessions but this one."""
    vault = app.extensions["vault"]

    class Slow:
        def matches(self, stored: str | None, password: str) -> bool:
            # In a thread, since within the request there is but one session of the database.
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(given, _change, change).result()
            return bool(vault.matches(stored, password))

        def is_weak(self, stored: str) -> bool:
            return bool(vault.is_weak(stored))

    monkeypatch.setitem(app.extensions, "vault", Slow())
    client = InspectingClient(app)
    assert knock_as(client, "taro").status == 422
    assert client.cookie() is None


def _change(session: Session, change: str) -> None:
    actor, taro = system_actor("tests"), cast.person(session, "taro")
    acts: dict[str, Callable[[], None]] = {
        "password": lambda: accounts.set_password(
            session,
            actor=actor,
            user=taro,
            password="Another#Password9",
            vault=PasswordVault(CHEAP),
        ),
        "disabled": lambda: accounts.disable(session, actor=actor, user=taro),
    }
    acts[change]()
