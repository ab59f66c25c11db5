"""Loading once, on any day, whole or not at all, and never into somebody else's database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import system_actor
from app.cases.models import Case
from app.catalog.models import PointBalance, PointPeriod
from app.contracts import actions as contracts
from app.contracts.models import Service
from app.demo.models import DEMO, Installation
from app.demo.prepare import DemoRefused, prepare_demo
from app.extensions import db

TOKYO = ZoneInfo("Asia/Tokyo")


def count(session: Session, table: type[Case] | type[Service]) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2028, 3, 1, 0, 0, 30, tzinfo=TOKYO),
        pytest.param(datetime(2027, 1, 1, 0, 0, tzinfo=TOKYO), marks=pytest.mark.nightly),
        pytest.param(datetime(2028, 12, 31, 23, 59, 59, tzinfo=TOKYO), marks=pytest.mark.nightly),
    ],
)
def test_loads_on_any_day(empty_demo: Flask, moment: datetime) -> None:
    with empty_demo.app_context(), clock.at(moment):
        assert prepare_demo(db.session, empty_demo.config["SETTINGS"])
        db.session.commit()
        marker = db.session.get_one(Installation, DEMO)
        assert marker.value == moment.date().isoformat()
        assert all(updated <= moment for updated in db.session.scalars(select(Case.updated_at)))
        assert count(db.session, Case) >= 60
        assert periods(db.session, moment) == [(55, True), (55, True), (55, False)]


def periods(session: Session, moment: datetime) -> list[tuple[int, bool]]:
    """The total of each period of points in order, and whether it is settled; the last one covers the moment."""
    rows = session.execute(
        select(PointPeriod, PointBalance)
        .join(PointBalance, PointBalance.period_id == PointPeriod.id)
        .order_by(PointPeriod.starts_on)
    ).all()
    last = rows[-1].PointPeriod
    assert (last.starts_on.day, last.starts_on.month) == (1, moment.month)
    assert last.starts_on <= moment.date() <= last.ends_on < last.starts_on + timedelta(days=31)
    return [(row.PointBalance.as_balances().total, row.PointPeriod.settled_at is not None) for row in rows]


def test_a_second_time_changes_nothing(empty_demo: Flask) -> None:
    with empty_demo.app_context():
        settings = empty_demo.config["SETTINGS"]
        prepare_demo(db.session, settings)
        db.session.commit()
        loaded = count(db.session, Case)
        assert not prepare_demo(db.session, settings)
        assert not db.session.new
        assert not db.session.dirty
        assert count(db.session, Case) == loaded


def test_refuses_a_database_that_is_no_demo(empty_demo: Flask) -> None:
    with empty_demo.app_context():
        contracts.add_service(
            db.session,
            actor=system_actor("tests"),
            slug="own",
            name_ja="自社サービス",
            name_en="Own service",
            user_id_suffix=".own",
        )
        db.session.commit()
        with pytest.raises(DemoRefused, match="is not a demo"):
            prepare_demo(db.session, empty_demo.config["SETTINGS"])
        db.session.rollback()
        assert count(db.session, Service) == 1
        assert count(db.session, Case) == 0
        assert db.session.get(Installation, DEMO) is None


def test_a_load_that_breaks_off_leaves_nothing(empty_demo: Flask) -> None:
    with empty_demo.app_context():
        settings = empty_demo.config["SETTINGS"]
        prepare_demo(db.session, settings)
        # What a killed process does to its transaction.
        db.session.rollback()
        assert count(db.session, Service) == count(db.session, Case) == 0
        assert db.session.get(Installation, DEMO) is None
