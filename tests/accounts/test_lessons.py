"""Lessons from the advisories of others, one test each; every test was seen to fail on a planted copy of the flaw."""
# ruff: noqa: N802 - the tests are named after the lessons of the security bar

import ast
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import app as application
from app import clock
from app.accounts import actions as accounts
from app.accounts import bars, links
from app.accounts.models import LinkPurpose, MarkKind, SessionEnd, TryKind
from app.accounts.proofs import COOKIE as PROOF
from app.accounts.security import lose_proofs
from app.accounts.session import COOKIE as SESSION
from app.authz import system_actor
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    BRAKE_LINK,
    HOST,
    NOON,
    app_code,
    ask_for_reset,
    ask_for_reset_as,
    bare,
    choose,
    count_of,
    fail,
    give,
    half_way,
    is_in,
    knock,
    knock_as,
    mailed_code,
    mailed_link,
    mark,
    marked,
    new_customer,
    next_network,
    pair_app,
    set_password,
    turn_mfa_on,
    wrong_code,
)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NEW_PASSWORD = "Blue*Harbour7417"
TARO = ROLES["taro"].login_id
NO_PROOF = "/cs/login?reason=proof"


def cookie(client: InspectingClient, name: str) -> str:
    found = client._client.get_cookie(name, domain=HOST)
    return found.value if found else ""


def plant(client: InspectingClient, name: str, value: str) -> InspectingClient:
    client._client.set_cookie(name, value, domain=HOST, secure=True)
    return client


def post_link(client: InspectingClient, path: str, password: str = NEW_PASSWORD) -> int:
    """Post the form behind a link without opening it first."""
    fields = {"csrf_token": client.token(), "password": password, "again": password}
    return client.post(path, fields).status


def link_of(session: Session, login_id: str, purpose: LinkPurpose) -> str:
    """A link of each purpose, as it is issued."""
    user = next(
        (cast.person(session, name) for name, role in ROLES.items() if role.login_id == login_id), None
    ) or new_customer(session, login_id)
    if purpose is LinkPurpose.NOT_ME:
        return f"/cs/account/not-me/{links.issue_brake(session, user)}"
    if purpose is LinkPurpose.RESET:
        return f"/cs/password/reset/{links.issue_reset(session, user)}"
    actor = system_actor("tests")
    return f"/cs/password/reset/{links.issue(session, actor=actor, user=user, purpose=purpose)}"


@pytest.mark.req("C06", "SEC-18")
@pytest.mark.parametrize("purpose", LinkPurpose)
@pytest.mark.parametrize("login_id", [TARO, "new@sample.example.cs"], ids=["password set", "none yet"])
@pytest.mark.parametrize("reads_first", [True, False])
def test_C06_an_old_link_is_refused_on_every_branch(
    app: Flask, given: Given, purpose: LinkPurpose, login_id: str, *, reads_first: bool
) -> None:
    """osTicket CVE-2026-18363: whether a reset had expired was asked on one branch of the code alone."""
    lifetime = 72 * HOUR if purpose is LinkPurpose.NOT_ME else HOUR
    with clock.at(NOON):
        path = given(link_of, login_id, purpose)
        client = InspectingClient(app)
        if reads_first:
            assert client.get(path).status == 200
    with clock.at(NOON + lifetime + SECOND):
        assert post_link(client, path) == 404
        assert client.get(path).status == 404
        assert knock(client, "/cs", login_id, NEW_PASSWORD).status == 422
    with clock.at(NOON + lifetime - SECOND):
        assert post_link(client, path) == 303


BLANKS = ["", "%20", "%00", "%20" * 64, "%00" * 64, "%E3%80%80", "None", "null", "0", "%EF%BC%90" * 64]


