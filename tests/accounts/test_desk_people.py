"""GET /console/people/: whom an agent knows, and what is told of them (D11, ROLE-05, DESK-09)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app import clock
from app.accounts import audit, events, people
from app.accounts.history import Trail, note
from app.accounts.models import AuthSession
from app.accounts.sign_in import as_actor
from app.contracts import queries as contracts_read
from app.journal import Event
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import contacts, desk

LIST = "/console/people/"
CS_PEOPLE = {"佐藤 花子", "鈴木 太郎", "山本 海斗", "Alice Adams"}
FM_PEOPLE = {"佐藤 花子", "田中 次郎", "Alice Adams", "光 一郎"}

pytestmark = pytest.mark.req("ROLE-05")


def names(page: Page) -> list[str]:
    assert page.status == 200
    column = "名前" if page.language == "ja" else "Name"
    return [row[column] for row in page.rows() if column in row]


def section(page: Page, title: str) -> str:
    """The words of the part of the page that a heading names."""
    return page.words(next(item for item in page.all("section") if item.get("aria-labelledby") == title))


def visit(session: Session, name: str, slug: str) -> None:
    """Somebody signs in at the portal of a service, from an address of its own, and stays."""
    user, service = cast.person(session, name), contracts_read.service_by_slug(session, slug)
    assert service is not None
    moment = clock.now()
    session.add(
        AuthSession(
            token_hash=f"{name}{slug}".ljust(64, "0"), user_id=user.id, created_at=moment, last_seen_at=moment,
            proved_at=moment, door=slug, address=f"192.0.2.{service.id}", browser="",
        )
    )  # fmt: skip
    trail = Trail(service.id, f"192.0.2.{service.id}", "")
    note(session, actor=as_actor(user), user=user, happened=events.SignedIn(slug), trail=trail)


@pytest.mark.parametrize("name", ["hanako", "taro", "alice"])
def test_customers_see_none_of_it(signed_in: SignedIn, name: str) -> None:
    client = signed_in(name)
    for path in (LIST, f"{LIST}removals", f"{LIST}agents", "/console/posture"):
        assert client.get(path).location.startswith("/console/login")


@pytest.mark.parametrize(
    ("name", "known"),
    [("cs_agent", CS_PEOPLE), ("agent", CS_PEOPLE | FM_PEOPLE), ("admin", CS_PEOPLE | FM_PEOPLE)],
)
def test_an_agent_knows_the_users_of_the_own_services(
    signed_in: SignedIn, name: str, known: set[str]
) -> None:
    assert set(names(signed_in(name).get(LIST))) == known


def test_who_has_no_number_is_known_to_system_administrators_alone(signed_in: SignedIn, given: Given) -> None:
    given(contacts.many, 1)
    assert "利用者000" in names(signed_in("admin").get(LIST))
    assert "利用者000" not in names(signed_in("agent").get(LIST))


@pytest.mark.req("SEC-26")
def test_out_of_reach_is_the_same_as_absent(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    client = signed_in("cs_agent")
    ids = stored(lambda session: [desk.user_id(session, name) for name in ("jiro", "agent", "cs_agent")])
    with untouched():
        for resource in ("", "/enabling", "/disabling", "/early-reset", "/sign-out", "/removal"):
            pages = [
                client.fetch("GET" if not resource else "POST", f"{LIST}{user_id}{resource}",
                             data={"csrf_token": client.token()} if resource else None)
                for user_id in (*ids, 999_999)
            ]  # fmt: skip
            assert {page.status for page in pages} == {404}
            assert len({page.answer.get_data() for page in pages}) == 1


def test_numbers_of_other_services_are_left_out(signed_in: SignedIn) -> None:
    (seen,) = signed_in("cs_agent").get(f"{LIST}?q=hanako").rows()
    assert seen["Customer number"] == cast.CS_NUMBER
    (seen,) = signed_in("agent").get(f"{LIST}?q=hanako").rows()
    assert seen["お客様番号"] == f"{cast.CS_NUMBER}, {cast.FM_NUMBER}"


@pytest.mark.req("SEC-27", "SEC-28")
def test_what_happened_at_another_services_portal_is_left_out(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    for slug in ("cs", "fm"):
        given(visit, "hanako", slug)
    address = stored(lambda session: f"{LIST}{desk.user_id(session, 'hanako')}")
    both, one = signed_in("agent").get(address), signed_in("cs_agent").get(address)
    assert both.text.count("192.0.2.2") > one.text.count("192.0.2.2") == 0
    assert "192.0.2.1" in one.text
    assert cast.FM_NUMBER in both.text
    assert cast.FM_NUMBER not in one.text
    assert "モバイル" not in one.text
    assert "fm" not in section(one, "audit-title").split()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("佐藤", {"佐藤 花子"}),
        ("佐藤 花子", {"佐藤 花子"}),
        ("花子佐藤", {"佐藤 花子"}),
        ("alice adams", {"Alice Adams"}),
        ("HANAKO@Sample.example.CS", {"佐藤 花子"}),
        ("ｈａｎａｋｏ", {"佐藤 花子"}),
        ("a-company.example", {"Alice Adams"}),
        ("n237903144", {"光 一郎"}),
        ("株式会社ひかり", {"光 一郎"}),
        ("  太郎  ", {"鈴木 太郎"}),
        ("%", set()),
        ("_", set()),
        ("/", set()),
        ("'; DROP TABLE user; --", set()),
        ("無い人", set()),
    ],
)
@pytest.mark.req("SEC-32")
def test_the_search_looks_into_name_id_address_number_and_company(
    signed_in: SignedIn, typed: str, found: set[str]
) -> None:
    page = signed_in("agent").get(LIST, query_string={"q": typed})
    assert set(names(page)) == found
    # The header has a search of its own.
    assert page.all("input", name="q")[-1].get("value") == typed.strip()


@pytest.mark.req("SEC-28")
def test_a_number_out_of_reach_finds_nobody(signed_in: SignedIn) -> None:
    assert names(signed_in("cs_agent").get(f"{LIST}?q={cast.FM_NUMBER}")) == []
    assert names(signed_in("agent").get(f"{LIST}?q={cast.FM_NUMBER}")) != []


@pytest.mark.parametrize("typed", ["\0", "a\u202eb", "x" * 5_000, "\ud800".encode("utf-8", "surrogatepass")])
@pytest.mark.req("SEC-40")
def test_a_search_for_nonsense_is_a_search_that_finds_nobody(signed_in: SignedIn, typed: str) -> None:
    page = signed_in("agent").get(LIST, query_string={"q": typed})
    assert page.status == 200
    assert names(page) == []


@pytest.mark.parametrize(
    ("sort", "first"),
    [("user-id", "Alice Adams"), ("-user-id", "鈴木 太郎"), ("holder", "Alice Adams"), ("nonsense", "Alice Adams"),
     ("numbers", "Alice Adams"), ("-last", "佐藤 花子")],
)  # fmt: skip
def test_it_sorts_by_the_columns_that_can(signed_in: SignedIn, given: Given, sort: str, first: str) -> None:
    given(visit, "hanako", "cs")
    assert names(signed_in("agent").get(f"{LIST}?sort={sort}"))[0] == first


def test_pages_hold_twenty_and_keep_the_search(signed_in: SignedIn, given: Given) -> None:
    given(contacts.many, 25)
    client = signed_in("admin")
    first, second = (client.get(f"{LIST}?q=user0&sort=-name&page={number}") for number in (1, 2))
    assert [len(names(first)), len(names(second))] == [20, 5]
    assert not set(names(first)) & set(names(second))
    links = {item.get("href") for item in first.all("a")}
    assert f"{LIST}?q=user0&sort=-name&page=2" in links
    assert names(client.get(f"{LIST}?q=user0&page=99")) == sorted(names(client.get(f"{LIST}?q=user0&page=2")))


def test_the_weightiest_state_and_the_kind_of_second_proof_are_shown(
    signed_in: SignedIn, given: Given
) -> None:
    given(contacts.lock, "taro")
    given(contacts.freeze, "alice")
    given(contacts.give_factors, "jiro")
    given(desk.newcomer, "new.fm", cast.FM_NUMBER, family="新人")
    given(contacts.lock, "kaito")
    rows = {row["名前"]: (row["状況"], row["多要素認証"]) for row in signed_in("agent").get(LIST).rows()}
    assert rows == {
        "佐藤 花子": ("ログイン可能", "オフ"),
        "鈴木 太郎": ("ロック中", "オフ"),
        "Alice Adams": ("本人が停止", "オフ"),
        "田中 次郎": ("ログイン可能", "パスキー"),
        "新人": ("パスワード未設定", "メールのみ"),
        "山本 海斗": ("無効", "オフ"),
        "光 一郎": ("ログイン可能", "オフ"),
    }


def test_a_lock_is_over_after_twenty_minutes(signed_in: SignedIn, given: Given) -> None:
    start = datetime(2026, 4, 1, 9, tzinfo=UTC)
    with clock.at(start):
        given(contacts.lock, "taro")
        client = signed_in("agent")
    for seconds, shown in ((20 * 60 - 1, "ロック中"), (20 * 60, "ログイン可能")):
        with clock.at(start + timedelta(seconds=seconds)):
            (row,) = client.get(f"{LIST}?q=taro").rows()
        assert row["状況"] == shown


def test_agents_stand_in_a_view_of_their_own_for_system_administrators(signed_in: SignedIn) -> None:
    admin = signed_in("admin").get(f"{LIST}agents")
    assert set(names(admin)) == {"中村 さくら", "伊藤 一花", "高橋 健", "渡辺 明"}
    assert {row["ロール"] for row in admin.rows()} == {"担当者", "リーダー", "システム管理者"}
    assert signed_in("lead").get(f"{LIST}agents").status == 403
    assert f"{LIST}agents" not in signed_in("lead").get(LIST).text


@pytest.mark.req("DESK-09")
def test_the_page_of_a_person_tells_facts_state_sign_ins_and_who_did_what(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(visit, "taro", "cs")
    given(contacts.give_factors, "taro")
    given(desk.reset_ago, "taro")
    address = stored(lambda session: f"{LIST}{desk.user_id(session, 'taro')}")
    page = signed_in("cs_agent").get(address)
    for text in ("taro@sample.example.cs", cast.SAMPLE, cast.CS_NUMBER, "Possible again from", "会社のPC"):
        assert text in page.text
    audit = section(page, "audit-title")
    for text in (
        "The user was created",
        "An authenticator app was paired",
        "The password was right",
        "tests",
    ):
        assert text in audit
    assert "192.0.2.1" in page.text


@pytest.mark.req("SEC-27")
def test_numbers_are_read_within_reach(session: Session) -> None:
    ids = [cast.person(session, "hanako").id]
    actor = cast.actor_of(session, "cs_agent")
    numbers = people.numbers_within_reach(session, actor, ids)[ids[0]]
    assert [number.number for number in numbers] == [cast.CS_NUMBER]


@pytest.mark.parametrize(("name", "language"), [("agent", "ja"), ("cs_agent", "en")])
def test_pages_speak_both_languages(signed_in: SignedIn, stored: Stored, name: str, language: str) -> None:
    user_id = stored(lambda session: desk.user_id(session, "kaito"))
    for path in (LIST, f"{LIST}?q=nobody", f"{LIST}removals", f"{LIST}{user_id}"):
        page = signed_in(name).get(path)
        assert (page.status, page.language) == (200, language)


def test_an_odd_name_is_shown_as_typed(signed_in: SignedIn, given: Given) -> None:
    odd = "<b>" + "長" * 56
    given(desk.newcomer, "odd.cs", cast.CS_NUMBER, family=odd)
    assert odd in names(signed_in("agent").get(f"{LIST}?q=odd.cs"))


@pytest.mark.req("DESK-09")
def test_a_long_history_can_be_read_to_its_beginning(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    def happen(session: Session) -> None:
        user = cast.person(session, "taro")
        for index in range(70):
            note(session, actor=as_actor(user), user=user, happened=events.PasskeyAdded(f"鍵{index:02}"))

    given(happen)
    client = signed_in("agent")
    address = stored(lambda session: f"{LIST}{desk.user_id(session, 'taro')}")
    seen: list[str] = []
    following: str | None = address
    while following:
        page = client.get(following)
        seen += [row["詳細"] for row in page.rows() if "内容" in row]
        links = [item.get("href") for item in page.all("a") if "before=" in item.get("href", "")]
        following = links[0] if links else None
    assert [text for text in seen if "鍵" in text] == [f"名前: 鍵{index:02}" for index in reversed(range(70))]
    assert seen[-1] == "ユーザーID: taro@sample.example.cs"
    for odd in ("0", "-1", "x", "9" * 15, "9" * 16, "\0"):
        assert client.get(address, query_string={"before": odd}).status == 200


@pytest.mark.req("DESK-09")
def test_everything_that_happens_to_people_has_words() -> None:
    kinds = {
        item.kind
        for item in vars(events).values()
        if isinstance(item, type) and issubclass(item, Event) and item is not Event
    }
    assert kinds - set(audit.KINDS) == set()
    assert set(audit.KINDS) - kinds == set()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"old": "a@x.example", "new": "b@x.example"}, [("Change", "a@x.example → b@x.example")]),
        ({"changes": [["job_title", "", "部長"]]}, [("Job title", "– → 部長")]),
        ({"role": ["agent", "agent"], "services": [["cs"], []]}, [("Services", "cs → –")]),
        ({"numbers": ["N1", "N2"]}, [("Customer number", "N1")]),
        ({"ended": ["disabled", "frozen"]}, [("Ended", "Disabled, Stopped by owner")]),
        ({"until": "2026-04-01T00:20:00+00:00"}, [("Until", "2026-04-01 09:20:00")]),
        ({"asked": "", "note": "agent"}, [("Reason", "agent")]),
        ({"is_enabled": True, "reason": "desk"}, []),
        ({"unknown": 7}, [("unknown", "7")]),
    ],
)
@pytest.mark.req("DESK-09")
def test_what_an_event_carries_is_told_in_words(
    app: Flask, data: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert list(audit._particulars(data, {"N2"})) == told
