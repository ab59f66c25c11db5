"""A line serves in the order of coming, and whoever gives up holds no place."""

import threading
import time

import pytest

from app.line import Line

pytestmark = pytest.mark.req("REL-01")


def test_places_are_given_in_the_order_of_coming() -> None:
    line, served = Line(1), []
    assert line.enter(timeout=1)

    def come(number: int) -> None:
        assert line.enter(timeout=5)
        served.append(number)
        line.leave()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(10)]
    for number, thread in enumerate(threads):
        thread.start()
        while line.waiting() <= number:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join()
    assert served == list(range(10))


def test_who_gives_up_leaves_the_line() -> None:
    line = Line(1, most=1)
    assert line.enter(timeout=0.01)
    assert not line.enter(timeout=0.01)
    assert not line.enter(timeout=0.01), "who left waits no more"
    assert line.waiting() == 0
    line.leave()
    assert line.enter(timeout=0.01)


def test_a_full_line_refuses_at_once() -> None:
    line = Line(1, most=0)
    assert line.enter(timeout=1)
    start = time.monotonic()
    assert not line.enter(timeout=5)
    assert time.monotonic() - start < 1


def test_there_are_never_more_inside_than_places() -> None:
    line, inside, most = Line(3), [0], [0]
    guard = threading.Lock()

    def work() -> None:
        for _ in range(20):
            if not line.enter(timeout=0.002):
                continue
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.0005)
            with guard:
                inside[0] -= 1
            line.leave()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 3
    assert [line.enter(timeout=0.01) for _ in range(4)] == [True, True, True, False]
