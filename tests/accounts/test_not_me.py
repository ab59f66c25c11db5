"""The brake behind "this was not me": whom security mails reach, and what their link does (SEC-09, T12)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import bars, notices
from app.accounts.actions import contacts
from app.accounts.models import Proof
from app.accounts.notices import Notice
from app.authz import system_actor
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories.mails import SentMail
from tests.factories.sign_in import (
    BRAKE_LINK,
    NOON,
    app_code,
    ask_for_reset_as,
    fail,
    half_way,
    is_in,
    kinds,
    knock_as,
    mailed_link,
    next_network,
    open_sessions,
    pair_app,
    set_password,
)

pytestmark = pytest.mark.req("SEC-09")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NEW_PASSWORD = "Blue*Harbour7417"
TARO, MAIL = ROLES["taro"].login_id, "taro@sample.example"


def told(session: Session, name: str = "taro") -> None:
    """Somebody is told of a change of their account."""
    notices.tell(session, cast.person(session, name), Notice.PASSWORD_CHANGED)


def enable(session: Session) -> None:
    """End whatever keeps Taro out."""
    taro = cast.person(session, "taro")
    shown = [bar.token for bar in bars.bars_of(session, taro)]
    bars.end(session, actor=system_actor("tests"), user=taro, shown=shown)


def pull(client: InspectingClient, link: str) -> Page:
    return client.submit(client.get(link), link)


@pytest.fixture
def link(given: Given, outbox: Outbox) -> str:
    """A link that Taro was mailed at noon."""
    with clock.at(NOON):
        given(told)
    return mailed_link(outbox(), BRAKE_LINK)


@pytest.mark.parametrize(("age", "status"), [(72 * HOUR - SECOND, 303), (72 * HOUR, 404), (73 * HOUR, 404)])
def test_it_is_good_for_72_hours(app: Flask, link: str, stored: Stored, age: timedelta, status: int) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        page = client.get(link)
    with clock.at(NOON + age):
        assert client.get(link).status == (200 if status == 303 else 404)
        assert client.submit(page, link).status == status
    is_frozen = stored(lambda session: cast.person(session, "taro").frozen_at is not None)
    assert is_frozen == (status == 303)


@pytest.mark.req("security:T13", "SEC-36")
def test_looking_does_nothing(app: Flask, link: str, untouched: Untouched) -> None:
    with clock.at(NOON), untouched():
        for _ in range(3):
            assert InspectingClient(app).get(link).status == 200
        assert InspectingClient(app)._client.head(link, base_url=BASE_URL).status_code == 200
        assert InspectingClient(app)._client.post(link, base_url=BASE_URL).status_code == 400, "no form token"


@pytest.mark.req("SEC-22", "RESET-08", "security:T12", "AUTH-04")
def test_it_ends_everything_and_lets_nobody_in(
    app: Flask, link: str, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    with clock.at(NOON):
        thief, colleague, client = signed_in("taro"), signed_in("hanako"), InspectingClient(app)
        ask_for_reset_as(client, "taro")
        reset = mailed_link(outbox())
        answer = pull(client, link)
        assert (answer.status, answer.location) == (303, "/cs/login?reason=frozen")
        assert client.get(answer.location).words()
        assert [is_in(browser) for browser in (thief, colleague)] == [False, True]
        assert stored(lambda session: open_sessions(session, "taro")) == 0
        assert client.get(reset).status == 404, "a link on its way is void"
        assert knock_as(client, "taro", **next_network()).status == 422
        outbox()
        assert ask_for_reset_as(client, "taro").location == "/cs/password/sent"
        assert outbox() == []
    for days in (1, 30, 365):
        with clock.at(NOON + timedelta(days=days)):
            assert knock_as(client, "taro", **next_network()).status == 422, "time does not lift it"
    assert "user.frozen" in stored(kinds)


@pytest.mark.req("SEC-15")
def test_somebody_half_way_gets_no_further(app: Flask, given: Given, link: str, stored: Stored) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    with clock.at(NOON):
        half_way(client, "taro")
        token = client.token("/cs/login/app")
        pull(InspectingClient(app), link)
        answer = client.post("/cs/login/app", {"csrf_token": token, "code": app_code()})
        assert answer.location == "/cs/login?reason=proof"
    assert stored(lambda session: session.scalar(select(func.count()).where(Proof.ended_at.is_(None)))) == 0


@pytest.mark.req("security:T18", "CONTACT-09", "DESK-08")
def test_an_administrator_lets_the_owner_in_again_and_no_old_session(
    app: Flask, link: str, given: Given, signed_in: SignedIn
) -> None:
    def enable_by_colleague(session: Session) -> None:
        taro = cast.person(session, "taro")
        shown = [bar.token for bar in bars.bars_of(session, taro)]
        contacts.enable(session, taro, actor=cast.actor_of(session, "hanako"), shown=shown)

    with clock.at(NOON):
        old = signed_in("taro")
        pull(InspectingClient(app), link)
        given(enable_by_colleague)
        assert not is_in(old)
        assert knock_as(InspectingClient(app), "taro").location == "/cs/"


@pytest.mark.req("security:T12", "RESET-09", "DESK-08")
def test_it_lifts_the_wait_which_would_keep_out_the_owner_and_not_the_thief(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        ask_for_reset_as(client, "taro")
        set_password(client, mailed_link(outbox()), NEW_PASSWORD)
        brake = mailed_link(outbox(), BRAKE_LINK)
        assert ask_for_reset_as(client, "taro").status == 422
        pull(client, brake)
        given(enable)
        assert ask_for_reset_as(client, "taro").location == "/cs/password/sent"
        assert mailed_link(outbox())


@pytest.mark.req("C08", "SEC-18")
def test_each_works_once_and_the_others_stay_good(
    app: Flask, given: Given, link: str, outbox: Outbox
) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        given(told)
        other = mailed_link(outbox(), BRAKE_LINK)
        page = client.get(link)
        assert client.submit(page, link).status == 303
        assert client.submit(page, link).status == 404
        given(enable)
        assert client.get(link).status == 404
        assert knock_as(client, "taro", **next_network()).status == 303
        assert pull(InspectingClient(app), other).status == 303, "a thief cannot use up the owner's brake"


@pytest.mark.req("RESET-08", "SEC-22")
def test_no_change_of_the_account_voids_it(app: Flask, given: Given, link: str, outbox: Outbox) -> None:
    """A thief changes the password, the address and the app; the brake in the first mail still works."""
    client = InspectingClient(app)
    with clock.at(NOON):
        ask_for_reset_as(client, "taro")
        set_password(client, mailed_link(outbox()), NEW_PASSWORD)
        given(pair_app, "taro", secret="HXDMVJECJJWSRB3H")
        assert pull(client, link).status == 303


@pytest.mark.req("C07", "SEC-18")
@pytest.mark.parametrize(
    "shape", ["", "%20", "%00" * 64, "0" * 64, "{token}%20", "%20{token}", "{upper}", "{cut}"]
)
def test_nothing_but_the_token_pulls_it(app: Flask, link: str, untouched: Untouched, shape: str) -> None:
    base, _, token = link.rpartition("/")
    spoilt = f"{base}/{shape.format(token=token, upper=token.upper(), cut=token[:-1])}"
    client = InspectingClient(app, language="ja")
    with clock.at(NOON):
        csrf = client.token()
        with untouched():
            assert client.get(spoilt).status == 404
            assert client.post(spoilt, {"csrf_token": csrf}).status == 404


@pytest.mark.parametrize(
    ("name", "door", "language", "words"),
    [
        ("taro", "cs", "ja", "貴社の管理者"),
        ("alice", "cs", "en", "administrator of your company"),
        ("cs_agent", "console", "en", "Afterwards ask a system administrator"),
    ],
)
def test_the_page_says_what_it_does_and_whom_to_ask(
    app: Flask, given: Given, outbox: Outbox, name: str, door: str, language: str, words: str
) -> None:
    given(told, name)
    path = mailed_link(outbox(), BRAKE_LINK)
    assert path.startswith(f"/{door}/account/not-me/")
    page = InspectingClient(app, language=language).get(path)
    assert words in page.words()
    assert len(page.all("button", type="submit")) == 1


def edited(**changes: object) -> Callable[[Session], None]:
    """An administrator's change of a contact."""

    def edit(session: Session) -> None:
        taro, hanako = cast.person(session, "taro"), cast.actor_of(session, "hanako")
        data = replace(contacts.data_of(taro), **changes)  # type: ignore[arg-type]  # By name.
        contacts.edit(session, taro, actor=hanako, version=contacts.version_of(taro), data=data)

    return edit


