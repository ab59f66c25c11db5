"""/<shell>/profile/sessions: the own open sessions and known browsers (SEC-16, SEC-23)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import marks
from app.accounts.actions import own_sessions as actions
from app.accounts.browsers import in_words
from app.accounts.models import AuthSession, BrowserMark, MarkKind, SessionEnd
from app.authz import Forbidden
from app.journal import JournalEvent
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories.own_account import FIREFOX, another_browser, mark_browser

PAGE, OTHERS, FORGET = (
    "/cs/profile/sessions",
    "/cs/profile/sessions/end-others",
    "/cs/profile/exemptions/revoke",
)


def client_with(app: Flask, token: str) -> InspectingClient:
    client = InspectingClient(app)
    client.set_cookie(token)
    return client


def counts_of(session: Session, kind: str) -> list[object]:
    """How many each event of a kind tells of."""
    return [
        row.data["count"] for row in session.scalars(select(JournalEvent).where(JournalEvent.kind == kind))
    ]


@pytest.mark.req("SEC-23")
@pytest.mark.parametrize(
    ("person", "base", "this", "heads"),
    [
        (
            "hanako",
            "/cs",
            "このセッション",
            ["ブラウザー", "アドレス", "ログイン日時", "最終使用日時", "アクション"],
        ),
        ("cs_agent", "/console", "This session", ["Browser", "Address", "Logged in", "Last used", "Actions"]),
    ],
)
def test_it_lists_the_own_open_sessions_and_marks_this_one(
    signed_in: SignedIn, given: Given, person: str, base: str, this: str, heads: list[str]
) -> None:
    given(another_browser, person, ago=timedelta(minutes=3))
    given(another_browser, "taro" if person == "hanako" else "lead", token="somebody else")
    page = signed_in(person).get(f"{base}/profile/sessions")
    assert page.heads() == heads
    here, there = page.rows()
    assert here[heads[4]] == this
    assert (there[heads[0]], there[heads[1]]) == ("Firefox, Linux", "192.0.2.7")
    assert there[heads[3]] == ("3分前" if person == "hanako" else "3 minutes ago")
    assert len(there[heads[2]]) == len("2026-11-21 12:00:00")
    assert FIREFOX in page.text, "the tooltip has what the browser sent"


@pytest.mark.req("SEC-21", "SEC-23")
@pytest.mark.parametrize(
    ("ago", "shown"), [(timedelta(minutes=29, seconds=58), True), (timedelta(minutes=30), False)]
)
def test_what_has_idled_too_long_is_not_open(
    signed_in: SignedIn, given: Given, ago: timedelta, *, shown: bool
) -> None:
    with clock.at(clock.now()):
        given(another_browser, "hanako", ago=ago)
        assert len(signed_in("hanako").get(PAGE).rows()) == 1 + shown


@pytest.mark.req("SEC-21", "SEC-23")
@pytest.mark.parametrize(("seconds", "shown"), [(-1, True), (0, False)])
def test_neither_is_what_is_twelve_hours_old(
    signed_in: SignedIn, given: Given, seconds: int, *, shown: bool
) -> None:
    begun = clock.now()

    def old(session: Session) -> None:
        row = session.get_one(AuthSession, int(another_browser(session, "hanako")))
        row.created_at, row.last_seen_at = begun, begun + timedelta(hours=12) - timedelta(minutes=1)

    given(old)
    with clock.at(begun + timedelta(hours=12, seconds=seconds)):
        assert len(signed_in("hanako").get(PAGE).rows()) == 1 + shown


@pytest.mark.req("SEC-22", "SEC-23")
@pytest.mark.parametrize(("person", "base"), [("hanako", "/cs"), ("agent", "/console")])
def test_ended_it_is_over_at_the_next_request(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored, person: str, base: str
) -> None:
    token = "ab" * 32
    identity = given(another_browser, person, token=token)
    other, client = client_with(app, token), signed_in(person)
    assert other.get(f"{base}/").status == 200
    page = client.get(f"{base}/profile/sessions")
    answer = client.submit(page, f"{base}/profile/sessions/{identity}/end")
    assert answer.location == f"{base}/profile/sessions"
    assert other.get(f"{base}/").location.startswith(f"{base}/login")
    assert client.get(f"{base}/").status == 200
    row = stored(lambda session: session.get_one(AuthSession, int(identity)))
    assert row.end_reason is SessionEnd.OWNER
    assert stored(lambda session: counts_of(session, "session.ended")) == [1]


def test_ended_twice_it_is_ended_once(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    identity = given(another_browser, "hanako")
    client = signed_in("hanako")
    client.act(f"{PAGE}/{identity}/end")
    token = client.token()
    with untouched():
        assert client.post(f"{PAGE}/{identity}/end", {"csrf_token": token}).status == 303


@pytest.mark.req("AUTH-08")
def test_to_end_the_one_in_use_is_to_log_out(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    identity = stored(lambda session: session.scalars(select(AuthSession.id)).one())
    assert client.act(f"{PAGE}/{identity}/end").location == "/cs/login?reason=logout"
    assert client.cookie() is None
    assert client.get("/cs/").status == 303


@pytest.mark.req("SEC-26", "SEC-23")
def test_somebody_elses_is_not_there_at_all(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    """The same bytes for another's, for an ended one of another, and for none; and nothing is written."""
    ids = [given(another_browser, name, token=name) for name in ("taro", "agent", "alice")]
    client = signed_in("hanako")
    token = client.token()
    with untouched():
        answers = [
            client.post(f"{PAGE}/{identity}/end", {"csrf_token": token})
            for identity in (*ids, "999999", "0", str(2**63 - 1))
        ]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.answer.get_data() for answer in answers}) == 1
    for strange in ("-1", "x", str(2**63), "1.0", "%00"):
        assert client.post(f"{PAGE}/{strange}/end", {"csrf_token": token}).status in {404, 405}


