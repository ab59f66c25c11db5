"""Mails on their way to a real SMTP server that takes them, refuses them, hangs, closes and comes back (F04)."""

import base64
import io
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, mail, outbox
from app.config import Settings
from app.extensions import db
from app.mail import Mail, Mailer
from app.outbox import MessageState, OutboxMessage
from tests.conftest import settings_for
from tests.ground_floor.smtp import HOST, Server

pytestmark = pytest.mark.req("REL-03", "MAIL-05")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STEP = timedelta(hours=4)
CANARY = "c4nary-p4ssword"

Relay = Callable[[], int]


@pytest.fixture
def relay(bare: Flask, settings: Settings, smtp: Server, tmp_path: Path) -> Iterator[Relay]:
    """Deliver what is due to the server; each call is four hours after the one before."""
    mailer = Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=smtp.url, MADOGUCHI_SMTP_TIMEOUT="3"))
    assert settings.data_dir == tmp_path
    moments = iter(NOON + STEP * step for step in range(1, 100))

    def run() -> int:
        with clock.at(next(moments)):
            return outbox.relay(db.sessionmaker, {mail.KIND: mailer})

    with bare.app_context():
        yield run


def queue(*texts: str, to: str = "hanako@sample.example", thread: str = "CS0000001", **changes: str) -> None:
    with clock.at(NOON):
        for text in texts:
            plain = Mail(to=to, thread=thread, text=text, language="ja", subject="件名")
            mail.queue(db.session, replace(plain, **changes))  # type: ignore[arg-type]  # Only fields of text are changed here.
        db.session.commit()


def rows() -> list[OutboxMessage]:
    with db.sessionmaker() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.req("MAIL-01")
def test_a_japanese_mail_has_exactly_the_headers_it_should(smtp: Server, relay: Relay) -> None:
    queue("本文です。\n二行目", subject="[CS0000001] お問い合わせを受け付けました 「長い件名」" * 3)
    relay()
    [got] = smtp.received

    assert (got.sender, got.recipients) == ("desk@madoguchi.example", ["hanako@sample.example"])
    assert {name: str(value) for name, value in got.mail.items()} == {
        "From": "アドバイザリーセンター <desk@madoguchi.example>",
        "To": "hanako@sample.example",
        "Subject": "[CS0000001] お問い合わせを受け付けました 「長い件名」" * 3,
        "Date": "Fri, 20 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{rows()[0].key}@madoguchi.example>",
        "References": "<CS0000001@madoguchi.example>",
        "In-Reply-To": "<CS0000001@madoguchi.example>",
        "Content-Language": "ja",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    assert got.mail.get_content() == "本文です。\n二行目"
    assert max(len(line) for line in got.content.split(b"\r\n")) <= 78


@pytest.mark.req("MAIL-01")
def test_the_sender_is_named_in_the_recipients_language(smtp: Server, relay: Relay) -> None:
    queue("Text", language="en", subject="[CS0000001] New comment: Backup")
    relay()

    assert str(smtp.received[0].mail["From"]) == "Advisory Center <desk@madoguchi.example>"
    assert smtp.received[0].mail["Subject"] == "[CS0000001] New comment: Backup"
    assert smtp.received[0].mail["Content-Language"] == "en"


@pytest.mark.parametrize(
    "text", ["", ".", "a\n.\nb", "From me\n.\r\n.", "日本語\n" * 500, "x" * 5_000, "🙂\t\u3000。"]
)
def test_every_text_arrives_as_it_was_written(smtp: Server, relay: Relay, text: str) -> None:
    queue(text)
    relay()

    assert smtp.received[0].mail.get_content() == text


def test_mails_of_a_case_refer_to_one_thread_and_differ_in_their_id(smtp: Server, relay: Relay) -> None:
    queue("eins", "zwei")
    queue("drei", thread="CS0000002")
    relay()

    assert [str(one.mail["References"]) for one in smtp.received] == [
        "<CS0000001@madoguchi.example>", "<CS0000001@madoguchi.example>", "<CS0000002@madoguchi.example>",
    ]  # fmt: skip
    assert len({one.mail["Message-ID"] for one in smtp.received}) == 3


def test_a_temporary_refusal_is_tried_again_with_the_same_id(smtp: Server, relay: Relay) -> None:
    smtp.mood = "refuse later"
    queue("eins", "zwei")
    assert relay() == 0
    assert (rows()[0].state, rows()[0].last_error) == (
        MessageState.WAITING,
        "451 4.7.1 Please try again later",
    )
    smtp.mood = "accept"
    assert relay() == 2
    assert smtp.texts == ["eins", "zwei"]
    assert smtp.received[0].mail["Message-ID"] == f"<{rows()[0].key}@madoguchi.example>"


@pytest.mark.parametrize(
    ("mood", "told"),
    [("refuse for good", "550 5.1.1 No such user"), ("refuse content", "554 5.7.1 Content refused")],
)
def test_a_final_refusal_is_a_dead_letter_and_stops_nobody_else(
    smtp: Server, relay: Relay, mood: str, told: str
) -> None:
    smtp.mood = mood
    queue("eins")
    relay()
    assert (rows()[0].state, rows()[0].last_error) == (MessageState.DEAD, told)
    smtp.mood = "accept"
    queue("zwei")
    relay()
    assert smtp.texts == ["zwei"]


def test_a_server_that_hangs_is_left_after_the_timeout(smtp: Server, relay: Relay) -> None:
    smtp.mood = "hang"
    queue("eins")
    assert relay() == 0
    assert rows()[0].last_error in {
        "mail server not reached: TimeoutError",
        "mail server not reached: SMTPServerDisconnected",
    }
    smtp.mood = "accept"
    assert relay() == 1


def test_a_server_that_says_nothing_at_all_is_left_after_the_timeout(bare: Flask, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as mute, bare.app_context():
        url = f"smtp://{HOST}:{mute.getsockname()[1]}"
        queue("eins")
        mailer = Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=url, MADOGUCHI_SMTP_TIMEOUT="3"))
        assert outbox.relay(db.sessionmaker, {mail.KIND: mailer}) == 0
        assert rows()[0].state is MessageState.WAITING


