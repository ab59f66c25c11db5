"""Many tries at the same moment against real server processes on one database (SEC-05, SEC-12, SEC-14, SEC-18)."""

import re
from collections import Counter
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import clock, sealing
from app.accounts import actions as accounts
from app.accounts import authenticators, passwords, recovery_codes, tries
from app.accounts.authenticators import padded
from app.accounts.models import (
    AccountLink,
    Authenticator,
    AuthSession,
    LinkPurpose,
    TryCount,
    TryKind,
)
from app.accounts.sign_in import as_actor
from app.authz import system_actor
from app.journal import JournalEvent
from app.throttle import ThrottleHit
from tests.cast import ALICE_CS_NUMBER, AUTHENTICATOR_SECRET, PASSWORD, ROLES, person
from tests.factories.mails import queued_mails
from tests.factories.servers import Answer, Browser, Desk, post_at_once

STORM = 64
WRONG = "Wrong#Password2026"
LOGIN, CONSOLE = "/cs/login", "/console/login"
NEW_PASSWORD = "Kx7#mQ2vLp{:02d}w"
CODE = re.compile(r"\b([0-9]{6})\b")


def tabs(browser: Browser, count: int) -> list[Browser]:
    """Copies of a browser, in turn at each process and each at an address of its own."""
    made = [browser.copy(index % 2) for index in range(count)]
    for tab in made:
        tab.address = browser.desk.browser().address
    return made


def storm(desk: Desk, login_id: str, typed: list[str], path: str = LOGIN) -> list[Answer]:
    """Post one user ID with all these passwords at once."""
    first = desk.browser()
    token = first.token(path)
    fields = {"csrf_token": token, "login_id": login_id, "next": ""}
    return post_at_once(
        [
            (tab, path, {**fields, "password": password})
            for tab, password in zip(tabs(first, len(typed)), typed, strict=True)
        ]
    )


def count_of(session: Session, subject: str) -> list[TryCount]:
    return list(session.scalars(select(TryCount).where(TryCount.subject == subject)))


def all_counts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TryCount)) or 0


def put_count(session: Session, name: str, in_a_row: int) -> None:
    subject = person(session, name).subject_for_tries
    session.execute(delete(TryCount).where(TryCount.subject == subject))
    session.add(
        TryCount(
            kind=TryKind.PASSWORD,
            subject=subject,
            in_a_row=in_a_row,
            since_success=in_a_row,
            touched_at=clock.now(),
        )
    )


def events(session: Session, name: str, kind: str) -> int:
    chosen = select(func.count()).where(
        JournalEvent.kind == kind, JournalEvent.subject_id == person(session, name).id
    )
    return session.scalar(chosen) or 0


def told_of(session: Session, name: str) -> Counter[str]:
    """How often each kind of event has happened to somebody, and how many mails they were sent."""
    user = person(session, name)
    kinds = session.scalars(
        select(JournalEvent.kind).where(
            JournalEvent.subject_type == "user", JournalEvent.subject_id == user.id
        )
    ).all()
    mails = [mail for mail in queued_mails(session) if mail.to == user.mail]
    return Counter({**Counter(kinds), "mail": len(mails)})


def open_sessions(session: Session, name: str) -> int:
    chosen = select(func.count()).where(
        AuthSession.user_id == person(session, name).id, AuthSession.ended_at.is_(None)
    )
    return session.scalar(chosen) or 0


def the_count(desk: Desk, name: str) -> TryCount:
    rows = desk.do(lambda session: count_of(session, person(session, name).subject_for_tries))
    assert len(rows) == 1, "one account has one count"
    return rows[0]


@pytest.mark.req("SEC-05", "AUTH-03", "AUTH-05")
def test_64_wrong_tries_at_count_four_are_one_more_failure_and_one_lock(desk: Desk) -> None:
    desk.do(lambda session: put_count(session, "taro", 4))
    desk.do(lambda session: session.execute(delete(ThrottleHit)))
    before = desk.do(lambda session: told_of(session, "taro"))
    answers = storm(desk, ROLES["taro"].login_id, [WRONG] * STORM)
    after = desk.do(lambda session: told_of(session, "taro"))

    assert {answer.status for answer in answers} == {422}
    row = the_count(desk, "taro")
    assert (row.in_a_row, row.since_success) == (5, 5)
    assert row.locked_until is not None
    assert timedelta(minutes=19) < row.locked_until - clock.now() <= tries.CLOSED_FOR
    assert after - before == Counter({"user.locked": 1, "login.failed": STORM, "mail": 1})


