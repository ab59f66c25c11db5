"""Codes by mail: five minutes, once, for one sign-in, and never anywhere but in the mail (MFA-07 to 09, SEC-14)."""

import sqlite3
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts.security import void_mailed
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    CODE,
    NOON,
    choose,
    give,
    half_way,
    kinds,
    mailed_code,
    next_network,
    turn_mfa_on,
    wrong_code,
)
from tests.factories.wording import message

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AGAIN = "/cs/login/mail/codes"


@pytest.fixture
def client(app: Flask, given: Given) -> InspectingClient:
    """Taro's browser; an administrator has turned MFA on for him."""
    given(turn_mfa_on, "taro")
    return InspectingClient(app)


def asked(client: InspectingClient) -> None:
    """Give the password and let a code be mailed."""
    half_way(client, "taro", **next_network())
    assert choose(client, "/cs", "mail").location == "/cs/login/mail"


def resend(client: InspectingClient) -> Page:
    return client.submit(client.get("/cs/login/mail"), AGAIN)


@pytest.mark.req("MFA-07", "MFA-08", "MFA-09", "M-02", "M-04", "M-05")
@pytest.mark.parametrize(
    ("language", "field", "again"),
    [("ja", "6桁の認証コード", "コードを再送信"), ("en", "6-digit authentication code", "Resend code")],
)
def test_the_page_says_where_the_code_went_and_how_long_it_is_good(
    app: Flask, given: Given, language: str, field: str, again: str
) -> None:
    given(turn_mfa_on, "taro")
    client = InspectingClient(app, language=language)
    with clock.at(NOON):
        asked(client)
    with clock.at(NOON + 4 * SECOND):
        page = client.get("/cs/login/mail")
    assert message("M-02", language, address="taXXXXXXXX@sample.example") in page.words()
    assert message("M-04", language) in page.words()
    assert message("M-06", language) in page.words()
    assert page.words(page.styled("label", "field-label")[0]).startswith(field)
    form = page.one("form", action=AGAIN)
    assert page.words(form) == again
    assert form.get("data-resend-seconds-value") == "26"
    assert form.get("data-resend-text-value") == message("M-05", language, n="{n}")


@pytest.mark.req("MAIL-02", "MAIL-05", "SEC-14", "MFA-08")
@pytest.mark.parametrize(
    ("language", "subject", "validity"),
    [("ja", "ログインの検証コード", "5分"), ("en", "Verification code for logging in", "5 minutes")],
)
def test_the_mail_names_its_validity_and_keeps_the_code_out_of_the_subject(
    client: InspectingClient, given: Given, outbox: Outbox, language: str, subject: str, validity: str
) -> None:
    given(choose_language, "taro", language)
    asked(client)
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("taro@sample.example", language)
    assert subject in mail.subject
    assert validity in mail.text
    assert CODE.search(mail.subject) is None
    assert len(CODE.findall(mail.text)) == 1


@pytest.mark.req("MFA-08", "SEC-14", "M-07")
@pytest.mark.parametrize(("age", "status"), [(5 * MINUTE - SECOND, 303), (5 * MINUTE, 422)])
def test_a_code_is_good_for_five_minutes(
    client: InspectingClient, outbox: Outbox, age: timedelta, status: int
) -> None:
    with clock.at(NOON):
        asked(client)
    with clock.at(NOON + age):
        page = give(client, "/cs", "mail", mailed_code(outbox()))
        assert page.status == status
        if status == 422:
            assert message("M-07", "ja") in page.error_at("code")


@pytest.mark.req("MFA-08", "REL-10")
def test_a_clock_set_back_makes_no_code_good_for_longer(client: InspectingClient, outbox: Outbox) -> None:
    with clock.at(NOON):
        asked(client)
    with clock.at(NOON - SECOND):
        answer = client.act("/cs/login/mail", code=mailed_code(outbox()))
        assert answer.location == "/cs/login?reason=proof"


