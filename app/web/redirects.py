"""Where to go after sign-in: only ever a path of this site (SEC-37)."""

import re
from urllib.parse import quote

from flask import has_request_context, request

# One slash, then neither slash nor backslash: browsers read both as the start of another site's name.
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_ENCODED_SLASH = re.compile(r"^/(?:%2f|%5c)", re.IGNORECASE)
LONGEST = 2_000


def own_path(asked: str | None, *, under: str, otherwise: str) -> str:
    """Return ``asked`` if it is a path of this site below ``under``, else ``otherwise`` (AUTH-02)."""
    if not asked or len(asked) > LONGEST or not _OWN_PATH.fullmatch(asked) or _ENCODED_SLASH.match(asked):
        return otherwise
    # Browsers read %2e as the dot it stands for before they walk up a path.
    path = re.sub("%2e", ".", asked.partition("?")[0], flags=re.IGNORECASE)
    return asked if path.startswith(under) and ".." not in path else otherwise


def this_page() -> str:
    """The address of the page asked for, to come back to; empty for a form's answer and outside of requests.

    A query may hold bytes that are no text; these are left out.
    """
    if not has_request_context() or request.method != "GET":
        return ""
    query = request.query_string.decode()
    return quote(request.path) + (f"?{query}" if query else "")
