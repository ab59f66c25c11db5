"""What of cases is found by the search: for customers subject, comments and files, for the desk its notes as well.

A file counts to what it came with: one of an internal note, or of a reply that was taken back, is the desk's (DESK-04).
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, SelectBase, and_, func, or_, select
from sqlalchemy.orm import Session

from app.authz import Audience
from app.cases.models import Case, CaseComment, CaseFile
from app.contracts.models import CustomerNumber
from app.files.models import StoredFile
from app.search.documents import Document, Tag, TextField
from app.search.models import FileText, Reading
from app.search.reach import agents_of, users_of_number

KIND = "case"
# Of the texts of a case's files so much is found, in characters, and of so many files, the newest first. It is taken
# apart anew with each comment, within the time in which that comment must be found. What the customer reads and what
# the desk alone reads is counted apart: a file of the one must not push out a file of the other (SEC-28).
MOST_OF_FILES = 50_000
MOST_FILES = 20


def key_of(case_id: int) -> str:
    """The key of a case's document."""
    return f"{KIND}:{case_id}"


def id_in(key: str) -> int:
    """The id of the case that a document's key names."""
    return int(key.partition(":")[2])


def documents(session: Session, ids: Sequence[int]) -> Iterable[Document]:
    """One document for each case, merged ones too, since they keep their numbers."""
    texts = _texts(session, ids)
    found = session.execute(
        select(Case, CustomerNumber.holder_id)
        .join(Case.customer_number)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
    )
    for case, holder_id in found:
        of_case = texts[case.id]
        yield Document(
            key=key_of(case.id),
            subject=(Case.subject_type, case.id),
            texts={
                TextField.TITLE: case.subject or "",
                TextField.TEXT: "\n".join((case.number, *of_case[TextField.TEXT])),
                TextField.FILES: "\n".join(of_case[TextField.FILES]),
                TextField.NOTES: "\n".join(of_case[TextField.NOTES]),
            },
            tags={
                Tag.KIND: frozenset({KIND}),
                Tag.READERS: frozenset(
                    {users_of_number(case.customer_number_id), agents_of(case.service_id)}
                ),
                Tag.HOLDER: frozenset({str(holder_id)}),
                Tag.SERVICE: frozenset({str(case.service_id)}),
                Tag.NUMBER: frozenset({case.number}),
                Tag.STATE: frozenset({case.state.value}),
                Tag.CATEGORY: frozenset({case.category.value}),
            },
            moment=case.updated_at,
        )


def files() -> SelectBase:
    """All files of cases, the desk's own too."""
    return select(CaseFile.file_id.label("file_id"), CaseFile.case_id.label("record_id"))


def ids_after(session: Session, last: int, limit: int) -> Sequence[int]:
    """The next ids of cases in rising order."""
    return session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(limit)).all()


def count(session: Session) -> int:
    """How many cases there are."""
    return session.scalar(select(func.count()).select_from(Case)) or 0


def _texts(session: Session, ids: Sequence[int]) -> dict[int, dict[TextField, list[str]]]:
    """What was written on each case and how its files are called, the desk's own apart."""
    texts: dict[int, dict[TextField, list[str]]] = {
        case_id: {TextField.TEXT: [], TextField.FILES: [], TextField.NOTES: []} for case_id in ids
    }
    comments = session.execute(
        select(CaseComment.case_id, CaseComment.audience, CaseComment.body)
        .where(CaseComment.case_id.in_(ids))
        .order_by(CaseComment.id)
    )
    for case_id, audience, body in comments:
        place = TextField.TEXT if audience is Audience.CUSTOMER else TextField.NOTES
        texts[case_id][place].append(body)
    names = session.execute(
        select(CaseFile.case_id, _is_open(), StoredFile.name)
        .join(CaseFile.file)
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(CaseFile.case_id.in_(ids))
        .order_by(CaseFile.id)
    )
    for case_id, is_open, name in names:
        texts[case_id][TextField.FILES if is_open else TextField.NOTES].append(name)
    _add_files(session, ids, texts)
    return texts


def _is_open() -> ColumnElement[bool]:
    """Whether the customer reads a file, where the comments are joined: by itself, and by what it came with."""
    of_comment = or_(CaseFile.comment_id.is_(None), CaseComment.audience == Audience.CUSTOMER)
    return and_(CaseFile.audience == Audience.CUSTOMER, of_comment)


def _add_files(
    session: Session, ids: Sequence[int], texts: Mapping[int, Mapping[TextField, list[str]]]
) -> None:
    """Add what stands in the files, as far as it has been read by now."""
    place = func.row_number().over(partition_by=(CaseFile.case_id, _is_open()), order_by=CaseFile.id.desc())
    read = (
        select(CaseFile.case_id, CaseFile.file_id, _is_open().label("is_open"), place.label("place"))
        .join(FileText, FileText.file_id == CaseFile.file_id)
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(CaseFile.case_id.in_(ids), FileText.reading == Reading.TAKEN)
        .subquery()
    )
    newest_first = (
        select(read.c.case_id, read.c.is_open, func.substr(FileText.text, 1, MOST_OF_FILES))
        .join(FileText, FileText.file_id == read.c.file_id)
        .where(read.c.place <= MOST_FILES)
        .order_by(read.c.case_id, read.c.place)
    )
    left: dict[tuple[int, TextField], int] = {}
    for case_id, is_open, text in session.execute(newest_first):
        field = TextField.FILES if is_open else TextField.NOTES
        room = left.get((case_id, field), MOST_OF_FILES)
        texts[case_id][field].append(text[:room])
        left[case_id, field] = max(0, room - len(text))
