"""The demo's mail server, as a process of its own that real SMTP reaches over the loopback."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from app.demo.mailbox import Letterbox
from app.paths import CHECKOUT

STARTS_WITHIN = 20.0


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    """Where the mailbox listens."""
    return free_port()


@pytest.fixture
def mailbox(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A running mailbox with its folder below ``tmp_path``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.demo.mailbox", "--port", str(port)],
        cwd=CHECKOUT,
        env={**os.environ, "MADOGUCHI_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(port: int) -> None:
    """Wait until something listens on ``port``."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the mailbox does not listen")


def letter(subject: str) -> EmailMessage:
    """A mail with Japanese text."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "desk@madoguchi.example", "hanako@sample.example", subject
    mail.set_content("ケースに返信がありました。\n.一行目が点で始まる\n", cte="base64")
    return mail


def kept_in(folder: Path) -> list[EmailMessage]:
    """The messages of a folder in order of arrival."""
    files = sorted((folder / "demo-mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


@pytest.mark.usefixtures("mailbox")
def test_keeps_what_arrives_over_smtp(tmp_path: Path, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        server.send_message(letter("[CS0000001] 1 通目"))
        server.send_message(letter("[CS0000001] 2 通目"))
    first, second = kept_in(tmp_path)
    assert [first["Subject"], second["Subject"]] == ["[CS0000001] 1 通目", "[CS0000001] 2 通目"]
    assert first.get_content() == "ケースに返信がありました。\n.一行目が点で始まる\n"
    assert not list((tmp_path / "demo-mail").glob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_quietly_when_asked_to(mailbox: subprocess.Popen[bytes], number: signal.Signals) -> None:
    mailbox.send_signal(number)
    said, _ = mailbox.communicate(timeout=10)
    assert (mailbox.returncode, said) == (0, b"")


def test_lets_the_oldest_go(tmp_path: Path) -> None:
    letterbox = Letterbox(tmp_path / "demo-mail", kept=3)
    for count in range(5):
        letterbox.keep(letter(f"No. {count}").as_bytes())
    assert [mail["Subject"] for mail in kept_in(tmp_path)] == ["No. 2", "No. 3", "No. 4"]