@pytest.mark.req("SEC-05", "AUTH-05")
def test_during_the_lock_64_right_tries_are_all_refused(desk: Desk) -> None:
    desk.do(lambda session: put_count(session, "taro", 4))
    storm(desk, ROLES["taro"].login_id, [WRONG])
    answers = storm(desk, ROLES["taro"].login_id, [PASSWORD] * STORM)
    assert {answer.status for answer in answers} == {422}
    assert the_count(desk, "taro").since_success == 5, "during a lock nothing is counted (AUTH-05)"
    assert desk.do(lambda session: open_sessions(session, "taro")) == 0


@pytest.mark.req("SEC-05")
@pytest.mark.parametrize("before", [0, pytest.param(3, marks=pytest.mark.nightly), 4])
def test_a_right_password_amid_a_storm_is_right_within_the_first_five_or_not_at_all(
    desk: Desk, before: int
) -> None:
    desk.do(lambda session: put_count(session, "alice", before))
    guesses = [WRONG] * 12 + [PASSWORD] + [WRONG] * 11
    answers = storm(desk, ROLES["alice"].login_id, guesses)
    row = the_count(desk, "alice")

    assert row.in_a_row <= 5
    came_in = [index for index, answer in enumerate(answers) if answer.status == 303]
    assert set(came_in) <= {12}
    if came_in:
        # What was tried after the success counts anew: at most five of it were checked.
        assert row.since_success == row.in_a_row <= 5
    else:
        assert (row.in_a_row, row.since_success) == (5, 5)
        assert row.locked_until is not None
    assert desk.do(lambda session: open_sessions(session, "alice")) >= len(came_in)


@pytest.mark.req("SEC-05", "AUTH-04")
def test_an_id_that_nobody_has_is_counted_once_as_well(desk: Desk) -> None:
    before = desk.do(all_counts)
    answers = storm(desk, "nobody@sample.example.cs", [WRONG] * 32)
    assert {answer.status for answer in answers} == {422}
    rows = desk.do(
        lambda session: session.scalars(select(TryCount).where(TryCount.subject.startswith("typed:"))).all()
    )
    assert [(row.in_a_row, row.since_success) for row in rows] == [(5, 5)]
    assert desk.do(all_counts) == before + 1


def half_way(desk: Desk, name: str, path: str, process: int = 0) -> Browser:
    """A browser that has given the password and owes a code."""
    browser = desk.browser(process)
    answer = browser.post(path, login_id=ROLES[name].login_id, password=PASSWORD, next="")
    assert (answer.status, answer.location) == (303, f"{path}/method")
    return browser


@pytest.mark.req("SEC-12", "MFA-15")
def test_32_posts_of_one_totp_code_make_one_session(desk: Desk) -> None:
    # One after the other: each try counts as a failure until it is known to be right.
    ways = [half_way(desk, "agent", CONSOLE, index % 2) for index in range(8)]
    path, posts = f"{CONSOLE}/app", []
    for browser in ways:
        browser.post(f"{CONSOLE}/method", method="app")
        fields = {"csrf_token": browser.token(path)}
        posts += [(tab, path, fields) for tab in tabs(browser, 4)]
    code = pyotp.TOTP(padded(AUTHENTICATOR_SECRET)).now()
    answers = post_at_once([(tab, path, {**fields, "code": code}) for tab, path, fields in posts])
    came_in = [answer for answer in answers if answer.location == "/console/"]
    assert len(posts) == 32
    assert len(came_in) == 1
    assert desk.do(lambda session: open_sessions(session, "agent")) == 1
    assert desk.do(lambda session: events(session, "agent", "mfa.verified")) == 1


