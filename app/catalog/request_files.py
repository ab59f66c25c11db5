"""Files of work requests: what a request has now, and one of them for whoever may have it (WR-04, SEC-44)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.authz import Actor, NotFound
from app.catalog.models import RequestFile, WorkRequest
from app.catalog.queries import visible_to
from app.files.models import StoredFile
from app.storage import TOKEN


def files_of(session: Session, request: WorkRequest) -> Sequence[RequestFile]:
    """The files of a request in the order in which they came; without those that a change took off again."""
    return session.scalars(
        select(RequestFile)
        .join(RequestFile.file)
        .options(contains_eager(RequestFile.file))
        .where(RequestFile.request_id == request.id, RequestFile.removed_at.is_(None))
        .order_by(RequestFile.id)
    ).all()


def names_by_field(files: Sequence[RequestFile]) -> Mapping[str, Sequence[str]]:
    """The names of files by the field that they answer; under ``""`` those of the attachments."""
    names: dict[str, list[str]] = {}
    for row in files:
        names.setdefault(row.field_key, []).append(row.file.name)
    return names


def file_for(session: Session, actor: Actor, number: str, token: str) -> StoredFile:
    """One file of a request, asked for anew each time: the request must be within reach.

    :raises NotFound: otherwise; absent and foreign look the same (SEC-26, SEC-44).
    """
    found = None
    if TOKEN.fullmatch(token):
        request = visible_to(actor).where(WorkRequest.number == number).subquery()
        found = session.scalar(
            select(StoredFile)
            .join(RequestFile, RequestFile.file_id == StoredFile.id)
            .join(request, request.c.id == RequestFile.request_id)
            .where(StoredFile.token == token, RequestFile.removed_at.is_(None))
            .order_by(StoredFile.id)
        )
    if found is None:
        raise NotFound
    return found