@pytest.mark.req("MFA-08", "SEC-14", "C08")
def test_a_code_works_once(app: Flask, client: InspectingClient, outbox: Outbox) -> None:
    with clock.at(NOON):
        asked(client)
        code, page = mailed_code(outbox()), client.get("/cs/login/mail")
        assert give(client, "/cs", "mail", code).location == "/cs/"
        again = client.submit(page, "/cs/login/mail", code=code)
        assert again.status == 400, "the form's token went with the session before"
        other = InspectingClient(app)
        asked(other)
        assert give(other, "/cs", "mail", code).status == 422


@pytest.mark.req("SEC-14")
def test_a_code_is_bound_to_its_sign_in(app: Flask, client: InspectingClient, outbox: Outbox) -> None:
    other = InspectingClient(app)
    with clock.at(NOON):
        asked(client)
        first = mailed_code(outbox())
        asked(other)
        second = mailed_code(outbox())
        assert give(other, "/cs", "mail", first).status == 422
        assert give(client, "/cs", "mail", second).status == 422
        assert give(client, "/cs", "mail", first).status == 303
        assert give(other, "/cs", "mail", second).status == 303


@pytest.mark.req("MFA-09", "SEC-14", "M-05")
@pytest.mark.parametrize(("age", "status"), [(timedelta(), 429), (29 * SECOND, 429), (30 * SECOND, 303)])
def test_the_server_keeps_the_countdown(
    client: InspectingClient, outbox: Outbox, age: timedelta, status: int
) -> None:
    with clock.at(NOON):
        asked(client)
        code = mailed_code(outbox())
    with clock.at(NOON + age):
        page = resend(client)
        assert page.status == status
        if status == 429:
            left = 30 - int(age.total_seconds())
            assert message("M-05", "ja", n=left) in page.error_at("code")
            assert outbox() == []
            assert give(client, "/cs", "mail", code).status == 303, "and the code stays good"
        else:
            assert len(outbox()) == 1
            form = client.get("/cs/login/mail").one("form", action=AGAIN)
            assert form.get("data-resend-seconds-value") == "30", "it starts with every sending"


@pytest.mark.req("MFA-09", "SEC-14")
def test_a_newer_code_voids_the_one_before(client: InspectingClient, outbox: Outbox) -> None:
    with clock.at(NOON):
        asked(client)
        first = mailed_code(outbox())
    with clock.at(NOON + 30 * SECOND):
        resend(client)
        second = mailed_code(outbox())
        assert give(client, "/cs", "mail", first).status == 422
        assert give(client, "/cs", "mail", second).status == 303


@pytest.mark.req("MFA-09")
def test_choosing_the_mail_again_sends_no_second_code_at_once(
    client: InspectingClient, outbox: Outbox
) -> None:
    with clock.at(NOON):
        asked(client)
        code = mailed_code(outbox())
        assert choose(client, "/cs", "mail").location == "/cs/login/mail"
        assert outbox() == []
        assert give(client, "/cs", "mail", code).status == 303


@pytest.mark.req("MFA-07")
def test_without_a_code_on_its_way_there_is_nothing_to_enter(
    client: InspectingClient, outbox: Outbox
) -> None:
    half_way(client, "taro")
    assert client.get("/cs/login/mail").location == "/cs/login/method"
    assert client.act("/cs/login/mail", code="123456").status == 422
    assert outbox() == [], "a look sends no mail"


@pytest.mark.req("SEC-14")
@pytest.mark.parametrize(
    ("sent", "apart", "at", "status"),
    [
        (4, MINUTE, 15 * MINUTE - SECOND, 303),
        (5, MINUTE, 15 * MINUTE - SECOND, 429),
        (5, MINUTE, 15 * MINUTE, 303),
        (19, 20 * MINUTE, timedelta(hours=12), 303),
        (20, 20 * MINUTE, timedelta(days=1) - SECOND, 429),
        (20, 20 * MINUTE, timedelta(days=1), 303),
    ],
)
def test_at_most_five_codes_in_15_minutes_and_20_a_day(
    app: Flask,
    client: InspectingClient,
    outbox: Outbox,
    sent: int,
    apart: timedelta,
    at: timedelta,
    status: int,
) -> None:
    for number in range(sent):
        with clock.at(NOON + number * apart):
            asked(InspectingClient(app))
    assert len(outbox()) == sent
    with clock.at(NOON + at):
        half_way(client, "taro", **next_network())
        page = choose(client, "/cs", "mail")
        assert page.status == status
        if status == 429:
            assert page.alerts()
            assert outbox() == []