@pytest.mark.req("SEC-22", "SEC-23")
def test_all_others_end_together_and_nobody_elses_do(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    tokens = [f"{index}" * 64 for index in range(3)]
    for token in tokens:
        given(another_browser, "hanako", token=token)
    given(another_browser, "taro", token="d" * 64)
    client = signed_in("hanako")
    page = client.get(PAGE)
    assert client.submit(page, OTHERS).location == PAGE
    assert [client_with(app, token).get("/cs/").status for token in tokens] == [303] * 3
    assert client_with(app, "d" * 64).get("/cs/").status == 200
    page = client.get(PAGE)
    assert len(page.rows()) == 1
    assert not page.offers(OTHERS), "where there is nothing to end, nothing offers it"
    assert stored(lambda session: counts_of(session, "session.ended")) == [3]


def test_with_no_others_nothing_is_written(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    token = client.token()
    with untouched():
        assert client.post(OTHERS, {"csrf_token": token}).status == 303
        assert client.post(FORGET, {"csrf_token": token}).status == 303


@pytest.mark.req("SEC-16", "MFA-11")
@pytest.mark.parametrize(
    ("after", "shown"), [(timedelta(hours=7, minutes=59, seconds=59), 1), (timedelta(hours=8), 0)]
)
def test_known_browsers_are_listed_until_their_time_is_over(
    signed_in: SignedIn, given: Given, after: timedelta, shown: int
) -> None:
    start = clock.now()
    with clock.at(start):
        given(mark_browser, "hanako", MarkKind.EXEMPTION)
        given(mark_browser, "taro", MarkKind.EXEMPTION)
    with clock.at(start + after):
        rows = [row for row in signed_in("hanako").get(PAGE).rows() if "できること" in row]
        assert [row["できること"] for row in rows] == ["コードなしでログイン"] * shown


@pytest.mark.req("SEC-16", "MFA-12")
def test_what_a_new_proof_has_made_worthless_is_not_listed(signed_in: SignedIn, given: Given) -> None:
    def outdated(session: Session) -> None:
        mark_browser(session, "hanako", MarkKind.EXEMPTION)
        mark = session.scalars(select(BrowserMark)).one()
        mark.epoch -= 1

    given(outdated)
    assert "登録済みのブラウザーはありません" in signed_in("hanako").get(PAGE).words()


@pytest.mark.req("SEC-16", "MFA-12")
def test_forgotten_they_are_strangers_again(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    tokens = {kind: given(mark_browser, "agent", kind) for kind in MarkKind}
    others = given(mark_browser, "hanako", MarkKind.EXEMPTION)
    client = signed_in("agent")
    page = client.get("/console/profile/sessions")
    assert len(page.rows()) == 3
    assert client.submit(page, "/console/profile/exemptions/revoke").location == "/console/profile/sessions"

    def left(session: Session) -> list[MarkKind]:
        return [kind for kind, token in tokens.items() if marks.find(session, token, kind) is not None]

    assert stored(left) == []
    assert stored(lambda session: marks.find(session, others, MarkKind.EXEMPTION)) is not None
    assert stored(lambda session: counts_of(session, "mfa.exemptions_revoked")) == [2]


@pytest.mark.req("SEC-23")
def test_nobody_ends_anothers_by_the_own_ways(session: Session) -> None:
    taro, hanako = cast.person(session, "taro"), cast.actor_of(session, "hanako")
    row = session.get_one(AuthSession, int(another_browser(session, "taro")))
    with pytest.raises(Forbidden):
        actions.end_session(session, taro, actor=hanako, row=row)
    with pytest.raises(Forbidden):
        actions.end_session(session, cast.person(session, "hanako"), actor=hanako, row=row)
    with pytest.raises(Forbidden):
        actions.end_other_sessions(session, taro, actor=hanako, keep=row)
    with pytest.raises(Forbidden):
        actions.forget_browsers(session, taro, actor=hanako)


WEBKIT, GECKO = "AppleWebKit/537.36", "(KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (f"(Windows NT 10.0; Win64; x64) {WEBKIT} {GECKO} Chrome/142.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"(Windows NT 10.0) {WEBKIT} {GECKO} Chrome/142.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        (f"(Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} {GECKO} Version/26.0 Safari/605.1.15", "Safari, macOS"),
        (f"(iPhone; CPU iPhone OS 18_6) {WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"(iPad; CPU OS 18_0 like Mac OS X) {WEBKIT} {GECKO} CriOS/142.0 Mobile/15E148 Safari/604.1", "Chrome, iPad"),
        (f"(Linux; Android 15; Pixel 9) {WEBKIT} {GECKO} Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"(Linux; Android 15) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0 Mobile", "Samsung Internet, Android"),
        (f"(X11; CrOS x86_64 14541.0.0) {WEBKIT} {GECKO} Chrome/142.0.0.0 Safari/537.36", "Chrome, ChromeOS"),
        (FIREFOX, "Firefox, Linux"),
        ("Werkzeug/3.1", "不明なブラウザー"),
        ("", "不明なブラウザー"),
        ("Version/" + "1." * 140 + " x" * 10, "不明なブラウザー"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("session")
def test_a_browser_is_named_in_plain_words(sent: str, told: str) -> None:
    assert in_words(f"Mozilla/5.0 {sent}") == told
