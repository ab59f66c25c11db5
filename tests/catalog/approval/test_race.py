"""An approval and a change at the same moment: never is there a valid approval of changed content (REL-05, REL-06)."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.authz import Actor, Forbidden
from app.cases.actions import StaleEdit
from app.catalog import queries
from app.catalog.actions import amending, approving
from app.catalog.frozen import approval_problem, valid_approval
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItem, WorkRequest
from app.extensions import db
from tests import cast
from tests.catalog.approval.steps import sent
from tests.factories import catalog

ROUNDS = 6
Act = Callable[[Session, WorkRequest, Actor, int], object]


def approving_it(session: Session, request: WorkRequest, actor: Actor, version: int) -> object:
    return approving.approve(session, request, actor=actor, version=version)


def changing_it(session: Session, request: WorkRequest, actor: Actor, version: int) -> object:
    return amending.amend(
        session, request, actor=actor, version=version, answers={"details": "変更後"}, uploads={}
    )


@pytest.mark.req("REL-05", "REL-06", "WR-08")
def test_an_approval_and_a_change_at_once(app: Flask) -> None:
    with app.test_request_context(), db.sessionmaker() as session, session.begin():
        catalog.period(session)
        first = sent(session, points=1)
        numbers = [first.number, *(_another(session, first) for _ in range(ROUNDS - 1))]
        version = first.version
        people = cast.actor_of(session, "hanako"), cast.actor_of(session, "taro")
    for number in numbers:
        done = at_once(app, number, version, people)
        with app.app_context(), db.sessionmaker() as session:
            request = queries.request_for(session, people[0], number)
            assert request is not None
            approval = valid_approval(session, request)
            # One was quicker, and the other one was told.
            assert sorted(done) == [False, True]
            assert request.answers["details"] == ("変更後" if done[1] else "ポリシーの変更をお願いします。")
            assert request.state is (RequestState.APPROVAL if done[1] else RequestState.WAITING)
            assert (approval is None) == done[1]
            assert (approval_problem(session, request) is None) == done[0]


def _another(session: Session, first: WorkRequest) -> str:
    item = session.get_one(CatalogItem, first.item_id)
    return catalog.request(session, item, who="taro").number


def at_once(app: Flask, number: str, version: int, people: tuple[Actor, Actor]) -> list[bool]:
    """Whether the approval and the change were done, both begun at the same moment on the same version."""
    line, done = Barrier(2, timeout=30), [False, False]

    def run(index: int, act: Act) -> None:
        with app.app_context():
            line.wait()
            try:
                with db.sessionmaker() as session, session.begin():
                    found = queries.request_for(session, people[index], number)
                    assert found is not None
                    act(session, found, people[index], version)
                done[index] = True
            except (StaleEdit, StaleDataError, Forbidden):
                done[index] = False

    threads = [Thread(target=run, args=pair) for pair in ((0, approving_it), (1, changing_it))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
