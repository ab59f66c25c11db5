"""Files that come with a plain form, without script: they go the way of every upload, only in one piece."""

from collections.abc import Iterator

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from app import storage
from app.config import Settings
from app.extensions import db
from app.files import actions
from app.files.fields import FILES, TakesFiles
from app.files.limits import MOST_AT_ONCE, DiskFull, Refusal
from app.files.models import Upload
from app.files.whole import make_whole
from app.web.gate import actor
from app.web.transaction import split


def take_files(form: TakesFiles) -> None:
    """Store the files that came with the form as uploads of the person; what is refused is said at the form's field.

    A view calls this before anything else: the transaction ends here, and a new one begins. A form that is refused
    for another reason shows the files again, so that nobody has to choose them twice.
    """
    posted = [file for file in request.files.getlist(FILES) if file.filename]
    if not posted:
        return
    # More than may be sent is refused as a whole by the form; one too many shows that.
    for file in posted[: MOST_AT_ONCE + 1]:
        try:
            form.uploads.add(_take(file))
        except Refusal as refusal:
            form.uploads.problems.append(refusal.say())


def _take(file: FileStorage) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    upload = actions.begin(
        db.session, actor=actor(), name=file.filename or "", size=size, most=settings.largest_file
    )
    split()
    try:
        _store(file, upload, settings)
    except storage.NoRoom as error:
        actions.take_off(db.session, upload, actor=actor())
        split()
        raise DiskFull from error
    return upload.token


def _store(file: FileStorage, upload: Upload, settings: Settings) -> None:
    blobs = storage.current()
    blobs.refuse_if_full(upload.size)
    with blobs.receiving(upload.scope, upload.token, taken=0) as part:
        blobs.append(part, _pieces(file), taken=0)
        whole = make_whole(
            blobs, scope=upload.scope, token=upload.token, name=upload.name, clamd=settings.clamd
        )
    actions.advance(db.session, upload, actor=actor(), received=upload.size, whole=whole)
    split()
    # The row was changed behind the object's back.
    db.session.expire(upload)


def _pieces(file: FileStorage) -> Iterator[bytes]:
    while piece := file.stream.read(storage.CHUNK):
        yield piece
