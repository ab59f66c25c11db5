"""Files that come with a plain form, without script: they go the way of every upload, only in one piece."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import storage
from app.config import Settings
from app.extensions import db
from app.files import actions
from app.files.allowance import largest_file
from app.files.fields import TakesFiles
from app.files.limits import LARGEST_FORM, MOST_AT_ONCE, DiskFull, Refusal
from app.files.models import Upload
from app.files.sizes import size_in_words
from app.files.whole import make_whole
from app.i18n import _
from app.web.errors import error_page, refusal
from app.web.gate import actor, enter_as, signed_in
from app.web.transaction import split

# Of a larger form so much is taken in before the answer, in bytes.
MOST_THROWN_AWAY = 96 * 1024**2


def take_files(form: TakesFiles) -> None:
    """Store the files that came with the form as uploads of the person; what is refused is said at the form's field.

    A view calls this before anything else: the transaction ends here, and a new one begins. A form that is refused
    for another reason shows the files again, so that nobody has to choose them twice.
    """
    left = MOST_AT_ONCE + 1
    for field in form.file_fields():
        posted = [file for file in request.files.getlist(field.files_name) if file.filename]
        # More than may be sent is refused as a whole by the form; one too many shows that.
        for file in posted[:left]:
            try:
                field.add(_take(file))
            except Refusal as refusal:
                field.problems.append(refusal.say())
        left -= len(posted[:left])


def say_too_large(_error: RequestEntityTooLarge) -> Response:
    """Say of a plain form with too many bytes what it may have; it is refused before anybody knows whose it is."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "largest_request", None) != LARGEST_FORM:
        return error_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    _let_it_arrive()
    enter_as(signed_in())
    if (request.content_length or 0) <= LARGEST_FORM:
        # Files of that size would have been taken: it is the text that is longer than any form may hold.
        return refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("The text is too long"),
            _("Go back: your text is still there. Shorten it, or send it in parts."),
        )
    most = largest_file()
    return refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        _("The files are too large for this form"),
        _(
            "Without JavaScript they may have %(form)s in all. With JavaScript you can send files of up to "
            "%(most)s each. Go back: your text is still there.",
            form=size_in_words(LARGEST_FORM),
            most=size_in_words(most),
        ),
    )


def _let_it_arrive() -> None:
    """Take in what is still under way and forget it: a browser that is cut off while it sends shows no answer."""
    left = min(request.content_length or 0, MOST_THROWN_AWAY)
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, storage.CHUNK))):
        left -= len(piece)


def _take(file: FileStorage) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    upload = actions.begin(
        db.session, actor=actor(), name=file.filename or "", size=size, most=largest_file()
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
