"""Mails: composed in the recipient's language when queued, handed to a real SMTP server by the worker."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app import outbox
from app.config import Settings

KIND = "mail"
FORBIDDEN_IN_HEADERS = frozenset("\r\n\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person; ``thread`` groups the mails of one case, in order."""

    to: str
    language: str
    subject: str
    text: str
    thread: str


def queue(session: Session, mail: Mail, *, service_id: int | None = None) -> None:
    """Queue a mail in the running transaction; mails of one thread to one person keep their order (MAIL-05).

    :raises ValueError: if CR, LF or NUL stands in what becomes a header (SEC-38).
    """
    if FORBIDDEN_IN_HEADERS & set(mail.to + mail.subject + mail.thread):
        raise ValueError("A mail header must not hold CR, LF or NUL.")
    payload = {
        "to": mail.to,
        "language": mail.language,
        "subject": mail.subject,
        "text": mail.text,
        "thread": mail.thread,
    }
    outbox.put(
        session,
        kind=KIND,
        payload=payload,
        order_key=f"{mail.thread}:{mail.to}",
        service_id=service_id,
    )


def compose(settings: Settings, message: outbox.Claimed) -> EmailMessage:
    """Build the MIME message; its Message-ID is stable, so a repeated delivery can be recognised (REL-03)."""
    payload = message.payload
    host = settings.mail_from.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = Address(sender_name(settings, payload["language"]), addr_spec=settings.mail_from)
    mail["To"] = Address(addr_spec=payload["to"])
    mail["Subject"] = payload["subject"]
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.key}@{host}>"
    mail["References"] = f"<{payload['thread']}@{host}>"
    mail["Content-Language"] = payload["language"]
    # RFC 3834: vacation robots stay silent, and replies are not read (MAIL-03).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(payload["text"], cte="base64")
    return mail


def sender_name(settings: Settings, language: str) -> str:
    """The one fixed sender's name in the recipient's language (MAIL-01)."""
    return settings.mail_sender_ja if language == "ja" else settings.mail_sender_en


class Mailer:
    """Hands claimed mails to the SMTP server of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = urlsplit(settings.smtp_url)

    def __call__(self, message: outbox.Claimed) -> None:
        """Deliver one mail.

        :raises outbox.Refused: if the server refuses it for good (a 5xx answer).
        :raises outbox.Unavailable: for a 4xx answer, silence, or no connection.
        """
        try:
            mail = compose(self._settings, message)
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(refusal.recipients) from refusal
        except smtplib.SMTPResponseException as answer:
            raise _failure({"": (answer.smtp_code, answer.smtp_error)}) from answer
        except (OSError, smtplib.SMTPException) as error:
            # Neither the address of the server nor its credentials go into the stored text (C29).
            raise outbox.Unavailable(f"mail server not reached: {type(error).__name__}") from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or 0
        timeout = self._settings.smtp_timeout
        if self._server.scheme == "smtps":
            return self._signed_in(
                smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
            )
        connection = smtplib.SMTP(host, port, timeout=timeout)
        if self._server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        return self._signed_in(connection)

    def _signed_in(self, connection: smtplib.SMTP) -> smtplib.SMTP:
        if self._server.username:
            connection.login(unquote(self._server.username), unquote(self._server.password or ""))
        return connection


def _failure(answers: Mapping[str, tuple[int, bytes | str]]) -> Exception:
    code, said = next(iter(answers.values()))
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return outbox.Refused(text) if 500 <= code < 600 else outbox.Unavailable(text)
