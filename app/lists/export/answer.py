"""The answer that carries a file of a list, and the pages that say why there is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from importlib import import_module
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

import structlog
from flask import current_app, request, url_for
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from app import clock
from app.authz import Actor
from app.i18n import _, time_zone
from app.lists.export import brake
from app.lists.export.table import RowT, Sheet, Table, sheet_of
from app.lists.paging import page_number
from app.web.errors import refusal

log = structlog.get_logger(__name__)

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name in menus, media type, the module that writes it, and how many rows it may hold.

    SEC-47 allows 50,000 rows. A PDF has fewer: each takes up to a fifth of a millisecond of a process that answers
    others meanwhile (docs/decisions/0009).
    """

    label: str
    media_type: str
    module: str
    most: int


FORMATS = {
    "pdf": Format("PDF", "application/pdf", "as_pdf", 10_000),
    "xlsx": Format(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "as_excel", 50_000
    ),
    "csv": Format("CSV", "text/csv; charset=utf-8; header=present", "as_csv", 50_000),
}


def export(table: Table[RowT], extension: str, *, actor: Actor) -> Response:
    """Answer with the file of a table, or with a page that says why not and what to do.

    Whoever calls this has declared a permission, and gives a table whose rows and total come from the actor's scope. A
    list too long for one file comes in parts, ``?part=2`` and so on.

    :raises MethodNotAllowed: for HEAD, which would make a whole file to throw it away.
    """
    if request.method != "GET":
        raise MethodNotAllowed(valid_methods=["GET"])
    chosen = FORMATS[extension]
    parts = max((table.total + chosen.most - 1) // chosen.most, 1)
    if parts > 1 and "part" not in request.args:
        return _too_long(table, chosen, parts)
    part = min(page_number(request.args.get("part", "")), parts)
    if current_app.config["SETTINGS"].is_throttled:
        open_again = brake.take(actor.user_id)
        if open_again is not None:
            return _too_often(open_again)
    sheet = sheet_of(
        table,
        limit=chosen.most,
        offset=(part - 1) * chosen.most,
        made_by=actor.name,
        made_at=clock.now(),
        zone=time_zone(),
    )
    log.info("list.exported", list=table.name, format=extension, rows=table.total, user=actor.user_id)
    return _file(sheet, table.name, extension, part=part if parts > 1 else None)


def _file(sheet: Sheet, name: str, extension: str, *, part: int | None) -> Response:
    """Write the file to the disk and send it from there.

    Sent straight out of the query, a slow reader would keep its transaction open, and a fault in the middle would look
    like a short list.
    """
    # Making PDFs takes libraries of 40 MB, which a server whose people do not ask for any never loads.
    write: Callable[[Sheet, IO[bytes]], None] = import_module(
        f"app.lists.export.{FORMATS[extension].module}"
    ).write
    file = TemporaryFile()  # noqa: SIM115  # Closed when the answer has been sent.
    try:
        write(sheet, file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = current_app.response_class(_pieces(file), mimetype=None, direct_passthrough=True)
    # For whoever hangs up before the end.
    response.call_on_close(file.close)
    response.content_length = size
    response.headers["Content-Type"] = FORMATS[extension].media_type
    response.headers["Content-Disposition"] = _disposition(sheet, name, extension, part)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _disposition(sheet: Sheet, name: str, extension: str, part: int | None) -> str:
    """The file's name as RFC 6266 puts it: in full, and in ASCII for whoever takes nothing else."""
    stamp = f"{sheet.local(sheet.made_at):%Y%m%d-%H%M%S}"
    rest = f"_{stamp}.{extension}" if part is None else f"_{stamp}_{part}.{extension}"
    return f"attachment; filename=\"{name}{rest}\"; filename*=UTF-8''{quote(sheet.title + rest, safe='')}"


def _too_often(open_again: datetime) -> Response:
    moment = open_again.astimezone(time_zone())
    answer = refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Too many exports"),
        _(
            "You can export %(most)s times within %(minutes)s minutes. Try again from %(time)s.",
            most=brake.MOST,
            minutes=int(brake.WITHIN.total_seconds() // 60),
            time=f"{moment:%H:%M:%S}",
        ),
    )
    seconds = (open_again - clock.now()).total_seconds()
    answer.headers["Retry-After"] = str(max(int(seconds) + 1, 1))
    return answer


def _too_long(table: Table[RowT], chosen: Format, parts: int) -> Response:
    """The page of a list that does not fit into one file, with the way to each of its parts."""
    return refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Too many rows for one file"),
        _(
            "The list has %(total)s rows; one %(format)s file holds at most %(most)s. Export it in parts:",
            total=f"{table.total:,}",
            most=f"{chosen.most:,}",
            format=chosen.label,
        ),
        template="errors/too_many_rows.html",
        parts=[
            {
                "href": _here(part),
                "first": f"{(part - 1) * chosen.most + 1:,}",
                "last": f"{min(part * chosen.most, table.total):,}",
            }
            for part in range(1, parts + 1)
        ],
        total=f"{table.total:,}",
    )


def _here(part: int) -> str:
    """This very address with another part.

    What a query says is taken for nothing but a query: neither for a place in the address, nor for one of the words by
    which ``url_for`` is told of another scheme or host.
    """
    rule = request.url_rule.arguments if request.url_rule else set()
    asked = {
        name: value
        for name, value in request.args.to_dict().items()
        if not name.startswith("_") and name not in {"endpoint", *rule}
    }
    return url_for(request.endpoint or "", **{**asked, **(request.view_args or {}), "part": part})
