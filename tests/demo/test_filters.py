"""The demo world's saved filters: each of them loads, and finds something to look at."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.cases import queries, saved_filters
from app.cases.list_state import reading_for
from app.cases.models import SavedFilter, Visibility
from app.demo import story
from app.extensions import db
from app.lists.filtering.checking import conditions_for

pytestmark = pytest.mark.req("FILTER-10", "FILTER-12")


def test_every_saved_filter_of_the_demo_finds_cases(demo: Flask) -> None:
    with demo.test_request_context():
        rows = db.session.scalars(select(SavedFilter).order_by(SavedFilter.id)).all()
        assert [row.name for row in rows] == [told.name for told in story.filters()]
        for row in rows:
            owner = actor_for(db.session, db.session.get_one(User, row.owner_id))
            actor = owner.within(row.service_id) if row.service_id else owner
            loaded = saved_filters.load(row, reading_for(actor))
            assert loaded.problems == [], row.name
            found = queries.count(db.session, actor, *conditions_for(loaded.tree, reading_for(actor)))
            assert found > 0, f"{row.name} finds nothing"


def test_one_is_private_and_one_is_shared_in_a_portal_and_at_the_desk() -> None:
    kept = {(told.service is None, told.visibility) for told in story.filters()}
    assert kept == {
        (False, Visibility.ME),
        (False, Visibility.NUMBERS),
        (True, Visibility.ME),
        (True, Visibility.DESK),
    }
