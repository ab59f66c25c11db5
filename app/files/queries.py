"""Reads of uploads, each within one user's own, and of what has been sent."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, NotFound
from app.files.limits import A_DAY
from app.files.models import StoredFile, Upload
from app.storage import TOKEN


def upload_of(session: Session, actor: Actor, token: str) -> Upload:
    """An upload of the actor as the database has it now.

    :raises NotFound: for one that is not there, or somebody else's (SEC-41).
    """
    found = None
    if TOKEN.fullmatch(token):
        own = select(Upload).where(Upload.token == token, Upload.user_id == actor.user_id)
        found = session.scalar(own.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def uploads_of(session: Session, actor: Actor, tokens: Sequence[str]) -> Sequence[Upload]:
    """The uploads of the actor among ``tokens``, in their order; what is not the actor's is left out."""
    own = select(Upload).where(Upload.token.in_(tokens), Upload.user_id == actor.user_id).order_by(Upload.id)
    found = {upload.token: upload for upload in session.scalars(own)}
    return [found[token] for token in tokens if token in found]


def sent_lately(session: Session, actor: Actor) -> int:
    """How many bytes the actor has sent, or begun to send, within the last 24 hours (SEC-42)."""
    since = clock.now() - A_DAY
    uploads = select(func.coalesce(func.sum(Upload.size), 0)).where(
        Upload.user_id == actor.user_id, Upload.created_at > since
    )
    files = select(func.coalesce(func.sum(StoredFile.size), 0)).where(
        StoredFile.uploader_id == actor.user_id, StoredFile.created_at > since
    )
    return int(session.scalar(select(uploads.scalar_subquery() + files.scalar_subquery())) or 0)


def count_open(session: Session, actor: Actor) -> int:
    """How many uploads of the actor belong to nothing yet."""
    return session.scalar(select(func.count()).where(Upload.user_id == actor.user_id)) or 0
