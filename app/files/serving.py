"""Handing files out: always as a download, never run; a picture only as it was drawn anew (SEC-43, SEC-44)."""

import re
import unicodedata
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from app import storage
from app.authz import NotFound
from app.files.kinds import OTHER
from app.files.models import Scan, StoredFile, Upload
from app.i18n import _
from app.web import errors

# Whoever opens it by itself gets something that can do nothing.
POLICY = "default-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; sandbox"
# Signs that stand in a name of RFC 5987 as they are.
PLAIN = "!#$&+-.^_`|~"
NOT_QUOTED = re.compile(r'[^\x20-\x7e]|["\\%;]')


def download(file: StoredFile) -> Response:
    """The file as an attachment, whole or a range of it; the caller has asked for the right to it just now."""
    if file.scan is Scan.BLOCKED:
        return _not_handed_out(
            403, _("This file was stopped by the virus check"), _("Nobody can download it.")
        )
    if file.scan is Scan.PENDING:
        return _not_handed_out(
            409,
            _("This file is still being checked for viruses"),
            _("It can be downloaded in a few minutes."),
        )
    answer = _answer(storage.current().blob(file.scope, file.token), OTHER, file.sha256)
    answer.headers["Content-Disposition"] = disposition(file.name)
    return answer


def picture(file: StoredFile | Upload) -> Response:
    """The picture that was drawn anew, for pages; checked each time it is asked for, sent anew only if it has changed.

    :raises NotFound: for a file that is no picture.
    """
    if file.picture_type is None or file.scan not in {Scan.OFF, Scan.CLEAN}:
        raise NotFound
    drawn = storage.current().picture(file.scope, file.token)
    answer = _answer(drawn, file.picture_type, f"{file.sha256}-picture")
    answer.headers["Content-Disposition"] = "inline"
    answer.cache_control.private = answer.cache_control.no_cache = True
    return answer


def disposition(name: str) -> str:
    """``Content-Disposition`` of a download: the name as it is, and one of plain signs beside it (RFC 6266)."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = NOT_QUOTED.sub("_", flat).strip() or "file"
    if plain.startswith("."):
        plain = f"file{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=PLAIN)}"


def _answer(path: Path, mimetype: str, etag: str) -> Response:
    """A blob, or the range of it that is asked for, or nothing but its mark for whoever has it already."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise NotFound from error
    answer = Response(mimetype=mimetype, direct_passthrough=True)
    answer.content_length = size
    answer.headers["Content-Security-Policy"] = POLICY
    answer.set_etag(etag)
    answer.make_conditional(request, accept_ranges=True, complete_length=size)
    if answer.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        part = answer.content_range
        first, stop = (part.start or 0, part.stop or 0) if answer.status_code != HTTPStatus.OK else (0, size)
        # It is opened when the first piece is sent, and closed with the last one, or when the browser hangs up.
        answer.response = storage.read(path, first, stop)
    return answer


def _not_handed_out(status: int, title: str, text: str) -> Response:
    return errors.refusal(status, title, text)