def test_a_server_that_closes_in_the_middle_gets_the_mail_once_in_the_end(smtp: Server, relay: Relay) -> None:
    smtp.mood = "close in data"
    queue("eins", "zwei")
    assert relay() == 0
    smtp.mood = "accept"
    relay()
    assert smtp.texts == ["eins", "zwei"]


def test_an_answer_that_is_lost_makes_one_duplicate_with_the_same_id(smtp: Server, relay: Relay) -> None:
    smtp.mood = "close after data"
    queue("eins")
    assert relay() == 0
    assert relay() == 1
    assert relay() == 0
    assert smtp.texts == ["eins", "eins"]
    assert len({one.mail["Message-ID"] for one in smtp.received}) == 1


@pytest.mark.req("MAIL-05")
def test_the_queue_drains_in_order_when_the_server_comes_back(smtp: Server, relay: Relay) -> None:
    smtp.close()
    for number in range(5):
        queue(f"a{number}")
        queue(f"b{number}", to="taro@sample.example")
    assert relay() == 0
    assert {row.last_error for row in rows()} == {None, "mail server not reached: ConnectionRefusedError"}
    smtp.open()
    assert relay() == 10
    assert [text for text in smtp.texts if text[0] == "a"] == [f"a{number}" for number in range(5)]
    assert [text for text in smtp.texts if text[0] == "b"] == [f"b{number}" for number in range(5)]


@pytest.mark.req("SEC-55")
@pytest.mark.parametrize("password", [CANARY, "p%40ss:w/ord-" + CANARY])
def test_a_password_the_server_refuses_stands_nowhere(
    bare: Flask, smtp: Server, tmp_path: Path, log: io.StringIO, password: str
) -> None:
    """C29: the server repeats the password in its refusal, and the mail waits instead of being given up."""
    address = f"smtp://desk:{password.replace('/', '%2F').replace(':', '%3A')}@{HOST}:{smtp.port}"
    mailer = Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=address))
    with bare.app_context():
        queue("eins")
        outbox.relay(db.sessionmaker, {mail.KIND: mailer})
        assert (rows()[0].state, rows()[0].last_error) == (
            MessageState.WAITING,
            "mail server refuses us: 535",
        )
        db.engine.dispose()

    assert CANARY in smtp.tried_passwords[0], "the canary was never sent"
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert "outbox.failed" in log.getvalue()
    written += log.getvalue().encode()
    for form in (CANARY.encode(), base64.b64encode(smtp.tried_passwords[0].encode())):
        assert form not in written


@pytest.mark.parametrize(
    "to",
    [
        "nobody",
        "a@x.example, b@y.example",
        "a@x.example b@y.example",
        "花子@sample.example",
        "<a@x.example>",
        "",
    ],
)
@pytest.mark.req("SEC-38")
def test_what_is_not_one_address_is_a_dead_letter(smtp: Server, relay: Relay, to: str) -> None:
    queue("eins", to=to)
    relay()

    assert smtp.received == []
    assert (rows()[0].state, rows()[0].last_error) == (
        MessageState.DEAD, "the recipient's address is not a mail address",
    )  # fmt: skip


def test_a_secure_port_that_speaks_no_tls_is_not_used(smtp: Server, bare: Flask, tmp_path: Path) -> None:
    with bare.app_context():
        for scheme in ("smtps", "smtp+starttls"):
            queue(scheme, thread=scheme)
            url = re.sub("^smtp", scheme, smtp.url)
            mailer = Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=url, MADOGUCHI_SMTP_TIMEOUT="3"))
            outbox.relay(db.sessionmaker, {mail.KIND: mailer})
        assert {row.state for row in rows()} == {MessageState.WAITING}
    assert smtp.received == []
