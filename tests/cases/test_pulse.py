"""GET …/cases/<case>/pulse: what an open page learns of its case, and that asking extends no session."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts.models import AgentService, UserNumber
from app.authz import system_actor
from app.cases.lifecycle import Act, CaseState
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import cases
from tests.factories.live import SENT, OpenPage, entries, region

NOTED = "社内のみ: カナリア-7731"
# Session and rights, the portal's service, and the one question itself; at the desk also who is there.
BUDGET = {"/cs": 4, "/console": 4}
AT = {"hanako": "/cs", "agent": "/console"}


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def _after(start: datetime, **more: float) -> datetime:
    return start + timedelta(**more)


def _poll(page: OpenPage, *, since: datetime, minutes: int) -> list[int]:
    found = []
    for minute in range(1, minutes + 1):
        with clock.at(_after(since, minutes=minute)):
            found.append(page.ask().status)
    return found


@pytest.mark.req("SEC-21", "SESS-01")
@pytest.mark.parametrize("person", AT)
def test_an_open_page_that_polls_for_31_minutes_is_signed_out(
    signed_in: SignedIn, number: str, person: str
) -> None:
    page = OpenPage(signed_in(person), f"{AT[person]}/cases/{number}")
    assert _poll(page, since=clock.now(), minutes=31) == [*[204] * 29, 401, 401]


@pytest.mark.req("SEC-21")
def test_whoever_uses_the_page_stays(signed_in: SignedIn, number: str) -> None:
    client = signed_in("hanako")
    page, start = OpenPage(client, f"/cs/cases/{number}"), clock.now()
    with clock.at(_after(start, minutes=29)):
        client.get(f"/cs/cases/{number}")
    with clock.at(_after(start, minutes=58)):
        assert page.ask().status == 204
    with clock.at(_after(start, minutes=59, seconds=1)):
        assert page.ask().status == 401


@pytest.mark.req("SEC-21")
@pytest.mark.parametrize(
    ("person", "address", "fields"),
    [
        ("agent", "/console/cases/{}/presence", {"doing": "typing"}),
        ("agent", "/console/cases/{}/drafts/note", {"body": "書きかけ"}),
        ("hanako", "/cs/cases/{}/drafts/comment", {"body": "書きかけ"}),
        ("hanako", "/cs/inquiries/drafts/details", {"body": "書きかけ"}),
    ],
)
def test_nothing_that_the_page_sends_by_itself_extends_the_session(
    signed_in: SignedIn, number: str, person: str, address: str, fields: dict[str, str]
) -> None:
    client, start = signed_in(person), clock.now()
    token = client.get(f"{AT[person]}/cases/{number}").value("csrf_token")
    for minute, status in ((15, 204), (29, 204), (30, 401)):
        with clock.at(_after(start, minutes=minute)):
            answer = client.post(address.format(number), {**fields, "csrf_token": token})
        assert (answer.status, answer.text) == (status, "")


@pytest.mark.req("SEC-21")
@pytest.mark.parametrize("person", AT)
def test_the_absolute_end_holds_for_a_page_in_use(signed_in: SignedIn, number: str, person: str) -> None:
    client, start = signed_in(person), clock.now()
    page = OpenPage(client, f"{AT[person]}/cases/{number}")
    for minutes in range(20, 12 * 60, 20):
        with clock.at(_after(start, minutes=minutes)):
            assert client.get(f"{AT[person]}/cases/{number}").status == 200
    with clock.at(_after(start, hours=12, seconds=-1)):
        assert page.ask().status == 204
    with clock.at(_after(start, hours=12)):
        assert page.ask().status == 401


@pytest.mark.req("SEC-21", "SESS-02")
def test_whoever_is_signed_out_is_led_nowhere(signed_in: SignedIn, number: str) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    with clock.at(_after(clock.now(), minutes=31)):
        answer = page.ask()
    assert (answer.status, answer.text, answer.location) == (401, "", "")
    assert answer.answer.headers["Cache-Control"] == "no-store"


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))


def _unlink(session: Session, name: str) -> None:
    session.execute(delete(UserNumber).where(UserNumber.user_id == cast.person(session, name).id))


def _unassign(session: Session, name: str) -> None:
    session.execute(delete(AgentService).where(AgentService.user_id == cast.person(session, name).id))


@pytest.mark.req("ROLE-03", "SEC-22", "M20")
@pytest.mark.parametrize(
    ("person", "withdraw", "status"),
    [
        ("hanako", _disable, 401),
        ("hanako", _unlink, 401),
        ("agent", _disable, 401),
        ("agent", _unassign, 404),
    ],
)
def test_a_right_that_was_withdrawn_is_seen_at_the_next_poll(
    signed_in: SignedIn, given: Given, number: str, person: str, withdraw: Callable[..., None], status: int
) -> None:
    page = OpenPage(signed_in(person), f"{AT[person]}/cases/{number}")
    assert page.ask().status == 204
    given(cases.comment, number, "あとから書いたもの", by="lead")
    given(withdraw, person)
    answer = page.ask()
    assert answer.status == status
    assert "あとから書いたもの" not in answer.text


@pytest.mark.req("ROLE-03", "SEC-26")
def test_a_number_that_was_withdrawn_takes_its_cases_along(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    client = signed_in("hanako")
    given(cases.add_number, "N200000077", holder=cast.SAMPLE, service="cs", people=["hanako"])
    page = OpenPage(client, f"/cs/cases/{number}")
    given(_unlink_one, "hanako", cast.CS_NUMBER)
    assert (page.ask().text, page.ask().status) == (client.get("/cs/cases/CS9999999").text, 404)


def _unlink_one(session: Session, name: str, value: str) -> None:
    row, user = cast.number(session, value), cast.person(session, name)
    session.execute(delete(UserNumber).where(UserNumber.user_id == user.id, UserNumber.number_id == row.id))


def _notes_only(given: Given, number: str) -> None:
    given(cases.note, number, NOTED)
    given(cases.assign, number, "lead")
    given(cases.assign, number, None)


@pytest.mark.req("DESK-04", "CASE-22", "C20")
def test_what_the_desk_does_for_itself_neither_wakes_nor_slows_a_customers_page(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    before = page.ask()
    _notes_only(given, number)
    after = page.ask()
    assert (before.status, after.status) == (204, 204)
    assert before.queries == after.queries
    assert dict(before.answer.headers).keys() == dict(after.answer.headers).keys()


@pytest.mark.req("DESK-04", "C20")
def test_no_byte_of_the_desk_comes_with_what_is_new(signed_in: SignedIn, given: Given, number: str) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    _notes_only(given, number)
    given(cases.comment, number, "お待たせしました。")
    answer = page.ask()
    assert answer.status == 200
    assert "お待たせしました。" in answer.text
    for hidden in (NOTED, "カナリア", "timeline-note", "内部メモ", "presence", cast.ROLES["lead"].family):
        assert hidden not in answer.text


@pytest.mark.req("SEC-26")
@pytest.mark.parametrize("after", [0, 999_999])
def test_a_stranger_learns_nothing_whatever_they_say_they_know(
    signed_in: SignedIn, number: str, after: int
) -> None:
    client = signed_in("alice")
    address = f"/cs/cases/{{}}/pulse?after={after}&version=1"
    foreign, absent = (client.get(address.format(one), headers=SENT) for one in (number, "CS9999999"))
    assert (foreign.status, foreign.text) == (absent.status, absent.text)
    assert foreign.status == 404
    assert foreign.queries == absent.queries


@pytest.mark.parametrize("person", AT)
def test_nothing_new_costs_four_questions_and_no_byte(
    signed_in: SignedIn, given: Given, untouched: Untouched, number: str, person: str
) -> None:
    given(cases.comments, number, [f"{index} 件目" for index in range(30)])
    page = OpenPage(signed_in(person), f"{AT[person]}/cases/{number}")
    with untouched():
        answer = page.ask()
    assert (answer.status, answer.text) == (204, "")
    assert len(answer.queries) <= BUDGET[AT[person]]


def _newer(page: OpenPage) -> Page:
    """What is new, after which nothing is."""
    answer = page.ask()
    assert answer.status == 200
    assert page.ask().status == 204
    return answer


@pytest.mark.req("CASE-05", "CASE-11")
@pytest.mark.parametrize(("reader", "writer"), [("hanako", "agent"), ("agent", "hanako"), ("taro", "hanako")])
def test_a_new_comment_comes_on_top(
    signed_in: SignedIn, given: Given, number: str, reader: str, writer: str
) -> None:
    place = "/console" if reader == "agent" else "/cs"
    page = OpenPage(signed_in(reader), f"{place}/cases/{number}")
    given(cases.comment, number, "新しいコメントです。", by=writer)
    answer = _newer(page)
    assert "新しいコメントです。" in entries(answer)[0]


@pytest.mark.req("CASE-03", "CASE-04", "CASE-12")
def test_a_new_state_brings_badge_message_and_acts(signed_in: SignedIn, given: Given, number: str) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    assert region(page.page, "message") == ""
    given(cases.move, number, Act.ASK, by="agent")
    asked = _newer(page)
    assert "このケースには、ユーザーからの追加情報が必要です。" in region(asked, "message")
    assert "お客様確認待ち" in region(asked, "facts")
    given(cases.move, number, Act.RESOLVE, by="agent")
    solved = _newer(page)
    assert "解決策をご確認のうえ、承認または却下してください。" in region(solved, "message")
    assert "ソリューションを承認" in region(solved, "head")
    assert solved.offers(f"/cs/cases/{number}/acceptance")


@pytest.mark.req("CASE-16")
def test_a_closure_tells_whoever_is_typing(signed_in: SignedIn, given: Given, number: str) -> None:
    customer = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    agent = OpenPage(signed_in("agent"), f"/console/cases/{number}")
    given(cases.move, number, Act.CLOSE, by="taro")
    for page in (customer, agent):
        answer = _newer(page)
        assert "入力した内容は残っていますが、送信できません。" in region(answer, "writing")
        assert "アクション" not in region(answer, "head")
    # Whoever opens the page afterwards was not typing.
    opened = OpenPage(signed_in("taro"), f"/cs/cases/{number}").page
    assert "送信できません" not in opened.words()


@pytest.mark.req("DESK-03", "DESK-04")
def test_the_desk_follows_its_own_notes_and_assignments(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    page = OpenPage(signed_in("agent"), f"/console/cases/{number}")
    given(cases.note, number, NOTED, by="lead")
    assert NOTED in entries(_newer(page))[0]
    given(cases.assign, number, "lead", by="lead")
    answer = _newer(page)
    (chosen,) = [
        item for item in answer.all("option") if item.get("selected") is not None and item.get("value")
    ]
    assert "高橋" in answer.words(chosen)


@pytest.mark.req("CASE-24", "CASE-22")
def test_a_watcher_is_news_for_both_sides(signed_in: SignedIn, given: Given, number: str) -> None:
    pages = [
        OpenPage(signed_in("hanako"), f"/cs/cases/{number}"),
        OpenPage(signed_in("agent"), f"/console/cases/{number}"),
    ]
    given(cases.watch, number, "taro", by="hanako")
    for page in pages:
        assert "鈴木 太郎" in region(_newer(page), "watchers")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "after=x&version=y",
        "after=-1",
        "after=99999999999999999999999",
        "version=%00",
        "after=1&after=2",
        "a=b",
    ],
)
def test_a_mark_that_says_nothing_gets_everything(signed_in: SignedIn, number: str, query: str) -> None:
    for client, place in ((signed_in("hanako"), "/cs"), (signed_in("agent"), "/console")):
        answer = client.get(f"{place}/cases/{number}/pulse?{query}", headers=SENT)
        assert answer.status == 200
        assert entries(answer)


@pytest.mark.req("UI-07")
def test_a_message_waits_for_the_page_and_not_for_its_pulse(signed_in: SignedIn, number: str) -> None:
    client = signed_in("hanako")
    page = OpenPage(client, f"/cs/cases/{number}")
    client.submit(page.page, f"/cs/cases/{number}/closure")
    assert page.ask().status == 200
    assert "ケースをクローズしました。" not in page.ask().text
    assert "クローズしました。" in client.get(f"/cs/cases/{number}").words()


def test_older_entries_are_a_page_that_follows_nothing(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    given(cases.comments, number, [f"{index} 件目" for index in range(60)])
    client = signed_in("hanako")
    assert client.get(f"/cs/cases/{number}?before=30").status == 200
    assert "data-live-url-value" not in client.get(f"/cs/cases/{number}?before=30").text