@pytest.mark.req("SEC-14", "MFA-08")
def test_32_posts_of_one_mail_code_make_one_session(desk: Desk) -> None:
    def prepare(session: Session) -> None:
        accounts.set_mfa(session, actor=system_actor("tests"), user=person(session, "jiro"), is_enabled=True)

    desk.do(prepare)
    browser = half_way(desk, "jiro", "/fm/login")
    browser.post("/fm/login/method", method="mail")
    mail = next(one for one in reversed(desk.do(queued_mails)) if one.to == "jiro@sample.example")
    found = CODE.search(mail.text)
    assert found
    path = "/fm/login/mail"
    fields = {"csrf_token": browser.token(path), "code": found.group(1)}
    answers = post_at_once([(tab, path, fields) for tab in tabs(browser, 32)])
    assert Counter(answer.location for answer in answers if answer.status == 303)["/fm/"] == 1
    assert desk.do(lambda session: open_sessions(session, "jiro")) == 1


@pytest.mark.req("SEC-13", "C36")
def test_of_32_wrong_codes_at_once_five_are_looked_at(desk: Desk) -> None:
    """From eight sign-ins, each of which would have five of its own."""
    ways = [half_way(desk, "admin", CONSOLE, index % 2) for index in range(8)]
    path, posts = f"{CONSOLE}/app", []
    for browser in ways:
        browser.post(f"{CONSOLE}/method", method="app")
        fields = {"csrf_token": browser.token(path), "code": "000000"}
        posts += [(tab, path, fields) for tab in tabs(browser, 4)]
    answers = post_at_once(posts)
    looked_at = Counter(answer.status for answer in answers)
    assert looked_at[429] == 32 - 5
    assert desk.do(lambda session: events(session, "admin", "mfa.failed")) == 5
    assert desk.do(lambda session: open_sessions(session, "admin")) == 0


@pytest.mark.req("SEC-17", "C37")
def test_16_posts_of_one_recovery_code_make_one_session(desk: Desk) -> None:
    codes = desk.do(
        lambda session: recovery_codes.make(
            session, actor=as_actor(person(session, "lead")), user=person(session, "lead")
        )
    )
    path, posts = f"{CONSOLE}/recovery", []
    for index in range(4):
        browser = half_way(desk, "lead", CONSOLE, index % 2)
        fields = {"csrf_token": browser.token(path), "code": codes[0]}
        posts += [(tab, path, fields) for tab in tabs(browser, 4)]
    answers = post_at_once(posts)
    assert Counter(answer.location for answer in answers)["/console/"] == 1
    assert desk.do(lambda session: open_sessions(session, "lead")) == 1


def reset_link(desk: Desk, name: str, path: str = "/cs") -> str:
    """The address of a fresh reset link of a member of the cast."""
    browser = desk.browser()
    browser.post(f"{path}/password/forgot", login_id=ROLES[name].login_id)
    mail = desk.do(lambda session: person(session, name).mail)
    answer = browser.post(f"{path}/password/verify", mail=mail)
    assert answer.location == f"{path}/password/sent"
    return newest_link(desk, mail, path)


def newest_link(desk: Desk, mail: str, path: str) -> str:
    texts = [one.text for one in desk.do(queued_mails) if one.to == mail]
    found = re.findall(rf"{path}/password/reset/[0-9a-f]{{64}}", "\n".join(texts))
    return str(found[-1])


@pytest.mark.req("SEC-18", "RESET-08", "RESET-11")
def test_of_eight_resets_with_one_link_one_sets_the_password(desk: Desk) -> None:
    link = reset_link(desk, "hanako")
    first = desk.browser()
    token = first.token(link)
    typed = [NEW_PASSWORD.format(index) for index in range(8)]
    answers = post_at_once(
        [
            (tab, link, {"csrf_token": token, "password": new, "again": new})
            for tab, new in zip(tabs(first, 8), typed, strict=True)
        ]
    )
    assert sorted(answer.status for answer in answers) == [303, *[404] * 7]
    winner = typed[[answer.status for answer in answers].index(303)]
    stored = desk.do(lambda session: person(session, "hanako").password_hash)
    vault = passwords.PasswordVault(passwords.STRONG)
    assert [password for password in typed if vault.matches(stored, password)] == [winner]
    assert desk.do(lambda session: events(session, "hanako", "password.reset")) == 1


