"""GET /console/posture: which rules are in force, why they differ, and how the people stand (T01 to T19)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, posture
from app.accounts.actions import desk_people
from app.accounts.history import note
from app.accounts.models import DeskRole, User
from app.accounts.posture.figures import Figures, figures
from app.accounts.sign_in import as_actor
from app.config import Settings
from app.contracts import queries as contracts_read
from app.journal import record
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import contacts, desk

POSTURE = "/console/posture"
NETWORKS = "Failures from one network: 10 in 5 minutes; from all: 1000 in 5 minutes"
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def line_of(app: Flask, name: str, *, language: str = "en", **changes: Any) -> posture.Line:
    """One line of the page, with some settings other than they are."""
    settings: Settings = replace(app.config["SETTINGS"], **changes)
    with app.test_request_context(), force_locale(language):
        found = [line for _, lines in posture.lines(settings) for line in lines if line.name == name]
    (line,) = found
    return line


def row_of(page: Page, name: str) -> list[str]:
    """The cells of the table row that a name leads."""
    for row in page.all("tr"):
        first, *others = [page.words(item) for item in row]
        if first == name:
            return others
    raise AssertionError(name)


def fail(session: Session, name: str, kind: type[events.SignInFailed | events.CodeFailed]) -> None:
    """Somebody gives a wrong password or a wrong code."""
    user = cast.person(session, name)
    note(session, actor=as_actor(user), user=user, happened=kind("cs"))


def counted(session: Session, name: str = "admin") -> Figures:
    return figures(session, cast.actor_of(session, name))


@pytest.mark.req("SEC-25")
@pytest.mark.parametrize(
    ("name", "status"), [("agent", 403), ("cs_agent", 403), ("lead", 200), ("admin", 200)]
)
def test_leads_and_system_administrators_read_it(signed_in: SignedIn, name: str, status: int) -> None:
    client = signed_in(name)
    assert client.get(POSTURE).status == status
    assert (POSTURE in client.get("/console/").text) is (status == 200)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_rule_is_told_whole_in_both_languages(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        groups = posture.lines(app.config["SETTINGS"])
    assert len(groups) == 6
    rows = [line for _, lines in groups for line in lines]
    assert len({line.name for line in rows}) == len(rows) > 20
    for line in rows:
        texts = (line.name, line.in_force, line.manual, line.guidance, line.why)
        assert all(texts), line
        assert all(any(ord(sign) > 0x3000 for sign in text) for text in texts) is (language == "ja"), line
        assert "%(" not in "".join(texts)


@pytest.mark.parametrize(
    ("name", "changes", "in_force", "meets"),
    [
        ("New passwords of customers", {}, "12 to 40 characters of four kinds", False),
        ("New passwords of customers", {"password_profile": "modern"}, "15 to 128 characters of any kind", True),
        ("New passwords of agents", {}, "15 to 128 characters of any kind", True),
        ("Lock after wrong passwords", {}, "5 in a row close the user ID for 20 minutes", False),
        ("Known browsers", {}, "Agents' known browsers are counted apart", False),
        ("Known browsers", {"own_count_for": "everybody"}, "Everybody's known browsers are counted apart", True),
        ("Known browsers", {"own_count_for": "nobody"}, "Nobody's browser is counted apart", False),
        ("Failures without end", {}, "After 100 in a row a mailed code is asked as well", True),
        ("Limits on networks", {}, NETWORKS, True),
        ("Limits on networks", {"throttle": False, "demo": True}, "Off (demo)", False),
        ("Limits on networks", {"throttle": False}, NETWORKS, True),
        ("Codes by e-mail", {}, "Offered to customers, also beside an app", False),
        ("Codes by e-mail", {"mail_code_after_pairing": False},
         "Offered to customers without an app or passkey", False),
        ("Browsers that skip the code", {}, "For 8 hours, customers only", True),
        ("Browsers that skip the code", {"exemption_hours": 0}, "Never", True),
        ("Browsers that skip the code", {"exemption_hours": 24}, "For 24 hours, customers only", True),
        ("Browsers that skip the code", {"exemption_hours": 25}, "For 25 hours, customers only", False),
        ("Codes of an app", {}, "30 seconds, ±1 step, each step once", False),
        ("Codes of an app", {"totp_window": 0}, "30 seconds, ±0 step, each step once", True),
        ("Wrong codes", {},
         "5 in one sign-in; over all sign-ins 5 in 5 minutes, 20 in 60 minutes, 50 in 24 hours", True),
        ("Answer to the e-mail question", {}, "The page says whether the address matched", False),
        ("Answer to the e-mail question", {"reset_answer": "neutral"},
         "The page never says whether the address matched", True),
        ("Wait before the next reset", {}, "24 hours, also after the first password", False),
        ("Wait before the next reset", {"first_password_counts": False},
         "24 hours, not after the first password", False),
        ("Links in mails", {}, "60 minutes, once, the newest only; opening uses nothing up", True),
        ("Idle sessions", {}, "End after 30 minutes", True),
        ("Idle sessions", {"idle_minutes": 61}, "End after 61 minutes", False),
        ("Absolute end of a session", {}, "After 12 hours", True),
        ("Absolute end of a session", {"session_hours": 25}, "After 25 hours", False),
        ("Sensitive changes", {}, "Password and code again if older than 10 minutes", True),
        ("Keys that seal secrets", {}, "Derived from the secret key", False),
        ("Keys that seal secrets", {"sealing_keys": ("x" * 32, "y" * 32)}, "Keys of their own: 2", True),
        ("How passwords are kept", {"cheap_hashes": False}, "argon2id, 19 MiB, 2 passes", True),
        ("How passwords are kept", {}, "Weak hashes, for tests only", False),
        ("Login history", {"history_days": 90}, "Kept for 90 days", True),
    ],
)  # fmt: skip
def test_a_line_says_what_is_in_force_and_whether_it_is_as_recommended(
    app: Flask, name: str, changes: dict[str, Any], in_force: str, *, meets: bool
) -> None:
    line = line_of(app, name, **changes)
    assert (line.in_force, line.meets) == (in_force, meets)


def test_what_the_page_names_as_a_setting_is_one() -> None:
    known = {item.metadata["name"] for item in Settings.__dataclass_fields__.values()}
    named = {rule.setting for group in posture.GROUPS for rule in group.rules if rule.setting}
    assert named <= known
    assert len(named) > 8


@pytest.mark.req("MFA-01", "DESK-01")
def test_people_are_counted_by_their_strongest_second_proof(session: Session) -> None:
    before = counted(session).customers
    assert (before.total, before.enabled, before.disabled, before.nothing) == (6, 5, 1, 5)
    contacts.give_factors(session, "taro")
    desk.newcomer(session, "mail.fm", cast.FM_NUMBER)
    contacts.freeze(session, "alice")
    contacts.lock(session, "hanako")
    after = counted(session).customers
    assert (after.total, after.enabled, after.frozen, after.locked) == (7, 5, 1, 1)
    assert (after.passkey, after.app, after.mail, after.nothing) == (1, 0, 1, 3)
    assert (after.without_password, after.never_signed_in) == (1, 7)
    assert [after.share(count) for count in (after.passkey, after.nothing)] == [20, 60]


def test_the_kinds_add_up_to_those_who_can_sign_in(session: Session) -> None:
    contacts.give_factors(session, "jiro")
    found = counted(session)
    for counts in (found.customers, found.agents):
        assert counts.passkey + counts.app + counts.mail + counts.nothing == counts.enabled
    assert (found.agents.total, found.agents.app, found.agents.mail) == (4, 4, 0)


def test_an_agent_without_an_app_has_nothing_yet(session: Session) -> None:
    told = desk_people.NewPerson(
        login_id="x", mail="x@x.example", family_name="x", given_name="", language=None
    )
    admin = cast.actor_of(session, "admin")
    desk_people.add_agent(session, actor=admin, told=told, role=DeskRole.ADMIN, services=[])
    assert counted(session).agents.nothing == 1


@pytest.mark.req("SEC-28", "ROLE-05")
def test_a_lead_counts_the_people_of_the_own_services(session: Session) -> None:
    lead, admin = cast.person(session, "lead"), cast.actor_of(session, "admin")
    fail(session, "charlie", events.SignInFailed)
    desk_people.set_rights(
        session, lead, actor=admin, version=lead.version, role=DeskRole.LEAD,
        services=[item for item in contracts_read.services(session) if item.slug == "cs"],
    )  # fmt: skip
    assert (counted(session).customers.total, counted(session).wrong_passwords) == (6, 1)
    narrowed = counted(session, "lead")
    assert (narrowed.customers.total, narrowed.agents.total, narrowed.wrong_passwords) == (4, 3, 0)


@pytest.mark.parametrize(
    ("age", "expected"), [(timedelta(hours=23, minutes=59, seconds=59), 1), (timedelta(hours=24), 0)]
)
def test_failures_of_the_last_24_hours_are_counted(session: Session, age: timedelta, expected: int) -> None:
    with clock.at(NOW - age):
        fail(session, "taro", events.SignInFailed)
        fail(session, "hanako", events.CodeFailed)
    with clock.at(NOW):
        found = counted(session)
    assert (found.wrong_passwords, found.wrong_codes) == (expected, expected)


@pytest.mark.parametrize(("days", "expected"), [(364, 0), (365, 1)])
def test_passwords_older_than_a_year_are_counted(session: Session, days: int, expected: int) -> None:
    moment = session.scalars(select(User.created_at).where(User.login_key == "taro@sample.example.cs")).one()
    for name in ("hanako", "jiro", "alice", "charlie", "kaito"):
        with clock.at(moment + timedelta(days=200)):
            user = cast.person(session, name)
            record(session, actor=as_actor(user), subject=user, happened=events.PasswordSet())
    with clock.at(moment + timedelta(days=days, minutes=1 if days == 365 else 0)):
        assert counted(session).customers.old_password == expected


def test_the_page_shows_figures_and_rules(signed_in: SignedIn, given: Given) -> None:
    given(contacts.give_factors, "taro")
    lost = given(desk.newcomer, "lost.cs", cast.CS_NUMBER)
    given(desk.ask_removal, lost)
    page = signed_in("lead").get(POSTURE)
    tiles = {
        page.words(item).rsplit(" ", 1)[0]: page.words(item).rsplit(" ", 1)[1]
        for item in page.styled("a", "tile")
    }
    assert tiles == {"判断待ちの解除申請": "1"}
    assert row_of(page, "パスキー") == ["1 (17 %)", "0 (0 %)"]
    assert row_of(page, "認証アプリ") == ["0 (0 %)", "3 (100 %)"]
    assert row_of(page, "メールのみ") == ["1 (17 %)", "0 (0 %)"]
    assert row_of(page, "なし") == ["4 (67 %)", "0 (0 %)"]
    assert row_of(page, "お客様の新しいパスワード")[0].startswith("12～40文字、4種類の文字 推奨と相違")
    assert len(page.styled("table", "posture")) == 6
