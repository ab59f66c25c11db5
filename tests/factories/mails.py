"""The mails that acts have queued."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail import KIND, readable_text
from app.outbox import OutboxMessage


@dataclass(frozen=True, slots=True)
class SentMail:
    """One queued mail as its recipient would read it."""

    id: int
    to: str
    language: str
    subject: str
    text: str
    html: str


def queued_mails(session: Session) -> list[SentMail]:
    """All mails of the outbox, oldest first."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == KIND).order_by(OutboxMessage.id))
    settings = current_app.config["SETTINGS"]
    return [
        SentMail(
            id=row.id,
            to=row.payload["to"],
            language=row.payload["language"],
            subject=row.payload["subject"],
            text=readable_text(settings, row.payload),
            html=row.payload.get("html", ""),
        )
        for row in rows
    ]
