"""A fresh proof before sensitive acts: ten minutes, one question, the form kept, a new identifier (SEC-10, SEC-20)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import AuthSession, Proof, SessionEnd
from app.accounts.proofs import COOKIE
from app.accounts.security import lose_proofs
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    HOST,
    NOON,
    app_code,
    choose,
    count_of,
    from_address,
    give,
    half_way,
    is_in,
    kinds,
    knock,
    knock_as,
    mailed_code,
    next_network,
    pair_app,
    turn_mfa_on,
    wrong_code,
)

pytestmark = pytest.mark.req("SEC-10")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FRESH, STALE = 10 * MINUTE - SECOND, 10 * MINUTE
ADDRESS, CONFIRM, GO_ON = "/cs/profile/mail", "/cs/confirm", "/cs/confirm/continue"
NEW = "taro@new.example"


def change(client: InspectingClient, address: str = NEW) -> Page:
    """Ask for another mail address, which later codes and links will go to."""
    return client.act(ADDRESS, mail=address)


def prove(client: InspectingClient, password: str = PASSWORD, **options: object) -> Page:
    fields = client.get(CONFIRM).form(CONFIRM) | {"password": password}
    return client.post(CONFIRM, fields, **(options or next_network()))


def mail_of(session: Session, name: str = "taro") -> str:
    return cast.person(session, name).mail


def proof_cookie(client: InspectingClient) -> str:
    found = client._client.get_cookie(COOKIE, domain=HOST)
    return found.value if found else ""


def plant(client: InspectingClient, name: str, value: str) -> None:
    client._client.set_cookie(name, value, domain=HOST, secure=True)


@pytest.fixture
def client(signed_in: SignedIn) -> InspectingClient:
    """Taro's browser, signed in at noon."""
    with clock.at(NOON):
        return signed_in("taro")


@pytest.mark.parametrize(("age", "location"), [(FRESH, "/cs/profile"), (STALE, CONFIRM)])
def test_a_proof_is_fresh_for_ten_minutes(
    client: InspectingClient, stored: Stored, age: timedelta, location: str
) -> None:
    with clock.at(NOON + age):
        assert change(client).location.partition("?")[0] == location
    assert (stored(mail_of) == NEW) == (age == FRESH)


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        ("taro", "/cs/profile/mail", {"mail": NEW}),
        ("taro", "/cs/profile/mfa", {"code": "123456", "offer": ""}),
        ("taro", "/cs/profile/passkeys/new", {"name": "鍵", "challenge": "x", "answer": "{}"}),
        ("taro", "/cs/profile/recovery-codes", {}),
        ("agent", "/console/profile/mail", {"mail": "agent@new.example"}),
        ("agent", "/console/profile/mfa", {"code": "123456", "offer": ""}),
        ("agent", "/console/profile/passkeys/new", {"name": "鍵", "challenge": "x", "answer": "{}"}),
        ("agent", "/console/profile/recovery-codes", {}),
        ("agent", "/console/profile/password", {}),
    ],
)
def test_with_an_old_one_the_act_waits_and_nothing_is_written(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, name: str, path: str, fields: dict[str, str]
) -> None:
    with clock.at(NOON):
        client = signed_in(name)
    told = len(stored(kinds))
    with clock.at(NOON + STALE):
        answer = client.act(path, **fields)
        assert answer.location == f"/{path.split('/')[1]}/confirm"
        assert client.get(answer.location).status == 200
    assert len(stored(kinds)) == told
    assert outbox() == []
    (proof,) = stored(lambda session: session.scalars(select(Proof)).all())
    assert (proof.next, proof.password_proved_at) == (path, None)
    assert {name for name, _ in proof.form} <= set(fields), "what waits is the form, without its secrets"


def test_the_password_sends_the_kept_form_by_one_click(client: InspectingClient, stored: Stored) -> None:
    with clock.at(NOON + STALE):
        assert change(client).location == CONFIRM
        assert prove(client).location == GO_ON
        assert stored(mail_of) == "taro@sample.example", "the click is still to come"
        page = client.get(GO_ON)
        assert page.form(ADDRESS)["mail"] == NEW
        assert client.submit(page, ADDRESS).status == 303
    assert stored(mail_of) == NEW


