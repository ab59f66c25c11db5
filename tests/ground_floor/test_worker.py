"""The worker as a real process: it delivers after a commit, and killed in the middle it loses nothing (F03)."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app, mail, outbox
from app.config import Settings
from app.extensions import db
from app.mail import Mail
from app.outbox import MessageState, OutboxMessage
from tests.ground_floor.processes import BIN, ROOT, environment, wait_until
from tests.ground_floor.smtp import Server

pytestmark = [pytest.mark.req("REL-03", "MAIL-05"), pytest.mark.timeout(180)]

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Settings, smtp: Server) -> Iterator[Start]:
    """Start a worker of the installation, in the way the launcher does."""
    running: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        environ = environment(settings.data_dir, MADOGUCHI_SMTP_URL=smtp.url, MADOGUCHI_SMTP_TIMEOUT="10")
        polling = ["--workers", "1", "--delay", "0.05", "--max-delay", "0.1", "--quiet"]
        command = [str(BIN / "huey_consumer"), "app.worker.huey", *polling]
        with (settings.data_dir / "worker.log").open("ab") as log:
            running.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def server_side(settings: Settings) -> Iterator[Flask]:
    """The server process's side of the same installation."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


def send(*texts: str) -> None:
    for text in texts:
        note = Mail(to="hanako@sample.example", language="ja", subject="件名", text=text, thread="CS0000001")
        mail.queue(db.session, note)
    db.session.commit()


def five_minutes_pass() -> None:
    """The claim of the killed worker lapses; waiting for it would take the real five minutes."""
    db.session.execute(update(OutboxMessage).values(available_at=OutboxMessage.created_at))
    db.session.commit()


def states() -> list[MessageState]:
    with db.sessionmaker() as session:
        return [row.state for row in session.query(OutboxMessage).order_by(OutboxMessage.id)]


def test_a_mail_leaves_soon_after_its_commit_and_survives_a_killed_worker(
    server_side: Flask, start: Start, smtp: Server, settings: Settings
) -> None:
    first = start()
    send("eins")
    wait_until(lambda: smtp.texts == ["eins"], seconds=60, what="the worker's start and first delivery")
    send("zwei")
    wait_until(lambda: smtp.texts == ["eins", "zwei"], seconds=10, what="a delivery by the running worker")

    smtp.in_data.clear()
    smtp.mood = "hang"
    send("drei", "vier")
    assert smtp.in_data.wait(10), "the worker did not begin the delivery"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    wait_until(lambda: states()[2:] == [MessageState.CLAIMED, MessageState.WAITING])
    smtp.mood = "accept"

    start()
    five_minutes_pass()
    server_side.extensions["wake_worker"]()
    wait_until(
        lambda: states() == [MessageState.SENT] * 4, seconds=60, what="the delivery by the next worker"
    )

    ids = [str(one.mail["Message-ID"]) for one in smtp.received]
    texts = smtp.texts
    assert list(dict.fromkeys(texts)) == ["eins", "zwei", "drei", "vier"], "a mail is lost or out of order"
    assert texts.count("drei") <= 2, "one kill makes one duplicate at most"
    assert {text for text in texts if texts.count(text) > 1} <= {"drei"}
    assert len(set(ids)) == 4, "a duplicate must be recognisable by its Message-ID"
    assert outbox.relay(db.sessionmaker, {}) == 0
    assert "Traceback" not in (settings.data_dir / "worker.log").read_text()
