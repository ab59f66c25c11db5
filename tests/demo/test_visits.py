"""The login history of the demo: 115 events for 株式会社サンプル in fm, told in the order of time."""

from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import login_listing, queries
from app.accounts.login_listing import COLUMNS, FIRST_ORDER, LoginRow
from app.accounts.models import LoginEvent, User
from app.contracts.models import Service
from app.demo.moments import Calendar
from app.demo.visits import PORTAL, visits
from app.demo.world import World
from app.journal import JournalEvent
from app.lists.sorting import chosen_sort

TOKYO = ZoneInfo("Asia/Tokyo")
pytestmark = pytest.mark.req("HIST-02")


def seen_by(session: Session, login_id: str) -> list[LoginRow]:
    user = session.scalars(select(User).where(User.login_id == login_id)).one()
    fm = session.scalars(select(Service.id).where(Service.slug == PORTAL)).one()
    actor = queries.actor_for(session, user).within(fm)
    sort = chosen_sort("", COLUMNS, FIRST_ORDER)
    rows = list(login_listing.login_rows(session, actor, sort, limit=1_000))
    assert len(rows) == login_listing.count(session, actor)
    return rows


def test_an_administrator_of_the_company_finds_115_events_at_fm(world: Session) -> None:
    rows = seen_by(world, "hanako@sample.example.cs")

    assert len(rows) == 115
    assert Counter(row.login_id.partition("@")[0] for row in rows) == {"hanako": 70, "jiro": 45}
    assert {row.kind for row in rows} == {
        "login", "login.failed", "session.established", "logout", "user.locked", "user.unlocked",
        "password.reset", "password.changed", "mfa.verified", "mfa.failed",
    }  # fmt: skip


def test_a_general_user_finds_the_own_ones_and_other_companies_none(world: Session) -> None:
    assert {row.login_id for row in seen_by(world, "jiro@sample.example.fm")} == {"jiro@sample.example.fm"}
    assert seen_by(world, "alice@a-company.example.cs") == []
    assert seen_by(world, "charlie@hikari.example.fm") == []


def test_every_event_stands_in_the_journal_at_its_moment_too(world: Session) -> None:
    listed = world.execute(
        select(LoginEvent.at, LoginEvent.kind, LoginEvent.user_id).order_by(LoginEvent.id)
    ).all()
    told = world.execute(
        select(JournalEvent.at, JournalEvent.kind, JournalEvent.subject_id).where(
            JournalEvent.subject_type == User.subject_type
        )
    ).all()
    assert [row.at for row in listed] == sorted(row.at for row in listed)
    assert Counter(map(tuple, listed)) - Counter(map(tuple, told)) == Counter()


@pytest.mark.parametrize("days", range(0, 14, 3))
def test_they_are_as_many_on_whatever_day_the_demo_is_loaded(days: int) -> None:
    now = datetime(2027, 1, 1, 0, 30, tzinfo=TOKYO) + timedelta(days=days)
    world = SimpleNamespace(calendar=Calendar(now, TOKYO), services={PORTAL: SimpleNamespace(id=1)})
    moments = list(visits(cast("World", world)))

    assert len(moments) == 115
    assert max(moment.at for moment in moments) < now
    assert min(moment.at for moment in moments) > now - timedelta(days=40)
    assert all(moment.at.astimezone(TOKYO).weekday() < 5 for moment in moments)
    assert all(8 <= moment.at.astimezone(TOKYO).hour < 18 for moment in moments)
