"""Help on a customer's request: enabling, disabling, resets, sign-outs, each recorded (DESK-08, T18, SEC-22)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import tries
from app.accounts.actions import desk_help
from app.accounts.administrators import LastAdministrator
from app.accounts.models import BrowserMark, MarkKind, Proof, User
from app.authz import Forbidden
from app.journal import JournalEvent
from tests import cast
from tests.cases.races import at_once
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts, desk, own_account

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
ASKED = "お電話でのご依頼。契約書の番号に折り返し。"
ACTS = ("enabling", "disabling", "early-reset", "sign-out")

pytestmark = pytest.mark.req("DESK-08")


def address(stored: Stored, name: str) -> str:
    return f"/console/people/{stored(lambda session: desk.user_id(session, name))}"


def send(client: InspectingClient, page: Page, act: str, asked: str = ASKED, **fields: Any) -> Page:
    """Fill and send the form of an act, as the page offers it."""
    action = next(
        form.get("action")
        for form in page.all("form", method="post")
        if form.get("action", "").endswith(f"/{act}")
    )
    return client.post(action, {**page.form(action), **shown(page, action), f"{act}-asked": asked, **fields})


def shown(page: Page, action: str) -> dict[str, list[str]]:
    """All facts that the form names; a form as a dictionary would keep one of them."""
    form = next(item for item in page.all("form", method="post") if item.get("action") == action)
    found = [item.get("value") for item in form.iter() if item.get("name") == "shown"]
    return {"shown": found} if found else {}


def offered(page: Page) -> set[str]:
    actions = {str(form.get("action")).rpartition("/")[2] for form in page.all("form", method="post")}
    return actions & {*ACTS, "removal"}


def state(session: Session, name: str) -> tuple[bool, bool, bool]:
    """Locked, disabled, frozen."""
    user = cast.person(session, name)
    return tries.is_locked(session, user), user.disabled_at is not None, user.frozen_at is not None


def acts_of(session: Session, name: str, by: str) -> list[tuple[str, dict[str, Any]]]:
    """What the journal says that one person did about another."""
    rows = select(JournalEvent.kind, JournalEvent.data).where(
        JournalEvent.subject_type == "user",
        JournalEvent.subject_id == desk.user_id(session, name),
        JournalEvent.actor_id == desk.user_id(session, by),
    )
    return [(kind, data) for kind, data in session.execute(rows.order_by(JournalEvent.id))]


@pytest.mark.parametrize("name", ["hanako", "taro", "alice"])
def test_customers_help_nobody(session: Session, name: str) -> None:
    actor, user = cast.actor_of(session, name), cast.person(session, "taro")
    for act in (
        lambda: desk_help.disable(session, actor=actor, user=user, asked=ASKED),
        lambda: desk_help.enable(session, actor=actor, user=user, shown=[], asked=ASKED),
        lambda: desk_help.allow_reset(session, actor=actor, user=user, asked=ASKED),
        lambda: desk_help.end_sessions(session, actor=actor, user=user, asked=ASKED),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.req("ROLE-05")
@pytest.mark.parametrize(
    ("by", "whom"), [("agent", "lead"), ("lead", "admin"), ("admin", "admin"), ("agent", "agent")]
)
def test_agents_are_helped_by_system_administrators_and_nobody_helps_themselves(
    session: Session, by: str, whom: str
) -> None:
    actor, user = cast.actor_of(session, by), cast.person(session, whom)
    with pytest.raises(Forbidden):
        desk_help.disable(session, actor=actor, user=user, asked=ASKED)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("by", "message"), [("agent", "この項目を入力してください。"), ("cs_agent", "Enter this field.")]
)
@pytest.mark.parametrize("asked", ["", "  \n "])
def test_how_the_customer_asked_has_to_be_said(
    signed_in: SignedIn,
    given: Given,
    stored: Stored,
    untouched: Untouched,
    act: str,
    by: str,
    message: str,
    asked: str,
) -> None:
    given(contacts.lock, "taro")
    given(desk.reset_ago, "taro")
    client, path = signed_in(by), address(stored, "taro")
    page = client.get(path)
    with untouched():
        answer = send(client, page, act, asked)
    assert answer.status == 422
    assert answer.error_at(f"{act}-asked").endswith(message)
    (dialog,) = [item for item in answer.all("dialog") if item.get("open") is not None]
    assert dialog.get("id") == f"act-{act}"


@pytest.mark.parametrize("typed", ["x" * 501, "a\0b", "a\u202eb"])
def test_a_bad_reason_is_refused_and_kept(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, typed: str
) -> None:
    client, path = signed_in("agent"), address(stored, "taro")
    page = client.get(path)
    with untouched():
        answer = send(client, page, "disabling", typed)
    assert answer.status == 422
    assert answer.error_at("disabling-asked")
    assert (
        answer.form(f"{path}/disabling")["disabling-asked"][:2]
        == typed.replace("\0", "�").replace("\u202e", "�")[:2]
    )


@pytest.mark.req("SEC-22", "AUTH-07", "DESK-09")
def test_disabling_ends_every_session_at_the_next_request(signed_in: SignedIn, stored: Stored) -> None:
    browsers = [signed_in("taro") for _ in range(3)]
    client, path = signed_in("cs_agent"), address(stored, "taro")
    assert all(browser.get("/cs/").status == 200 for browser in browsers)
    answer = send(client, client.get(path), "disabling")
    assert (answer.status, answer.location) == (303, path)
    assert all(browser.get("/cs/").location.startswith("/cs/login") for browser in browsers)
    assert stored(lambda session: state(session, "taro")) == (False, True, False)
    assert stored(lambda session: acts_of(session, "taro", "cs_agent")) == [
        ("user.disabled", {"asked": ASKED})
    ]
    page = client.get(path)
    assert "Disabled" in page.words()
    assert ASKED in page.words()
    assert offered(page) == {"enabling", "sign-out"}


def test_disabling_twice_says_that_the_state_has_changed(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    client, path = signed_in("agent"), address(stored, "taro")
    page = client.get(path)
    given(contacts.disable, "taro")
    with untouched():
        answer = send(client, page, "disabling")
    assert answer.status == 409
    assert "状態が変わったため、何も行いませんでした" in answer.words()


@pytest.mark.req("DESK-09", "HIST-03")
def test_enabling_ends_what_was_shown_and_says_so(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    for make in (contacts.lock, contacts.disable, contacts.freeze):
        given(make, "taro")
    client, path = signed_in("agent"), address(stored, "taro")
    outbox()
    answer = send(client, client.get(path), "enabling")
    assert answer.status == 303
    assert [(mail.to, ASKED in mail.text) for mail in outbox()] == [("taro@sample.example", False)]
    assert stored(lambda session: state(session, "taro")) == (False, False, False)
    assert stored(lambda session: acts_of(session, "taro", "agent")) == [
        ("user.unlocked", {"asked": ASKED}),
        ("user.enabled", {"ended": ["disabled", "frozen"], "asked": ASKED}),
    ]
    words = client.get(path).words()
    for text in ("ロックを解除しました。", "ログインを有効化しました。", "本人による停止を解除しました。"):
        assert text in words
    assert signed_in("taro").get("/cs/").status == 200


@pytest.mark.req("SEC-22")
def test_ending_a_lock_never_revives_somebody_disabled_meanwhile(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.lock, "taro")
    client, path = signed_in("agent"), address(stored, "taro")
    page = client.get(path)
    given(contacts.disable, "taro")
    assert send(client, page, "enabling").status == 303
    assert stored(lambda session: state(session, "taro")) == (False, True, False)


def test_a_disabling_that_was_renewed_meanwhile_is_another_fact(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    client, path = signed_in("agent"), address(stored, "kaito")
    page = client.get(path)
    colleague = signed_in("lead")
    assert send(colleague, colleague.get(path), "enabling").status == 303
    given(contacts.disable, "kaito")
    with untouched():
        assert send(client, page, "enabling").status == 409
    assert stored(lambda session: state(session, "kaito")) == (False, True, False)


@pytest.mark.parametrize(
    "named", [[], ["nonsense"], ["disabled:2026-01-01T00:00:00+00:00"], ["\0"], ["x"] * 500]
)
def test_facts_that_were_never_shown_end_nothing(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, named: list[str]
) -> None:
    client, path = signed_in("agent"), address(stored, "kaito")
    page = client.get(path)
    with untouched():
        assert send(client, page, "enabling", shown=named).status == 409


@pytest.mark.req("SEC-10")
@pytest.mark.parametrize(("minutes", "seconds", "is_fresh"), [(9, 59, True), (10, 0, False)])
def test_enabling_asks_for_a_fresh_proof_after_ten_minutes(
    signed_in: SignedIn, stored: Stored, minutes: int, seconds: int, *, is_fresh: bool
) -> None:
    with clock.at(STARTED):
        client, path = signed_in("agent"), address(stored, "kaito")
    with clock.at(STARTED + timedelta(minutes=minutes, seconds=seconds)):
        answer = send(client, client.get(path), "enabling")
    assert answer.location == (path if is_fresh else "/console/confirm")
    assert stored(lambda session: state(session, "kaito")) == (False, not is_fresh, False)
    if not is_fresh:
        (kept,) = [form for form in stored(lambda session: session.scalars(select(Proof.form)).all()) if form]
        assert [name for name, _ in kept] == ["enabling-asked", "shown"]


@pytest.mark.req("SEC-10")
def test_after_the_fresh_proof_one_click_does_what_was_asked(signed_in: SignedIn, stored: Stored) -> None:
    with clock.at(STARTED):
        client, path = signed_in("agent"), address(stored, "kaito")
    with clock.at(STARTED + timedelta(minutes=11)):
        confirm = client.get(send(client, client.get(path), "enabling").location)
        client.submit(confirm, "/console/confirm", password=cast.PASSWORD)
        client.give_code("agent")
        waiting = client.get("/console/confirm/continue")
        assert stored(lambda session: state(session, "kaito")) == (False, True, False)
        answer = client.submit(waiting, f"{path}/enabling")
    assert (answer.status, answer.location) == (303, path)
    assert stored(lambda session: state(session, "kaito")) == (False, False, False)
    assert stored(lambda session: acts_of(session, "kaito", "agent")[-1]) == (
        "user.enabled",
        {"ended": ["disabled"], "asked": ASKED},
    )


def test_of_two_enablings_at_once_one_has_nothing_left_to_do(signed_in: SignedIn, stored: Stored) -> None:
    path = address(stored, "kaito")
    clients = [signed_in(name) for name in ("agent", "lead")]
    pages = [client.get(path) for client in clients]
    answers = at_once(*(lambda i=i: send(clients[i], pages[i], "enabling") for i in range(2)))
    assert sorted(answer.status for answer in answers) == [303, 409]
    told = stored(
        lambda session: [kind for by in ("agent", "lead") for kind, _ in acts_of(session, "kaito", by)]
    )
    assert told == ["user.enabled"]


@pytest.mark.parametrize(("hours", "is_offered"), [(23.99, True), (24, False)])
@pytest.mark.req("RESET-09")
def test_the_wait_can_be_lifted_while_it_lasts(
    signed_in: SignedIn, given: Given, stored: Stored, hours: float, *, is_offered: bool
) -> None:
    with clock.at(STARTED):
        given(desk.reset_ago, "taro", hours=hours)
        client, path = signed_in("agent"), address(stored, "taro")
        page = client.get(path)
        assert ("early-reset" in offered(page)) is is_offered
        if is_offered:
            assert send(client, page, "early-reset").status == 303
            assert send(client, page, "early-reset").status == 409
    if is_offered:
        assert stored(lambda session: cast.person(session, "taro").reset_completed_at) is None
        told = stored(lambda session: acts_of(session, "taro", "agent"))
        assert told == [("password.reset_wait_lifted", {"asked": ASKED})]


def test_a_reset_closed_by_wrong_addresses_can_be_opened(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(desk.close_reset, "taro")
    client, path = signed_in("cs_agent"), address(stored, "taro")
    page = client.get(path)
    assert "Closed by wrong addresses until" in page.words()
    assert send(client, page, "early-reset").status == 303
    assert offered(client.get(path)) == {"disabling", "sign-out"}


@pytest.mark.req("SEC-23", "SEC-22")
def test_all_sessions_end_and_no_browser_skips_the_code(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(own_account.mark_browser, "taro", MarkKind.EXEMPTION)
    browsers = [signed_in("taro") for _ in range(2)]
    client, path = signed_in("agent"), address(stored, "taro")
    answer = send(client, client.get(path), "sign-out")
    assert answer.status == 303
    assert "すべてのセッション（2件）を終了しました" in client.get(path).words()
    assert all(browser.get("/cs/").location.startswith("/cs/login") for browser in browsers)
    assert stored(lambda session: acts_of(session, "taro", "agent")) == [
        ("session.ended", {"count": 2, "reason": "desk", "asked": ASKED})
    ]

    def living(session: Session) -> list[bool]:
        epoch = select(User.proof_epoch).where(User.id == desk.user_id(session, "taro")).scalar_subquery()
        return list(session.scalars(select(BrowserMark.epoch == epoch)))

    assert stored(living) == [False]
    assert signed_in("hanako").get("/cs/").status == 200


@pytest.mark.req("ROLE-05")
def test_the_last_system_administrator_cannot_be_disabled(session: Session) -> None:
    admin, other = cast.person(session, "admin"), cast.person(session, "lead")
    other.desk_role = admin.desk_role
    session.flush()
    actor = cast.actor_of(session, "lead")
    other.disabled_at = clock.now()
    with pytest.raises(LastAdministrator):
        desk_help.disable(session, actor=actor, user=admin, asked=ASKED)


@pytest.mark.req("SEC-27", "DESK-09")
def test_customers_read_of_help_what_happened_and_nothing_of_how(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.lock, "taro")
    given(contacts.disable, "taro")
    client, path = signed_in("agent"), address(stored, "taro")
    assert send(client, client.get(path), "enabling", "canary 折り返し").status == 303
    assert send(client, client.get(path), "sign-out", "canary 紛失").status == 303
    for name in ("taro", "hanako"):
        browser = signed_in(name)
        for page in (
            "/cs/",
            "/cs/account/logins",
            "/cs/account/logins.csv",
            "/cs/profile",
            "/cs/profile/sessions",
        ):
            answer = browser.get(page)
            assert answer.status == 200, page
            assert "canary" not in answer.text
            assert "中村" not in answer.text
