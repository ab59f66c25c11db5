"""The second proof: who owes it, the choice of a way, what may be typed, and how often."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import codes
from app.accounts.codes import masked
from app.authz import system_actor
from tests import cast
from tests.cast import ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories.sign_in import (
    NOON,
    app_code,
    choose,
    from_address,
    give,
    half_way,
    hits,
    is_in,
    kinds,
    knock_as,
    mailed_code,
    next_network,
    pair_app,
    setting,
    turn_mfa_on,
    wrong_code,
)
from tests.factories.wording import message

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LANGUAGES = ("ja", "en")


def offered(page: Page) -> list[str]:
    """The ways that the page of choice offers, in its words."""
    return [page.words(item) for item in page.all("button", name="method")]


def guess(client: InspectingClient, door: str, method: str, times: int) -> Sequence[int]:
    """Give a wrong code so many times."""
    wrong = wrong_code(*(app_code(step=step) for step in (-1, 0, 1)))
    return [give(client, door, method, wrong, **next_network()).status for _ in range(times)]


@pytest.mark.req("MFA-01", "MFA-02", "MFA-03")
def test_who_owes_a_code(app: Flask, given: Given) -> None:
    assert knock_as(InspectingClient(app), "taro").location == "/cs/"
    given(turn_mfa_on, "taro")
    assert knock_as(InspectingClient(app), "taro").location == "/cs/login/method"
    given(pair_app, "hanako")
    assert knock_as(InspectingClient(app), "hanako").location == "/cs/login/method"
    for name in ("agent", "admin"):
        assert knock_as(InspectingClient(app), name).location == "/console/login/method"


@pytest.mark.req("MFA-01", "MFA-16")
def test_who_owes_none_any_more(app: Flask, given: Given) -> None:
    given(turn_mfa_on, "taro")

    def off(session: Session) -> None:
        taro = cast.person(session, "taro")
        accounts.set_mfa(session, actor=system_actor("tests"), user=taro, is_enabled=False)

    given(off)
    assert knock_as(InspectingClient(app), "taro").location == "/cs/"


@pytest.mark.req("MFA-04", "MFA-05", "MFA-10", "Q6")
@pytest.mark.parametrize(
    ("language", "by_app", "by_mail"),
    [
        (
            "ja",
            "認証アプリから検証コードを取得",
            "以下に送信された検証コードを取得 taXXXXXXXX@sample.example",
        ),
        ("en", "Get a code from the authenticator app", "Get a code sent to: taXXXXXXXX@sample.example"),
    ],
)
def test_the_choice_appears_in_every_case(
    app: Flask, given: Given, language: str, by_app: str, by_mail: str
) -> None:
    given(turn_mfa_on, "taro")
    client = InspectingClient(app, language=language)
    half_way(client, "taro")
    assert offered(client.get("/cs/login/method")) == [by_mail]
    given(pair_app, "taro")
    half_way(client, "taro")
    page = client.get("/cs/login/method")
    assert offered(page) == [by_app, by_mail]
    assert "taro@sample.example" not in page.text


@pytest.mark.req("MFA-10")
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("shared@example.com", "shXXXXXXXX@example.com"),
        ("a@example.com", "aXXXXXXXX@example.com"),
        ("ab@example.com", "abXXXXXXXX@example.com"),
        ("a.b+c@sub.example.com", "a.XXXXXXXX@sub.example.com"),
        ("x" * 64 + "@example.com", "xxXXXXXXXX@example.com"),
    ],
)
def test_an_address_is_masked_whatever_its_length(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.req("MFA-04", "DESK-01")
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("taro", "app"),
        ("taro", "passkey"),
        ("taro", "recovery"),
        ("taro", ""),
        ("taro", "Mail"),
        ("taro", "mail\0"),
        ("taro", "😀"),
        ("agent", "mail"),
        ("agent", "passkey"),
    ],
)
def test_a_way_that_a_person_does_not_have_is_none(
    app: Flask, given: Given, untouched: Untouched, name: str, method: str
) -> None:
    given(turn_mfa_on, "taro")
    client = InspectingClient(app)
    door = half_way(client, name)
    token = client.token(f"{door}/login/method")
    with untouched():
        page = client.post(f"{door}/login/method", {"csrf_token": token, "method": method})
        assert page.status == 422
        assert page.alerts()
    for page_of_method in {"app", "mail"} & {method}:
        assert client.get(f"{door}/login/{page_of_method}").location == f"{door}/login?reason=proof"


@pytest.mark.req("MFA-06", "M-03", "M-06")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            ["本人確認を行う", "6桁の検証コード", "検証", "別の確認方法をお試しください", "XXX-XXX"],
        ),
        (
            "en",
            [
                "Verify your identity",
                "6-digit verification code",
                "Verify",
                "Try another method",
                "XXX-XXX",
            ],
        ),
    ],
)
def test_the_page_for_the_code_of_the_app(app: Flask, given: Given, language: str, words: list[str]) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app, language=language)
    door = half_way(client, "taro")
    page = client.get(choose(client, door, "app").location)
    (label, *_) = page.styled("label", "field-label")
    field = page.one("input", name="code")
    (other,) = page.all("a", href="/cs/login/method")
    shown = [
        page.words(page.one("h1")),
        page.words(label).removesuffix("*").strip(),
        page.words(page.one("button", type="submit")),
        page.words(other),
        field.get("placeholder"),
    ]
    assert shown == words
    assert message("M-03", language) in page.words()
    assert message("M-06", language) in page.words()
    assert (field.get("autocomplete"), field.get("inputmode")) == ("one-time-code", "numeric")


@pytest.mark.req("MFA-06", "MFA-07")
@pytest.mark.parametrize(
    "shape",
    [
        "{0}{1}",
        "{0}-{1}",
        " {0} {1} ",
        "{0}‐{1}",
        "{0}‑{1}",
        "{0}–{1}",
        "{0}−{1}",
        "{0}ー{1}",
        "{0}－{1}",
        "{0}ｰ{1}",
        "{0}\u3000{1}",
        "\t{0}\u00a0{1}\r\n",
        "full width",
    ],
)
def test_codes_are_taken_as_people_type_them(app: Flask, given: Given, shape: str) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(client, "taro")
        code = app_code()
        wide = code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
        typed = wide if shape == "full width" else shape.format(code[:3], code[3:])
        assert give(client, door, "app", typed).location == "/cs/"


@pytest.mark.req("MFA-06", "MFA-07", "M-07", "SEC-13")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    ["", "   ", "12345", "1234567", "12345a", "abcdef", "٣٣٣٣٣٣", "1" * 5_000, "\0" * 6, "12 34", "-1-2-3"],
)
def test_what_cannot_be_a_code_is_refused_at_the_field_and_is_no_guess(
    app: Flask, given: Given, stored: Stored, untouched: Untouched, language: str, typed: str
) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app, language=language)
    door = half_way(client, "taro")
    token = client.token(f"{door}/login/app")
    with untouched():
        page = client.post(f"{door}/login/app", {"csrf_token": token, "code": typed})
    assert page.status == 422
    assert message("M-07", language) in page.error_at("code")
    assert page.one("input", name="code").get("value") == "", "what was typed does not come back"
    assert page.offers("/cs/login/app")
    assert "mfa.failed" not in stored(kinds)


@pytest.mark.req("MFA-12", "M-07")
@pytest.mark.parametrize("language", LANGUAGES)
def test_after_five_wrong_codes_the_way_starts_over_at_the_password(
    app: Flask, given: Given, outbox: Outbox, stored: Stored, language: str
) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app, language=language)
    with clock.at(NOON):
        door = half_way(client, "taro")
        choose(client, door, "mail")
        code = mailed_code(outbox())
        page = give(client, door, "app", wrong_code(app_code()))
        assert message("M-07", language) in page.error_at("code")
        # Whatever the way, they add up.
        assert guess(client, door, "mail", 1) == [422]
        assert guess(client, door, "app", 2) == [422] * 2
        last = give(client, door, "mail", wrong_code(code))
        assert (last.status, last.location) == (303, "/cs/login?reason=codes")
        assert client.get("/cs/login/mail").location == "/cs/login?reason=proof"
        assert give_blind(client, door, "mail", code).location == "/cs/login?reason=proof"
    assert not is_in(client)
    assert stored(kinds).count("mfa.failed") == 5


def give_blind(client: InspectingClient, door: str, method: str, code: str) -> Page:
    """Give a code although its page is not there any more."""
    return client.act(f"{door}/login/{method}", code=code)


@pytest.mark.req("MFA-12")
def test_four_wrong_codes_do_not(app: Flask, given: Given) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(client, "taro")
        assert guess(client, door, "app", 4) == [422] * 4
        assert give(client, door, "app", app_code()).location == "/cs/"


@pytest.mark.req("SEC-13", "security:T10")
@pytest.mark.parametrize(("after", "status"), [(5 * MINUTE - SECOND, 429), (5 * MINUTE, 303)])
def test_failures_count_over_sign_ins_methods_and_resends(
    app: Flask, given: Given, outbox: Outbox, after: timedelta, status: int
) -> None:
    given(pair_app, "taro")
    with clock.at(NOON):
        client = InspectingClient(app)
        door = half_way(client, "taro")
        guess(client, door, "app", 2)
        client = InspectingClient(app)
        half_way(client, "taro")
        choose(client, door, "mail")
        guess(client, door, "mail", 1)
    with clock.at(NOON + 30 * SECOND):
        assert client.submit(client.get("/cs/login/mail"), "/cs/login/mail/codes").status == 303
        guess(client, door, "mail", 2)
    with clock.at(NOON + 30 * SECOND + after - 30 * SECOND):
        client = InspectingClient(app, language="en")
        assert half_way(client, "taro") == door, "before the password is right nothing is said of codes"
        page = give(client, door, "app", app_code())
        # The two of the beginning leave the window first; the others are 30 seconds younger.
        assert page.status == status
        if status == 429:
            assert "Too many wrong codes. Try again later, or use another method." in page.error_at("code")
            assert page.answer.headers["Retry-After"] == "300"
    assert outbox()


def charged(session: Session, *moments: timedelta, address: str = "") -> None:
    """So many wrong codes, at these moments after noon."""
    settings = current_app.config["SETTINGS"]
    for number, moment in enumerate(moments):
        with clock.at(NOON + moment):
            taro = cast.person(session, "taro")
            where = address or f"203.0.113.{number}"
            assert codes.charge_try(session, taro, address=where, settings=settings) is not None


TWENTY = [(index // 5) * 6 * MINUTE for index in range(20)]
FIFTY = [hour * HOUR + moment for hour in (0, 2, 4) for moment in TWENTY][:50]


@pytest.mark.req("SEC-13")
@pytest.mark.parametrize(
    ("moments", "at", "status"),
    [
        (TWENTY, HOUR - SECOND, 429),
        (TWENTY, HOUR, 303),
        (TWENTY[:19], 40 * MINUTE, 303),
        (FIFTY, timedelta(days=1) - SECOND, 429),
        (FIFTY, timedelta(days=1), 303),
        (FIFTY[:49], 12 * HOUR, 303),
    ],
    ids=["20 within the hour", "after it", "19", "50 within the day", "after it", "49"],
)
def test_at_most_20_failures_an_hour_and_50_a_day(
    app: Flask, given: Given, moments: list[timedelta], at: timedelta, status: int
) -> None:
    given(pair_app, "taro")
    given(charged, *moments)
    client = InspectingClient(app)
    with clock.at(NOON + at):
        door = half_way(client, "taro")
        assert give(client, door, "app", app_code()).status == status


@pytest.mark.req("SEC-13")
@pytest.mark.parametrize(
    ("count", "apart", "at", "status"),
    [
        (9, timedelta(), timedelta(), 303),
        (10, timedelta(), timedelta(), 429),
        (10, timedelta(), 5 * MINUTE, 303),
        (49, MINUTE, 50 * MINUTE, 303),
        (50, MINUTE, 50 * MINUTE, 429),
        (50, MINUTE, 60 * MINUTE, 303),
    ],
)
def test_a_network_has_its_share_whoever_is_guessed_at(
    app: Flask, given: Given, count: int, apart: timedelta, at: timedelta, status: int
) -> None:
    def spray(session: Session) -> None:
        """Wrong codes of as many people, so that nobody's own count is reached."""
        settings = current_app.config["SETTINGS"]
        names = list(ROLES)
        for number in range(count):
            user = cast.person(session, names[number % len(names)])
            with clock.at(NOON + number * apart):
                assert codes.charge_try(session, user, address="192.0.2.1", settings=settings)

    given(pair_app, "charlie")
    given(spray)
    with clock.at(NOON + at):
        for address, wanted in (("192.0.2.1", status), ("192.0.2.2", 303)):
            client = InspectingClient(app)
            door = half_way(client, "charlie", "fm")
            with clock.at(NOON + at + (address == "192.0.2.2") * 31 * SECOND):
                assert give(client, door, "app", app_code(), **from_address(address)).status == wanted


