"""What stands in a portal now, asked as the home page asks it: windows, order, languages, readers, services."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.announcements.actions.announcing import Placing, announce, end
from app.announcements.actions.dismissing import dismiss
from app.announcements.current import Shown, banner_for, current_announcements
from app.announcements.models import Announcement, AnnouncementDismissal
from app.announcements.queries import get_for
from app.authz import Forbidden, NotFound
from app.knowledge.actions.audience import Readers, set_audience
from app.knowledge.actions.publishing import offer_again, withdraw
from app.knowledge.models import Article
from tests import cast
from tests.factories import knowledge

pytestmark = pytest.mark.req("ANN-05")

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
PEOPLE = (
    ("hanako", "cs"),
    ("taro", "cs"),
    ("alice", "cs"),
    ("hanako", "fm"),
    ("jiro", "fm"),
    ("charlie", "fm"),
)


def shown_to(session: Session, name: str, slug: str = "cs", language: str = "ja") -> list[Shown]:
    actor = cast.actor_of(session, name, slug)
    return list(current_announcements(session, actor, slug=slug, language=language))


def titles(session: Session, name: str, slug: str = "cs", language: str = "ja") -> list[str]:
    return [item.title for item in shown_to(session, name, slug, language)]


def stands(session: Session, title: str, **options: Any) -> Announcement:
    return knowledge.announcement(session, of=knowledge.article(session, title=title), **options)


def ended(session: Session, announcement: Announcement) -> None:
    end(session, get_for(session, knowledge.MAKER, announcement.id), actor=knowledge.MAKER)
    session.flush()


def test_windows_that_meet_never_stand_together_nor_leave_a_gap(session: Session) -> None:
    moment = clock.now()
    with clock.at(moment):
        stands(session, "前半", since=HOUR, until=2 * HOUR)
        stands(session, "後半", since=2 * HOUR, until=3 * HOUR)
        stands(session, "一瞬", since=2 * HOUR, until=2 * HOUR + TICK)
    for after, expected in (
        (HOUR - TICK, []),
        (HOUR, ["前半"]),
        (2 * HOUR - TICK, ["前半"]),
        (2 * HOUR, ["一瞬", "後半"]),
        (2 * HOUR + TICK, ["後半"]),
        (3 * HOUR - TICK, ["後半"]),
        (3 * HOUR, []),
    ):
        with clock.at(moment + after):
            assert titles(session, "hanako") == expected, after


def test_what_is_ended_is_gone_from_that_very_moment_on(session: Session) -> None:
    moment = clock.now()
    with clock.at(moment):
        made = stands(session, "早く終わる", since=-HOUR, until=3 * HOUR)
    with clock.at(moment + HOUR):
        ended(session, made)
    for after, expected in ((HOUR - TICK, ["早く終わる"]), (HOUR, []), (2 * HOUR, []), (4 * HOUR, [])):
        with clock.at(moment + after):
            assert titles(session, "taro") == expected, after


def test_one_that_was_ended_before_it_began_never_stands(session: Session) -> None:
    moment = clock.now()
    with clock.at(moment):
        ended(session, stands(session, "始まらない", since=HOUR, until=3 * HOUR))
    for after in (timedelta(0), HOUR, 2 * HOUR):
        with clock.at(moment + after):
            assert titles(session, "hanako") == []


@pytest.mark.req("ANN-01", "ANN-02")
def test_the_newest_is_first_by_its_beginning_not_by_when_it_was_written(session: Session) -> None:
    moment = clock.now()
    with clock.at(moment):
        for title, since in (("三", 3), ("一", 1), ("四", 4), ("二", 2)):
            stands(session, title, since=-since * HOUR)
        # Of two that begin together the one that was made later is the newer one.
        stands(session, "一の後", since=-HOUR)
        assert titles(session, "hanako") == ["一の後", "一", "二", "三", "四"]


@pytest.mark.req("ANN-02")
@pytest.mark.parametrize(("in_panel", "has_banner"), [(True, True), (True, False), (False, True)])
def test_it_stands_in_the_places_that_were_chosen(
    session: Session, *, in_panel: bool, has_banner: bool
) -> None:
    article = knowledge.article(session)
    now = clock.now()
    placing = Placing(
        services=[knowledge.service(session, "cs")], since=now, until=now + HOUR,
        in_panel=in_panel, has_banner=has_banner,
    )  # fmt: skip
    made = announce(session, actor=knowledge.MAKER, article=article, placing=placing)
    (item,) = shown_to(session, "hanako")
    assert (item.in_panel, item.has_banner) == (in_panel, has_banner)
    assert (item.id, item.url) == (made.id, f"/cs/knowledge/{article.number}")


@pytest.mark.req("ANN-01", "LANG-01")
@pytest.mark.parametrize(
    ("title_en", "asked", "title", "language"),
    [
        ("Both", "ja", "両方", "ja"),
        ("Both", "en", "Both", "en"),
        (None, "ja", "両方", "ja"),
        (None, "en", "両方", "ja"),
    ],
)
def test_each_reads_the_title_in_the_own_language_else_the_source(
    session: Session, title_en: str | None, asked: str, title: str, language: str
) -> None:
    knowledge.announcement(session, of=knowledge.article(session, title="両方", title_en=title_en))
    (item,) = shown_to(session, "alice", language=asked)
    assert (item.title, item.language) == (title, language)


@pytest.mark.req("SEC-49", "KB-03", "SVC-04")
@pytest.mark.parametrize(
    ("opened", "slugs", "expected"),
    [
        ([], ("cs", "fm"), set()),
        ([("cs", {})], ("cs", "fm"), {("hanako", "cs"), ("taro", "cs"), ("alice", "cs")}),
        ([("fm", {})], ("cs", "fm"), {("hanako", "fm"), ("jiro", "fm"), ("charlie", "fm")}),
        ([("cs", {}), ("fm", {})], ("fm",), {("hanako", "fm"), ("jiro", "fm"), ("charlie", "fm")}),
        ([("cs", {}), ("fm", {})], ("cs", "fm"), set(PEOPLE)),
        ([("cs", {"holder": cast.A_COMPANY})], ("cs", "fm"), {("alice", "cs")}),
        ([("fm", {"holder": cast.SAMPLE})], ("cs", "fm"), {("hanako", "fm"), ("jiro", "fm")}),
        ([("cs", {"number": cast.CS_NUMBER})], ("cs", "fm"), {("hanako", "cs"), ("taro", "cs")}),
        ([("fm", {"number": cast.CHARLIE_NUMBER})], ("cs", "fm"), {("charlie", "fm")}),
        ([("fm", {"number": cast.CHARLIE_NUMBER})], ("cs",), set()),
    ],
)
def test_who_sees_it_is_who_may_read_it_in_a_portal_where_it_stands(
    session: Session,
    opened: list[tuple[str, dict[str, str]]],
    slugs: tuple[str, ...],
    expected: set[tuple[str, str]],
) -> None:
    readers = [knowledge.readers(session, slug, **options) for slug, options in opened]
    # Articles for single customers stand in a base of their service.
    narrow = next((slug for slug, options in opened if options), None)
    article = knowledge.article(session, slug=narrow, for_whom=readers)
    knowledge.announcement(session, slugs=slugs, of=article)
    assert {(name, slug) for name, slug in PEOPLE if shown_to(session, name, slug)} == expected


@pytest.mark.req("SEC-49", "SEC-22")
def test_a_right_to_read_that_is_taken_back_takes_it_from_the_home_page(session: Session) -> None:
    article = knowledge.article(session, title="取り下げるもの")
    made = knowledge.announcement(session, of=article)
    service = knowledge.service(session, "cs")

    def open_to(*readers: Readers) -> None:
        set_audience(session, article, actor=knowledge.MAKER, readers=readers)
        session.flush()

    open_to(knowledge.readers(session, "cs", holder=cast.A_COMPANY))
    assert (titles(session, "hanako"), titles(session, "alice")) == ([], ["取り下げるもの"])
    with pytest.raises(NotFound):
        banner_for(session, cast.actor_of(session, "hanako", "cs"), made.id)
    open_to()
    assert titles(session, "alice") == []
    open_to(Readers(service))
    assert titles(session, "hanako") == ["取り下げるもの"]
    withdraw(session, article, actor=knowledge.MAKER)
    session.flush()
    assert titles(session, "hanako") == []
    offer_again(session, article, actor=knowledge.MAKER)
    session.flush()
    assert titles(session, "hanako") == ["取り下げるもの"]


@pytest.mark.req("SEC-49")
def test_a_draft_announced_stands_only_once_it_is_published(session: Session) -> None:
    draft = knowledge.article(session, title="下書き", is_published=False)
    knowledge.announcement(session, of=draft)
    assert titles(session, "hanako") == []
    knowledge.publish_all(session, draft)
    assert titles(session, "hanako") == ["下書き"]


@pytest.mark.req("ANN-03")
def test_one_act_puts_a_banner_away_in_both_portals_and_for_nobody_else(session: Session) -> None:
    article = knowledge.article(session, slug=None, title="共通")
    made = knowledge.announcement(session, slugs=("cs", "fm"), of=article)
    other = stands(session, "別のもの")
    dismiss(session, made, actor=cast.actor_of(session, "hanako", "cs"))
    with_banner = {
        (name, slug): {item.id for item in shown_to(session, name, slug) if item.has_banner}
        for name, slug in PEOPLE
    }
    assert with_banner[("hanako", "cs")] == {other.id}
    assert with_banner[("hanako", "fm")] == set()
    assert with_banner[("taro", "cs")] == with_banner[("alice", "cs")] == {made.id, other.id}
    assert with_banner[("jiro", "fm")] == with_banner[("charlie", "fm")] == {made.id}
    assert all(item.in_panel for item in shown_to(session, "hanako"))


@pytest.mark.req("ANN-03")
def test_a_banner_put_away_stays_away_when_the_window_is_moved(session: Session) -> None:
    moment = clock.now()
    made = stands(session, "延長", since=-HOUR, until=HOUR)
    actor = cast.actor_of(session, "hanako", "cs")
    first = moment + timedelta(minutes=5)
    with clock.at(first):
        dismiss(session, made, actor=actor)
    with clock.at(first + TICK):
        dismiss(session, made, actor=actor)
    made.until = moment + timedelta(days=40)
    session.flush()
    # Once put away is once, at the moment of the first act.
    assert session.scalars(select(AnnouncementDismissal.dismissed_at)).all() == [first]
    with clock.at(moment + timedelta(days=39)):
        (item,) = shown_to(session, "hanako")
        assert (item.in_panel, item.has_banner) == (True, False)


@pytest.mark.req("ANN-03", "ROLE-05")
@pytest.mark.parametrize("name", ["agent", "lead", "admin"])
def test_nobody_of_the_desk_puts_a_banner_away(session: Session, name: str) -> None:
    made = stands(session, "机")
    with pytest.raises(Forbidden):
        dismiss(session, made, actor=cast.actor_of(session, name))
    with pytest.raises(Forbidden):
        dismiss(session, made, actor=knowledge.MAKER)
    assert session.scalars(select(AnnouncementDismissal)).all() == []


@pytest.mark.req("REL-07")
@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"until": HOUR + TICK}, True),
        ({"until": HOUR}, False),
        ({"until": HOUR - TICK}, False),
        ({"in_panel": False, "has_banner": True}, True),
        ({"in_panel": False}, False),
    ],
)
def test_the_database_takes_no_empty_window_and_none_that_stands_nowhere(
    session: Session, changes: dict[str, Any], *, holds: bool
) -> None:
    moment: datetime = clock.now()
    article: Article = knowledge.article(session)
    spans = {"since": HOUR, "until": 2 * HOUR}
    placed = {"in_panel": True, "has_banner": False, **changes}
    row = {
        **{name: placed[name] for name in ("in_panel", "has_banner")},
        **{name: moment + changes.get(name, span) for name, span in spans.items()},
    }
    # Past the actions and the mapper: the constraints of the table itself are asked.
    statement = insert(Announcement.metadata.tables["announcement"]).values(
        article_id=article.id, kind="plain", is_mailed=False, created_at=moment, version=1, **row
    )
    if holds:
        session.execute(statement)
        assert session.scalars(select(Announcement.article_id)).all() == [article.id]
    else:
        with pytest.raises(IntegrityError, match="window" if "until" in changes else "somewhere"):
            session.execute(statement)
