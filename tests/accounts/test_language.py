"""POST /<service>/profile/language and /console/profile/language: the own language (LANG-01)."""

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.models import User
from app.authz import Forbidden
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

PORTAL = "/cs/profile/language"
CONSOLE = "/console/profile/language"


def _language(session: Session, name: str) -> str | None:
    return cast.person(session, name).language


@pytest.mark.req("LANG-01", "LANG-02")
@pytest.mark.parametrize(
    ("person", "action", "path", "to", "title"),
    [
        ("hanako", PORTAL, "/cs/cases?sort=number", "en", "Case list"),
        ("alice", PORTAL, "/cs/cases", "ja", "ケース一覧"),
        ("agent", CONSOLE, "/console/cases/", "en", "Cases"),
        ("cs_agent", CONSOLE, "/console/cases/", "ja", "ケース"),
    ],
)
def test_it_reloads_the_page_in_it_and_stays_for_later_sign_ins(
    app: Flask, signed_in: SignedIn, person: str, action: str, path: str, to: str, title: str
) -> None:
    client = signed_in(person)
    answer = client.submit(client.get(path), action, language=to)
    assert (answer.status, answer.location) == (303, path)
    for later in (client, InspectingClient(app, language="ja" if to == "en" else "en").sign_in(person)):
        shown = later.get(path)
        assert shown.language == to
        assert shown.words(shown.one("h1")) == title


@pytest.mark.req("LANG-01", "LANG-03")
@pytest.mark.parametrize("browser", ["en", "ja"])
def test_system_follows_the_installation_not_the_browser(signed_in: SignedIn, browser: str) -> None:
    client = signed_in("alice", language=browser)
    client.submit(client.get("/cs/"), PORTAL, language="")
    assert client.get("/cs/").language == "ja"


@pytest.mark.req("LANG-03")
def test_times_are_in_the_systems_zone_unless_the_user_has_one(signed_in: SignedIn, given: Given) -> None:
    given(cases.open_inquiry)

    def move(session: Session) -> None:
        taro = User.id == cast.person(session, "taro").id
        session.execute(update(User).where(taro).values(time_zone="UTC"))

    given(move)
    shown = [signed_in(name).get("/cs/cases").rows()[0]["更新日時"] for name in ("hanako", "taro")]
    assert (int(shown[0][11:13]) - int(shown[1][11:13])) % 24 == 9


@pytest.mark.parametrize("value", ["xx", "JA", "\0", "ja,en", "😀", "x" * 5000])
def test_an_unknown_language_changes_nothing(signed_in: SignedIn, untouched: Untouched, value: str) -> None:
    client = signed_in("hanako")
    token = client.token()
    with untouched():
        assert client.post(PORTAL, {"csrf_token": token, "language": value}).status == 303
    assert client.get("/cs/").language == "ja"


@pytest.mark.req("SEC-37")
@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/fm/", "/console/", "\0", ""])
def test_it_leads_back_into_the_own_shell_only(signed_in: SignedIn, back: str) -> None:
    client = signed_in("hanako")
    assert client.act(PORTAL, language="en", back=back).location == "/cs/"


def test_after_a_refused_form_it_leads_home_not_to_an_address_of_a_post(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    refused = client.submit(client.get("/cs/inquiries/new"), "/cs/inquiries/new")
    assert refused.status == 422
    assert client.submit(refused, PORTAL, language="en").location == "/cs/"


@pytest.mark.req("LANG-02")
@pytest.mark.parametrize(
    ("person", "titles"),
    [
        (
            "hanako",
            {404: "ページが見つかりません", 405: "このページは開けません", 400: "リクエストを処理できません"},
        ),
        (
            "alice",
            {404: "Nothing here", 405: "This cannot be opened", 400: "The request could not be understood"},
        ),
    ],
)
def test_refusals_are_in_the_users_language_whatever_the_browser_says(
    signed_in: SignedIn, person: str, titles: dict[int, str]
) -> None:
    client = signed_in(person, language="en" if person == "hanako" else "ja")
    answers = [
        client.get("/cs/nothing-here"),
        client.get("/cs/cases/CS9999999"),
        client.get("/nowhere/at/all"),
        client.get("/cs/logout"),
        client.post("/cs/inquiries/new"),
    ]
    assert [answer.status for answer in answers] == [404, 404, 404, 405, 400]
    assert [answer.words(answer.one("h1")) for answer in answers] == [titles[item.status] for item in answers]


def test_repeated_it_tells_the_history_once(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    client.act(PORTAL, language="en")
    token = client.token()
    with untouched():
        assert client.post(PORTAL, {"csrf_token": token, "language": "en"}).status == 303


@pytest.mark.parametrize("action", [PORTAL, CONSOLE])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, action: str, method: str) -> None:
    client = signed_in("agent" if action == CONSOLE else "hanako")
    assert client.fetch(method, action, data={"csrf_token": client.token()}).status == 405


@pytest.mark.parametrize(
    ("person", "action", "door"),
    [("agent", PORTAL, "/cs/login"), ("hanako", CONSOLE, "/console/login"), ("charlie", PORTAL, "/cs/login")],
)
def test_wrong_role_and_stranger(
    signed_in: SignedIn, stored: Stored, person: str, action: str, door: str
) -> None:
    client = signed_in(person)
    assert client.act(action, language="en").location == door
    assert stored(lambda session: _language(session, person)) == "ja"


def test_nobody_chooses_for_another(session: Session) -> None:
    with pytest.raises(Forbidden):
        accounts.choose_language(
            session,
            actor=cast.actor_of(session, "hanako"),
            user=cast.person(session, "taro"),
            language="en",
        )