@pytest.mark.req("SEC-13")
def test_right_codes_are_no_failures(app: Flask, given: Given, stored: Stored) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    for number in range(7):
        with clock.at(NOON + number * 30 * SECOND):
            door = half_way(client, "taro")
            assert give(client, door, "app", app_code()).location == "/cs/"
    assert stored(lambda session: hits(session, "code:")) == 0


@pytest.mark.req("AUTH-02", "HIST-03")
def test_behind_the_code_is_the_page_that_was_asked_for(app: Flask, given: Given, stored: Stored) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    sent = client.get("/cs/cases?view=action")
    fields = {"login_id": ROLES["taro"].login_id, "password": cast.PASSWORD}
    client.submit(client.get(sent.location), "/cs/login", **fields)
    assert give(client, "/cs", "app", app_code()).location == "/cs/cases?view=action"
    assert stored(kinds)[-3:] == ["login", "mfa.verified", "session.established"]


@pytest.mark.req("DESK-01", "MFA-05", "security:T06")
def test_agents_are_offered_no_mail_and_no_eight_hours(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app, language="en")
    half_way(client, "agent")
    assert offered(client.get("/console/login/method")) == ["Get a code from the authenticator app"]
    assert client.get("/console/login/app").all("input", name="remember") == []
    half_way(client, "agent")
    refused = client.act("/console/login/mail/codes")
    assert refused.location == "/console/login?reason=proof"
    assert outbox() == []


@pytest.mark.req("security:T06")
def test_after_pairing_the_mail_stays_a_way_unless_the_installation_says_otherwise(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(pair_app, "taro")
    given(turn_mfa_on, "hanako")
    client = InspectingClient(app, language="en")
    setting(app, monkeypatch, mail_code_after_pairing=False)
    half_way(client, "taro")
    assert offered(client.get("/cs/login/method")) == ["Get a code from the authenticator app"]
    half_way(client, "hanako")
    assert len(offered(client.get("/cs/login/method"))) == 1


@pytest.mark.req("SEC-20", "C10")
def test_a_session_from_before_ends_only_with_the_new_one(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    given(pair_app, "taro")
    client = signed_in("taro")
    before = client.cookie()
    half_way(client, "taro")
    assert client.cookie() == before
    assert is_in(client)
    give(client, "/cs", "app", app_code())
    assert client.cookie() != before
    thief = InspectingClient(app)
    thief.set_cookie(before or "")
    assert not is_in(thief)
