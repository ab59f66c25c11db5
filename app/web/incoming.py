"""The request as it comes in: an address may hold any byte, and none of them may be a fault of ours."""

from typing import Any
from urllib.parse import quote

from flask import Flask, Request

# What may stand in a query as it is; every other byte stands there as %XX.
QUERY_SIGNS = "%&=+-._~!$'()*,;:@/?#[]{}|\\^`<>\""


class IncomingRequest(Request):
    """A request whose query is always text: bytes sent raw read like those sent as %XX."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.query_string = quote(self.query_string, safe=QUERY_SIGNS).encode()


def init_app(app: Flask) -> None:
    """Let Flask make every request of this kind."""
    app.request_class = IncomingRequest