def paired(session: Session) -> None:
    notices.tell(session, cast.person(session, "taro"), Notice.APP_PAIRED)


DOER = "hanako@sample.example"


@pytest.mark.req("PROF-06", "security:T09")
@pytest.mark.parametrize(
    ("change", "receivers"),
    [
        (edited(mail="new@sample.example"), [MAIL, "new@sample.example", DOER]),
        (edited(login_id="taro.new.cs"), [MAIL, DOER]),
        (edited(mfa_enabled=True), [MAIL, DOER]),
        (edited(mail="new@sample.example", mfa_enabled=True), [MAIL, "new@sample.example"] * 2 + [DOER]),
        (edited(is_administrator=True), [MAIL, DOER]),
        (edited(job_title="主任"), []),
        (paired, [MAIL]),
    ],
    ids=["mail", "user ID", "MFA", "both", "administrator", "nothing of that kind", "pairing"],
)
def test_old_and_new_address_are_told_each_with_a_brake_of_its_own(
    app: Flask, given: Given, outbox: Outbox, change: Callable[[Session], None], receivers: list[str]
) -> None:
    given(change)
    mails: list[SentMail] = outbox()
    assert sorted(mail.to for mail in mails) == sorted(receivers)
    brakes = [mailed_link([mail], BRAKE_LINK) for mail in mails]
    assert len(set(brakes)) == len(brakes)
    client = InspectingClient(app)
    assert all(client.get(brake).status == 200 for brake in brakes)


