"""Measure the files of a list: ``make bench``, or alone ``python -m bench.exports``.

For 200, 5,000 and 50,000 events of the login history, or the 10,000 that a PDF holds, each kind of file is asked for in
a process of its own, as an administrator of the company would. Printed are the seconds until the file is whole, its
size, and what the process needed of memory beyond what it held before.
"""

import os
import re
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app import clock, create_app, migrate
from app.accounts.models import LoginEvent, User
from app.contracts.models import Service
from app.demo.prepare import prepare_demo
from app.extensions import db
from app.migrate import alembic

ROWS = (200, 5_000, 50_000)
MOST = {"csv": 50_000, "xlsx": 50_000, "pdf": 10_000}
SIGN_IN = {"login_id": "hanako@sample.example.cs", "password": "Madoguchi#2026", "next": ""}
BASE = "https://127.0.0.1"
KINDS = ("login", "mfa.verified", "session.established", "logout")


def main() -> None:
    """Fill a database for each number of rows, and ask for each kind of file."""
    for rows in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            environ = {
                **os.environ,
                "MADOGUCHI_SECRET_KEY": secrets.token_hex(32),
                "MADOGUCHI_DATA": str(Path(folder)),
                "MADOGUCHI_DEMO": "on",
                "MADOGUCHI_THROTTLE": "off",
            }
            _run(environ, "fill", str(rows))
            for extension, most in MOST.items():
                print(_run(environ, "measure", extension, str(min(rows, most))).strip())


def _run(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "bench.exports", *words]
    return subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout


def fill(rows: int) -> None:
    """The demo world, and events of one company's people at the portal of fm."""
    app = create_app()
    migrate.init_app(app)
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        prepare_demo(db.session, app.config["SETTINGS"])
        db.session.query(LoginEvent).delete()
        chosen = User.login_id.in_(("hanako@sample.example.cs", "jiro@sample.example.fm"))
        people = db.session.scalars(select(User).where(chosen).order_by(User.id)).all()
        service = db.session.scalars(select(Service.id).where(Service.slug == "fm")).one()
        begin = clock.now() - timedelta(days=300)
        events = [
            {
                "at": begin + timedelta(minutes=index), "kind": kind, "user_id": user.id, "login_id": user.login_id,
                "holder_id": user.holder_id, "service_id": service, "address": "192.0.2.1", "browser": "Browser",
            }
            for index, kind, user in zip(range(rows), cycle(KINDS), cycle(people), strict=False)
        ]  # fmt: skip
        db.session.execute(insert(LoginEvent), events)
        db.session.commit()


def measure(extension: str, rows: int) -> None:
    """Ask for one file and print what it took."""
    client = _signed_in(create_app())
    client.get("/fm/account/logins", base_url=BASE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    answer = client.get(f"/fm/account/logins.{extension}?part=1", base_url=BASE)
    size = len(answer.get_data())
    took = time.perf_counter() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024
    if answer.status_code != 200:  # noqa: PLR2004  # a file
        raise SystemExit(f"{extension} answered {answer.status_code}")
    print(
        f"{rows:>6} rows as {extension:<4}: {took:5.2f} s, {size / 1_000:6.0f} kB, {grown:3.0f} MB more memory"
    )


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/fm/login", base_url=BASE).text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    client.post("/fm/login", data={**SIGN_IN, "csrf_token": token}, base_url=BASE)
    return client


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]))
    elif sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main()
