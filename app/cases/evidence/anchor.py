"""Whether a pack says what the journal of this installation says: a whole pack may still be an invented one."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.events import EvidenceMade
from app.cases.models import Case
from app.journal import JournalEvent

AT_ONCE = 500


def faults(session: Session, manifest: dict[str, Any], case_json: bytes) -> list[str] | None:
    """What of a pack differs from the journal; ``None`` if the installation has no such case."""
    case = session.scalar(select(Case).where(Case.number == manifest["case"]))
    if case is None:
        return None
    return [*_making(session, case, manifest, case_json), *_events(session, case, case_json)]


def _making(session: Session, case: Case, manifest: dict[str, Any], case_json: bytes) -> Iterator[str]:
    """The pack's making is in the journal, with the hash of what it says."""
    row = session.scalar(select(JournalEvent).where(JournalEvent.hash == str(manifest.get("journal_head"))))
    if row is None or row.kind != EvidenceMade.kind or row.subject_id != case.id or row.digest() != row.hash:
        yield "manifest.json: the journal knows nothing of the making of this pack"
        return
    if row.data.get("sha256") != hashlib.sha256(case_json).hexdigest():
        yield "case.json: is not what the journal says was packed"
    if row.data.get("pack") != manifest.get("pack"):
        yield "manifest.json: the pack was made for somebody else"


def _events(session: Session, case: Case, case_json: bytes) -> Iterator[str]:
    """Every event of the pack is one of this case, and still as it was."""
    try:
        told = json.loads(case_json)["events"]
        stated = {str(event["hash"]): (event["kind"], event["data"]) for event in told}
    except (ValueError, KeyError, TypeError, RecursionError):
        yield "case.json: is not of the form madoguchi-case/1"
        return
    hashes = list(stated)
    found: dict[str, JournalEvent] = {}
    for start in range(0, len(hashes), AT_ONCE):
        some = select(JournalEvent).where(JournalEvent.hash.in_(hashes[start : start + AT_ONCE]))
        found |= {row.hash: row for row in session.scalars(some.order_by(JournalEvent.id))}
    for digest, (kind, data) in stated.items():
        row = found.get(digest)
        if row is None or (row.subject_type, row.subject_id) != (Case.subject_type, case.id):
            yield f"case.json: the journal has no event {digest} of this case"
        elif (row.kind, row.data) != (kind, data) or row.digest() != row.hash:
            yield f"case.json: the event {digest} is not what the journal says"
