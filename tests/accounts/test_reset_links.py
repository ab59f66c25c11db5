"""Links of a reset: an hour, once, the newest alone, for one person at one door; looking uses nothing up (RESET-08)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock, create_app
from app.accounts import actions as accounts
from app.accounts import links
from app.accounts.models import AccountLink, SessionEnd, UserNumber
from app.accounts.security import lose_proofs, void_mailed
from app.authz import system_actor
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Given, Outbox, Stored, Untouched, settings_for
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    BRAKE_LINK,
    NOON,
    ask_for_reset_as,
    fail,
    freeze,
    knock,
    mailed_link,
    next_network,
    set_password,
)
from tests.factories.wording import message

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
TARO = ROLES["taro"].login_id
NEW_PASSWORD, ANOTHER = "Blue*Harbour7417", "Green+Meadow2958"


def asked(app: Flask, outbox: Outbox, name: str = "taro") -> str:
    """Ask for a link; its path."""
    outbox()
    ask_for_reset_as(InspectingClient(app), name, **next_network())
    return mailed_link(outbox())


def works(client: InspectingClient, password: str = NEW_PASSWORD) -> bool:
    return knock(client, "/cs", TARO, password, **next_network()).status == 303


def gone(page: Page, language: str = "ja") -> bool:
    """Tell whether a page says that the link is no longer valid, and offers to start again."""
    again = [item.get("href") for item in page.all("a")]
    is_said = message("M-37", language) in page.words()
    return page.status == 404 and is_said and "/cs/password/forgot" in again


@pytest.mark.req("RESET-08", "SEC-18", "M-37", "C06")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("age", "is_good"), [(HOUR - SECOND, True), (HOUR, False), (HOUR + SECOND, False)])
def test_a_link_is_good_for_an_hour(
    app: Flask, outbox: Outbox, language: str, age: timedelta, *, is_good: bool
) -> None:
    with clock.at(NOON):
        link = asked(app, outbox)
        page = InspectingClient(app).get(link)
    client = InspectingClient(app, language=language)
    with clock.at(NOON + age):
        assert (client.get(link).status == 200) == is_good
        # Also for whoever has opened it in time and thought long.
        fields = page.form(link) | {
            "csrf_token": client.token(),
            "password": NEW_PASSWORD,
            "again": NEW_PASSWORD,
        }
        answer = client.post(link, fields)
        assert answer.status == (303 if is_good else 404)
        assert is_good or gone(answer, language)
        assert works(client) == is_good


@pytest.mark.req("REL-10", "SEC-18")
def test_a_clock_set_back_revives_no_link(app: Flask, outbox: Outbox) -> None:
    with clock.at(NOON):
        link = asked(app, outbox)
    with clock.at(NOON - SECOND):
        assert gone(InspectingClient(app).get(link))


@pytest.mark.req("security:T13", "SEC-18", "RESET-08")
def test_scanners_may_look_as_often_as_they_like(app: Flask, outbox: Outbox, untouched: Untouched) -> None:
    link = asked(app, outbox)
    with untouched():
        for _ in range(3):
            assert InspectingClient(app).get(link).status == 200
        head = InspectingClient(app)._client.head(link, base_url=BASE_URL)
        assert head.status_code == 200
    client = InspectingClient(app)
    assert set_password(client, link, NEW_PASSWORD).status == 303
    assert works(client)


@pytest.mark.req("RESET-08", "SEC-18", "C08", "M-37")
def test_it_works_once(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app)
    link = asked(app, outbox)
    page = client.get(link)
    assert client.submit(page, link, password=NEW_PASSWORD, again=NEW_PASSWORD).status == 303
    assert gone(client.submit(page, link, password=ANOTHER, again=ANOTHER))
    assert gone(client.get(link))
    assert (works(client), works(client, ANOTHER)) == (True, False)


@pytest.mark.req("RESET-08", "SEC-18")
def test_the_newest_alone_is_good(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app)
    older, newest = asked(app, outbox), asked(app, outbox)
    others = asked(app, outbox, "hanako")
    assert gone(client.get(older))
    assert client.get(newest).status == 200
    assert client.get(others).status == 200
    assert set_password(client, newest, NEW_PASSWORD).status == 303
    assert gone(client.get(newest))
    assert client.get(others).status == 200, "what concerns one person touches nobody else"


@pytest.mark.req("SEC-18", "C07", "RESET-08")
@pytest.mark.parametrize(
    "shape",
    [
        *("", "%20", "%00", "None", "*", "%00" * 64, "%20" * 64, "0" * 64),
        *("%20{token}", "{token}%20", "{token}%00", "{token}0", "{cut}", "{cut}g", "{upper}", "{wide}"),
        *("{turned}", "{token}{token}", "{token}.", "%7B{token}%7D"),
    ],
)
def test_nothing_but_the_token_opens_it(app: Flask, outbox: Outbox, untouched: Untouched, shape: str) -> None:
    link = asked(app, outbox)
    base, _, token = link.rpartition("/")
    wide = token.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    spoilt = shape.format(token=token, cut=token[:-1], upper=token.upper(), wide=wide, turned=token[::-1])
    client = InspectingClient(app)
    fields = {"csrf_token": client.token(), "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    with untouched():
        assert client.get(f"{base}/{spoilt}").status == 404
        assert client.post(f"{base}/{spoilt}", fields).status == 404
    assert client.get(link).status == 200


@pytest.mark.req("SEC-18", "SEC-09", "SEC-08", "C07")
def test_each_kind_of_link_is_good_for_its_purpose_alone(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    def brake(session: Session) -> str:
        return links.issue_brake(session, cast.person(session, "taro"))

    client = InspectingClient(app)
    reset_token, brake_token = asked(app, outbox).rpartition("/")[2], given(brake)
    assert gone(client.get(f"/cs/password/reset/{brake_token}"))
    assert client.get(f"/cs/account/not-me/{reset_token}").status == 404
    hashes = stored(lambda session: list(session.scalars(select(AccountLink.token_hash))))
    for stolen in hashes:
        assert gone(client.get(f"/cs/password/reset/{stolen}")), "what the database holds opens nothing"


@pytest.mark.req("SEC-18", "SVC-05", "DESK-01", "RESET-08")
@pytest.mark.parametrize(
    ("name", "door", "status"),
    [
        ("taro", "/cs", 200),
        ("taro", "/fm", 404),
        ("taro", "/console", 404),
        ("hanako", "/fm", 200),
        ("agent", "/console", 200),
        ("agent", "/cs", 404),
    ],
)
def test_a_link_opens_at_a_door_of_its_owner_alone(
    app: Flask, outbox: Outbox, name: str, door: str, status: int
) -> None:
    token = asked(app, outbox, name).rpartition("/")[2]
    client = InspectingClient(app)
    assert client.get(f"{door}/password/reset/{token}").status == status
    if status == 404:
        fields = {"csrf_token": client.token(), "password": NEW_PASSWORD, "again": NEW_PASSWORD}
        assert client.post(f"{door}/password/reset/{token}", fields).status == 404


@pytest.mark.req("SEC-18")
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "desk.test.evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
    ],
)
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_the_link_is_at_the_address_of_the_settings_whatever_the_request_says(
    app: Flask, outbox: Outbox, headers: dict[str, str], proxies: str
) -> None:
    folder: Path = app.config["SETTINGS"].data_dir
    client = InspectingClient(create_app(settings_for(folder, MADOGUCHI_TRUSTED_PROXIES=proxies)))
    client.submit(client.get("/cs/password/forgot"), "/cs/password/forgot", login_id=TARO)
    fields = client.get("/cs/password/verify").form("/cs/password/verify") | {"mail": "taro@sample.example"}
    # The browser's own cookies go to our name alone; whoever lies about the host brings them along.
    jar = "; ".join(f"{item.key}={item.value}" for item in (client._client._cookies or {}).values())
    answer = client._app.test_client(use_cookies=False).post(
        "/cs/password/verify", base_url=BASE_URL, data=fields, headers={**headers, "Cookie": jar}
    )
    assert "evil" not in answer.headers.get("Location", "")
    for mail in outbox():
        assert mailed_link([mail])
        assert "evil" not in mail.text
    assert answer.status_code == 303


def with_lost_proofs(session: Session) -> None:
    lose_proofs(session, cast.person(session, "taro"), reason=SessionEnd.PASSWORD)
    choose_language(session, "taro", "en")
    choose_language(session, "taro", "ja")


def with_new_address(session: Session) -> None:
    void_mailed(session, cast.person(session, "taro"))


def disabled(session: Session) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, "taro"))


def frozen(session: Session) -> None:
    freeze(session, "taro")


def without_number(session: Session) -> None:
    session.execute(delete(UserNumber).where(UserNumber.user_id == cast.person(session, "taro").id))


@pytest.mark.req("RESET-06", "RESET-08", "PROF-06", "SEC-22", "AUTH-07")
@pytest.mark.parametrize("change", [with_lost_proofs, with_new_address, disabled, frozen, without_number])
def test_what_happens_to_the_account_meanwhile_voids_it(
    app: Flask, given: Given, outbox: Outbox, change: Callable[[Session], None]
) -> None:
    client = InspectingClient(app)
    link = asked(app, outbox)
    page = client.get(link)
    given(change)
    assert gone(client.get(link))
    assert gone(client.submit(page, link, password=NEW_PASSWORD, again=NEW_PASSWORD))


@pytest.mark.req("RESET-07", "M-19", "RESET-01")
@pytest.mark.parametrize(
    ("language", "title", "labels"),
    [
        ("ja", "パスワードのリセット", ["新しいパスワード", "パスワードの再入力"]),
        ("en", "Reset password", ["New password", "Retype password"]),
    ],
)
def test_the_third_step_tells_the_state_of_the_lock(
    app: Flask, outbox: Outbox, language: str, title: str, labels: list[str]
) -> None:
    client = InspectingClient(app, language=language)
    link = asked(app, outbox)
    page = client.get(link)
    assert page.words(page.one("h1")) == title
    shown = [page.words(item).removesuffix("*").strip() for item in page.styled("label", "field-label")]
    assert shown == labels
    assert title in [page.words(item) for item in page.all("button", type="submit")]
    (current,) = [item for item in page.all("li") if item.get("aria-current") == "step"]
    assert page.words(current).startswith("3 ")
    assert message("M-19", language) in page.words()
    fail(InspectingClient(app), "taro", 5)
    assert message("M-19 locked", language) in client.get(link).words()


@pytest.mark.req("PW-01", "PW-02", "PW-06", "PW-09", "M-17", "RESET-08")
@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("", ""),
        ("Blue*Harbou", "Blue*Harbou"),
        ("Blue*Harbour7417" * 3, "Blue*Harbour7417" * 3),
        ("blue*harbour7417", "blue*harbour7417"),
        (NEW_PASSWORD, ANOTHER),
        (NEW_PASSWORD, NEW_PASSWORD + " "),
        ("Blue Harbour*7417", "Blue Harbour*7417"),
    ],
)
def test_a_password_that_does_not_hold_is_refused_and_not_shown_and_the_link_stays_good(
    app: Flask, outbox: Outbox, untouched: Untouched, password: str, again: str
) -> None:
    client = InspectingClient(app)
    link = asked(app, outbox)
    page = client.get(link)
    with untouched():
        refused = client.submit(page, link, password=password, again=again)
    assert refused.status == 422
    assert refused.error_at("password") or refused.error_at("again")
    for name in ("password", "again"):
        assert not refused.one("input", name=name).get("value")
    assert not password or password not in refused.text
    assert not again or again not in refused.text
    assert client.submit(refused, link, password=NEW_PASSWORD, again=NEW_PASSWORD).status == 303


@pytest.mark.req("SEC-18", "SEC-23", "PW-09", "C09")
def test_a_token_stands_in_no_page_no_log_and_no_copy_of_the_database(
    app: Flask, outbox: Outbox, capfd: pytest.CaptureFixture[str]
) -> None:
    client = InspectingClient(app)
    outbox()
    sent = ask_for_reset_as(client, "taro")
    told = sent.text + str(sent.answer.headers) + client.get("/cs/password/sent").text
    (mail,) = outbox()
    token = mailed_link([mail]).rpartition("/")[2]
    files = [path.read_bytes() for path in app.config["SETTINGS"].data_dir.iterdir() if path.is_file()]
    answer = client.get(mailed_link([mail])).answer
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    set_password(client, mailed_link([mail]), NEW_PASSWORD)
    told += mail.subject + "".join(capfd.readouterr())
    assert token not in told
    assert not [name for name in files if token.encode() in name]


@pytest.mark.req("SEC-18", "C09")
def test_tokens_are_long_and_random(app: Flask, outbox: Outbox) -> None:
    tokens = []
    for number in range(5):
        with clock.at(NOON + number * HOUR):
            tokens.append(asked(app, outbox).rpartition("/")[2])
    assert len(set(tokens)) == 5
    assert all(len(bytes.fromhex(token)) == 32 for token in tokens)
    assert len({token[:4] for token in tokens}) == 5


@pytest.mark.req("SEC-09", "RESET-11")
def test_the_owner_is_told_of_the_reset_in_the_own_language(app: Flask, given: Given, outbox: Outbox) -> None:
    given(choose_language, "taro", "en")
    link = asked(app, outbox)
    set_password(InspectingClient(app, language="ja"), link, NEW_PASSWORD)
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("taro@sample.example", "en")
    assert "Your password was set anew through a mailed link" in mail.subject
    assert TARO in mail.text
    assert mailed_link([mail], BRAKE_LINK)
    assert NEW_PASSWORD not in mail.text
    assert PASSWORD not in mail.text
