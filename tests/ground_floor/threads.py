"""Real threads that start together, and what each of them brings home."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import OperationalError

Result = TypeVar("Result")


def is_busy(error: OperationalError) -> bool:
    """Tell whether another writer was at work for too long, which a client answers by trying again."""
    return "locked" in str(error.orig)


def together(app: Flask, count: int, work: Callable[[int], Result]) -> list[Result]:
    """Run ``work(0)`` to ``work(count - 1)`` at once, each thread in an application context of its own."""
    start = threading.Barrier(count)

    def run(index: int) -> Result:
        with app.app_context():
            start.wait()
            return work(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