@pytest.mark.req("SEC-18", "RESET-08")
def test_of_eight_links_asked_for_at_once_the_newest_alone_is_good(desk: Desk) -> None:
    mail = desk.do(lambda session: person(session, "charlie").mail)
    first = desk.browser()
    first.post("/fm/password/forgot", login_id=ROLES["charlie"].login_id)
    path = "/fm/password/verify"
    fields = {"csrf_token": first.token(path), "mail": mail}
    answers = post_at_once([(tab, path, fields) for tab in tabs(first, 8)])
    assert {answer.location for answer in answers} == {"/fm/password/sent"}

    def good(session: Session) -> int:
        chosen = select(func.count()).where(
            AccountLink.user_id == person(session, "charlie").id,
            AccountLink.purpose == LinkPurpose.RESET,
            AccountLink.used_at.is_(None),
        )
        return session.scalar(chosen) or 0

    assert desk.do(good) == 1
    assert desk.browser().get(newest_link(desk, mail, "/fm")).status == 200


def offer(page: str) -> tuple[str, str]:
    """What a page of pairing offers: sealed as the form carries it, and as people type it."""
    sealed = re.search(r'name="offer"[^>]* value="([^"]+)"', page)
    secret = re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    assert sealed
    assert secret
    return sealed.group(1), secret.group().replace(" ", "")


@pytest.mark.req("MFA-14", "DESK-01")
def test_of_two_who_pair_the_first_app_of_an_agent_one_comes_in(desk: Desk) -> None:
    def lose(session: Session) -> None:
        agent = person(session, "cs_agent")
        session.execute(delete(Authenticator).where(Authenticator.user_id == agent.id))

    desk.do(lose)
    path, posts = f"{CONSOLE}/setup", []
    for index in range(8):
        browser = half_way(desk, "cs_agent", CONSOLE, index % 2)
        sealed, secret = offer(browser.get(path).text)
        fields = {"offer": sealed, "code": pyotp.TOTP(secret).now()}
        posts.append((browser, path, {"csrf_token": browser.token(path), **fields}))
    answers = post_at_once(posts)
    assert Counter(answer.location for answer in answers)["/console/"] == 1
    assert desk.do(lambda session: open_sessions(session, "cs_agent")) == 1
    assert desk.do(lambda session: events(session, "cs_agent", "mfa.paired")) == 1 + 1  # the cast's own


@pytest.mark.req("MFA-16", "SEC-11")
def test_of_two_pairings_at_once_one_app_is_left_and_its_codes_are_good(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.post("/fm/login", login_id=ROLES["charlie"].login_id, password=PASSWORD, next="")
    assert answer.location == "/fm/"
    path = "/fm/profile/mfa"
    offers = [offer(browser.get(path).text) for _ in range(6)]
    token = browser.token(path)
    answers = post_at_once(
        [
            (tab, path, {"csrf_token": token, "offer": sealed, "code": pyotp.TOTP(secret).now()})
            for tab, (sealed, secret) in zip(tabs(browser, 6), offers, strict=True)
        ]
    )
    paired = sum(answer.status == 303 for answer in answers)
    assert paired >= 1
    assert desk.do(lambda session: events(session, "charlie", "mfa.paired")) == paired

    def stored(session: Session) -> list[str]:
        sealed = session.scalars(
            select(Authenticator.sealed_secret).where(Authenticator.user_id == person(session, "charlie").id)
        )
        return [sealing.unseal(desk.settings, authenticators.PURPOSE, one) for one in sealed]

    assert [secret in {secret for _, secret in offers} for secret in desk.do(stored)] == [True]


@pytest.mark.req("CONTACT-05", "CONTACT-11")
def test_of_eight_contacts_with_one_user_id_one_is_made(desk: Desk) -> None:
    def appoint(session: Session) -> None:
        alice, actor = person(session, "alice"), system_actor("tests")
        accounts.set_administrator(session, actor=actor, user=alice, is_administrator=True)
        session.execute(delete(TryCount))

    desk.do(appoint)
    browser, path = desk.browser(), "/cs/contacts/new"
    browser.post(LOGIN, login_id=ROLES["alice"].login_id, password=PASSWORD, next="")
    typed = {"login_id": "both@a-company.example.cs", "mail": "both@a-company.example"}
    typed |= {"family_name": "Both", "given_name": "Of them", "numbers": ALICE_CS_NUMBER}
    typed["csrf_token"] = browser.token(path)
    answers = post_at_once(
        [(tab, path, {**typed, "form_key": f"{index:032x}"}) for index, tab in enumerate(tabs(browser, 8))]
    )
    assert sorted(answer.status for answer in answers) == [303, *[422] * 7]
