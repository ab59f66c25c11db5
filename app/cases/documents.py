"""What of cases is found by the search: for customers subject and comments, for the desk its notes as well."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Audience
from app.cases.models import Case, CaseComment, CaseFile
from app.contracts.models import CustomerNumber
from app.files.models import StoredFile
from app.search.documents import Document, Tag, TextField
from app.search.reach import agents_of, users_of_number

KIND = "case"


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


def file_ids(_session: Session, _ids: Sequence[int]) -> Sequence[int]:
    """None: files of cases are found by their names alone."""
    return ()


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
    files = session.execute(
        select(CaseFile.case_id, CaseFile.audience, CaseComment.audience, StoredFile.name)
        .join(CaseFile.file)
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(CaseFile.case_id.in_(ids))
        .order_by(CaseFile.id)
    )
    for case_id, audience, of_comment, name in files:
        is_open = audience is Audience.CUSTOMER and of_comment in (None, Audience.CUSTOMER)
        texts[case_id][TextField.FILES if is_open else TextField.NOTES].append(name)
    return texts
