"""Slow acts take turns: a few at once, the others in a line, and nobody else behind them."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from app.authz import open_to_all
from app.extensions import csrf
from app.line import Line
from app.web import turns
from app.web.turns import AT_ONCE, takes_turns
from tests.client import BASE_URL

pytestmark = pytest.mark.req("SEC-07", "SEC-39")

Post = Callable[..., TestResponse]
MARK = "X-Known"


class Room:
    """A view that stays until it is told to go, and counts who is in it."""

    def __init__(self) -> None:
        self.inside, self.most, self._lock = 0, 0, threading.Lock()
        self.door = threading.Event()

    def stay(self) -> str:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.door.wait(10)
        with self._lock:
            self.inside -= 1
        if request.form.get("fail"):
            raise RuntimeError
        return "done"


@pytest.fixture
def room(bare: Flask) -> Iterator[Room]:
    """An installation with a slow view and a quick one."""
    exempt = set(csrf._exempt_views)
    slow = Room()

    def stay() -> str:
        return slow.stay()

    def pass_by() -> str:
        return "quick"

    for name, view in (("stay", takes_turns(stay)), ("pass_by", pass_by)):
        csrf.exempt(f"{view.__module__}.{view.__name__}")
        bare.add_url_rule(
            f"/{name}", name, open_to_all("A view of this test.")(view), methods=["GET", "POST"]
        )
    turns.prefer(bare, lambda: MARK in request.headers)
    yield slow
    slow.door.set()
    # The views of the product that no form token guards stay as they were.
    csrf._exempt_views.intersection_update(exempt)


def post(app: Flask, path: str, **options: object) -> TestResponse:
    return app.test_client().post(path, base_url=BASE_URL, **options)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_few_are_in_at_once_and_all_get_their_turn(bare: Flask, room: Room) -> None:
    with ThreadPoolExecutor(12) as pool:
        posts = [pool.submit(post, bare, "/stay") for _ in range(12)]
        wait_for(lambda: room.inside == AT_ONCE)
        time.sleep(0.05)
        assert room.inside == AT_ONCE
        assert post(bare, "/pass_by").text == "quick", "who does something else does not wait"
        assert bare.test_client().get("/pass_by", base_url=BASE_URL).text == "quick"
        room.door.set()
        assert Counter(one.result().status_code for one in posts) == {200: 12}
    assert room.most == AT_ONCE


def test_a_genuine_person_does_not_stand_behind_the_crowd(bare: Flask, room: Room) -> None:
    with ThreadPoolExecutor(12) as pool:
        crowd = [pool.submit(post, bare, "/stay") for _ in range(AT_ONCE + 3)]
        wait_for(lambda: room.inside == AT_ONCE)
        genuine = pool.submit(post, bare, "/stay", headers={MARK: "1"})
        wait_for(lambda: room.inside == AT_ONCE + 1)
        room.door.set()
        assert {one.result().status_code for one in (*crowd, genuine)} == {200}


def test_a_place_is_given_back_whatever_came_of_it(bare: Flask, room: Room) -> None:
    room.door.set()
    assert [post(bare, "/stay", data={"fail": "1"}).status_code for _ in range(AT_ONCE + 2)] == [500] * 6
    assert post(bare, "/stay").status_code == 200


def test_a_line_that_is_too_long_asks_to_come_again(bare: Flask, room: Room) -> None:
    bare.extensions["lines"] = (Line(1, most=1), Line(1))
    with ThreadPoolExecutor(2) as pool:
        posts = [pool.submit(post, bare, "/stay") for _ in range(2)]
        wait_for(lambda: bare.extensions["lines"][0].waiting() == 1)
        refused = post(bare, "/stay")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        room.door.set()
        assert {one.result().status_code for one in posts} == {200}
    assert post(bare, "/stay").status_code == 200
