"""Resumable uploads: tus 1.0 with creation and termination, mounted by both shells at ``/uploads`` (SEC-41).

A file is announced with its name and size, and gets a random address that only its user has. Its parts come in by
PATCH, each at the offset where the last one ended; HEAD tells that offset, whatever has happened in between. No
transaction is open while bytes come in: the offset is written down once they are on the disk (REL-07).
"""

import base64
import binascii
import re
import time
from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import (
    ClientDisconnected,
    Conflict,
    Locked,
    PreconditionFailed,
    RequestEntityTooLarge,
    ServiceUnavailable,
    UnprocessableEntity,
    UnsupportedMediaType,
)
from werkzeug.wrappers import Response as PlainResponse

from app import storage
from app.authz import NotFound, Permission, requires
from app.config import Settings
from app.extensions import db
from app.files import actions, queries, serving, slots
from app.files.allowance import largest_file
from app.files.limits import LARGEST_PART, DiskFull, Refusal, Stopped
from app.files.models import Scan, Upload
from app.files.whole import Whole, make_whole
from app.web.gate import actor
from app.web.incoming import takes_uploads
from app.web.transaction import split

VERSION = "1.0.0"
PART_TYPE = "application/offset+octet-stream"
WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
# Longer a part may not take; what came until then is kept, and the browser goes on from there.
LONGEST_PART_SECONDS = 180.0
COME_AGAIN_SECONDS = 2

routes = Blueprint("files", __name__)


@routes.before_request
def refuse_other_versions() -> None:
    """Speak one version of the protocol; who names none is taken to speak it."""
    if request.headers.get("Tus-Resumable", VERSION) != VERSION:
        raise PreconditionFailed


@routes.after_request
def tell_version(response: Response) -> Response:
    """Say on each answer which protocol is spoken, and to OPTIONS what of it."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    if request.method == "OPTIONS":
        response.headers["Tus-Version"] = VERSION
        response.headers["Tus-Extension"] = "creation,termination"
        response.headers["Tus-Max-Size"] = str(largest_file())
    return response


@routes.post("/uploads")
@requires(Permission.OWN_UPLOAD)
def create() -> Response:
    """Announce a file; the answer holds the address of its parts."""
    size, name = _number("Upload-Length"), _name(request.headers.get("Upload-Metadata", ""))
    try:
        upload = actions.begin(db.session, actor=actor(), name=name, size=size, most=largest_file())
        storage.current().refuse_if_full(size)
    except Refusal as refusal:
        return said(refusal)
    except storage.NoRoom:
        return said(DiskFull())
    return _answer(HTTPStatus.CREATED, {"Location": f"{base_url()}/{upload.token}", "Upload-Offset": "0"})


@routes.route("/uploads/<token>", methods=["HEAD"])
@requires(Permission.OWN_UPLOAD)
def tell_offset(token: str) -> Response:
    """Where the next part begins."""
    upload = queries.upload_of(db.session, actor(), token)
    offsets = {"Upload-Offset": str(upload.received), "Upload-Length": str(upload.size)}
    return _answer(HTTPStatus.OK, {**offsets, "Cache-Control": "no-store"})


@routes.patch("/uploads/<token>")
@requires(Permission.OWN_UPLOAD)
@takes_uploads(LARGEST_PART)
def append(token: str) -> Response:
    """Take one part; the last one makes the file whole."""
    upload = queries.upload_of(db.session, actor(), token)
    if request.mimetype != PART_TYPE:
        raise UnsupportedMediaType
    offset = _number("Upload-Offset")
    try:
        with slots.place(upload.user_id):
            return _take_part(upload, offset)
    except slots.AllTaken as error:
        raise ServiceUnavailable(retry_after=COME_AGAIN_SECONDS) from error
    except storage.Busy as error:
        raise Locked from error
    except storage.Lost as lost:
        actions.advance(db.session, upload, actor=actor(), received=lost.size, whole=None)
        split()
        raise Conflict from lost
    except storage.NoRoom:
        return said(DiskFull())


@routes.delete("/uploads/<token>")
@requires(Permission.OWN_UPLOAD)
def take_off(token: str) -> Response:
    """Give an upload up (termination)."""
    upload = queries.upload_of(db.session, actor(), token)
    actions.take_off(db.session, upload, actor=actor())
    split()
    storage.current().remove(upload.scope, token)
    return _answer(HTTPStatus.NO_CONTENT)


@routes.get("/uploads/<token>/picture")
@requires(Permission.OWN_UPLOAD)
def preview(token: str) -> PlainResponse:
    """The picture of an upload, for its user alone, before it belongs to anything."""
    upload = queries.upload_of(db.session, actor(), token)
    if not upload.is_whole:
        raise NotFound
    return serving.picture(upload)


def base_url() -> str:
    """The address of the uploads of the shell in use."""
    if g.get("shell") == "console":
        return "/console/uploads"
    # Beside the shells stands the style guide alone, whose files go nowhere.
    return f"/{g.service.slug}/uploads" if "service" in g else "/uploads"


def said(refusal: Refusal) -> Response:
    """A refusal as the uploader shows it: a line of text in the person's language."""
    return Response(refusal.say(), status=refusal.status, mimetype="text/plain")


