"""The demo world's canned answers can be filled in for its cases, and one mention waits for its lead."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import actor_for
from app.cases import answers, mentions
from app.cases.models import CannedAnswer
from app.demo import story
from app.extensions import db

pytestmark = pytest.mark.req("DESK-04")


def test_every_service_has_three_and_none_holds_a_strange_placeholder() -> None:
    told = story.answers()
    assert {service: sum(item.service == service for item in told) for service in ("cs", "fm")} == {
        "cs": 3,
        "fm": 3,
    }
    assert [item.name for item in told if answers.unknown_placeholders(item.ja + item.en)] == []


def test_they_are_in_the_world_and_a_mention_waits_for_the_lead(demo: Flask) -> None:
    with demo.test_request_context():
        kept = db.session.scalars(select(CannedAnswer).order_by(CannedAnswer.id)).all()
        assert [row.name for row in kept] == [item.name for item in story.answers()]
        lead = db.session.scalars(select(User).where(User.login_key == "lead@desk.example")).one()
        actor = actor_for(db.session, lead)
        assert mentions.count_unread(db.session, actor) == 1
        assert "@高橋 健" in mentions.mentions_of(db.session, actor, limit=5, offset=0)[0].text
