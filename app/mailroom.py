"""What the desk sees of mails that did not go out, and how it sends one again (REL-03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app import mail, outbox
from app.authz import Actor, Audience, NotFound, Permission, authorize
from app.journal import Event, record
from app.outbox import MessageState, OutboxMessage


@dataclass(frozen=True, slots=True)
class MailSentAgain(Event):
    """A mail that had been given up, or was waiting for another try, was sent on its way anew."""

    kind: ClassVar[str] = "mail.sent_again"
    audience: ClassVar[Audience] = Audience.DESK
    to: str


def stuck_for(actor: Actor) -> Select[OutboxMessage]:
    """The mails of the actor's services that were given up or failed at least once."""
    failed = (OutboxMessage.state == MessageState.WAITING) & (OutboxMessage.attempts > 0)
    return select(OutboxMessage).where(
        OutboxMessage.kind == mail.KIND,
        OutboxMessage.service_id.in_(sorted(actor.services)),
        or_(OutboxMessage.state == MessageState.DEAD, failed),
    )


def count_stuck(session: Session, actor: Actor) -> int:
    """How many mails of the actor's services wait for the desk or for another try."""
    return session.scalar(select(func.count()).select_from(stuck_for(actor).subquery())) or 0


def stuck_mails(session: Session, actor: Actor, *, limit: int, offset: int) -> Sequence[OutboxMessage]:
    """Some of these mails, newest first."""
    return session.scalars(
        stuck_for(actor).order_by(OutboxMessage.id.desc()).limit(limit).offset(offset)
    ).all()


def stuck_mail(session: Session, actor: Actor, message_id: int) -> OutboxMessage:
    """One of these mails.

    :raises NotFound: if there is none of that id within reach.
    """
    message = session.scalar(stuck_for(actor).where(OutboxMessage.id == message_id))
    if message is None:
        raise NotFound
    return message


def send_again(session: Session, message: OutboxMessage, *, actor: Actor) -> None:
    """Send a mail once more, from now on with the full time again; who did it stays in the history."""
    authorize(actor.may(Permission.CONSOLE_MAIL_RETRY))
    outbox.revive(session, message)
    record(session, actor=actor, subject=message, happened=MailSentAgain(message.payload["to"]))
