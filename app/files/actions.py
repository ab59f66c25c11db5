"""Writes to files: a whole upload becomes a file that something belongs to."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.files.models import StoredFile, Upload


def keep(session: Session, upload: Upload, *, actor: Actor) -> StoredFile:
    """Make a file of a whole upload of the actor; its blob is on the disk already and stays where it is (REL-07).

    :raises app.authz.Forbidden: for an upload of somebody else, or one that is not whole.
    """
    authorize(upload.user_id == actor.user_id and upload.sha256 is not None)
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