@pytest.mark.req("PW-07", "RESET-11", "MFA-16")
def test_what_people_do_themselves_is_told_as_well(app: Flask, signed_in: SignedIn, outbox: Outbox) -> None:
    client = signed_in("taro")
    fields = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    client.submit(client.get("/cs/profile/password"), "/cs/profile/password", **fields)
    client.act("/cs/profile/mail", mail="new@sample.example")
    mails = outbox()
    assert [mail.to for mail in mails] == [MAIL, MAIL, "new@sample.example"]
    assert all(mailed_link([mail], BRAKE_LINK) for mail in mails)
    # The former address is enough to stop whoever took it away.
    assert pull(InspectingClient(app), mailed_link(mails[1:2], BRAKE_LINK)).status == 303
    assert not is_in(client)


@pytest.mark.req("security:T02")
def test_a_mail_of_a_lock_has_one_too(app: Flask, outbox: Outbox) -> None:
    fail(InspectingClient(app), "agent", 5)
    link = mailed_link(outbox(), BRAKE_LINK)
    assert link.startswith("/console/account/not-me/")
    assert pull(InspectingClient(app), link).location == "/console/login?reason=frozen"
    client = InspectingClient(app)
    with clock.at(clock.now() + 21 * timedelta(minutes=1)):
        assert knock_as(client, "agent").status == 422


@pytest.mark.req("SEC-18", "C09")
def test_only_its_hash_is_stored(link: str, stored: Stored) -> None:
    token = link.rpartition("/")[2]
    dump = stored(
        lambda session: str(session.connection().exec_driver_sql("SELECT * FROM account_link").all())
    )
    assert token not in dump


def test_pulling_it_asks_for_neither_password_nor_code(app: Flask, given: Given, link: str) -> None:
    """Whoever has lost both to a thief must still be able to stop them."""
    given(pair_app, "taro")
    with clock.at(NOON):
        assert pull(InspectingClient(app), link).status == 303


@pytest.mark.req("REL-10")
def test_a_clock_set_back_revives_none(app: Flask, link: str) -> None:
    with clock.at(NOON - SECOND):
        assert InspectingClient(app).get(link).status == 404
