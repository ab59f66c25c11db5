"""The way of a word through an installation whose index is in PostgreSQL too: written, fed, found by whom it may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.extensions import db
from app.knowledge.actions.publishing import withdraw
from app.search import index
from app.search.feeding import feed
from app.search.postgresql_engine import PostgresqlEngine
from app.search.rebuilding import mend, reason_to_rebuild
from app.search.searching import Answer, ask
from tests import cast
from tests.conftest import settings_for
from tests.factories import knowledge
from tests.postgresql.fixtures import DATABASE
from tests.postgresql.server import Server


@pytest.fixture
def searching_app(app: Flask, server: Server, tmp_path: Path) -> Iterator[Flask]:
    """An installation on the test's database that keeps its index there."""
    assert app.config["SETTINGS"].database == server.url(DATABASE)
    made = create_app(settings_for(tmp_path, DATABASE_URL=server.url(DATABASE), SEARCH_URL="postgresql"))
    yield made
    with made.app_context():
        db.engine.dispose()
    made.extensions["search_index"].engine.close()


def asked(app: Flask, name: str, typed: str) -> Answer:
    with app.test_request_context():
        return ask(db.session, cast.actor_of(db.session, name, "cs"), typed, kind="article", most=10)


@pytest.mark.req("SEARCH-01", "SEC-48", "F05")
def test_an_article_is_found_until_it_is_withdrawn(searching_app: Flask) -> None:
    assert isinstance(searching_app.extensions["search_index"].engine, PostgresqlEngine)
    assert asked(searching_app, "hanako", "サーバー").is_limited
    assert mend(searching_app)
    assert reason_to_rebuild(searching_app) == ""
    with searching_app.test_request_context():
        number = knowledge.readers(db.session, "cs", number=cast.ALICE_CS_NUMBER)
        made = knowledge.article(
            db.session, title="サーバの証明書", body="期限が切れる前に更新します。", for_whom=[number]
        )
        db.session.commit()
        key = f"article:{made.id}:ja"
    assert feed(searching_app) >= 1
    assert asked(searching_app, "alice", "サーバー 更新").keys == (key,)
    assert asked(searching_app, "alice", '"サーバの証明書"').total == 1
    foreign = asked(searching_app, "hanako", "サーバー")
    assert (foreign.keys, foreign.total, foreign.suggestion, foreign.is_limited) == ((), 0, None, False)
    with searching_app.test_request_context():
        withdraw(db.session, db.session.merge(made), actor=knowledge.MAKER)
        db.session.commit()
    feed(searching_app)
    assert asked(searching_app, "alice", "サーバー").keys == ()


@pytest.mark.req("F05")
def test_a_lost_index_is_built_anew(searching_app: Flask, server: Server) -> None:
    mend(searching_app)
    server.make(DATABASE, template="master")
    with searching_app.app_context():
        db.engine.dispose()
    assert asked(searching_app, "hanako", "printer").is_limited
    assert mend(searching_app)
    assert not asked(searching_app, "hanako", "printer").is_limited
    with searching_app.app_context():
        index.current().check()