def _take_part(upload: Upload, offset: int) -> Response:
    blobs, length = storage.current(), request.content_length or 0
    with blobs.receiving(upload.scope, upload.token, taken=upload.received) as part:
        # What another request had been writing until just now is in the row by now.
        upload = queries.upload_of(db.session, actor(), upload.token)
        if upload.is_whole or offset != upload.received:
            raise Conflict
        if length > upload.size - offset:
            raise RequestEntityTooLarge
        blobs.refuse_if_full(length)
        split()
        pieces = _pieces(min(LARGEST_PART, upload.size - offset))
        return _write_down(upload, offset + blobs.append(part, pieces, taken=offset))


def _write_down(upload: Upload, received: int) -> Response:
    """Write down how far the upload has come; the bytes are on the disk, and no transaction was open meanwhile."""
    whole: Whole | None = None
    if received == upload.size:
        try:
            whole = make_whole(
                storage.current(),
                scope=upload.scope,
                token=upload.token,
                name=upload.name,
                clamd=_settings().clamd,
            )
        except FileNotFoundError:
            # Its bytes go when it is taken off; then it is not there for its user either.
            queries.upload_of(db.session, actor(), upload.token)
            raise
    stands = actions.advance(db.session, upload, actor=actor(), received=received, whole=whole)
    split()
    if not stands:
        # It was taken off while its last part came in.
        storage.current().remove(upload.scope, upload.token)
        raise NotFound
    if whole is not None and whole.scan is Scan.BLOCKED:
        return said(Stopped(upload.name))
    return _answer(HTTPStatus.NO_CONTENT, {"Upload-Offset": str(received)})


def _pieces(most: int) -> Iterator[bytes]:
    """What comes in, until it is enough, the browser has gone, or it takes too long."""
    end = time.monotonic() + LONGEST_PART_SECONDS
    while most > 0 and time.monotonic() < end:
        try:
            piece = request.stream.read(min(most, storage.CHUNK))
        except ClientDisconnected:
            return
        if not piece:
            return
        most -= len(piece)
        yield piece


def _number(header: str) -> int:
    value = request.headers.get(header, "")
    if not WHOLE_NUMBER.fullmatch(value):
        raise UnprocessableEntity
    return int(value)


def _name(metadata: str) -> str:
    """The file's name among the pairs of key and base64 value."""
    pairs = (pair.strip().partition(" ") for pair in metadata.split(","))
    encoded = next((value for key, _blank, value in pairs if key == "filename"), "")
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise UnprocessableEntity from error


def _answer(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    response = Response(status=status, headers=headers)
    response.headers.pop("Content-Type", None)
    return response


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
