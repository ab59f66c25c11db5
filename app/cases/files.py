"""Files of cases: what a case has within the actor's audience, and one of them for whoever may have it (SEC-44)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.authz import Actor, NotFound
from app.cases.models import Case, CaseComment, CaseFile
from app.cases.queries import within_reach
from app.files.models import StoredFile
from app.storage import TOKEN

# More than a page shows of one case; whoever needs the others asks for the evidence pack.
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a case that its reader may see, newest first, and those of each comment, in the order they came."""

    all: Sequence[CaseFile]
    by_comment: Mapping[int, Sequence[CaseFile]] = field(default_factory=dict)

    @property
    def pictures(self) -> frozenset[str]:
        """The tokens of those that pages may show (CASE-08)."""
        return frozenset(row.file.token for row in self.all if row.file.is_picture)


def files_of(session: Session, actor: Actor, case: Case) -> Files:
    """The files of a case within the actor's audience; a customer's query loads none of an internal note (DESK-04)."""
    rows = session.scalars(
        _within_audience(actor)
        .where(CaseFile.case_id == case.id)
        .order_by(CaseFile.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    by_comment: dict[int, list[CaseFile]] = {}
    for row in reversed(rows):
        if row.comment_id is not None:
            by_comment.setdefault(row.comment_id, []).append(row)
    return Files(rows, by_comment)


def file_for(session: Session, actor: Actor, number: str, token: str) -> StoredFile:
    """One file of a case, asked for anew each time: the case must be within reach and the file within the audience.

    :raises NotFound: otherwise; absent and foreign look the same (SEC-26, SEC-44).
    """
    found = None
    if TOKEN.fullmatch(token):
        found = session.scalar(
            _within_audience(actor)
            .join(Case, Case.id == CaseFile.case_id)
            .where(within_reach(actor), Case.number == number, StoredFile.token == token)
        )
    if found is None:
        raise NotFound
    return found.file


def is_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor is in the audience of a file, and in that of the comment it came with, which must be joined.

    A reply may be taken back, and its files with it.
    """
    audiences = actor.audiences()
    of_comment = or_(CaseFile.comment_id.is_(None), CaseComment.audience.in_(audiences))
    return and_(CaseFile.audience.in_(audiences), of_comment)


def _within_audience(actor: Actor) -> Select[CaseFile]:
    return (
        select(CaseFile)
        .join(CaseFile.file)
        .options(contains_eager(CaseFile.file))
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(is_seen_by(actor))
    )