@pytest.mark.req("C07", "SEC-18", "SEC-15")
def test_C07_no_blank_is_a_token_of_any_kind(
    app: Flask, given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    """FreeScout CVE-2026-53595: an invite hash of one blank matched the empty hash of all active users."""
    given(turn_mfa_on, "taro")
    given(pair_app, "hanako")
    # There is something of every kind that could be met by mistake.
    for purpose in LinkPurpose:
        given(link_of, ROLES["jiro"].login_id, purpose)
    other = InspectingClient(app)
    half_way(other, "hanako")
    give(other, "/cs", "app", app_code(), remember=True)
    half_way(InspectingClient(app), "hanako")
    assert is_in(signed_in("alice"))
    browser = InspectingClient(app)
    csrf = {"csrf_token": browser.token()}
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    for base, blank in product(
        ("/cs/password/reset/", "/cs/account/not-me/", "/console/password/reset/"), BLANKS
    ):
        assert browser.get(base + blank).status == 404
        assert browser.post(base + blank, {**csrf, **new}).status == 404
    for value in ("", " ", "\0", " " * 64, "\0" * 64, "None", "0" * 64):
        client = InspectingClient(app)
        for name in (SESSION, PROOF):
            plant(client, name, value)
        for kind in MarkKind:
            mark(client, kind, value)
        assert not is_in(client)
        assert client.get("/cs/login/app").location == NO_PROOF
        assert knock_as(client, "taro", **next_network()).location == "/cs/login/method"
    # Nor is a blank the code of somebody to whom none was mailed, or who has no app.
    for method, code in product(("mail", "app", "recovery"), ("", " ", "\0", "      ", "None", "000000")):
        client = InspectingClient(app)
        half_way(client, "taro", **next_network())
        client.act(f"/cs/login/{method}", code=code)
        assert not is_in(client)
    assert not stored(lambda session: cast.person(session, "jiro").frozen_at)


def reset(client: InspectingClient, outbox: Outbox) -> Callable[[InspectingClient], bool]:
    ask_for_reset_as(client, "taro")
    path = mailed_link(outbox())
    return lambda browser: post_link(browser, path) == 303


def brake(client: InspectingClient, outbox: Outbox) -> Callable[[InspectingClient], bool]:
    fail(client, "taro", 5)
    path = mailed_link(outbox(), BRAKE_LINK)
    return lambda browser: post_link(browser, path) == 303


def mail_code(client: InspectingClient, outbox: Outbox) -> Callable[[InspectingClient], bool]:
    half_way(client, "taro")
    choose(client, "/cs", "mail")
    code, token = mailed_code(outbox()), cookie(client, PROOF)

    def use(browser: InspectingClient) -> bool:
        plant(browser, PROOF, token)
        return browser.act("/cs/login/mail", code=code).location == "/cs/"

    return use


def proof(client: InspectingClient, _: Outbox) -> Callable[[InspectingClient], bool]:
    half_way(client, "taro")
    token = cookie(client, PROOF)

    def use(browser: InspectingClient) -> bool:
        plant(browser, PROOF, token)
        return browser.act("/cs/login/app", code=app_code()).location == "/cs/"

    return use


def totp(_: InspectingClient, __: Outbox) -> Callable[[InspectingClient], bool]:
    code = app_code()

    def use(browser: InspectingClient) -> bool:
        half_way(browser, "taro", **next_network())
        return give(browser, "/cs", "app", code, **next_network()).location == "/cs/"

    return use


def exemption(client: InspectingClient, _: Outbox) -> Callable[[InspectingClient], bool]:
    half_way(client, "taro")
    give(client, "/cs", "app", app_code(), remember=True)
    token = marked(client, MarkKind.EXEMPTION) or ""

    def use(browser: InspectingClient) -> bool:
        mark(browser, MarkKind.EXEMPTION, token)
        return knock_as(browser, "taro", **next_network()).location == "/cs/"

    return use


def session_of(client: InspectingClient, _: Outbox) -> Callable[[InspectingClient], bool]:
    half_way(client, "taro")
    give(client, "/cs", "app", app_code())
    token = cookie(client, SESSION)
    return lambda browser: is_in(plant(browser, SESSION, token))


Kind = Callable[[InspectingClient, Outbox], Callable[[InspectingClient], bool]]
# What each is called, for how long it is good, and whether it is good once.
KINDS: list[tuple[Kind, timedelta, bool]] = [
    (reset, HOUR, True),
    (brake, 72 * HOUR, True),
    (mail_code, 5 * MINUTE, True),
    (proof, 15 * MINUTE, True),
    (totp, MINUTE, True),
    (exemption, 8 * HOUR, False),
    (session_of, 30 * MINUTE, False),
]


@pytest.mark.req("C08", "SEC-18", "SEC-12", "SEC-14", "SEC-16", "SEC-21")
@pytest.mark.parametrize(("kind", "lifetime", "is_once"), KINDS, ids=[kind.__name__ for kind, *_ in KINDS])
def test_C08_every_token_ends_and_what_is_good_once_is_good_once(
    app: Flask, given: Given, outbox: Outbox, kind: Kind, lifetime: timedelta, *, is_once: bool
) -> None:
    """FreeScout CVE-2026-41902: an invite that never expired; Vikunja CVE-2026-28268: a reset token twice."""
    given(pair_app, "taro")
    with clock.at(NOON):
        use = kind(InspectingClient(app), outbox)
    with clock.at(NOON + lifetime):
        assert not use(InspectingClient(app)), "too old"
    with clock.at(NOON + lifetime - SECOND):
        assert use(InspectingClient(app)), "young enough"
        assert use(InspectingClient(app)) != is_once, "a second time"


@pytest.mark.req("C09", "SEC-14", "SEC-18")
def test_C09_tokens_are_drawn_from_secrets_and_stand_in_no_answer(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    """OPEXUS CVE-2026-32865: the reset code in the HTTP answer; FreeScout CVE-2026-27637: predictable tokens."""
    guessable = {"random", "uuid", "time"}
    for path in Path(application.__file__).parent.rglob("*.py"):
        if "demo" in path.parts:
            continue  # The demo world is invented, and holds no secret.
        tree = ast.parse(path.read_text())
        imports = [item for item in ast.walk(tree) if isinstance(item, ast.Import | ast.ImportFrom)]
        names = {getattr(item, "module", None) or alias.name for item in imports for alias in item.names}
        # A clock that measures how long something takes tells nobody the time of day.
        names -= (
            {"time"}
            if "time.monotonic" in path.read_text() and "time.time" not in path.read_text()
            else set()
        )
        assert not names & guessable, f"{path} draws from {names & guessable}"
    given(turn_mfa_on, "taro")
    client, told = InspectingClient(app), []
    half_way(client, "taro")
    told += [choose(client, "/cs", "mail"), client.get("/cs/login/mail")]
    (code_mail,) = outbox()
    code = mailed_code([code_mail])
    told += [give(client, "/cs", "mail", wrong_code(code)), give(client, "/cs", "mail", code)]
    told += [ask_for_reset_as(client, "hanako"), client.get("/cs/password/sent")]
    (reset_mail,) = outbox()
    token = mailed_link([reset_mail]).rpartition("/")[2]
    for page in told:
        answer = page.text + str(page.answer.headers)
        assert code not in answer
        assert token not in answer


@pytest.mark.req("C10", "SEC-20")
def test_C10_no_identifier_survives_a_step_of_proof(app: Flask, given: Given, signed_in: SignedIn) -> None:
    """osTicket CVE-2026-9507: the session id from before the login was good after it."""
    given(pair_app, "hanako")
    attacker = signed_in("taro")
    known = attacker.cookie() or ""
    victim = InspectingClient(app)
    victim.set_cookie(known)
    with clock.at(NOON):
        half_way(victim, "hanako")
        proof_before = cookie(victim, PROOF)
        give(victim, "/cs", "app", app_code())
        assert victim.cookie() not in {known, proof_before, None}
        assert not is_in(attacker), "not even as himself: that session was replaced"
        for value in (known, proof_before):
            thief = plant(plant(InspectingClient(app), SESSION, value), PROOF, value)
            assert not is_in(thief)
            assert thief.get("/cs/login/app").location == NO_PROOF


def disabled_for_a_moment(session: Session) -> None:
    actor, taro = system_actor("tests"), cast.person(session, "taro")
    accounts.disable(session, actor=actor, user=taro)
    bars.end(session, actor=actor, user=taro, shown=[bar.token for bar in bars.bars_of(session, taro)])


def password_changed(session: Session) -> None:
    lose_proofs(session, cast.person(session, "taro"), reason=SessionEnd.PASSWORD)
    choose_language(session, "taro", "en")


@pytest.mark.req("C11", "SEC-22")
@pytest.mark.parametrize("change", [disabled_for_a_moment, password_changed])
@pytest.mark.parametrize("kind", [mail_code, proof, exemption, session_of])
def test_C11_what_is_taken_away_is_gone_at_the_next_request(
    app: Flask, given: Given, outbox: Outbox, kind: Kind, change: Callable[[Session], None]
) -> None:
    """OTRS CVE-2026-78357: tokens lived for 16 hours after a disabling or a new password."""
    given(pair_app, "taro")
    with clock.at(NOON):
        use = kind(InspectingClient(app), outbox)
        given(change)
        assert not use(InspectingClient(app))


@pytest.mark.req("C33", "CONTACT-07", "RESET-04")
def test_C33_an_equal_mail_address_links_nobody_to_anybody(app: Flask, given: Given, outbox: Outbox) -> None:
    """Zammad CVE-2026-84458: a sign-in was linked to an account by the mail address alone."""
    given(new_customer, "second@sample.example.cs", mail="taro@sample.example")
    client = InspectingClient(app)
    for address in ("taro@sample.example", "TARO@sample.example"):
        assert knock(client, "/cs", address, PASSWORD).status == 422, "an address is no user ID"
        assert ask_for_reset(client, "/cs", address, address).status == 422
    assert outbox() == []
    ask_for_reset_as(client, "taro")
    taros = mailed_link(outbox())
    ask_for_reset(client, "/cs", "second@sample.example.cs", "taro@sample.example")
    seconds = mailed_link(outbox())
    assert client.get(taros).status == 200, "the request of the one voids no link of the other"
    assert set_password(client, seconds, NEW_PASSWORD).status == 303
    assert knock(client, "/cs", "second@sample.example.cs", NEW_PASSWORD).status == 303
    assert knock(InspectingClient(app), "/cs", TARO, NEW_PASSWORD).status == 422
    assert knock_as(InspectingClient(app), "taro").status == 303


@pytest.mark.req("C36", "AUTH-03", "PW-07", "SEC-10")
def test_C36_whatever_tells_a_right_password_from_a_wrong_one_counts_together(
    app: Flask, signed_in: SignedIn, stored: Stored
) -> None:
    """Vaultwarden CVE-2026-43914: the call "send me a code" checked passwords without a throttle."""
    client, guesser = signed_in("hanako"), InspectingClient(app)
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}

    def asked(password: str) -> Page:
        client.act("/cs/profile/mail", mail="x@sample.example")
        return client.act("/cs/confirm", password=password)

    with clock.at(NOON):
        client.enter("hanako")
        tries: list[Callable[[], Page]] = [
            lambda: knock_as(guesser, "hanako", "wrong 1", "cs", **next_network()),
            lambda: knock_as(guesser, "hanako", "wrong 2", "fm", **next_network()),
            lambda: knock(guesser, "/console", ROLES["hanako"].login_id, PASSWORD, **next_network()),
            lambda: client.act("/cs/profile/password", current="wrong 4", **new),
        ]
        for number, attempt in enumerate(tries, 1):
            assert attempt().status == 422
            assert stored(lambda session: count_of(session, "hanako").in_a_row) == number
    with clock.at(NOON + 10 * MINUTE):
        assert asked("wrong 5").status == 422
        assert stored(lambda session: count_of(session, "hanako").locked_until) == NOON + 30 * MINUTE
        for attempt in (
            lambda: knock_as(guesser, "hanako", PASSWORD, **next_network()),
            lambda: asked(PASSWORD),
            lambda: client.act("/cs/profile/password", current=PASSWORD, **new),
        ):
            assert attempt().status == 422, "and now the right one is refused by all of them"
    # Without a password nothing sends a code.
    for path in ("method", "mail/codes", "mail", "app"):
        assert guesser.act(f"/cs/login/{path}", method="mail", code="123456").location == NO_PROOF


@pytest.mark.req("C37", "SEC-13", "SEC-15", "SEC-19")
def test_C37_no_cookie_of_an_earlier_moment_turns_a_count_back(
    app: Flask, given: Given, stored: Stored
) -> None:
    """Punk TOTP CVE-2026-78655: failures were counted in a signed cookie, which could be sent again."""
    given(pair_app, "taro")
    wrong = wrong_code(*(app_code(NOON, step) for step in (-1, 0, 1)))

    def again(jar: dict[str, str]) -> InspectingClient:
        client = InspectingClient(app)
        for name, value in jar.items():
            plant(client, name, value)
        return client

    def jar_of(client: InspectingClient) -> dict[str, str]:
        return {item.key: item.value for item in (client._client._cookies or {}).values()}

    with clock.at(NOON):
        first = InspectingClient(app)
        half_way(first, "taro")
        jar = jar_of(first)
        answers = [give(again(jar), "/cs", "app", wrong, **next_network()).location for _ in range(5)]
        assert answers == ["", "", "", "", "/cs/login?reason=codes"]
        assert again(jar).act("/cs/login/app", code=app_code()).location == NO_PROOF
        # A new way in has a new cookie and the old count of the account.
        fresh = InspectingClient(app)
        half_way(fresh, "taro", **next_network())
        assert give(fresh, "/cs", "app", app_code(), **next_network()).status == 429
    jar = jar_of(InspectingClient(app))
    for _ in range(5):
        assert knock_as(again(jar), "hanako", "wrong", **next_network()).status == 422
    assert knock_as(again(jar), "hanako", **next_network()).status == 422
    for _ in range(5):
        client = again(jar)
        ask_for_reset(client, "/cs", TARO, "x@x.example", **next_network())
    assert stored(lambda session: count_of(session, "taro", TryKind.RESET).in_a_row) == 5


@pytest.mark.req("C37", "SEC-12", "SEC-14")
def test_C37_another_accounts_code_is_refused(app: Flask, given: Given, outbox: Outbox) -> None:
    """CVE-2026-78619 of the same product: a code of another account passed; keys and lists have tests beside them."""
    given(pair_app, "taro", secret="HXDMVJECJJWSRB3H")
    given(pair_app, "hanako")
    taros, hanakos = InspectingClient(app), InspectingClient(app)
    with clock.at(NOON):
        half_way(taros, "taro")
        half_way(hanakos, "hanako")
        assert give(taros, "/cs", "app", app_code()).status == 422
        choose(hanakos, "/cs", "mail")
        code = mailed_code(outbox())
        choose(taros, "/cs", "mail")
        assert give(taros, "/cs", "mail", code).status == 422
        assert give(hanakos, "/cs", "mail", code).status == 303


@pytest.mark.req("C38", "AUTH-04", "RESET-06", "SEC-05")
def test_C38_neither_login_nor_reset_tells_which_ids_there_are(app: Flask, stored: Stored) -> None:
    """osTicket CVE-2026-26895, RT CVE-2021-38562 and others: answers or times that betrayed valid IDs."""
    client = InspectingClient(app)
    asked = (TARO, "nobody@sample.example.cs")
    for _ in range(6):
        told = {
            login_id: (
                bare(knock(client, "/cs", login_id, "wrong", **next_network())),
                bare(
                    client.submit(client.get("/cs/password/forgot"), "/cs/password/forgot", login_id=login_id)
                ),
                bare(client.get("/cs/password/verify")),
                bare(ask_for_reset(client, "/cs", login_id, "x@x.example", **next_network())),
            )
            for login_id in asked
        }
        answers = {str(pages).replace(login_id, "…") for login_id, pages in told.items()}
        assert len(answers) == 1
    assert stored(lambda session: count_of(session, "taro").locked_until)


@pytest.mark.req("C39", "SEC-12", "MFA-15")
def test_C39_a_code_is_used_up_wherever_it_was_used(app: Flask, given: Given, signed_in: SignedIn) -> None:
    """Rodauth CVE-2026-82470, devise-two-factor GHSA-jm35-h8q2-73mp: again within the drift window, after a fix too."""
    given(pair_app, "taro")
    first, second, third = (app_code(NOON, step) for step in (-1, 0, 1))

    def sign_in(code: str) -> int:
        client = InspectingClient(app)
        half_way(client, "taro", **next_network())
        return give(client, "/cs", "app", code, **next_network()).status

    with clock.at(NOON):
        assert sign_in(second) == 303
        assert [sign_in(code) for code in (second, first)] == [422, 422]
        client = signed_in("taro")
        assert sign_in(third) == 303
        assert [sign_in(code) for code in (second, third)] == [422, 422], "A, B, A"
    later = NOON + 11 * MINUTE
    with clock.at(later):
        client.act("/cs/profile/mail", mail="x@sample.example")
        client.act("/cs/confirm", password=PASSWORD)
        assert give(client, "/cs", "app", app_code(), **next_network()).location == "/cs/confirm/continue"
        assert sign_in(app_code()) == 422, "what has confirmed an act signs nobody in"
