"""The watch list of a case: users of its customer number who get its mails as well (CASE-24)."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.models import UserNumber
from app.authz import Forbidden, NotFound, system_actor
from app.cases.actions import watching as acts
from app.cases.lifecycle import Act, CaseState
from app.cases.models import CaseWatcher
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.live import entries, region

PLACES = [("hanako", "/cs"), ("taro", "/cs"), ("agent", "/console"), ("admin", "/console")]


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def watchers(session: Session, number: str) -> list[int]:
    chosen = select(CaseWatcher.user_id).where(CaseWatcher.case_id == cases.case_of(session, number).id)
    return list(session.scalars(chosen.order_by(CaseWatcher.user_id)))


def user_id(session: Session, name: str) -> int:
    return cast.person(session, name).id


def add(client: InspectingClient, place: str, number: str, user: str) -> Page:
    return client.act(f"{place}/cases/{number}/watchers", **{"watcher-user": user})


@pytest.mark.req("CASE-24", "SEC-26")
@pytest.mark.parametrize(("person", "place"), PLACES)
@pytest.mark.parametrize("who", ["jiro", "alice", "kaito", "agent"])
def test_nobody_without_the_number_can_be_added_and_all_are_refused_alike(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, number: str, person: str, place: str, who: str
) -> None:
    client, user = signed_in(person), stored(lambda session: user_id(session, who))
    client.token()
    with untouched():
        refused = add(client, place, number, str(user))
    assert refused.status == 422
    assert "このお客様番号のユーザーを選択してください。" in refused.alerts()
    # Which of them exists at all, the answer does not tell.
    assert add(client, place, number, "987654").alerts() == refused.alerts()


@pytest.mark.req("CASE-24", "SEC-26")
@pytest.mark.parametrize("typed", ["", "0", "-1", "x", "1.5", "9" * 30, "１２", "\0"])
def test_a_user_that_is_no_number_is_refused(
    signed_in: SignedIn, untouched: Untouched, number: str, typed: str
) -> None:
    client = signed_in("hanako")
    client.token()
    with untouched():
        assert add(client, "/cs", number, typed).status == 422


@pytest.mark.req("CASE-24", "SEC-24", "SEC-26")
def test_a_stranger_reaches_no_watch_list(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, number: str
) -> None:
    given(cases.watch, number, "taro")
    taro = stored(lambda session: user_id(session, "taro"))
    alice = stored(lambda session: user_id(session, "alice"))
    client = signed_in("alice")
    client.token()
    with untouched():
        assert add(client, "/cs", number, str(alice)).status == 404
        assert client.act(f"/cs/cases/{number}/watchers/{taro}/removal").status == 404


@pytest.mark.req("CASE-24", "ROLE-06")
@pytest.mark.parametrize(("person", "place"), PLACES)
def test_both_sides_add_and_remove_users_of_the_number(
    signed_in: SignedIn, stored: Stored, number: str, person: str, place: str
) -> None:
    client, address = signed_in(person), f"{place}/cases/{number}"
    taro = stored(lambda session: user_id(session, "taro"))
    assert add(client, place, number, str(taro)).location == address
    page = client.get(address)
    assert "鈴木 太郎" in region(page, "watchers")
    assert "ウォッチリストに追加" in entries(page)[0]
    assert stored(lambda session: watchers(session, number)) == [taro]
    assert client.submit(page, f"{address}/watchers/{taro}/removal").location == address
    assert stored(lambda session: watchers(session, number)) == []
    assert "ウォッチリストから削除" in entries(client.get(address))[0]


@pytest.mark.req("CASE-24")
def test_only_those_who_do_not_watch_yet_are_offered(signed_in: SignedIn, given: Given, number: str) -> None:
    client, address = signed_in("hanako"), f"/cs/cases/{number}"

    def offered() -> set[str]:
        page = client.get(address)
        choices = page.all("select", name="watcher-user")
        return {
            page.words(option) for item in choices for option in item.iter() if option.tag.endswith("option")
        }

    assert offered() == {"佐藤 花子", "鈴木 太郎"}
    given(cases.watch, number, "hanako")
    assert offered() == {"鈴木 太郎"}
    given(cases.watch, number, "taro")
    assert offered() == set()


@pytest.mark.req("CASE-24", "REL-04")
def test_adding_twice_and_removing_twice_are_one_each(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    client, taro = signed_in("hanako"), stored(lambda session: user_id(session, "taro"))
    assert [add(client, "/cs", number, str(taro)).status for _ in range(2)] == [303, 303]
    removal = f"/cs/cases/{number}/watchers/{taro}/removal"
    assert [client.act(removal).status for _ in range(2)] == [303, 404]
    told = stored(lambda session: cases.history(session, number))
    assert told[-2:] == ["case.watcher_added", "case.watcher_removed"]
    assert told.count("case.watcher_added") == 1


@pytest.mark.req("CASE-24", "CASE-16")
@pytest.mark.parametrize(("person", "place"), PLACES)
def test_the_list_of_a_closed_case_can_only_be_read(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, person: str, place: str
) -> None:
    number = given(cases.open_inquiry)
    given(cases.watch, number, "taro")
    given(cases.move, number, Act.CLOSE, by="hanako")
    client, taro = signed_in(person), stored(lambda session: user_id(session, "taro"))
    page = client.get(f"{place}/cases/{number}")
    assert "鈴木 太郎" in region(page, "watchers")
    assert not page.offers(f"{place}/cases/{number}/watchers")
    assert not page.offers(f"{place}/cases/{number}/watchers/{taro}/removal")
    with untouched():
        for answer in (
            add(client, place, number, str(taro)),
            client.act(f"{place}/cases/{number}/watchers/{taro}/removal"),
        ):
            assert answer.status == 409
            assert "クローズ" in answer.alerts()


@pytest.mark.req("CASE-24", "MAIL-04", "ROLE-03")
def test_whoever_has_lost_the_number_is_named_to_nobody(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    given(cases.watch, number, "taro")
    given(_lose_numbers, "taro")
    for person, place in (("hanako", "/cs"), ("agent", "/console")):
        assert "鈴木 太郎" not in region(signed_in(person).get(f"{place}/cases/{number}"), "watchers")
    # What was so once stays in the history, and the row is there for the day the number comes back.
    assert len(stored(lambda session: watchers(session, number))) == 1


def _lose_numbers(session: Session, name: str) -> None:
    session.execute(delete(UserNumber).where(UserNumber.user_id == user_id(session, name)))


@pytest.mark.req("CASE-24")
def test_whoever_was_disabled_is_off_the_list(signed_in: SignedIn, given: Given, number: str) -> None:
    given(cases.watch, number, "taro")
    given(
        lambda session: accounts.disable(
            session, actor=system_actor("tests"), user=cast.person(session, "taro")
        )
    )
    assert "鈴木 太郎" not in region(signed_in("hanako").get(f"/cs/cases/{number}"), "watchers")


@pytest.mark.req("CASE-22", "CASE-24")
def test_the_watch_list_leaves_the_updated_time_alone_and_tells_nobody_by_mail(
    given: Given, stored: Stored, outbox: Outbox, number: str
) -> None:
    before = stored(lambda session: cases.case_of(session, number).updated_at)
    outbox()
    given(cases.watch, number, "taro")
    assert stored(lambda session: cases.case_of(session, number).updated_at) == before
    assert outbox() == []


@pytest.mark.req("SEC-25", "CASE-24")
@pytest.mark.parametrize("name", ["jiro", "alice", "charlie"])
def test_the_actions_ask_the_rule_themselves(session: Session, name: str) -> None:
    case = cases.case_of(session, cases.open_inquiry(session))
    stranger = cast.actor_of(session, name)
    for act in (acts.add_watcher, acts.remove_watcher):
        with pytest.raises(Forbidden):
            act(session, case, actor=stranger, user_id=user_id(session, "taro"))


@pytest.mark.req("CASE-24", "SEC-26")
def test_who_does_not_watch_cannot_be_removed(session: Session) -> None:
    case = cases.case_of(session, cases.open_inquiry(session))
    agent = cast.actor_of(session, "agent")
    for name in ("taro", "alice"):
        with pytest.raises(NotFound):
            acts.remove_watcher(session, case, actor=agent, user_id=user_id(session, name))
