"""Putting a pack together: everything is read and written down at one moment, and streams out afterwards."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from app import storage
from app.authz import Actor, authorize
from app.cases import events, policy
from app.cases.evidence import as_json, as_pdf
from app.cases.evidence.contents import Attached, Contents, Kind, read
from app.cases.evidence.zipping import Part, fixed, stream
from app.cases.models import Case
from app.i18n import speaking
from app.journal import record
from app.storage import CHUNK, Storage

README = Path(__file__).parent / "readme.txt"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pack that is written down in the journal, and not yet set or sent; ``head`` is the hash of that event."""

    contents: Contents
    case_json: bytes
    head: str
    made_at: datetime


def prepare(session: Session, case: Case, *, actor: Actor, kind: Kind) -> Prepared:
    """Read the case and tell in its history who takes which pack away; the desk alone reads that.

    The event holds the SHA-256 of ``case.json``: what a pack says of the case can be checked against the journal.
    """
    authorize(policy.can_take_evidence(actor, case, for_desk=kind is Kind.AUDITOR))
    contents = read(session, case, kind)
    told = as_json.case_json(contents)
    happened = events.EvidenceMade(kind.value, hashlib.sha256(told).hexdigest())
    row = record(session, actor=actor, subject=case, happened=happened)
    return Prepared(contents, told, row.hash, row.at)


def pieces_of(prepared: Prepared, *, language: str | None, zone: str | None = None) -> Iterator[bytes]:
    """The ZIP of a pack, piece by piece; its thread is set at once, in the given language.

    :raises FileNotFoundError: if the disk lacks one of the files; before the first piece.
    """
    contents = prepared.contents
    store = storage.current()
    files = [_file_part(store, file) for file in contents.files if file.name is not None]
    with speaking(language, zone):
        thread = BytesIO()
        as_pdf.write(contents, thread)
    parts = [
        fixed("README.txt", _readme(contents)),
        fixed("case.json", prepared.case_json),
        fixed("thread.pdf", thread.getvalue()),
        fixed("approvals.json", as_json.approvals_json(contents)),
        *files,
    ]
    return stream(parts, _about(prepared), made_at=prepared.made_at)


def _about(prepared: Prepared) -> dict[str, str]:
    contents = prepared.contents
    return {
        "case": contents.case.number,
        "pack": contents.kind.value,
        "made_at": as_json.utc(prepared.made_at) or "",
        "journal_head": prepared.head,
    }


def _readme(contents: Contents) -> bytes:
    kinds = {
        Kind.CUSTOMER: "お客様用 / for the customer",
        Kind.AUDITOR: "監査人用・社外秘 / for an auditor, confidential",
    }
    text = README.read_text("utf-8").format(number=contents.case.number, kind=kinds[contents.kind])
    return text.encode()


def _file_part(store: Storage, file: Attached) -> Part:
    # Opened once now and closed again: a file that is gone is found before the answer begins.
    store.open(file.scope, file.token).close()
    return Part(file.name or "", lambda: _read(store.open(file.scope, file.token)), file.size, file.sha256)


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece
