"""What goes into a pack, read at one moment within the audiences of its kind; after it nothing asks the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from app import clock
from app.accounts.models import User
from app.authz import Audience
from app.cases import events
from app.cases.models import Case, CaseComment, CaseFile
from app.files.models import Scan, StoredFile
from app.journal import Event, JournalEvent, restore


class Kind(StrEnum):
    """For whom a pack is."""

    CUSTOMER = "customer"
    AUDITOR = "auditor"

    def audiences(self) -> tuple[Audience, ...]:
        """Whose records go in; it does not matter who makes the pack."""
        return (Audience.CUSTOMER,) if self is Kind.CUSTOMER else (Audience.CUSTOMER, Audience.DESK)


@dataclass(frozen=True, slots=True)
class Comment:
    """A text of the case, in plain words and as it was written."""

    id: int
    body: str
    html: str | None
    audience: Audience
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the case's history; ``happened`` is ``None`` for a kind that this version does not know."""

    row: JournalEvent
    happened: Event | None
    comment: Comment | None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the case and its name in the pack; ``name`` is ``None`` if it is left out, as ``scan`` says."""

    name: str | None
    shown_name: str
    scope: str
    token: str
    size: int
    sha256: str
    media_type: str
    scan: Scan
    audience: Audience
    comment_id: int | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything of a pack but the bytes of its files."""

    kind: Kind
    case: Case
    facts: Mapping[str, Any]
    entries: Sequence[Entry]
    files: Sequence[Attached]
    read_at: datetime


def read(session: Session, case: Case, kind: Kind) -> Contents:
    """Read a case for a pack; the caller has looked it up within the reach of who asks for it."""
    comments = _comments(session, case, kind)
    return Contents(
        kind=kind,
        case=case,
        facts=_desk_facts(session, case) if kind is Kind.AUDITOR else {},
        entries=_entries(session, case, kind, comments),
        files=_files(session, case, kind),
        read_at=clock.now(),
    )


def _comments(session: Session, case: Case, kind: Kind) -> dict[int, Comment]:
    rows = session.scalars(
        select(CaseComment)
        .where(CaseComment.case_id == case.id, CaseComment.audience.in_(kind.audiences()))
        .order_by(CaseComment.id)
    )
    return {row.id: Comment(row.id, row.body, row.html, row.audience, row.taken_back_at) for row in rows}


def _entries(session: Session, case: Case, kind: Kind, comments: Mapping[int, Comment]) -> Sequence[Entry]:
    rows = session.scalars(
        select(JournalEvent)
        .where(JournalEvent.subject_type == Case.subject_type, JournalEvent.subject_id == case.id)
        .where(JournalEvent.audience.in_(kind.audiences()))
        .order_by(JournalEvent.id)
    )
    entries = [
        Entry(row, restore(events.KINDS, row), comments.get(row.data.get("comment_id", 0))) for row in rows
    ]
    # The telling of a text that is not for these readers any more, since it was taken back, goes with it.
    return [entry for entry in entries if entry.comment is not None or "comment_id" not in entry.row.data]


def _files(session: Session, case: Case, kind: Kind) -> Sequence[Attached]:
    audiences = kind.audiences()
    rows = session.scalars(
        select(CaseFile)
        .join(CaseFile.file)
        .options(contains_eager(CaseFile.file))
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(CaseFile.case_id == case.id, CaseFile.audience.in_(audiences))
        .where(or_(CaseFile.comment_id.is_(None), CaseComment.audience.in_(audiences)))
        .order_by(CaseFile.id)
    ).all()
    return [_attached(row, row.file, position) for position, row in enumerate(rows, start=1)]


def _attached(row: CaseFile, file: StoredFile, position: int) -> Attached:
    goes_in = file.scan in {Scan.OFF, Scan.CLEAN}
    return Attached(
        name=safe_name(file.name, position) if goes_in else None,
        shown_name=file.name,
        scope=file.scope,
        token=file.token,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        scan=file.scan,
        audience=row.audience,
        comment_id=row.comment_id,
        added_at=row.created_at,
    )


# What no system allows in a name, or some take for a path.
UNSAFE = frozenset('/\\:*?"<>|')
LONGEST = 100


def safe_name(name: str, position: int) -> str:
    """A file's name in the pack: its place in the case makes it unique, and no system stumbles over the rest."""
    clean = "".join("_" if sign in UNSAFE or not sign.isprintable() else sign for sign in name)
    stem, dot, ending = clean.rpartition(".")
    short = (
        f"{stem[: LONGEST - len(ending) - 1]}{dot}{ending}" if stem and len(ending) < LONGEST // 4 else clean
    )
    return f"files/{position:04}-{short[:LONGEST].strip(' .') or 'file'}"


def _desk_facts(session: Session, case: Case) -> dict[str, Any]:
    """What only the desk knows of the case itself."""
    number_of = {
        row.id: row.number
        for row in session.scalars(
            select(Case).where(Case.id.in_([case.parent_id or 0, case.merged_into_id or 0])).order_by(Case.id)
        )
    }
    assignee = session.get(User, case.assignee_id) if case.assignee_id is not None else None
    return {
        "assignee": assignee.display_name if assignee else None,
        "parent": number_of.get(case.parent_id or 0),
        "merged_into": number_of.get(case.merged_into_id or 0),
        "merged_at": case.merged_at,
        "reply_due_at": case.reply_due_at,
        "replied_at": case.replied_at,
        "solution_due_at": case.solution_due_at,
        "solved_at": case.solved_at,
    }
