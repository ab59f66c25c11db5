"""The inspecting client: every page a test fetches is checked as a careful reader would check it.

A page must be valid HTML with a title, one ``h1``, unique ids, a label for each field, headings without gaps,
no handler or style attribute, no text left in the other language, and the security headers. The client counts the queries of each
request, so that a test can state the page's budget.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import html5lib
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.accounts.session import COOKIE
from app.extensions import db
from tests.cast import PASSWORD, ROLES

BASE_URL = "https://desk.test"
HTML = "{http://www.w3.org/1999/xhtml}"
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Page:
    """A fetched page: its answer, its tree, and the number of queries it took."""

    def __init__(self, answer: TestResponse, queries: list[str]) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.queries = queries
        self.text = answer.get_data(as_text=True)
        self.is_html = answer.mimetype == "text/html"
        self.tree = _parse(self.text) if self.is_html else None

    @property
    def location(self) -> str:
        """Where a redirect leads, as a path."""
        return self.answer.headers.get("Location", "").removeprefix(BASE_URL)

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """All elements of a tag with these attributes (``class_`` and ``for_`` stand for the reserved words)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = [] if self.tree is None else self.tree.iter(HTML + tag)
        return [item for item in found if all(item.get(name) == value for name, value in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Any:
        """The only element of its kind."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements <{tag} {attributes}>"
        return found[0]

    def words(self, element: Any = None) -> str:
        """The text of an element, or of the page's body, with blanks folded."""
        root = element if element is not None else next(self.tree.iter(HTML + "body"))  # type: ignore[union-attr]
        return " ".join(" ".join(root.itertext()).split())

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that posts to ``action``, as a browser would send them untouched."""
        form = next(item for item in self.all("form", method="post") if item.get("action") == action)
        return dict(_fields(form))

    def offers(self, action: str) -> bool:
        """Tell whether a form of the page posts to ``action``."""
        return any(item.get("action") == action for item in self.all("form", method="post"))


class InspectingClient:
    """Fetches pages like a browser, one cookie jar, and inspects each of them."""

    def __init__(self, app: Flask, *, language: str | None = None) -> None:
        self._app = app
        self._client = app.test_client()
        self._language = language

    def sign_in(self, name: str, service: str = "cs") -> "InspectingClient":
        """Sign a member of the cast in at the portal of ``service``, an agent at the console."""
        role = ROLES[name]
        door = "/console/login" if role.desk_role else f"/{service}/login"
        fields = self.get(door).form(door)
        page = self.post(door, {**fields, "login_id": role.login_id, "password": PASSWORD})
        assert page.status == 303, page.words()
        return self

    def get(self, path: str, **options: Any) -> Page:
        """Fetch a page and inspect it."""
        return self._fetch("GET", path, **options)

    def post(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> Page:
        """Post fields as they are given."""
        return self._fetch("POST", path, data=fields or {}, **options)

    def submit(self, page: Page, action: str, **typed: str) -> Page:
        """Fill and send the form of ``page`` that posts to ``action``."""
        names = {name.replace("__", "-"): value for name, value in typed.items()}
        return self.post(action, {**page.form(action), **names})

    def token(self) -> str:
        """A form token of this client's session."""
        return self.get("/cs/login").form("/cs/login")["csrf_token"]

    def cookie(self) -> str | None:
        """The session cookie's value."""
        found = self._client.get_cookie(COOKIE, domain="desk.test")
        return found.value if found else None

    def set_cookie(self, value: str) -> None:
        """Plant a session cookie."""
        self._client.set_cookie(COOKIE, value, domain="desk.test", secure=True)

    def _fetch(self, method: str, path: str, **options: Any) -> Page:
        headers = dict(options.pop("headers", {}))
        if self._language:
            headers.setdefault("Accept-Language", self._language)
        with counted_queries(self._app) as queries:
            answer = self._client.open(path, method=method, base_url=BASE_URL, headers=headers, **options)
        page = Page(answer, queries)
        if page.is_html and "HX-Request" not in headers:
            inspect(page)
        return page


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends to the database, transaction control aside."""
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def inspect(page: Page) -> None:
    """Check a page as a careful reader would; the first fault fails the test that fetched it."""
    assert page.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in page.answer.headers["Content-Security-Policy"]
    assert page.words(page.one("title")), "the page has no title"
    assert len(page.all("h1")) == 1, "the page needs one h1"
    language = page.one("html").get("lang")
    assert language in {"ja", "en"}, "the page does not say its language"
    _inspect_ids(page)
    _inspect_labels(page)
    _inspect_headings(page)
    _inspect_attributes(page)


def _inspect_ids(page: Page) -> None:
    ids = [item.get("id") for item in page.tree.iter() if item.get("id")]  # type: ignore[union-attr]
    assert len(ids) == len(set(ids)), f"ids occur twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    for item in page.all("label"):
        assert item.get("for") in ids, f"a label points to {item.get('for')!r}, which is not there"


def _inspect_labels(page: Page) -> None:
    labelled = {item.get("for") for item in page.all("label")}
    for tag in LABELLED:
        for item in page.all(tag):
            named = item.get("id") in labelled or item.get("aria-label") or item.get("aria-labelledby")
            assert named or item.get("type") in UNLABELLED_TYPES, f"<{tag} name={item.get('name')}> has no label"


def _inspect_headings(page: Page) -> None:
    levels = [int(item.tag[-1]) for item in page.tree.iter() if item.tag in {HTML + tag for tag in HEADINGS}]  # type: ignore[union-attr]
    for before, after in zip(levels, levels[1:], strict=False):
        assert after <= before + 1, f"a heading of level {after} follows one of level {before}"


def _inspect_attributes(page: Page) -> None:
    for item in page.tree.iter():  # type: ignore[union-attr]
        handlers = [name for name in item.keys() if name.startswith("on") or name == "style"]
        assert not handlers, f"<{item.tag}> has {handlers}, which the policy forbids"


def _parse(text: str) -> Any:
    parser = html5lib.HTMLParser(strict=False)
    tree = parser.parse(text)
    faults = [str(fault) for fault in parser.errors]
    assert not faults, f"the HTML is not valid: {faults[:3]}"
    return tree


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    for item in form.iter():
        name = item.get("name")
        if not name:
            continue
        if item.tag == HTML + "textarea":
            # The parser keeps the line break that HTML drops after the opening tag.
            yield name, "".join(item.itertext()).removeprefix("\n")
        elif item.tag == HTML + "select":
            options = list(item.iter(HTML + "option"))
            chosen = next((one for one in options if one.get("selected") is not None), options[0])
            yield name, chosen.get("value", "")
        elif item.tag == HTML + "input" and _is_sent(item):
            yield name, item.get("value", "")


def _is_sent(item: Any) -> bool:
    kind = item.get("type", "text")
    return kind not in {"submit", "button"} and (kind not in {"checkbox", "radio"} or item.get("checked") is not None)
