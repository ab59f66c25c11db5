"""Mails: composed in the recipient's language when queued, handed to a real SMTP server by the worker."""

import base64
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email import encoders
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app import outbox, sealing
from app.config import Settings

KIND = "mail"
# Beside CR, LF and NUL all that some reader takes for the end of a line.
# RFC 5321, 4.2.1: the first digit of an answer that will not change.
PERMANENT = 5
FORBIDDEN_IN_HEADERS = frozenset("\r\n\0\v\f\x1c\x1d\x1e\x85\u2028\u2029")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
# What one mail may carry, in bytes: it waits in the database until it has left.
MOST_ATTACHED = 2 * 1024 * 1024
# One address, as browsers check it too; no comma, blank or bracket can turn it into two.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail, such as a statement as PDF."""

    name: str
    media_type: str
    content: bytes


class Circle(StrEnum):
    """Through what somebody may read a mail."""

    NUMBER = "number"
    PORTAL = "portal"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Readers:
    """The users of a customer number, those of a service's portal, or its agents; ``id`` is the number's or service's.

    A mail may wait for two days, and rights that are withdrawn meanwhile hold for it too (SEC-28): whoever hands it
    over asks whether its address still is one of theirs.
    """

    circle: Circle
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person; ``thread`` groups the mails of one case, in order.

    ``html`` is the same text once more, for readers that show it; it must be clean (``richtext``). Without ``readers``
    it is for the address alone.
    """

    to: str
    language: str
    subject: str
    text: str
    thread: str
    html: str | None = None
    attachments: Sequence[Attachment] = ()
    readers: Readers | None = None


def queue(
    session: Session,
    mail: Mail,
    *,
    service_id: int | None = None,
    is_sealed: bool = False,
    hold: outbox.Hold | None = None,
) -> None:
    """Queue a mail in the running transaction; mails of one thread to one person keep their order (MAIL-05).

    :raises ValueError: if CR, LF, NUL or another line end stands in what becomes a header (SEC-38), if the attachments
        are more than ``MOST_ATTACHED``, or if they would go with a sealed text, since they are not sealed.
    """
    names = "".join(item.name for item in mail.attachments)
    if FORBIDDEN_IN_HEADERS & set(mail.to + mail.subject + mail.thread + names):
        raise ValueError("A mail header is one line, without NUL.")
    if mail.attachments and is_sealed:
        raise ValueError("A mail with a secret carries no files.")
    payload = {
        "to": mail.to,
        "language": mail.language,
        "subject": mail.subject,
        "text": mail.text,
        "thread": mail.thread,
        "is_sealed": is_sealed,
        **({"html": mail.html} if mail.html else {}),
        **({"readers": [mail.readers.circle.value, mail.readers.id]} if mail.readers else {}),
        **({outbox.WEIGHTY: _packed(mail.attachments)} if mail.attachments else {}),
    }
    outbox.put(
        session,
        kind=KIND,
        payload=payload,
        order_key=f"{mail.thread}:{mail.to}",
        service_id=service_id,
        hold=hold,
    )


def _packed(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    if sum(len(item.content) for item in attachments) > MOST_ATTACHED:
        raise ValueError(f"A mail carries at most {MOST_ATTACHED} bytes of files.")
    if not all(MEDIA_TYPE.fullmatch(item.media_type) for item in attachments):
        raise ValueError("An attachment has a media type of two words.")
    return [
        {
            "name": item.name,
            "media_type": item.media_type,
            "content": base64.b64encode(item.content).decode("ascii"),
        }
        for item in attachments
    ]


def queue_sealed(session: Session, mail: Mail, *, settings: Settings, service_id: int | None = None) -> None:
    """Queue a mail whose text holds a secret: in the database it is sealed until it leaves (SEC-14)."""
    sealed = replace(mail, text=sealing.seal(settings, KIND, mail.text))
    queue(session, sealed, service_id=service_id, is_sealed=True)


def readers_of(payload: Mapping[str, Any]) -> Readers | None:
    """Whom a queued mail is for; ``None`` for its address alone."""
    told = payload.get("readers")
    return Readers(Circle(told[0]), told[1]) if told else None


def readable_text(settings: Settings, payload: Mapping[str, Any]) -> str:
    """The text of a queued mail as its receiver reads it."""
    text: str = payload["text"]
    return sealing.unseal(settings, KIND, text) if payload.get("is_sealed") else text


def compose(settings: Settings, message: outbox.Claimed) -> Message:
    """Build the MIME message; its Message-ID is stable, so a repeated delivery can be recognised (REL-03).

    The older header classes are used on purpose: the newer ones read encoded words in what they are given,
    and Python before 3.11.10 writes a line end hidden in one as a line end, which opens the header to whoever
    may write a subject (CVE-2024-6923).

    :raises outbox.Refused: if the recipient's address is not one address.
    """
    payload = message.payload
    if not ADDRESS.fullmatch(payload["to"]):
        raise outbox.Refused("the recipient's address is not a mail address")
    host = settings.mail_from.rpartition("@")[2]
    mail = _body(settings, payload)
    mail["From"] = formataddr((sender_name(settings, payload["language"]), settings.mail_from))
    mail["To"] = payload["to"]
    mail["Subject"] = Header(payload["subject"], "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.key}@{host}>"
    # No mail bears this id: programs that group by it put all mails of one thread together.
    mail["References"] = mail["In-Reply-To"] = f"<{payload['thread']}@{host}>"
    mail["Content-Language"] = payload["language"]
    # RFC 3834: vacation robots stay silent, and replies are not read (MAIL-03).
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _body(settings: Settings, payload: Mapping[str, Any]) -> Message:
    words = _words(settings, payload)
    attached: Sequence[Mapping[str, str]] = payload.get(outbox.WEIGHTY, ())
    if not attached:
        return words
    whole = MIMEMultipart("mixed")
    whole.attach(words)
    for item in attached:
        whole.attach(_file(item))
    return whole


def _file(item: Mapping[str, str]) -> Message:
    part = MIMEBase(*item["media_type"].split("/"))
    part.set_payload(base64.b64decode(item["content"]))
    encoders.encode_base64(part)
    # RFC 2231 for names that are not ASCII.
    name = item["name"] if item["name"].isascii() else ("utf-8", "", item["name"])
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _words(settings: Settings, payload: Mapping[str, Any]) -> Message:
    text = MIMEText(readable_text(settings, payload), "plain", "utf-8")
    if not payload.get("html"):
        return text
    both = MIMEMultipart("alternative")
    both.attach(text)
    both.attach(MIMEText(payload["html"], "html", "utf-8"))
    return both


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

        :raises outbox.Refused: if the server refuses this mail for good (a 5xx answer).
        :raises outbox.Unavailable: for a 4xx answer, silence, no connection, or a server that refuses us.
        """
        mail = compose(self._settings, message)
        try:
            with self._connect() as server:
                server.send_message(mail, self._settings.mail_from, [message.payload["to"]])
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(refusal.recipients) from refusal
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as refusal:
            # This says nothing about the mail, which waits until the server takes us again. The server may
            # have repeated what it was sent, a password among it, so its words are not kept (C29).
            raise outbox.Unavailable(f"mail server refuses us: {refusal.smtp_code}") from None
        except smtplib.SMTPResponseException as answer:
            raise _failure({"": (answer.smtp_code, answer.smtp_error)}) from answer
        except (OSError, smtplib.SMTPException) as error:
            # Neither the address of the server nor its credentials go into the stored text (C29).
            raise outbox.Unavailable(f"mail server not reached: {type(error).__name__}") from error

    def _connect(self) -> smtplib.SMTP:
        connection = self._open()
        try:
            if self._server.scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
            if self._server.username:
                connection.login(unquote(self._server.username), unquote(self._server.password or ""))
        except Exception:
            connection.close()
            raise
        return connection

    def _open(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or 0
        timeout = self._settings.smtp_timeout
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=timeout)


def _failure(answers: Mapping[str, tuple[int, bytes | str]]) -> Exception:
    code, said = next(iter(answers.values()))
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return outbox.Refused(text) if code // 100 == PERMANENT else outbox.Unavailable(text)
