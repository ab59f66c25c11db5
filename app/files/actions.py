"""Writes to files: an upload begins, grows and is whole; then something takes it as a file of its own."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.files import queries
from app.files.limits import MOST_A_DAY, MOST_OPEN, Empty, QuotaUsed, TooLarge, TooManyOpen
from app.files.models import Scan, StoredFile, Upload
from app.files.names import clean_name
from app.files.whole import Whole


def begin(session: Session, *, actor: Actor, name: str, size: int, most: int) -> Upload:
    """Begin an upload of ``size`` bytes under a random token of the actor alone (SEC-41).

    :param most: how many bytes a file may have.
    :raises limits.Refusal: for an empty file, one too large, or more than the actor may send (SEC-42).
    """
    shown = clean_name(name)
    if size == 0:
        raise Empty(shown)
    if size > most:
        raise TooLarge(shown, most)
    if queries.count_open(session, actor) >= MOST_OPEN:
        raise TooManyOpen
    if queries.sent_lately(session, actor) + size > MOST_A_DAY:
        raise QuotaUsed
    moment = clock.now()
    upload = Upload(
        token=secrets.token_hex(16),
        user_id=actor.user_id,
        scope=scope_of(actor),
        name=shown,
        size=size,
        received=0,
        created_at=moment,
        touched_at=moment,
    )
    session.add(upload)
    session.flush()
    return upload


def scope_of(actor: Actor) -> str:
    """Whose files are: the company's of a customer, or the desk's."""
    return f"holder-{actor.holder_id}" if actor.is_customer else "desk"


def advance(session: Session, upload: Upload, *, actor: Actor, received: int, whole: Whole | None) -> bool:
    """Write down how far an upload has come, and what it is once it is whole; its bytes are on the disk already.

    :returns: whether the upload still stands where it stood; otherwise nothing is written.
    """
    authorize(upload.user_id == actor.user_id)
    grown = (
        update(Upload)
        .where(Upload.id == upload.id, Upload.received == upload.received, Upload.sha256.is_(None))
        .values(received=received, touched_at=clock.now(), **(whole.columns() if whole else {}))
        .returning(Upload.id)
    )
    return session.scalar(grown) is not None


def take_off(session: Session, upload: Upload, *, actor: Actor) -> None:
    """Give an upload up; its bytes go once this is committed."""
    authorize(upload.user_id == actor.user_id)
    session.execute(delete(Upload).where(Upload.id == upload.id))


def give_up(session: Session, tokens: Sequence[str], *, actor: Actor) -> None:
    """Give up those of the actor's uploads that nobody waits for; their blobs go with the next sweep."""
    if tokens:
        session.execute(delete(Upload).where(Upload.user_id == actor.user_id, Upload.token.in_(tokens)))


def keep(session: Session, upload: Upload, *, actor: Actor) -> StoredFile:
    """Make a file of a whole upload of the actor; its blob is on the disk already and stays where it is (REL-07).

    :raises app.authz.Forbidden: for an upload of somebody else, one that is not whole, or one that was blocked.
    """
    authorize(upload.user_id == actor.user_id and upload.is_whole and upload.scan is not Scan.BLOCKED)
    kept = StoredFile(
        token=upload.token,
        scope=upload.scope,
        name=upload.name,
        size=upload.size,
        sha256=upload.sha256,
        media_type=upload.media_type or "application/octet-stream",
        picture_type=upload.picture_type,
        scan=upload.scan,
        uploader_id=actor.user_id,
        created_at=clock.now(),
    )
    session.add(kept)
    session.delete(upload)
    session.flush()
    return kept