@pytest.mark.req("SEC-20", "C10")
def test_the_session_goes_on_under_a_new_identifier_and_the_old_one_is_dead(
    app: Flask, client: InspectingClient, stored: Stored
) -> None:
    before, thief = client.cookie() or "", InspectingClient(app)
    with clock.at(NOON + STALE):
        change(client)
        assert client.cookie() == before, "asking alone changes nothing"
        prove(client)
        assert client.cookie() not in {before, None}
        thief.set_cookie(before)
        assert (is_in(client), is_in(thief)) == (True, False)

    def rows(session: Session) -> list[AuthSession]:
        return list(session.scalars(select(AuthSession)))

    (row,) = stored(rows)
    assert (row.created_at, row.proved_at) == (NOON, NOON + STALE), "its absolute end stays"


@pytest.mark.req("AUTH-03", "PW-07", "C36")
def test_wrong_passwords_count_with_those_at_the_login(
    app: Flask, client: InspectingClient, stored: Stored, outbox: Outbox
) -> None:
    with clock.at(NOON + STALE):
        change(client)
        for _ in range(3):
            page = prove(client, "wrong")
            assert page.status == 422
            assert page.alerts()
            assert not page.one("input", name="password").get("value")
        for _ in range(2):
            knock_as(InspectingClient(app), "taro", "wrong", **next_network())
        assert stored(lambda session: count_of(session, "taro").in_a_row) == 5
        assert prove(client).status == 422, "and so even the right one is refused"
        assert knock_as(InspectingClient(app), "taro", **next_network()).status == 422
        assert [mail.to for mail in outbox()] == ["taro@sample.example"]
    assert stored(mail_of) == "taro@sample.example"
    with clock.at(NOON + STALE + 14 * MINUTE):
        # The question itself lasts a quarter of an hour; who comes later asks anew.
        assert client.get(CONFIRM).status == 200
    with clock.at(NOON + STALE + 20 * MINUTE):
        change(client)
        assert prove(client).location == GO_ON
    assert stored(lambda session: count_of(session, "taro").in_a_row) == 0


@pytest.mark.req("SEC-07", "C36")
def test_the_network_is_counted_too(client: InspectingClient) -> None:
    here = from_address("192.0.2.1")
    with clock.at(NOON + STALE):
        change(client)
        for number in range(10):
            knock(InspectingClient(client._app), "/cs", f"nobody{number}", "wrong", **here)
        assert prove(client, **here).status == 429
        assert prove(client, **from_address("192.0.2.2")).location == GO_ON


@pytest.mark.req("MFA-01", "SEC-13", "SEC-16")
def test_whoever_owes_a_code_gives_it_as_well(client: InspectingClient, given: Given, stored: Stored) -> None:
    given(keeping_sessions, pair_app, "taro")
    with clock.at(NOON + STALE):
        change(client)
        assert client.get("/cs/login/app").location == "/cs/login?reason=proof", "first the password"
        change(client)
        assert prove(client).location == "/cs/login/method"
        assert client.get(GO_ON).location == "/cs/", "half a proof is none"
        assert change(client).location == CONFIRM
        assert prove(client).location == "/cs/login/method"
        assert give(client, "/cs", "app", wrong_code(app_code())).status == 422
        assert give(client, "/cs", "app", app_code(), remember=True).location == GO_ON
        assert client.submit(client.get(GO_ON), ADDRESS).status == 303
    assert stored(mail_of) == NEW


def keeping_sessions(session: Session, change: Callable[..., None], name: str) -> None:
    """A change as if it had been there before the session, which it would end."""
    open_rows = session.scalars(select(AuthSession).where(AuthSession.ended_at.is_(None))).all()
    change(session, name)
    for row in open_rows:
        session.refresh(row)
        row.ended_at = row.end_reason = None


@pytest.mark.req("MFA-12")
def test_five_wrong_codes_end_the_question(client: InspectingClient, given: Given, stored: Stored) -> None:
    given(keeping_sessions, pair_app, "taro")
    with clock.at(NOON + STALE):
        change(client)
        prove(client)
        wrong = wrong_code(*(app_code(step=step) for step in (-1, 0, 1)))
        last = [give(client, "/cs", "app", wrong, **next_network()) for _ in range(5)][-1]
        assert last.location == "/cs/login?reason=codes"
        assert client.get(GO_ON).location == "/cs/"
        assert is_in(client)
        assert change(client).location == CONFIRM
    assert stored(mail_of) == "taro@sample.example"


