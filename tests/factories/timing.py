"""How long refusals take, class by class: taken in turn, so that a busy moment of the machine hits all of them."""

import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app import create_app
from app.accounts import passwords
from app.accounts.models import User
from app.extensions import db
from app.migrate import alembic
from app.throttle import ThrottleHit
from tests import cast
from tests.client import BASE_URL, TOKEN
from tests.conftest import settings_for

# The first requests load templates and fill caches.
WARM_UP = 3
DRAWN_BY_LOT = re.compile(r'nonce="[^"]+"|csrf[-_]token" (?:value|content)="[^"]+"')


@dataclass(frozen=True)
class Kind:
    """One class of requests: what is posted where, from the number of the round, and what comes before it."""

    path: str
    fields: Callable[[int], dict[str, str]]
    # Not measured: the step of a wizard before this one.
    before: Callable[[FlaskClient, int], None] = lambda _client, _number: None


def real_installation(folder: Path, **changes: str) -> Flask:
    """The cast in an installation with real password hashes, which the rest of the suite does without."""
    app = create_app(settings_for(folder, MADOGUCHI_CHEAP_HASHES="off", **changes))
    with app.app_context():
        alembic.upgrade()
        cast.build(db.session)
        db.session.commit()
        db.session.execute(update(User).values(password_hash=passwords.STRONG.hash(cast.PASSWORD)))
        db.session.commit()
        db.session.close()
    return app


class Stopwatch:
    """Posts requests of several classes in turn and notes how long each took, in milliseconds.

    Two times are taken: the one that a stranger could take, which holds what other programs do on the machine
    meanwhile, and the processor's time for this request alone, which does not.

    :param prepare: puts everything back to what each round begins with.
    """

    def __init__(self, app: Flask, kinds: Mapping[str, Kind], *, prepare: Callable[[], None]) -> None:
        self._app, self._kinds, self._prepare = app, kinds, prepare
        self._clients = {name: app.test_client() for name in kinds}
        self._rounds = count()
        self._random = Random(20261120)  # noqa: S311 - an order that mixes the classes, no secret
        self.answers: dict[str, set[tuple[int, str]]] = {name: set() for name in kinds}
        self._forget()
        self.run(WARM_UP)
        self._forget()

    def run(self, rounds: int) -> None:
        """Post each class so many times, in an order that changes with each round."""
        for _ in range(rounds):
            number = next(self._rounds)
            names = list(self._kinds)
            self._random.shuffle(names)
            with self._app.test_request_context():
                db.session.execute(delete(ThrottleHit))
                self._prepare()
                db.session.commit()
            for name in names:
                self._post(name, number)

    @property
    def taken(self) -> int:
        """How many times of each class were taken."""
        return min(len(times) for times in self.times.values())

    def medians(self) -> dict[str, float]:
        """The middle of the times of each class."""
        return {name: statistics.median(times) for name, times in self.times.items()}

    def gap(self) -> float:
        """From the quickest to the slowest class, in milliseconds."""
        return _gap(self.medians().values())

    def work_gap(self) -> float:
        """The same of the processor's time."""
        return _gap(statistics.median(times) for times in self.work.values())

    def noise(self) -> float:
        """By how much the halves of the times of one and the same class differ, at the most."""
        halves = [
            (statistics.median(times[::2]), statistics.median(times[1::2])) for times in self.times.values()
        ]
        return max(abs(one - other) for one, other in halves)

    def share(self) -> float:
        """The gap as a share of the quickest class."""
        return self.gap() / min(self.medians().values())

    def work_share(self) -> float:
        """The same of the processor's time."""
        return self.work_gap() / min(statistics.median(times) for times in self.work.values())

    def table(self) -> str:
        """The figures, for those who read a report or a failure."""
        lines = [
            f"{name:>28} {median:8.2f} ms, of them at work {statistics.median(self.work[name]):7.2f}"
            for name, median in self.medians().items()
        ]
        last = f"gap {self.gap():.2f} ms ({self.share():.1%}), at work {self.work_gap():.2f} ({self.work_share():.1%})"
        return "\n".join(["", *lines, f"{last}, {self.taken} of each class"])

    def _post(self, name: str, number: int) -> None:
        kind, client = self._kinds[name], self._clients[name]
        kind.before(client, number)
        found = TOKEN.search(client.get(kind.path, base_url=BASE_URL).get_data(as_text=True))
        assert found, f"{kind.path} has no form token"
        typed = kind.fields(number)
        address = {"REMOTE_ADDR": f"10.9.{number // 250}.{number % 250}"}
        start, begun = time.perf_counter(), time.thread_time()
        answer = client.post(
            kind.path,
            base_url=BASE_URL,
            data={"csrf_token": found.group(1), **typed},
            environ_base=address,
        )
        worked, took = time.thread_time() - begun, time.perf_counter() - start
        self.times[name].append(took * 1_000)
        self.work[name].append(worked * 1_000)
        text = DRAWN_BY_LOT.sub("", answer.get_data(as_text=True))
        for value in filter(None, typed.values()):
            text = text.replace(value, "…")
        self.answers[name].add((answer.status_code, text))

    def _forget(self) -> None:
        self.times: dict[str, list[float]] = {name: [] for name in self._kinds}
        self.work: dict[str, list[float]] = {name: [] for name in self._kinds}


def _gap(medians: Iterable[float]) -> float:
    found = list(medians)
    return max(found) - min(found)
