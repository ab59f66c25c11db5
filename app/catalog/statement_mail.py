"""The statement of a period as a PDF by mail, for the administrators of the customer number (PT-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import TypeAlias

from flask import current_app
from sqlalchemy.orm import Session

from app import clock, mail
from app.accounts import queries as accounts
from app.cases.letters import Written, letter
from app.catalog import periods
from app.catalog.models import PointPeriod
from app.catalog.statement import statement_table
from app.contracts.models import Service
from app.i18n import _, speaking, time_zone
from app.lists.export.answer import FORMATS
from app.lists.export.table import sheet_of

FOLDER = "catalog/mail/points"

# A language and a time zone as people have chosen them; ``None`` for what the installation has.
Speech: TypeAlias = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Recipient:
    """An administrator who gets the statement, and how they read it."""

    address: str
    speech: Speech


def recipients_of(session: Session, period: PointPeriod) -> Sequence[Recipient]:
    """The enabled administrators of a period's customer number; one address gets one mail (CONTACT-07)."""
    users = accounts.users_of_number(session, period.customer_number_id)
    by_address = {
        user.mail: Recipient(user.mail, (user.language, user.time_zone))
        for user in users
        if user.is_administrator and user.is_enabled
    }
    return list(by_address.values())


def files_of(
    session: Session, period: PointPeriod, recipients: Sequence[Recipient]
) -> Mapping[Speech, bytes]:
    """The statement as PDF, for each way in which one of the recipients reads it.

    None for a statement of more entries than a PDF holds; the mail then leads to the portal alone.
    """
    if period.balance.entries > FORMATS["pdf"].most:
        return {}
    return {speech: _pdf(session, period, speech) for speech in {item.speech for item in recipients}}


def queue_statement(
    session: Session, period: PointPeriod, recipients: Sequence[Recipient], files: Mapping[Speech, bytes]
) -> None:
    """Queue the mails with the files that :func:`files_of` has made."""
    number = period.customer_number.number
    service = session.get_one(Service, period.customer_number.service_id)
    start = period.starts_on.isoformat()
    public_url = current_app.config["SETTINGS"].public_url
    for recipient in recipients:
        content = files.get(recipient.speech)
        with speaking(*recipient.speech) as language:
            told = {
                "period": periods.row_of(period),
                "service_name": service.name_in(language),
                "is_attached": content is not None,
                "link": f"{public_url}/{service.slug}/account/points/{number}/{start}",
                "link_name": _("Open the point statement"),
                "at_desk": False,
            }
            made = letter("point_statement", language, Written(), told, folder=FOLDER)
        file = mail.Attachment(f"point-statement_{number}_{start}.pdf", "application/pdf", content or b"")
        message = mail.Mail(
            to=recipient.address,
            language=language,
            subject=made.subject,
            text=made.text,
            html=made.html,
            thread=f"points-{number}",
            attachments=(file,) if content else (),
            readers=mail.Readers(mail.Circle.NUMBER, period.customer_number_id),
        )
        mail.queue(session, message, service_id=service.id)


def _pdf(session: Session, period: PointPeriod, speech: Speech) -> bytes:
    settings = current_app.config["SETTINGS"]
    with speaking(*speech) as language:
        sheet = sheet_of(
            statement_table(session, period, for_desk=False),
            limit=FORMATS["pdf"].most,
            offset=0,
            made_by=mail.sender_name(settings, language),
            made_at=clock.now(),
            zone=time_zone(),
        )
        file = BytesIO()
        # The libraries of PDFs take 40 MB, which only a worker that makes one loads.
        import_module("app.lists.export.as_pdf").write(sheet, file)
    return file.getvalue()