@pytest.mark.req("SEC-14")
def test_a_mailed_code_of_a_sign_in_is_none_for_an_act(
    app: Flask, client: InspectingClient, given: Given, outbox: Outbox
) -> None:
    given(keeping_sessions, turn_mfa_on, "taro")
    other = InspectingClient(app)
    with clock.at(NOON + STALE):
        half_way(other, "taro")
        choose(other, "/cs", "mail")
        code = mailed_code(outbox())
        change(client)
        prove(client)
        choose(client, "/cs", "mail")
        assert give(client, "/cs", "mail", code).status == 422
        assert give(client, "/cs", "mail", mailed_code(outbox())).location == GO_ON


@pytest.mark.req("SEC-15", "C37")
def test_a_question_is_good_in_its_own_session_alone(
    app: Flask, client: InspectingClient, signed_in: SignedIn
) -> None:
    with clock.at(NOON + STALE):
        colleague, other = signed_in("hanako"), signed_in("taro")
        change(client)
        for stranger in (colleague, other):
            plant(stranger, COOKIE, proof_cookie(client))
            assert stranger.get(CONFIRM).status == 404
            assert stranger.act(CONFIRM, password=PASSWORD).status == 404
        outsider = InspectingClient(app)
        plant(outsider, COOKIE, proof_cookie(client))
        assert outsider.get(CONFIRM).location.startswith("/cs/login?")
        assert outsider.get("/cs/login/method").location == "/cs/login?reason=proof"
        prove(client)
        for stranger in (colleague, other):
            plant(stranger, COOKIE, proof_cookie(client))
            assert stranger.get(GO_ON).location == "/cs/"


@pytest.mark.req("SEC-15")
def test_the_proof_of_a_sign_in_answers_no_question_and_the_other_way_round(
    app: Flask, client: InspectingClient, given: Given
) -> None:
    given(keeping_sessions, pair_app, "taro")
    visitor = InspectingClient(app)
    with clock.at(NOON + STALE):
        half_way(visitor, "taro")
        plant(client, COOKIE, proof_cookie(visitor))
        assert client.get(CONFIRM).status == 404
        change(client)
        plant(visitor, COOKIE, proof_cookie(client))
        assert visitor.get("/cs/login/app").location == "/cs/login?reason=proof"
        plant(visitor, COOKIE, proof_cookie(client))
        prove(client)
        # The password is given there; the code leads to that very session and to no other.
        answer = give(visitor, "/cs", "app", app_code())
        assert answer.location == "/cs/login?reason=proof"
        assert visitor.cookie() is None


@pytest.mark.req("SEC-22")
def test_a_session_that_ends_meanwhile_is_not_revived(
    client: InspectingClient, given: Given, untouched: Untouched
) -> None:
    def lose(session: Session) -> None:
        lose_proofs(session, cast.person(session, "taro"), reason=SessionEnd.OWNER)
        choose_language(session, "taro", "en")

    with clock.at(NOON + STALE):
        change(client)
        page = client.get(CONFIRM)
        given(lose)
        with untouched():
            answer = client.submit(page, CONFIRM, password=PASSWORD)
        assert answer.location == "/cs/login"
        assert not is_in(client)


@pytest.mark.parametrize("path", [CONFIRM, GO_ON])
def test_without_an_act_there_is_no_question(client: InspectingClient, path: str) -> None:
    with clock.at(NOON + STALE):
        page = client.get(path)
        assert (page.status, page.location) in {(404, ""), (303, "/cs/")}


def test_an_empty_password_has_its_message(client: InspectingClient, stored: Stored) -> None:
    with clock.at(NOON + STALE):
        change(client)
        for typed in ("", "x" * 5_000):
            page = prove(client, typed)
            assert page.status == 422
            assert page.error_at("password")
    assert stored(lambda session: count_of(session, "taro").in_a_row) == 0


def test_an_act_that_does_not_hold_asks_for_no_password(client: InspectingClient) -> None:
    with clock.at(NOON + STALE):
        page = change(client, "no address")
        assert page.status == 422
        assert client.get(CONFIRM).status == 404


@pytest.mark.req("REL-10")
def test_a_clock_set_back_makes_no_proof_fresh(client: InspectingClient) -> None:
    with clock.at(NOON - SECOND):
        assert change(client).location == CONFIRM
