"""The request as it comes in: an address or a form may hold anything, and none of it may be a fault of ours."""

from collections.abc import Callable
from typing import IO, Any, TypeVar
from urllib.parse import quote

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

# What may stand in a query as it is; every other byte stands there as %XX.
QUERY_SIGNS = "%&=+-._~!$'()*,;:@/?#[]{}|\\^`<>\""

View = TypeVar("View", bound=Callable[..., Any])


def takes_uploads(largest: int) -> Callable[[View], View]:
    """Declare that a route takes files, and how many bytes its requests may have; all others keep to the limit."""

    def mark(view: View) -> View:
        vars(view)["largest_request"] = largest
        return view

    return mark


def takes_parts(most: int) -> Callable[[View], View]:
    """Declare that a route takes a form of so many fields; all others keep to the limit."""

    def mark(view: View) -> View:
        vars(view)["most_form_parts"] = most
        return view

    return mark


def takes_text(largest: int) -> Callable[[View], View]:
    """Declare that a route takes so many bytes of text; what is longer than its fields may be is said at the field."""

    def mark(view: View) -> View:
        vars(view)["most_form_memory"] = largest
        return view

    return mark


class FormParser(FormDataParser):
    """Reads forms of both kinds within the same limits (SEC-39); Werkzeug sets them to one kind only."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Read a form.

        :raises RequestEntityTooLarge: for more text or more fields than a form may hold.
        :raises BadRequest: for a field without a name.
        """
        is_plain = mimetype == "application/x-www-form-urlencoded"
        if is_plain and (content_length or 0) > (self.max_form_memory_size or 0):
            raise RequestEntityTooLarge
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        if sum(len(values) for values in form.listvalues()) > (self.max_form_parts or 0):
            raise RequestEntityTooLarge
        if None in form or None in files:
            raise BadRequest
        return rest, form, files


class IncomingRequest(Request):
    """A request whose query is always text: bytes sent raw read like those sent as %XX."""

    form_data_parser_class = FormParser

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.query_string = quote(self.query_string, safe=QUERY_SIGNS).encode()


def init_app(app: Flask) -> None:
    """Let Flask make every request of this kind."""
    app.request_class = IncomingRequest
    app.before_request(_make_room)


def _make_room() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "largest_request", request.max_content_length)
    request.max_form_memory_size = getattr(view, "most_form_memory", request.max_form_memory_size)
    request.max_form_parts = getattr(view, "most_form_parts", request.max_form_parts)
