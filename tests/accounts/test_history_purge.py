"""The login history is kept a year at first, then cut; the journal keeps its own record (HIST-06)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, create_app
from app.accounts import history
from app.accounts.jobs import cut_login_history
from app.accounts.models import LoginEvent
from app.journal import JournalEvent
from tests.conftest import Given, SignedIn, Stored, settings_for
from tests.factories import logins

pytestmark = pytest.mark.req("HIST-06")

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
TICK = timedelta(microseconds=1)


def kept(session: Session) -> list[datetime]:
    return list(session.scalars(select(LoginEvent.at).order_by(LoginEvent.at)))


@pytest.mark.parametrize(("age", "stays"), [(YEAR - TICK, 1), (YEAR, 1), (YEAR + TICK, 0), (2 * YEAR, 0)])
def test_an_event_stays_a_year_and_not_a_moment_longer(session: Session, age: timedelta, stays: int) -> None:
    session.query(LoginEvent).delete()
    logins.event(session, "jiro", at=NOW - age)
    with clock.at(NOW):
        assert history.purge(session, days=365) == 1 - stays
    assert len(kept(session)) == stays


@pytest.mark.parametrize(("days", "left"), [("1", 1), ("30", 2), ("365", 3)])
def test_the_job_keeps_as_many_days_as_the_setting_says(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch, days: str, left: int
) -> None:
    given(lambda session: session.query(LoginEvent).delete())
    moments = [NOW - timedelta(days=age) for age in (1, 30, 365, 366)]
    given(logins.events_at, "jiro", *moments)
    chosen = settings_for(app.config["SETTINGS"].data_dir, MADOGUCHI_HISTORY_DAYS=days)
    monkeypatch.setitem(app.config, "SETTINGS", chosen)
    with clock.at(NOW):
        assert cut_login_history(app) == 4 - left
        assert cut_login_history(app) == 0
    assert stored(kept) == sorted(moments[:left])


def test_the_page_shows_no_more_of_it(app: Flask, given: Given, signed_in: SignedIn) -> None:
    given(logins.events_at, "jiro", NOW - YEAR - TICK, NOW - YEAR)
    with clock.at(NOW):
        cut_login_history(app)
        jiro = signed_in("jiro")
        rows = jiro.get("/fm/account/logins?sort=time").rows()
    assert rows[0]["日時"] == "2026-03-01 21:00:00"


def test_the_journal_keeps_what_the_list_has_lost(app: Flask, given: Given, stored: Stored) -> None:
    def told(session: Session) -> int:
        return session.scalar(select(func.count()).where(JournalEvent.kind == "login")) or 0

    given(logins.events_at, "jiro", NOW - 2 * YEAR)
    before = stored(told)
    with clock.at(NOW):
        assert cut_login_history(app) >= 1
    assert stored(told) == before


def test_the_worker_does_it_every_hour(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    queue = app.extensions["queue"]
    [job] = [task for task in queue._registry.periodic_tasks if "purge_login_history" in type(task).__name__]
    minutes = [minute for minute in range(60) if job.validate_datetime(datetime(2026, 11, 20, 3, minute))]  # noqa: DTZ001  # Huey's clock has no zone.
    assert len(minutes) == 1
    hours = [hour for hour in range(24) if job.validate_datetime(datetime(2026, 11, 20, hour, minutes[0]))]  # noqa: DTZ001  # as above
    assert len(hours) == 24
