"""Files of a case: added on their own, or with a comment or note whose audience they share."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, Audience, authorize
from app.cases import events, notifications, policy
from app.cases.models import Case, CaseComment, CaseFile
from app.files.actions import keep
from app.files.models import StoredFile, Upload
from app.journal import record


def add_files(session: Session, case: Case, *, actor: Actor, uploads: Sequence[Upload]) -> list[CaseFile]:
    """Add files to an open case, for both sides to read (CASE-10); the updated time follows (CASE-22)."""
    authorize(policy.can_comment(actor, case))
    added = attach(session, case, uploads, actor=actor, audience=Audience.CUSTOMER)
    if added:
        case.updated_at = clock.now()
        tell_of_files(session, case, added, actor=actor)
        names = [row.file.name for row in added]
        notifications.files_added(session, case, actor=actor, file_names=names)
    return added


def tell_of_files(session: Session, case: Case, added: Sequence[CaseFile], *, actor: Actor) -> None:
    """Tell in the journal of files that came with no text; those of a comment are told by the comment."""
    names = tuple(row.file.name for row in added)
    record(session, actor=actor, subject=case, happened=events.FilesAdded(names))


def attach(
    session: Session,
    case: Case,
    uploads: Sequence[Upload],
    *,
    actor: Actor,
    audience: Audience,
    comment: CaseComment | None = None,
    files: Sequence[StoredFile] = (),
) -> list[CaseFile]:
    """Turn whole uploads of the actor into files of the case; rules and the event are the caller's.

    :param files: what is kept already and becomes part of the case as well, such as the files of a work request.
    """
    moment = clock.now()
    kept = [*files, *(keep(session, upload, actor=actor) for upload in uploads)]
    rows = [
        CaseFile(
            case_id=case.id,
            comment_id=comment.id if comment else None,
            file=file,
            audience=audience,
            uploader_id=file.uploader_id,
            created_at=moment,
        )
        for file in kept
    ]
    session.add_all(rows)
    session.flush()
    return rows
