"""Files that go with a mail: whole at the other end, gone from the database once they have left."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import mail, outbox
from app.config import Settings
from app.extensions import db
from app.mail import Attachment, Mail
from app.outbox import WEIGHTY, MessageState, OutboxMessage
from tests.conftest import settings_for
from tests.ground_floor.smtp import Server

pytestmark = pytest.mark.req("MAIL-05", "SEC-38")

CONTENT = b"%PDF-1.7\r\n.\r\n\x00\xff" * 50


def letter(*attachments: Attachment, **changes: str) -> Mail:
    plain = Mail(to="hanako@sample.example", language="ja", subject="件名", text="本文", thread="x")
    return replace(plain, **changes, attachments=attachments)  # type: ignore[arg-type]  # Texts alone are changed.


def pdf(
    name: str = "statement.pdf", media_type: str = "application/pdf", content: bytes = CONTENT
) -> Attachment:
    return Attachment(name, media_type, content)


@pytest.mark.parametrize(
    "attachment",
    [
        pdf(name="a\r\nBcc: victim@example.org"),
        pdf(name="a\u2028b.pdf"),
        pdf(media_type="application/pdf\r\nX: y"),
        pdf(media_type="pdf"),
        pdf(content=b"x" * (mail.MOST_ATTACHED + 1)),
    ],
)
def test_what_would_open_a_header_or_is_too_large_is_refused(bare: Flask, attachment: Attachment) -> None:
    with bare.app_context(), pytest.raises(ValueError, match=r"mail|attachment"):
        mail.queue(db.session, letter(attachment))


def test_a_mail_with_a_secret_carries_no_files(bare: Flask, settings: Settings) -> None:
    with bare.app_context(), pytest.raises(ValueError, match="secret"):
        mail.queue_sealed(db.session, letter(pdf()), settings=settings)


@pytest.mark.parametrize("name", ["statement.pdf", "ポイント明細 2026年11月.pdf"])
@pytest.mark.parametrize("html", ["", "<p>本文</p>"])
def test_a_file_arrives_whole_and_leaves_the_database(
    bare: Flask, smtp: Server, tmp_path: Path, name: str, html: str
) -> None:
    mailer = mail.Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=smtp.url))
    with bare.app_context():
        mail.queue(db.session, letter(pdf(name), pdf("largest.bin", content=b"x" * 1_000), html=html))
        db.session.commit()
        outbox.relay(db.sessionmaker, {mail.KIND: mailer})
        row = db.session.scalars(select(OutboxMessage)).one()
        assert row.state is MessageState.SENT
        assert WEIGHTY not in row.payload
        assert row.payload["text"] == "本文"
    [got] = smtp.received
    first, second = got.mail.iter_attachments()
    assert (first.get_filename(), first.get_content_type()) == (name, "application/pdf")
    assert first.get_content() == CONTENT
    assert second.get_filename() == "largest.bin"
    body = got.mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "本文"


def test_a_mail_that_could_not_leave_keeps_its_file(bare: Flask, smtp: Server, tmp_path: Path) -> None:
    mailer = mail.Mailer(settings_for(tmp_path, MADOGUCHI_SMTP_URL=smtp.url, MADOGUCHI_SMTP_TIMEOUT="1"))
    smtp.close()
    with bare.app_context():
        mail.queue(db.session, letter(pdf()))
        db.session.commit()
        outbox.relay(db.sessionmaker, {mail.KIND: mailer})
        row = db.session.scalars(select(OutboxMessage)).one()
        assert row.state is MessageState.WAITING
        assert row.payload[WEIGHTY][0]["name"] == "statement.pdf"
