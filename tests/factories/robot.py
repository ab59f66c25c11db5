"""A robot that knows a password and guesses codes: at every door, by every method, with fresh codes and addresses."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, cycle
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.accounts.codes import DIGITS
from app.extensions import db
from app.journal import JournalEvent
from tests.cast import PASSWORD, ROLES
from tests.client import BASE_URL, TOKEN
from tests.factories.sign_in import app_code

ADDRESSES = 1_000
# Codes that are right at one moment: the app's of this step and of one either side, and the mailed one.
VALID = {"app": 3, "mail": 1}


class Robot:
    """Somebody who has the password of ``name`` and everything else but the codes."""

    def __init__(
        self,
        app: Flask,
        name: str,
        *,
        doors: tuple[str, ...] = ("/cs", "/fm"),
        methods: tuple[str, ...] = ("app", "mail", "mail", "app"),
    ) -> None:
        self._app, self._login_id = app, ROLES[name].login_id
        self._doors, self._methods = cycle(doors), cycle(methods)
        self._random = Random(20261120)  # noqa: S311 - guesses, and the same ones each time
        self._addresses = cycle(range(ADDRESSES))
        self._client: FlaskClient | None = None
        self._door, self._token = "", ""
        self.posts = count()

    def guess_until_refused(self, most: int = 50) -> bool:
        """Guess without a pause; tell whether the robot got in, which it must not."""
        for _ in range(most):
            if self._client is None and not self._sign_in():
                return False
            method = next(self._methods)
            if method == "mail" and not self._have_a_code_sent():
                return False
            answer = self._post(f"/login/{method}", {"code": self._code()})
            if answer.status_code == 429:
                return False
            if answer.status_code == 303:
                location = answer.headers["Location"]
                self._client = None
                if "/login" not in location:
                    return True
        return False

    def _have_a_code_sent(self) -> bool:
        """Ask for a fresh code, which might set the count back; ``False`` where none is on its way at all."""
        if self._post("/login/mail/codes", {}).status_code == 303:
            return True
        return self._post("/login/method", {"method": "mail"}).status_code == 303

    def _sign_in(self) -> bool:
        self._client, self._door = self._app.test_client(), next(self._doors)
        page = self._client.get(f"{self._door}/login", base_url=BASE_URL).get_data(as_text=True)
        found = TOKEN.search(page)
        assert found
        self._token = found.group(1)
        answer = self._post("/login", {"login_id": self._login_id, "password": PASSWORD, "next": ""})
        if answer.headers.get("Location", "").endswith("/login/method"):
            return True
        self._client = None
        return False

    def _post(self, path: str, fields: dict[str, str]) -> TestResponse:
        assert self._client is not None
        next(self.posts)
        number = next(self._addresses)
        return self._client.post(
            f"{self._door}{path}",
            base_url=BASE_URL,
            data={"csrf_token": self._token, **fields},
            environ_base={"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"},
        )

    def _code(self) -> str:
        right = {app_code(step=step) for step in (-1, 0, 1)}
        while True:
            code = f"{self._random.randrange(10**DIGITS):0{DIGITS}d}"
            # A lucky guess would end the count that the odds are worked out from.
            if code not in right:
                return code


def every(step: timedelta, *, start: datetime, lasting: timedelta) -> Iterator[datetime]:
    """Moments from ``start`` on, so far apart."""
    moment = start
    while moment <= start + lasting:
        yield moment
        moment += step


def accepted(app: Flask) -> list[tuple[datetime, str]]:
    """Every guess that was checked, by the journal: when, and by which method."""
    with app.test_request_context():
        failed = select(JournalEvent).where(JournalEvent.kind == "mfa.failed").order_by(JournalEvent.id)
        found = [(row.at, str(row.data["method"])) for row in db.session.scalars(failed)]
        db.session.rollback()
    return found


def most_within(moments: list[datetime], window: timedelta) -> int:
    """The largest number of moments within any window of this length, its end not counted."""
    return max(sum(start <= moment < start + window for moment in moments) for start in moments)


def odds(guesses: list[tuple[datetime, str]], window: timedelta) -> float:
    """The chance that one of the guesses within the worst window of this length is right."""
    worst = 0.0
    for start, _ in guesses:
        missed = 1.0
        for moment, method in guesses:
            if start <= moment < start + window:
                missed *= 1 - VALID[method] / 10**DIGITS
        worst = max(worst, 1 - missed)
    return worst


def rob(robot: Robot, moments: Iterator[datetime]) -> bool:
    """Let a robot guess at each of these moments for as long as it is let; tell whether it ever got in."""
    for moment in moments:
        with clock.at(moment):
            if robot.guess_until_refused():
                return True
    return False
