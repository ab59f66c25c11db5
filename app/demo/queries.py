"""What the demo shows of itself: the mails that have left."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app import mail
from app.outbox import MessageState, OutboxMessage


def count_sent(session: Session) -> int:
    """How many mails have left."""
    return session.scalar(select(func.count()).select_from(_sent().subquery())) or 0


def sent_mails(session: Session, limit: int, offset: int) -> Sequence[OutboxMessage]:
    """Some of the mails that have left, the newest first."""
    newest_first = _sent().order_by(OutboxMessage.settled_at.desc(), OutboxMessage.id.desc())
    return session.scalars(newest_first.limit(limit).offset(offset)).all()


def formatted_part(session: Session, mail_id: int) -> str | None:
    """The HTML part of a mail that has left, if it has one."""
    message = session.scalar(_sent().where(OutboxMessage.id == mail_id))
    return message.payload.get("html") if message else None


def _sent() -> Select[OutboxMessage]:
    return select(OutboxMessage).where(
        OutboxMessage.kind == mail.KIND, OutboxMessage.state == MessageState.SENT
    )
