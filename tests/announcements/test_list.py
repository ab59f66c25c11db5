"""The desk's list: which announcements stand where at which moment, the counts of each, pages, and whose they are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import DeskRole, User
from app.announcements import listing
from app.announcements.actions.announcing import end
from app.announcements.actions.dismissing import dismiss
from app.announcements.concerned import Reading, readings
from app.announcements.listing import Standing
from app.announcements.models import Announcement
from app.announcements.queries import get_for
from app.authz import Actor
from app.contracts import queries as contracts
from app.knowledge.actions.audience import set_audience
from app.knowledge.readings import note_reader
from tests import cast
from tests.announcements.test_changing import LIST, section
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05")

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def titles(session: Session, actor: Actor, standing: Standing, *, language: str = "ja") -> list[str]:
    return [row.title for row in rows(session, actor, standing, language=language)]


def rows(
    session: Session,
    actor: Actor,
    standing: Standing,
    *,
    language: str = "ja",
    limit: int = 50,
    offset: int = 0,
) -> Sequence[listing.Row]:
    services = contracts.services_of(session, actor)
    return listing.rows(session, actor, standing, services, language, limit=limit, offset=offset)


def stands(session: Session, title: str, slug: str = "cs", **options: Any) -> Announcement:
    article = knowledge.article(session, slug=slug, title=title)
    return knowledge.announcement(session, slugs=(slug,), of=article, **options)


def promote(session: Session) -> Actor:
    """Ichika, who works for one service, as a lead."""
    chosen = update(User).where(User.login_key == cast.ROLES["cs_agent"].login_id)
    session.execute(chosen.values(desk_role=DeskRole.LEAD))
    session.expire_all()
    return cast.actor_of(session, "cs_agent")


def test_it_is_in_one_list_at_each_moment_and_moves_on_at_its_edges(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    moment = clock.now()
    with clock.at(moment):
        stands(session, "窓", since=HOUR, until=2 * HOUR)
    for after, expected in (
        (HOUR - TICK, Standing.COMING),
        (HOUR, Standing.CURRENT),
        (2 * HOUR - TICK, Standing.CURRENT),
        (2 * HOUR, Standing.PAST),
    ):
        with clock.at(moment + after):
            found = {each for each in Standing if titles(session, lead, each) == ["窓"]}
            counted = {each for each in Standing if listing.count(session, lead, each) == 1}
            assert found == counted == {expected}, after


@pytest.mark.parametrize("after", [-HOUR, timedelta(0), HOUR])
def test_an_ended_one_is_past_whether_it_had_begun_or_not(session: Session, after: timedelta) -> None:
    lead = cast.actor_of(session, "lead")
    moment = clock.now()
    with clock.at(moment):
        made = stands(session, "終わり", since=timedelta(0), until=2 * HOUR)
    with clock.at(moment + after):
        end(session, get_for(session, lead, made.id), actor=lead)
        session.flush()
        assert [titles(session, lead, each) for each in Standing] == [[], [], ["終わり"]]
        (row,) = rows(session, lead, Standing.PAST)
        # The list tells the moment at which it was ended, not the one that was planned.
        assert row.ends_at == moment + after


def test_what_began_first_leads_and_of_past_ones_what_began_last(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    for title, since in (("二", 2), ("三", 3), ("一", 1)):
        stands(session, f"今{title}", since=-since * HOUR)
        stands(session, f"後{title}", since=since * HOUR)
        stands(session, f"前{title}", since=-since * HOUR, until=-TICK)
    assert titles(session, lead, Standing.CURRENT) == ["今三", "今二", "今一"]
    assert titles(session, lead, Standing.COMING) == ["後一", "後二", "後三"]
    assert titles(session, lead, Standing.PAST) == ["前一", "前二", "前三"]


@pytest.mark.req("LANG-01")
def test_titles_are_the_agents_language_and_a_draft_has_its_number(session: Session) -> None:
    lead = cast.actor_of(session, "lead")
    knowledge.announcement(
        session, of=knowledge.article(session, title="両方", title_en="Both"), since=-3 * HOUR
    )
    knowledge.announcement(session, of=knowledge.article(session, title="和文"), since=-2 * HOUR)
    draft = knowledge.article(session, title="下書き", is_published=False)
    knowledge.announcement(session, of=draft, since=-HOUR)
    assert titles(session, lead, Standing.CURRENT) == ["両方", "和文", draft.number]
    assert titles(session, lead, Standing.CURRENT, language="en") == ["Both", "和文", draft.number]


@pytest.mark.req("KB-03")
@pytest.mark.parametrize(
    ("slugs", "opened", "gone", "concerned"),
    [
        (("cs",), ("cs",), (), 3),
        (("fm",), ("fm",), (), 4),
        (("cs", "fm"), ("cs", "fm"), (), 5),
        (("cs", "fm"), ("fm",), (), 4),
        (("cs", "fm"), ("cs",), (), 3),
        (("fm",), ("cs", "fm"), (), 4),
        (("cs", "fm"), ("cs", "fm"), ("hanako",), 4),
        (("cs",), ("cs",), ("hanako", "taro"), 1),
        (("cs",), ("fm",), (), 0),
        (("cs", "fm"), (), (), 0),
    ],
)
def test_the_counts_are_of_people_and_of_those_who_may_read_it_there(
    session: Session, slugs: tuple[str, ...], opened: tuple[str, ...], gone: tuple[str, ...], concerned: int
) -> None:
    readers = [knowledge.readers(session, slug) for slug in opened]
    article = knowledge.article(session, slug=None, for_whom=readers)
    made = knowledge.announcement(session, slugs=slugs, of=article)
    # Everybody has read it in each of their portals: still each is one of those concerned, or none.
    for name, slug in (
        ("hanako", "cs"), ("hanako", "fm"), ("taro", "cs"), ("jiro", "fm"), ("alice", "fm"), ("charlie", "fm"),
    ):  # fmt: skip
        note_reader(session, cast.actor_of(session, name, slug), article.id)
    dismiss(session, made, actor=cast.actor_of(session, "alice", "fm"))
    for name in gone:
        session.execute(
            update(User).where(User.login_key == cast.ROLES[name].login_id).values(disabled_at=clock.now())
        )
    found = readings(session, knowledge.MAKER, [made.id]).get(made.id, Reading())
    assert found == Reading(concerned, concerned, min(concerned, 1), 0)


def test_who_read_it_and_may_no_longer_is_not_counted(session: Session) -> None:
    article = knowledge.article(session)
    made = knowledge.announcement(session, of=article)
    note_reader(session, cast.actor_of(session, "taro", "cs"), article.id)
    dismiss(session, made, actor=cast.actor_of(session, "taro", "cs"))
    assert readings(session, knowledge.MAKER, [made.id]) == {made.id: Reading(3, 1, 1, 0)}
    only = [knowledge.readers(session, "cs", holder=cast.A_COMPANY)]
    set_audience(session, article, actor=knowledge.MAKER, readers=only)
    session.flush()
    assert readings(session, knowledge.MAKER, [made.id]) == {made.id: Reading(1, 0, 0, 0)}


def test_counts_of_several_are_kept_apart(session: Session) -> None:
    first, second = stands(session, "一つ目"), stands(session, "二つ目", "fm")
    dismiss(session, second, actor=cast.actor_of(session, "jiro", "fm"))
    note_reader(session, cast.actor_of(session, "alice", "cs"), first.article_id)
    assert readings(session, knowledge.MAKER, [first.id, second.id]) == {
        first.id: Reading(3, 1, 0, 0),
        second.id: Reading(4, 0, 1, 0),
    }


@pytest.mark.req("SEC-26", "ROLE-05")
def test_a_lead_of_one_service_sees_its_own_and_common_ones_without_a_way_in(session: Session) -> None:
    stands(session, "csのみ", since=-2 * HOUR)
    stands(session, "fmのみ", "fm")
    common = knowledge.article(session, slug=None, title="共通")
    knowledge.announcement(session, slugs=("cs", "fm"), of=common)
    lead = promote(session)
    assert listing.count(session, lead, Standing.CURRENT) == 2
    shown = [
        (row.title, list(row.services), row.is_within_reach) for row in rows(session, lead, Standing.CURRENT)
    ]
    # The name of a service that is not theirs is not told either.
    assert shown == [("csのみ", ["マネージドCSPM"], True), ("共通", ["マネージドCSPM"], False)]


@pytest.mark.req("SEC-26", "ROLE-05")
def test_what_stands_in_a_foreign_service_too_is_not_theirs_to_change(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    def common(session: Session) -> int:
        promote(session)
        article = knowledge.article(session, slug=None, title="共通")
        return knowledge.announcement(session, slugs=("cs", "fm"), of=article).id

    address = f"{LIST}{given(common)}"
    client = signed_in("cs_agent")
    page = client.get(LIST)
    assert "共通" in page.words()
    assert address not in {link.get("href") for link in page.all("a")}
    with untouched():
        assert client.get(address).status == 403
        assert client.act(f"{address}/end").status == 403
        assert client.act(address, version="1").status == 403


def test_each_list_turns_its_own_pages(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    def many(session: Session) -> None:
        article = knowledge.article(session, title="多い")
        for hours in range(1, 22):
            knowledge.announcement(session, of=article, since=-(hours + 1) * HOUR, until=-hours * HOUR)
            knowledge.announcement(session, of=article, since=hours * HOUR, until=30 * HOUR)

    given(many)
    client = signed_in("lead")

    def lines(address: str) -> tuple[int, int]:
        page = client.get(address)
        parts = [item for item in page.all("section") if item.get("aria-labelledby", "").startswith("list-")]
        counts = {
            item.get("aria-labelledby"): sum(1 for row in item.iter() if row.get("data-href"))
            for item in parts
        }
        assert len(page.queries) < 20
        return counts["list-coming"], counts["list-past"]

    with untouched():
        assert lines(LIST) == (20, 20)
        assert lines(f"{LIST}?page-past=2") == (20, 1)
        assert lines(f"{LIST}?page-past=2&page-coming=2") == (1, 1)
        # Beyond the last page is the last one; what is no number is the first.
        assert lines(f"{LIST}?page-past=99") == (20, 1)
        assert lines(f"{LIST}?page-past=x&page-coming=-1") == (20, 20)
    page = client.get(f"{LIST}?page-past=2")
    links = {link.get("href") for link in page.all("a") if "page-" in link.get("href", "")}
    assert f"{LIST}?page-coming=2&page-past=2" in links


def test_an_empty_list_says_what_is_not_there_in_both_languages(signed_in: SignedIn, given: Given) -> None:
    page = signed_in("lead").get(LIST)
    assert "掲載中のお知らせはありません。" in section(page, "current")
    assert "掲載予定のお知らせはありません。" in section(page, "coming")
    assert "掲載を終了したお知らせはありません。" in section(page, "past")
    given(promote)
    page = signed_in("cs_agent").get(LIST)
    assert "Nothing stands on the home pages now." in section(page, "current")
    assert "Nothing is to come." in section(page, "coming")
    assert "Nothing is past yet." in section(page, "past")
