"""Whatever people type, a mail has the headers and the one recipient it should have, and no others (SEC-38)."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import mail, outbox
from app.config import Settings, read_settings
from app.extensions import db
from app.mail import FORBIDDEN_IN_HEADERS, Mail
from app.outbox import Claimed, OutboxMessage
from tests.ground_floor.processes import SECRET
from tests.ground_floor.smtp import Server

pytestmark = pytest.mark.req("SEC-38")

SETTINGS: Settings = read_settings({"MADOGUCHI_SECRET_KEY": SECRET})
NAMES = [
    "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "From", "To", "Subject", "Date", "Message-ID",
    "References", "In-Reply-To", "Content-Language", "Auto-Submitted",
]  # fmt: skip
HIDDEN = "=?utf-8?q?=0D=0ABcc:_victim=40example.org?="
HIDDEN_IN_BASE64 = "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?="
TYPED = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=FORBIDDEN_IN_HEADERS), max_size=200
)


def written(subject: str, text: str, to: str = "hanako@sample.example") -> bytes:
    payload = {"to": to, "language": "ja", "subject": subject, "text": text, "thread": "CS0000001"}
    claimed = Claimed(1, "f" * 32, mail.KIND, payload, datetime(2026, 11, 20, tzinfo=UTC), 1)
    return mail.compose(SETTINGS, claimed).as_bytes(policy=policy.SMTP)


@given(TYPED, TYPED)
@example(HIDDEN, HIDDEN)
@example(HIDDEN_IN_BASE64, "")
@example(f"[CS0000001] 返信 {HIDDEN} 日本語 {HIDDEN_IN_BASE64}", "\r\n.\r\nMAIL FROM:<x@y.example>")
@example("a\tb" * 60, "\0")
@example("=?utf-8?q?" * 20, "=?")
def test_typed_text_never_becomes_a_header(subject: str, text: str) -> None:
    lines = written(subject, text).partition(b"\r\n\r\n")[0].split(b"\r\n")
    begun = [line.partition(b":")[0].decode() for line in lines if not line.startswith((b" ", b"\t"))]

    assert begun == NAMES
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)


@given(TYPED.map(lambda text: " ".join(text.split())).filter(str.isprintable))
@example(HIDDEN)
@example("[CS0000001] お問い合わせ 🙂 「=?utf-8?b?」")
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    read = message_from_bytes(written(subject, "Text"), policy=policy.default)

    assert str(read["Subject"]) == subject
    assert [str(read[name]) for name in ("To", "Cc", "Bcc")] == ["hanako@sample.example", "None", "None"]


@pytest.mark.parametrize("character", sorted(FORBIDDEN_IN_HEADERS), ids=lambda one: f"U+{ord(one):04X}")
@pytest.mark.parametrize("field", ["to", "subject", "thread"])
def test_a_line_end_in_what_becomes_a_header_is_refused(bare: Flask, field: str, character: str) -> None:
    plain = Mail(language="ja", text="Text", to="hanako@sample.example", subject="件名", thread="CS0000001")
    bent = {field: f"{getattr(plain, field)}{character}Bcc: victim@example.org"}
    with bare.app_context():
        with pytest.raises(ValueError, match="one line"):
            mail.queue(db.session, replace(plain, **bent))  # type: ignore[arg-type]  # The fields are of text.
        assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


@hypothesis_settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(TYPED, TYPED)
@example(HIDDEN, HIDDEN_IN_BASE64)
def test_the_server_sees_one_recipient_whatever_was_typed(smtp: Server, subject: str, text: str) -> None:
    smtp.received.clear()
    payload = {
        "to": "hanako@sample.example",
        "language": "en",
        "subject": subject,
        "text": text,
        "thread": "CS0000001",
    }
    mailer = mail.Mailer(read_settings({"MADOGUCHI_SECRET_KEY": SECRET, "MADOGUCHI_SMTP_URL": smtp.url}))
    mailer(outbox.Claimed(1, "f" * 32, mail.KIND, payload, datetime(2026, 11, 20, tzinfo=UTC), 1))

    [got] = smtp.received
    assert got.recipients == ["hanako@sample.example"]
    assert sorted(got.mail.keys()) == sorted(NAMES)
