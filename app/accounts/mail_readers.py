"""Whether a mail still has its reader when it leaves: rights withdrawn while it waited hold for it too (SEC-28).

A mail waits half a minute so that it can be taken back, two days for a server that does not answer, or until the desk
sends it again. Whoever was disabled, has lost the customer number or has left the service by then gets none of it
(MAIL-04); it is given up, where the desk sees it. An address that serves several users (CONTACT-07) is written to as
long as one of them may read it.
"""

from flask import Flask
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app import mail, outbox
from app.accounts.models import AgentService, DeskRole, User, UserNumber
from app.contracts.models import CustomerNumber
from app.db import reset_reading, set_reading
from app.extensions import db
from app.i18n import N_
from app.mail import Circle, Readers

# What the desk reads of such a mail.
GONE = N_("The recipient may not read this mail any more.")


def init_app(app: Flask) -> None:
    """Ask before each mail is handed over."""
    deliverers: dict[str, outbox.Deliverer] = app.extensions["deliverers"]
    hand_over = deliverers[mail.KIND]

    def deliver(message: outbox.Claimed) -> None:
        readers = mail.readers_of(message.payload)
        if readers is not None and not _is_read_at(message.payload["to"], readers):
            raise outbox.Refused(GONE)
        hand_over(message)

    deliverers[mail.KIND] = deliver


def _is_read_at(address: str, readers: Readers) -> bool:
    reading = set_reading(True)
    try:
        with db.sessionmaker() as session:
            return is_read_at(session, address, readers)
    finally:
        reset_reading(reading)


def is_read_at(session: Session, address: str, readers: Readers) -> bool:
    """Tell whether the address is that of an enabled user among ``readers``."""
    within = User.id.in_(_ids_of(readers))
    found = select(User.id).where(User.mail == address, User.disabled_at.is_(None), within)
    return session.scalar(found.limit(1)) is not None


def _ids_of(readers: Readers) -> Select[int]:
    match readers.circle:
        case Circle.NUMBER:
            return select(UserNumber.user_id).where(UserNumber.number_id == readers.id)
        case Circle.PORTAL:
            return (
                select(UserNumber.user_id)
                .join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
                .where(CustomerNumber.service_id == readers.id)
            )
        case _:
            # System administrators work for every service.
            return select(User.id).where(
                or_(
                    User.desk_role == DeskRole.ADMIN,
                    User.id.in_(select(AgentService.user_id).where(AgentService.service_id == readers.id)),
                )
            )
