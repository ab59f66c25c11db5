"""Announcements that there are: the desk's list with its counts, changes with a version, an end before its time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import DeskRole, User
from app.announcements.models import Announcement
from app.announcements.queries import get_for
from app.knowledge.readings import note_reader
from tests import cast
from tests.announcements.test_home import banners, panel
from tests.announcements.typed import placing
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05")
LIST = "/console/announcements/"


def made(session: Session, title: str = "掲載", **options: Any) -> int:
    return knowledge.announcement(session, of=knowledge.article(session, title=title), **options).id


def typed(client: InspectingClient, address: str, **changes: Any) -> dict[str, Any]:
    form = client.get(address).form(address)
    kept = {name: form[name] for name in ("csrf_token", "version", "article")}
    return {**kept, **placing(**changes)}


def section(page: Page, key: str) -> str:
    found = [item for item in page.all("section") if item.get("aria-labelledby") == f"list-{key}"]
    return page.words(found[0])


def test_the_list_tells_what_stands_what_is_to_come_and_what_is_past(
    signed_in: SignedIn, given: Given
) -> None:
    def make(session: Session) -> None:
        now = get_for(session, knowledge.MAKER, made(session, "掲載中のもの"))
        made(session, "これからのもの", since=timedelta(hours=1))
        made(session, "過ぎたもの", until=timedelta(minutes=-1))
        note_reader(session, cast.actor_of(session, "taro", "cs"), now.article_id)

    given(make)
    signed_in("alice").act("/cs/announcements/1/dismissal")
    page = signed_in("lead").get(LIST)
    assert "掲載中のもの" in section(page, "current")
    assert "3名中1名" in section(page, "current")
    assert "これからのもの" in section(page, "coming")
    assert "過ぎたもの" in section(page, "past")
    row = next(row for row in page.rows() if row["タイトル"] == "掲載中のもの")
    assert (row["サービス"], row["表示場所"], row["バナー非表示"], row["メール"]) == (
        "マネージドCSPM", "お知らせ欄 バナー", "1", "–",
    )  # fmt: skip


def test_a_change_holds_at_once_and_a_stale_one_is_shown_first(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    announcement_id = given(made)
    address = f"{LIST}{announcement_id}"
    first, second = signed_in("lead"), signed_in("lead")
    mine, theirs = typed(first, address, has_banner=None), typed(second, address, in_panel=None)
    assert second.post(address, theirs).location == LIST
    page = first.post(address, mine)
    assert page.status == 409
    assert stored(lambda session: session.get_one(Announcement, announcement_id).in_panel) is False
    # Whoever has seen both may save over the other one.
    assert first.post(address, {**mine, "version": page.form(address)["version"]}).status == 303
    shown = signed_in("hanako").get("/cs/")
    assert (len(panel(shown)), banners(shown)) == (1, [])


def test_other_services_alone_are_a_change_as_well(signed_in: SignedIn, given: Given) -> None:
    def common(session: Session) -> int:
        article = knowledge.article(session, slug=None, title="共通")
        return knowledge.announcement(session, of=article).id

    address = f"{LIST}{given(common)}"
    client = signed_in("lead")
    stale = typed(client, address)
    assert client.post(address, typed(client, address, services=["cs", "fm"])).status == 303
    assert len(panel(signed_in("jiro").get("/fm/"))) == 1
    assert client.post(address, stale).status == 409


@pytest.mark.parametrize(
    "changes", [{"until": "x"}, {"services": []}, {"in_panel": None, "has_banner": None}]
)
def test_what_does_not_hold_changes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, changes: dict[str, Any]
) -> None:
    address = f"{LIST}{given(made)}"
    client = signed_in("lead")
    sent = typed(client, address, **changes)
    with untouched():
        assert client.post(address, sent).status == 422
        assert client.post(address, {**sent, **placing(), "article": "KB7777777"}).status == 422


def test_it_is_ended_now_and_what_is_over_stays_as_it_was(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    address = f"{LIST}{given(made)}"
    client = signed_in("lead")
    sent = typed(client, address)
    assert client.act(f"{address}/end").location == LIST
    page = signed_in("hanako").get("/cs/")
    assert (panel(page), banners(page)) == ([], [])
    with untouched():
        assert client.act(f"{address}/end").status == 303
        assert client.post(address, sent).status == 303
    assert not client.get(address).offers(address)


def test_its_end_is_the_end_also_for_its_last_moment(given: Given, signed_in: SignedIn) -> None:
    address = f"{LIST}{given(made, until=timedelta(hours=1))}"
    client = signed_in("lead")
    token = {"csrf_token": client.token("/console/login")}
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.post(f"{address}/end", token).status in {303, 404}
        assert client.get(address).status in {200, 303}


@pytest.mark.req("SEC-26", "ROLE-05")
def test_agents_of_other_services_find_nothing(signed_in: SignedIn, given: Given) -> None:
    def of_fm(session: Session) -> int:
        return knowledge.announcement(session, slugs=["fm"], of=knowledge.article(session, slug="fm")).id

    announcement_id = given(of_fm)

    def make_lead(session: Session) -> None:
        promoted = update(User).where(User.login_key == cast.ROLES["cs_agent"].login_id)
        session.execute(promoted.values(desk_role=DeskRole.LEAD))

    given(make_lead)
    client = signed_in("cs_agent")
    assert client.get(f"{LIST}{announcement_id}").status == 404
    assert client.act(f"{LIST}{announcement_id}/end").status == 404
    assert client.get(f"{LIST}999999").status == 404
    assert "掲載" not in section(client.get(LIST), "current").replace("掲載中", "")
