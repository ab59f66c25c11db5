"""POST /<service>/contacts/<id>/disablement and /enablement: who comes in, and what exactly is ended (T18)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, create_app
from app.accounts import tries
from app.accounts.actions import contacts as actions
from app.accounts.models import AuthSession, LoginEvent, SessionEnd
from app.config import Settings
from app.extensions import db
from app.journal import broken_links
from tests import cast
from tests.client import HTML, InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.cases import choose_language

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
DISABLE, ENABLE = "ログインを無効化", "ログインを有効化"
FACTS = {
    "locked": "パスワードの連続間違いにより、2026-11-20 12:20:00 までユーザーIDがロックされています。",
    "disabled": "2026-11-20 12:00:00 にログインが無効化されました。",
    "frozen": "2026-11-20 12:00:00 にご本人がセキュリティメールのリンクからアカウントを停止しました。",
}
MAKE = {"locked": contacts.lock, "disabled": contacts.disable, "frozen": contacts.freeze}


@pytest.fixture
def taro(stored: Stored) -> str:
    """The page of Taro."""
    return contacts.path_of(stored, "taro")


def _bars(session: Session, name: str = "taro") -> set[str]:
    user = cast.person(session, name)
    facts = {
        "locked": tries.is_locked(session, user),
        "disabled": user.disabled_at is not None,
        "frozen": user.frozen_at is not None,
    }
    return {name for name, holds in facts.items() if holds}


def _offered(page: Page) -> list[str]:
    return [
        page.words(item)
        for item in page.all("button")
        if "menu-item" in item.get("class", "") and item.get("commandfor")
    ]


def _dialog(page: Page) -> str:
    (dialog,) = page.all("dialog")
    return page.words(dialog)


def _tokens(page: Page) -> list[str]:
    return [item.get("value") for item in page.all("input", name="shown")]


def _enable(client: InspectingClient, address: str, shown: Sequence[str]) -> Page:
    return client.post(f"{address}/enablement", {"csrf_token": client.token(), "shown": list(shown)})


@pytest.mark.req("CONTACT-08", "AUTH-07", "SEC-22")
def test_disabling_bars_the_user_and_ends_the_sessions_in_every_process(
    app: Flask, signed_in: SignedIn, stored: Stored, client: InspectingClient, taro: str
) -> None:
    sessions = [signed_in("taro") for _ in range(3)]
    settings: Settings = app.config["SETTINGS"]
    # A second process has an application of its own on the same database.
    second = create_app(settings)
    elsewhere = InspectingClient(second)
    elsewhere.set_cookie(sessions[0].cookie() or "")
    assert elsewhere.get("/cs/").status == 200
    hanako = signed_in("hanako")
    page = hanako.get(taro)
    assert _offered(page) == [DISABLE]
    assert "鈴木 太郎 さんはログインできなくなり" in _dialog(page)
    answer = hanako.submit(page, f"{taro}/disablement")
    assert (answer.status, answer.location) == (303, taro)
    assert [one.get("/cs/").status for one in (*sessions, elsewhere)] == [303] * 4
    assert stored(_bars) == {"disabled"}
    assert stored(lambda s: contacts.told(s, "taro"))[-1][0] == "user.disabled"
    ends = select(AuthSession.end_reason).where(AuthSession.user_id == contacts.user_of(stored, "taro").id)
    assert stored(lambda session: set(session.scalars(ends))) == {SessionEnd.DISABLED}
    fields = client.get("/cs/login").form("/cs/login")
    typed = {**fields, "login_id": "taro@sample.example.cs", "password": cast.PASSWORD}
    assert client.post("/cs/login", typed).status == 422
    assert hanako.get(taro).words().count("true") == 1
    with second.app_context():
        db.engine.dispose()


@pytest.mark.req("CONTACT-13", "CONTACT-08")
@pytest.mark.parametrize(
    ("language", "reason"),
    [("ja", "ご自身のログインは無効化できません。"), ("en", "You cannot disable your own login.")],
)
def test_nobody_disables_themselves(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, language: str, reason: str
) -> None:
    given(choose_language, "hanako", language)
    given(contacts.set_administrator, "taro")
    own = contacts.path_of(stored, "hanako")
    client = signed_in("hanako")
    page = client.get(own)
    assert _offered(page) == []
    assert not page.offers(f"{own}/disablement")
    with untouched():
        answer = client.act(f"{own}/disablement")
    assert answer.status == 409
    assert reason in answer.alerts()


@pytest.mark.req("CONTACT-08")
def test_a_disabled_login_is_not_disabled_again(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    address = contacts.path_of(stored, "kaito")
    client = signed_in("hanako")
    assert not client.get(address).offers(f"{address}/disablement")
    with untouched():
        answer = client.act(f"{address}/disablement")
    assert answer.status == 409
    assert "既に無効化されています" in answer.alerts()


@pytest.mark.req("CONTACT-09", "AUTH-06")
@pytest.mark.parametrize(
    "facts", [["locked"], ["disabled"], ["frozen"], ["locked", "disabled", "frozen"]], ids="+".join
)
def test_enabling_names_what_it_ends_and_ends_it(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, taro: str, facts: list[str]
) -> None:
    with clock.at(NOW):
        for fact in facts:
            given(MAKE[fact], "taro")
        client = signed_in("hanako")
        page = client.get(taro)
        assert _offered(page) == [ENABLE]
        assert [fact for fact, text in FACTS.items() if text in _dialog(page)] == facts
        fields = {"csrf_token": page.form(f"{taro}/enablement")["csrf_token"], "shown": _tokens(page)}
        answer = client.post(f"{taro}/enablement", fields)
        assert (answer.status, answer.location) == (303, taro)
        assert stored(_bars) == set()
        shown = client.get(taro)
        assert "鈴木 太郎 さんのログインを有効化しました。" in shown.words()
        assert _offered(shown) == [DISABLE]
        told = dict(stored(lambda session: contacts.told(session, "taro")))
        assert ("user.unlocked" in told) is ("locked" in facts)
        lifted = told.get("user.enabled", {"ended": []})["ended"]
        assert lifted == [fact for fact in facts if fact != "locked"]
        assert sorted(mail.to for mail in outbox()) == ["hanako@sample.example", "taro@sample.example"]
        assert stored(broken_links) == []


@pytest.mark.req("CONTACT-09", "HIST-03")
def test_an_unlocking_stands_in_the_login_history(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str
) -> None:
    given(contacts.lock, "taro")
    client = signed_in("hanako")
    _enable(client, taro, _tokens(client.get(taro)))
    kinds = select(LoginEvent.kind, LoginEvent.address).where(LoginEvent.kind == "user.unlocked")
    # The administrator's network is nobody's business in a colleague's history.
    assert stored(lambda session: [tuple(row) for row in session.execute(kinds)]) == [("user.unlocked", "")]


@pytest.mark.req("CONTACT-09", "AUTH-06", "AUTH-05")
def test_an_unlocked_user_comes_in_at_once(signed_in: SignedIn, client: InspectingClient, taro: str) -> None:
    def try_it(password: str) -> int:
        fields = client.get("/cs/login").form("/cs/login")
        return client.post(
            "/cs/login", {**fields, "login_id": "taro@sample.example.cs", "password": password}
        ).status

    assert [try_it("wrong") for _ in range(5)] == [422] * 5
    assert try_it(cast.PASSWORD) == 422
    hanako = signed_in("hanako")
    assert _enable(hanako, taro, _tokens(hanako.get(taro))).status == 303
    assert try_it(cast.PASSWORD) == 303


@pytest.mark.req("CONTACT-09")
@pytest.mark.parametrize("later", ["disabled", "frozen"])
def test_what_came_after_the_look_is_not_ended(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str, later: str
) -> None:
    """T18: whoever ends a lock does not revive somebody whom a colleague has disabled meanwhile."""
    given(contacts.lock, "taro")
    client = signed_in("hanako")
    shown = _tokens(client.get(taro))
    given(MAKE[later], "taro")
    answer = _enable(client, taro, shown)
    assert answer.status == 303
    assert stored(_bars) == {later}
    assert "別の理由でまだログインできません" in client.get(taro).words()


@pytest.mark.req("CONTACT-09")
def test_a_disabling_that_was_lifted_and_made_again_is_another_one(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, taro: str
) -> None:
    with clock.at(NOW):
        given(contacts.disable, "taro")
        client, other = signed_in("hanako"), signed_in("hanako")
        shown = _tokens(client.get(taro))
        assert _enable(other, taro, shown).status == 303
    with clock.at(NOW + timedelta(seconds=1)):
        given(contacts.disable, "taro")
        with untouched():
            answer = _enable(client, taro, shown)
        assert answer.status == 409
        assert "状態が変わっています" in answer.alerts()
        assert FACTS["disabled"].replace("12:00:00", "12:00:01") in _dialog(answer)
    assert stored(_bars) == {"disabled"}


@pytest.mark.req("CONTACT-09")
@pytest.mark.parametrize(
    "shown", [[], [""], ["disabled"], ["locked", "frozen"], ["disabled:2026-01-01T00:00:00+00:00"], ["\0"]]
)
def test_tokens_that_no_page_showed_end_nothing(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, shown: list[str]
) -> None:
    address = contacts.path_of(stored, "kaito")
    client = signed_in("hanako")
    with untouched():
        assert _enable(client, address, shown).status == 409
    assert stored(lambda session: _bars(session, "kaito")) == {"disabled"}


@pytest.mark.req("CONTACT-09")
def test_a_lock_that_ended_by_itself_leaves_nothing_to_do(
    signed_in: SignedIn, given: Given, untouched: Untouched, taro: str
) -> None:
    with clock.at(NOW):
        given(contacts.lock, "taro")
        client = signed_in("hanako")
        shown = _tokens(client.get(taro))
    with clock.at(NOW + timedelta(minutes=9, seconds=59)):
        assert _offered(client.get(taro)) == [ENABLE]
    with clock.at(NOW + timedelta(minutes=20)), untouched():
        answer = _enable(client, taro, shown)
        assert answer.status == 409
        assert _offered(answer) == [DISABLE]


@pytest.mark.req("SEC-10", "CONTACT-09")
def test_enabling_wants_a_fresh_proof_and_disabling_does_not(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str
) -> None:
    with clock.at(NOW):
        given(contacts.disable, "jiro")
        client = signed_in("hanako")
        jiro = contacts.path_of(stored, "jiro")
        shown = _tokens(client.get(jiro))
    with clock.at(NOW + timedelta(minutes=10)):
        assert client.act(f"{taro}/disablement").location == taro
        answer = _enable(client, jiro, shown)
        assert (answer.status, answer.location) == (303, "/cs/confirm")
        assert stored(lambda session: _bars(session, "jiro")) == {"disabled"}
        page = client.get("/cs/confirm")
        proved = client.submit(page, "/cs/confirm", password=cast.PASSWORD)
        waiting = client.get(proved.location)
        assert client.submit(waiting, f"{jiro}/enablement").location == jiro
        assert stored(lambda session: _bars(session, "jiro")) == set()


@pytest.mark.req("CONTACT-13")
def test_a_stopped_administrator_cannot_be_what_is_left(session: Session) -> None:
    """Whoever acts is an enabled administrator, so another can always go; the rule stands all the same."""
    hanako, taro = cast.person(session, "hanako"), cast.person(session, "taro")
    contacts.set_administrator(session, "taro")
    actor = cast.actor_of(session, "hanako", "cs")
    hanako.frozen_at = clock.now()
    with pytest.raises(actions.LastAdministrator):
        actions.disable(session, taro, actor=actor)


@pytest.mark.req("UI-09")
def test_the_dialog_can_be_left_and_is_in_the_plain_page(signed_in: SignedIn, taro: str) -> None:
    page = signed_in("hanako").get(taro)
    (dialog,) = page.all("dialog")
    assert [item for item in dialog.iter(HTML + "button") if item.get("command") == "close"]
    assert [item for item in dialog.iter(HTML + "form") if item.get("action") == f"{taro}/disablement"]