@pytest.mark.req("SEC-14", "security:T10")
def test_at_the_limit_a_code_that_is_on_its_way_stays_good(client: InspectingClient, outbox: Outbox) -> None:
    with clock.at(NOON):
        asked(client)
    for number in range(1, 5):
        with clock.at(NOON + number * 30 * SECOND):
            assert resend(client).status == 303
    code = mailed_code(outbox())
    with clock.at(NOON + 150 * SECOND):
        page = resend(client)
        assert page.status == 429
        assert page.error_at("code")
        assert outbox() == []
        assert give(client, "/cs", "mail", code).status == 303


@pytest.mark.req("PROF-06", "SEC-14")
def test_a_code_sent_to_a_former_address_is_void(
    client: InspectingClient, given: Given, outbox: Outbox
) -> None:
    def move(session: Session) -> None:
        void_mailed(session, cast.person(session, "taro"))

    with clock.at(NOON):
        asked(client)
        given(move)
        assert give(client, "/cs", "mail", mailed_code(outbox())).status == 422


@pytest.mark.req("SEC-14", "C09", "SEC-55")
def test_the_code_stands_nowhere_but_in_the_mail(
    app: Flask, client: InspectingClient, outbox: Outbox, stored: Stored, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither in an answer nor in a header, a log, a subject line, a cookie, the journal or a copy of the database."""
    with clock.at(NOON):
        asked(client)
        (mail,) = outbox()
        code = mailed_code([mail])
        pages = [
            client.get("/cs/login/method"),
            client.get("/cs/login/mail"),
            resend(client),
            give(client, "/cs", "mail", wrong_code(code)),
            client.get("/cs/login"),
        ]
        told = [page.text + str(page.answer.headers) for page in pages]
        dump = list(sqlite3.connect(app.config["SETTINGS"].data_dir / "madoguchi.sqlite3").iterdump())
        pages = [give(client, "/cs", "mail", code), client.get("/cs/")]
        told += [page.text + str(page.answer.headers) for page in pages]
    told += [*dump, mail.subject, "".join(capfd.readouterr())]
    assert not [text for text in told if code in text]
    assert "mfa.code_sent" in stored(kinds)


@pytest.mark.req("SEC-14")
def test_codes_are_drawn_from_all_six_digits(app: Flask, client: InspectingClient, outbox: Outbox) -> None:
    for number in range(20):
        with clock.at(NOON + number * 20 * MINUTE):
            asked(InspectingClient(app))
    drawn = [mailed_code([mail]) for mail in outbox()]
    assert len(set(drawn)) >= 19
    assert len({code[0] for code in drawn}) > 4
    assert client.cookie() is None


@pytest.mark.req("MFA-08", "MFA-12")
def test_five_wrong_codes_void_the_one_in_use(app: Flask, client: InspectingClient, outbox: Outbox) -> None:
    with clock.at(NOON):
        asked(client)
        code = mailed_code(outbox())
        given = [give(client, "/cs", "mail", wrong_code(code), **next_network()) for _ in range(5)]
        assert [page.status for page in given] == [422] * 4 + [303]
    with clock.at(NOON + 4 * MINUTE + 59 * SECOND):
        other = InspectingClient(app)
        half_way(other, "taro")
        # Once again there is room for a guess only after five minutes, and the old code is not among the right ones.
        assert other.act("/cs/login/mail", code=code).status == 429
    with clock.at(NOON + 5 * MINUTE):
        asked(other)
        assert give(other, "/cs", "mail", mailed_code(outbox())).status == 303


@pytest.mark.req("MFA-01", "SEC-20")
def test_a_session_of_before_sends_no_codes(signed_in: SignedIn, outbox: Outbox) -> None:
    """Who is signed in is not half-way anywhere."""
    client = signed_in("hanako")
    assert client.act("/cs/login/mail/codes").location == "/cs/login?reason=proof"
    assert client.get("/cs/").status == 200
    assert outbox() == []
