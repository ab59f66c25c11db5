"""Secrets that were typed or received stand nowhere but where they must: canaries in every flow (SEC-14, SEC-55)."""

import hashlib
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pysqlite3
import pytest
from flask import Flask
from sqlalchemy import select

from app import logs, sealing
from app.accounts import authenticators
from app.accounts.models import Authenticator
from app.accounts.session import COOKIE
from app.config import Settings
from tests.cast import PASSWORD
from tests.conftest import Given, Outbox, Stored
from tests.factories.walk import Exchange, Recorder, Walk

pytestmark = [pytest.mark.req("SEC-55", "SEC-14", "SEC-11", "PW-09", "C09"), pytest.mark.timeout(300)]

SIX_DIGITS = re.compile(r"[0-9]{6}")
# Where a secret may be seen, and how often: by the one who is given it, and on the page whose address it is part of.
SHOWN = {
    "secret of an app": re.compile(r"(own\.mfa|own\.pair_app|accounts\.setup|accounts\.take_setup)$"),
    "recovery code": re.compile(r"own\.make_recovery_codes$"),
    "password typed as ID": re.compile(r"portal\.accounts\.take_sign_in$"),
}


class Aftermath:
    """What a walk has left: its secrets, its answers, the logs, and the files of the installation."""

    def __init__(self, walk: Walk, recorder: Recorder, log: str, folder: Path) -> None:
        self.secrets, self.exchanges, self.log = walk.secrets, recorder.exchanges, log
        self.cookies = recorder.cookies()
        self.files = {
            file.name: file.read_bytes() for file in sorted(folder.glob("*.sqlite3*")) if file.is_file()
        }
        self.rows = dump(folder / "madoguchi.sqlite3")


def dump(database: Path) -> str:
    """Every column of every row, as the database would tell it to a thief."""
    reader = pysqlite3.connect(str(database))
    tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    rows = [repr(row) for table in tables for row in reader.execute(f'SELECT * FROM "{table}"')]
    reader.close()
    return "\n".join(rows)


def stands_in(secret: str, text: str) -> bool:
    """Tell whether a text holds a secret; six digits only where they are no part of a longer number or hash."""
    if SIX_DIGITS.fullmatch(secret):
        return re.search(rf"(?<![0-9A-Za-z]){secret}(?![0-9A-Za-z])", text) is not None
    return secret in text


@contextmanager
def written_log(settings: Settings) -> Iterator[io.StringIO]:
    """What the application logs in production."""
    before, written = sys.stderr, io.StringIO()
    sys.stderr = written
    logs.configure(replace(settings, testing=False))
    try:
        yield written
    finally:
        sys.stderr = before
        logs.configure(settings)


@pytest.fixture
def aftermath(app: Flask, given: Given, stored: Stored, outbox: Outbox) -> Aftermath:
    """The walk, and what it left."""
    settings: Settings = app.config["SETTINGS"]
    recorder, walk = Recorder(app), Walk(app, given, stored, outbox)
    with written_log(settings) as log, recorder.listening():
        walk.whole()
    return Aftermath(walk, recorder, log.getvalue(), settings.data_dir)


def test_no_secret_is_anywhere_but_where_it_must_be(aftermath: Aftermath, stored: Stored, app: Flask) -> None:
    kinds = set(aftermath.secrets.values())
    assert {"password", "mailed code", "code of an app", "secret of an app", "recovery code"} < kinds
    assert {"token of a reset", "token of a brake", "new password", "wrong code"} < kinds
    everything = {**aftermath.secrets, **aftermath.cookies}

    # At rest: rows, outbox, journal, and also the pages of the files that hold no row any more.
    in_rows = [what for secret, what in everything.items() if stands_in(secret, aftermath.rows)]
    assert in_rows == []
    long = {secret.encode(): what for secret, what in everything.items() if not SIX_DIGITS.fullmatch(secret)}
    in_files = [
        (name, what)
        for name, held in aftermath.files.items()
        for secret, what in long.items()
        if secret in held
    ]
    assert in_files == []

    # In the log, which is not empty for that.
    assert '"event": "sign_in.failed"' in aftermath.log
    assert [what for secret, what in everything.items() if stands_in(secret, aftermath.log)] == []

    # In answers: bodies and headers.
    seen = [
        f"{what} at {item.endpoint} {item.status}"
        for item in aftermath.exchanges
        for secret, what in everything.items()
        if stands_in(secret, told(item, secret)) and not may_show(item, secret, what)
    ]
    assert seen == []

    # That the search looks where secrets would be: their hashes and sealed forms are found there.
    session = next(value for value, name in aftermath.cookies.items() if name == COOKIE)
    assert hashlib.sha256(session.encode()).hexdigest() in aftermath.rows
    assert stored(lambda s: [unsealed(app, row) for row in s.scalars(select(Authenticator))])


def told(item: Exchange, secret: str) -> str:
    """What an answer says; a cookie's own header is the one place for it."""
    headers = [
        f"{name}: {value}"
        for name, value in item.headers
        if not (name == "Set-Cookie" and value.split(";")[0].endswith(f"={secret}"))
    ]
    return "\n".join([*headers, item.text])


def may_show(item: Exchange, secret: str, what: str) -> bool:
    """Tell whether this answer is the place where its reader gets the secret, or brought it along in the address."""
    if what.startswith("token of"):
        return secret in item.path
    place = SHOWN.get(what)
    return place is not None and place.search(item.endpoint) is not None


def unsealed(app: Flask, row: Authenticator) -> str:
    return sealing.unseal(app.config["SETTINGS"], authenticators.PURPOSE, row.sealed_secret)


def test_the_search_finds_what_is_there() -> None:
    assert stands_in("730518", "code 730518.")
    assert not stands_in("730518", "7305181 a730518 730518b")
    assert stands_in(PASSWORD, f"x{PASSWORD}x")
