"""Recovery codes: made by their owner, shown once, each good once for that one person."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts import actions as accounts
from app.accounts import recovery_codes
from app.accounts.models import RecoveryCode
from app.authz import Forbidden, system_actor
from app.journal import JournalEvent
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories.passkeys import door_of, enrol
from tests.factories.soft_key import SoftKey

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
CODES, DESK_CODES = "/cs/profile/recovery-codes", "/console/profile/recovery-codes"
LOGIN, METHOD, RECOVERY = "/cs/login", "/cs/login/method", "/cs/login/recovery"
SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
WRONG = "コードが正しくないか、有効期限が切れています。"


def codes_for(session: Session, name: str) -> list[str]:
    """Ten codes of somebody who has a key to lose."""
    enrol(session, name, SoftKey())
    return made(session, name)


def made(session: Session, name: str) -> list[str]:
    with outbox.silenced():
        user = cast.person(session, name)
        return recovery_codes.make(session, actor=cast.actor_of(session, name), user=user)


def unused(session: Session, name: str) -> int:
    return recovery_codes.left(session, cast.person(session, name))


def hashes(session: Session) -> set[str]:
    return set(session.scalars(select(RecoveryCode.code_hash)))


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(JournalEvent.kind).order_by(JournalEvent.id)))


def asked(browser: InspectingClient, name: str) -> Page:
    """Give the password and choose the recovery codes."""
    door = f"{door_of(name)}/login"
    fields = {"login_id": ROLES[name].login_id, "password": PASSWORD}
    assert browser.submit(browser.get(door), door, **fields).location == f"{door}/method"
    chosen = browser.submit(browser.get(f"{door}/method"), f"{door}/method", method="recovery")
    assert chosen.location == f"{door}/recovery"
    return browser.get(f"{door}/recovery")


def give(browser: InspectingClient, page: Page, code: str, *, door: str = "/cs") -> Page:
    return browser.submit(page, f"{door}/login/recovery", code=code)


def refused(browser: InspectingClient, page: Page) -> bool:
    is_out = browser.get("/cs/").status == 303
    return page.status == 422 and page.error_at("code").endswith(WRONG) and is_out


@pytest.mark.req("SEC-17")
def test_C37_another_accounts_recovery_code_is_refused(  # noqa: N802 - named after the lesson of that number
    app: Flask, given: Given, stored: Stored
) -> None:
    hers, his = given(codes_for, "hanako"), given(codes_for, "taro")
    browser = InspectingClient(app, language="ja")
    page = asked(browser, "taro")
    for code in hers[:3]:
        page = give(browser, page, code)
        assert refused(browser, page)
    assert stored(lambda session: (unused(session, "hanako"), unused(session, "taro"))) == (10, 10)
    assert give(browser, page, his[0]).location == "/cs/"
    assert stored(lambda session: (unused(session, "hanako"), unused(session, "taro"))) == (10, 9)


@pytest.mark.req("SEC-17")
def test_a_code_is_good_once(app: Flask, given: Given, stored: Stored) -> None:
    code = given(codes_for, "hanako")[4]
    browser, again = InspectingClient(app, language="ja"), InspectingClient(app, language="ja")
    page = give(browser, asked(browser, "hanako"), code)
    assert (page.status, page.location) == (303, "/cs/")
    assert browser.get("/cs/").status == 200
    assert stored(kinds)[-2:] == ["mfa.verified", "session.established"]
    assert refused(again, give(again, asked(again, "hanako"), code))
    assert stored(lambda session: unused(session, "hanako")) == 9


@pytest.mark.req("SEC-17")
def test_a_new_set_voids_the_old(app: Flask, given: Given) -> None:
    old, new = given(codes_for, "hanako"), given(made, "hanako")
    assert not set(old) & set(new)
    browser = InspectingClient(app, language="ja")
    page = asked(browser, "hanako")
    page = give(browser, page, old[0])
    assert refused(browser, page)
    assert give(browser, page, new[0]).status == 303


@pytest.mark.req("SEC-17")
@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')} \t",
        lambda code: code.replace("-", "－"),
        lambda code: code.replace("-", "—"),
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
    ],
    ids=["small", "joined", "blanks", "full-width hyphen", "dash", "full width", "O and l", "o and I"],
)
def test_a_code_may_be_typed_as_people_type(app: Flask, given: Given, typed: object) -> None:
    assert callable(typed)
    code = given(codes_for, "hanako")[0]
    browser = InspectingClient(app, language="ja")
    assert give(browser, asked(browser, "hanako"), typed(code)).location == "/cs/"


@pytest.mark.req("SEC-17")
@pytest.mark.parametrize(
    "typed", ["123456", "0" * 15, "0" * 17, "UUUU-UUUU-UUUU-UUUU", "\ud800" * 16, "\x00" * 16]
)
def test_what_cannot_be_a_code_is_no_guess(
    app: Flask, given: Given, untouched: Untouched, typed: str
) -> None:
    given(codes_for, "hanako")
    browser = InspectingClient(app, language="ja")
    page = asked(browser, "hanako")
    with untouched():
        answer = give(browser, page, typed.encode("utf-8", "replace").decode())
    assert refused(browser, answer)
    assert answer.value("code") == ""


@pytest.mark.req("SEC-17", "SEC-13", "MFA-12")
def test_guesses_count_like_wrong_codes(app: Flask, given: Given) -> None:
    code = given(codes_for, "hanako")[0]
    browser = InspectingClient(app, language="ja")
    with clock.at(NOON):
        page = asked(browser, "hanako")
        for _ in range(4):
            page = give(browser, page, "0000-0000-0000-0000")
            assert refused(browser, page)
        assert give(browser, page, "0000-0000-0000-0000").location == "/cs/login?reason=codes"
        assert give(browser, asked(browser, "hanako"), code).status == 429
    with clock.at(NOON + timedelta(minutes=5, seconds=1)):
        assert give(browser, asked(browser, "hanako"), code).location == "/cs/"


@pytest.mark.req("SEC-17", "SEC-16")
def test_a_browser_is_not_remembered_for_a_recovery_code(app: Flask, given: Given) -> None:
    code = given(codes_for, "hanako")[0]
    browser = InspectingClient(app, language="ja")
    page = asked(browser, "hanako")
    assert not page.all("input", name="remember")
    assert browser.submit(page, RECOVERY, code=code, remember="y").location == "/cs/"
    browser.act("/cs/logout")
    assert asked(browser, "hanako").status == 200


@pytest.mark.req("SEC-17", "SEC-09")
def test_the_owner_is_told_that_a_code_was_used(app: Flask, given: Given, outbox: Outbox) -> None:
    code = given(codes_for, "alice")[0]
    outbox()
    browser = InspectingClient(app, language="en")
    assert give(browser, asked(browser, "alice"), code).status == 303
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("alice@a-company.example", "en")
    assert "A recovery code of your account was used" in mail.subject
    assert "/account/not-me/" in mail.text
    assert code not in mail.subject + mail.text


@pytest.mark.req("SEC-17", "SEC-09", "SEC-10")
@pytest.mark.parametrize(("name", "address"), [("hanako", CODES), ("agent", DESK_CODES)])
def test_codes_are_made_and_shown_once(
    given: Given, signed_in: SignedIn, stored: Stored, outbox: Outbox, name: str, address: str
) -> None:
    given(enrol, name, SoftKey())
    browser = signed_in(name)
    assert "リカバリーコードはありません。" in browser.get(address).words()
    outbox()
    page = browser.submit(browser.get(address), address)
    assert page.status == 200
    assert page.answer.headers["Cache-Control"] == "no-store"
    shown = [page.words(item) for item in page.all("code")]
    assert len(set(shown)) == 10
    assert all(SHAPE.fullmatch(code) for code in shown)
    after = browser.get(address)
    assert not any(code in after.text for code in shown)
    assert "10個のうち10個が残っています。" in after.words()
    assert "リカバリーコード 残り10個" in browser.get(address.replace("recovery-codes", "")[:-1]).words()
    assert stored(kinds).count("mfa.recovery_codes_made") == 1
    (mail,) = outbox()
    assert "リカバリーコード" in mail.subject
    assert not any(code in mail.text for code in shown)


@pytest.mark.req("SEC-17")
def test_the_codes_can_be_kept_as_a_file_without_another_request(given: Given, signed_in: SignedIn) -> None:
    given(enrol, "alice", SoftKey())
    browser = signed_in("alice")
    page = browser.submit(browser.get(CODES), CODES)
    (link,) = [item for item in page.all("a") if item.get("download")]
    assert link.get("download") == "recovery-codes.txt"
    head, _, content = unquote(link.get("href")).partition(",")
    assert head == "data:text/plain;charset=utf-8"
    lines = content.splitlines()
    assert lines[:2] == ["Recovery codes of Alice Adams for Madoguchi, https://desk.test", ""]
    assert lines[2:] == [page.words(item) for item in page.all("code")]


@pytest.mark.req("SEC-17")
def test_the_page_with_the_codes_travels_uncompressed(given: Given, signed_in: SignedIn) -> None:
    given(enrol, "hanako", SoftKey())
    browser = signed_in("hanako")
    fields = browser.get(CODES).form(CODES)
    zipped = browser._client.get("/cs/", base_url=BASE_URL, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    plain = browser.post(CODES, fields, headers={"Accept-Encoding": "gzip"})
    assert plain.answer.headers["Content-Encoding"] == "identity"
    assert plain.all("code")


@pytest.mark.req("SEC-17")
def test_the_database_holds_no_code(given: Given, stored: Stored) -> None:
    codes = given(codes_for, "hanako")
    rows = stored(lambda session: session.scalars(select(RecoveryCode)).all())
    assert len(rows) == 10
    assert {len(row.code_hash) for row in rows} == {64}
    told = stored(lambda session: [str(data) for data in session.scalars(select(JournalEvent.data))])
    assert not any(code in line or code.replace("-", "") in line for code in codes for line in told)


@pytest.mark.req("SEC-17", "SEC-10")
def test_a_stale_proof_is_asked_for_again(app: Flask, given: Given, stored: Stored) -> None:
    given(codes_for, "hanako")
    before = stored(hashes)
    with clock.at(NOON):
        browser = InspectingClient(app).enter("hanako")
        token = browser.token()
    with clock.at(NOON + timedelta(minutes=10)):
        assert browser.post(CODES, {"csrf_token": token}).location == "/cs/confirm"
    assert stored(hashes) == before


@pytest.mark.req("SEC-17")
def test_codes_stand_in_for_something(signed_in: SignedIn, untouched: Untouched) -> None:
    browser = signed_in("alice")
    page = browser.get(CODES)
    assert not page.offers(CODES)
    assert "Pair an authenticator app or add a passkey first" in page.words()
    with untouched():
        assert browser.act(CODES).status == 409


@pytest.mark.req("SEC-17")
def test_nobody_makes_codes_for_somebody_else(session: Session) -> None:
    for actor in (cast.actor_of(session, "admin"), system_actor("tests")):
        with pytest.raises(Forbidden):
            recovery_codes.make(session, actor=actor, user=cast.person(session, "hanako"))


@pytest.mark.req("SEC-17", "SEC-15")
def test_who_has_no_codes_is_not_offered_them(app: Flask, given: Given) -> None:
    given(
        lambda session: accounts.set_mfa(
            session, actor=system_actor("tests"), user=cast.person(session, "hanako"), is_enabled=True
        )
    )
    browser = InspectingClient(app, language="ja")
    fields = {"login_id": ROLES["hanako"].login_id, "password": PASSWORD}
    assert browser.submit(browser.get(LOGIN), LOGIN, **fields).location == METHOD
    assert "リカバリーコード" not in browser.get(METHOD).words()
    for page in (browser.get(RECOVERY), browser.act(RECOVERY, code="0000-0000-0000-0000")):
        assert page.location == "/cs/login?reason=proof"
