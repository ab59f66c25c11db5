"""The inspecting client: every page a test fetches is checked as a careful reader would check it.

A page must be valid HTML with a title, one ``h1``, unique ids, a label for each field, headings without gaps,
no handler or style attribute, no text left in the other language, and the security headers; a fragment must
hold what of this can hold for a part of a page. The client counts the queries of each request, so that a test
can state the page's budget.

A page that differs in numbers and tokens alone from one that was inspected before is not inspected again: its headers
and its ids are looked at each time, the rest would say the same. Likewise, whether the HTML is valid is asked of a page
only if some eight tags of it, with their attributes, have not followed each other on a valid page before.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Any

import html5lib
import lxml.html
from babel.messages.pofile import read_po
from flask import Flask, g, request
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.accounts import session as sessions
from app.accounts.session import COOKIE
from app.accounts.sign_in import Door
from app.extensions import db
from app.paths import TRANSLATIONS
from tests.cast import PASSWORD, ROLES, app_code, person

# An element of a tree, which carries no types; an option of Werkzeug's test client, which has many.
Element = Any
Option = Any

BASE_URL = "https://desk.test"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What differs between two pages of which it is enough to inspect one: form tokens, file tokens, numbers.
VARYING = re.compile(r'(?<=value=")[\w.-]{32,}(?=")|[0-9a-f]{16,}|[0-9]+')
IDS = re.compile(r'\sid="([^"]+)"')
TAGS = re.compile(r"<[^>]*>")
VALUES = re.compile(r'="[^"]*"')
# So many tags in a row are looked at as one.
TOGETHER = 8
# An ampersand that stands for itself must be written as a reference.
BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
MAIL = re.compile(r"/demo/mail/[0-9]+/formatted")
HTML = "{http://www.w3.org/1999/xhtml}"
QUICK = lxml.html.HTMLParser(remove_comments=True)
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button"}
HEADINGS = tuple(f"{HTML}h{level}" for level in range(1, 7))
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-label")


class Page:
    """A fetched page: its answer, its tree, and the number of queries it took."""

    def __init__(self, answer: TestResponse, queries: list[str], *, is_part: bool = False) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.queries = queries
        # A file that is no text is for its own reader; here it only must not stand in the way.
        self.text = answer.get_data().decode(errors="replace")
        # These two are answered by headers alone.
        has_body = answer.request.method not in {"HEAD", "OPTIONS"}
        # A mail is no page of ours: it has no heading, and its styles stand at its elements.
        is_mail = bool(MAIL.fullmatch(answer.request.path))
        self.is_html = answer.mimetype == "text/html" and has_body and not is_mail
        self.is_part = is_part and self.is_html and not self.text.startswith("<!DOCTYPE html>")

    @cached_property
    def tree(self) -> Element:
        """The page as a tree; ``None`` for what is no page. What stands in a ``<template>`` is not on the page."""
        if not self.is_html:
            return None
        return _without_templates(_read(self.text, is_part=self.is_part))

    def kind(self) -> bytes:
        """The same for pages that differ in numbers and tokens alone."""
        return _digest(f"{self.status} {self.is_part} {VARYING.sub('#', self.text)}")

    def neighbourhoods(self) -> set[int]:
        """Each run of a few tags and their attributes, as one after the other stands on the page."""
        tags = VALUES.sub("", "".join(TAGS.findall(self.text))).split("<")
        return {hash((self.is_part, *tags[start : start + TOGETHER])) for start in range(len(tags))}

    @property
    def location(self) -> str:
        """Where a redirect leads, as a path."""
        return self.answer.headers.get("Location", "").removeprefix(BASE_URL)

    @property
    def language(self) -> str:
        """The language the page says it is in."""
        return str(self.one("html").get("lang"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """All elements of a tag with these attributes (``class_``, ``for_`` for the reserved words)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = [] if self.tree is None else self.tree.iter(HTML + tag)
        return [item for item in found if all(item.get(name) == value for name, value in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only element of its kind."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements <{tag} {attributes}>"
        return found[0]

    def styled(self, tag: str, name: str) -> list[Element]:
        """All elements of a tag that carry a class among others."""
        return [item for item in self.all(tag) if name in item.get("class", "").split()]

    def by_id(self, identity: str) -> Element:
        """The element of that id, or ``None``."""
        found = [] if self.tree is None else self.tree.iter()
        return next((item for item in found if item.get("id") == identity), None)

    def words(self, element: Element = None) -> str:
        """The text of an element, or of the page's body, with blanks folded."""
        root = element if element is not None else next(self.tree.iter(HTML + "body"))
        return " ".join(" ".join(root.itertext()).split())

    def error_at(self, field: str) -> str:
        """The message at a field, empty if it has none; the field must name it for those who cannot see."""
        message = self.by_id(f"{field}-error")
        if message is None:
            return ""
        control = self.by_id(field)
        assert control.get("aria-invalid") == "true", f"{field} does not say that it is wrong"
        assert f"{field}-error" in control.get("aria-describedby", ""), f"{field} does not name its message"
        return self.words(message)

    def alerts(self) -> str:
        """The texts that stand out as errors."""
        marked = [] if self.tree is None else self.tree.iter()
        return " ".join(self.words(item) for item in marked if item.get("role") == "alert")

    def value(self, field: str) -> str:
        """What a control holds, whichever form it is in."""
        return next(value for name, value in _fields(self.tree) if name == field)

    def rows(self) -> list[dict[str, str]]:
        """The rows of the page's tables: the texts of their cells by the names of their columns."""
        bodies = [list(body.iter(HTML + "tr")) for body in self.all("tbody")]
        lines = [[cell for cell in row if cell.get("data-label")] for body in bodies for row in body]
        return [{cell.get("data-label"): self.words(cell) for cell in line} for line in lines]

    def heads(self) -> list[str]:
        """The heads of the page's columns, without the arrow of the sort."""
        shown = [item for item in self.all("th") if item.get("scope") == "col"]
        return [self.words(item).removesuffix("▲").removesuffix("▼").strip() for item in shown]

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
        fields = {"csrf_token": self.token(door), "login_id": role.login_id, "password": PASSWORD}
        page = self.post(door, fields)
        assert page.status == 303, page.words()
        return self.give_code(name) if page.location.endswith("/login/method") else self

    def give_code(self, name: str) -> "InspectingClient":
        """Go from the choice of a method through the code of an agent's app."""
        token = self.token("/console/login/method")
        self.post("/console/login/method", {"csrf_token": token, "method": "app"})
        with self._app.test_request_context():
            code = app_code(db.session, name)
            db.session.rollback()
        page = self.post("/console/login/app", {"csrf_token": self.token("/console/login/app"), "code": code})
        assert page.status == 303, page.words()
        return self

    def enter(self, name: str) -> "InspectingClient":
        """Be signed in as a member of the cast without the two requests that it takes; quick, for many tests."""
        with self._app.test_request_context(base_url=BASE_URL):
            user = person(db.session, name)
            door = Door(user.realm, "tests")
            sessions.establish(db.session, user=user, door=door, incoming=request)
            token = g.cookies_given[COOKIE].value
            db.session.commit()
        self.set_cookie(token)
        return self

    def get(self, path: str, **options: Option) -> Page:
        """Fetch a page and inspect it."""
        return self._fetch("GET", path, **options)

    def post(self, path: str, fields: dict[str, Option] | None = None, **options: Option) -> Page:
        """Post fields as they are given."""
        return self._fetch("POST", path, data=fields or {}, **options)

    def fetch(self, method: str, path: str, **options: Option) -> Page:
        """Send a request of any method, for the methods that no page uses."""
        return self._fetch(method, path, **options)

    def submit(self, page: Page, action: str, **typed: str) -> Page:
        """Fill and send the form that posts to ``action`` (``reply__body`` stands for ``reply-body``)."""
        names = {name.replace("__", "-"): value for name, value in typed.items()}
        return self.post(action, {**page.form(action), **names})

    def act(self, path: str, **fields: str) -> Page:
        """Post to an act that needs nothing but the form token."""
        return self.post(path, {"csrf_token": self.token(), **fields})

    def token(self, door: str = "/cs/login") -> str:
        """A form token of this client's session, read without inspecting the page: that is for its own tests."""
        found = TOKEN.search(self._client.get(door, base_url=BASE_URL).get_data(as_text=True))
        assert found, f"{door} has no form token"
        return found.group(1)

    def cookie(self) -> str | None:
        """The session cookie's value."""
        found = self._client.get_cookie(COOKIE, domain="desk.test")
        return found.value if found else None

    def set_cookie(self, value: str) -> None:
        """Plant a session cookie."""
        self._client.set_cookie(COOKIE, value, domain="desk.test", secure=True)

    def _fetch(self, method: str, path: str, **options: Option) -> Page:
        headers = dict(options.pop("headers", {}))
        if self._language:
            headers.setdefault("Accept-Language", self._language)
        with counted_queries(self._app) as queries:
            answer = self._client.open(path, method=method, base_url=BASE_URL, headers=headers, **options)
        page = Page(answer, queries, is_part="HX-Request" in headers)
        if page.is_html:
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
    ids = IDS.findall(page.text)
    assert len(ids) == len(set(ids)), f"ids occur twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    kind = page.kind()
    if kind in _inspected:
        return
    _inspect_validity(page)
    # A <template> is inspected like the rest, but nothing in it is on the page.
    page.tree = _read(page.text, is_part=page.is_part)
    _inspect_tree(page)
    _without_templates(page.tree)
    _inspected.add(kind)


_inspected: set[bytes] = set()
_valid: set[int] = set()


def _inspect_validity(page: Page) -> None:
    assert not BARE_AMPERSAND.search(page.text), "an ampersand is not written as a reference"
    neighbourhoods = page.neighbourhoods()
    if not neighbourhoods <= _valid:
        parser = html5lib.HTMLParser(strict=False)
        parser.parseFragment(page.text) if page.is_part else parser.parse(page.text)
        faults = [str(fault) for fault in parser.errors]
        assert not faults, f"the HTML is not valid: {faults[:3]}"
        _valid.update(neighbourhoods)


def _inspect_tree(page: Page) -> None:
    if not page.is_part:
        assert page.words(page.one("title")), "the page has no title"
        assert len(page.all("h1")) == 1, "the page needs one h1"
        assert page.language in {"ja", "en"}, "the page does not say its language"
        _inspect_headings(page)
        _inspect_language(page)
    _inspect_ids(page)
    _inspect_labels(page)
    _inspect_attributes(page)


def _inspect_ids(page: Page) -> None:
    ids = [item.get("id") for item in page.tree.iter() if item.get("id")]
    assert len(ids) == len(set(ids)), f"ids occur twice: {sorted({one for one in ids if ids.count(one) > 1})}"
    for item in page.all("label"):
        assert item.get("for") in ids, f"a label points to {item.get('for')!r}, which is not there"


def _inspect_labels(page: Page) -> None:
    labelled = {item.get("for") for item in page.all("label")}
    for tag in LABELLED:
        for item in page.all(tag):
            named = item.get("id") in labelled or item.get("aria-label") or item.get("aria-labelledby")
            assert named or item.get("type") in UNLABELLED_TYPES, (
                f"<{tag} name={item.get('name')}> has no label"
            )


def _inspect_headings(page: Page) -> None:
    levels = [int(item.tag[-1]) for item in page.tree.iter(*HEADINGS)]
    for before, after in pairwise(levels):
        assert after <= before + 1, f"a heading of level {after} follows one of level {before}"


def _inspect_attributes(page: Page) -> None:
    for item in page.tree.iter():
        handlers = [name for name in item.attrib if name.startswith("on") or name == "style"]
        assert not handlers, f"<{item.tag}> has {handlers}, which the policy forbids"


@cache
def texts_in(language: str) -> frozenset[str]:
    """The texts of the interface in one language, without those that read the same in both."""
    with (TRANSLATIONS / "ja" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        pairs = [(item.id, item.string) for item in read_po(file) if isinstance(item.id, str) and item.id]
    wanted = 1 if language == "ja" else 0
    return frozenset(
        str(pair[wanted]).strip() for pair in pairs if pair[0] != pair[1] and "%(" not in pair[0]
    )


def _inspect_language(page: Page) -> None:
    language = page.language
    foreign = texts_in("en" if language == "ja" else "ja")
    for item in page.tree.iter():
        left = _said_by(item, language) & foreign
        assert not left, f"{sorted(left)} at <{item.tag}> of a page in {language!r}"


def _said_by(item: Element, language: str) -> set[str]:
    """The whole texts of an element, save what people wrote and what names its own language on purpose."""
    said = {" ".join((item.tail or "").split())}
    if not isinstance(item.tag, str):
        return said
    is_own = item.get("lang") not in {None, language} or "as-typed" in item.get("class", "")
    if not is_own and item.tag != HTML + "textarea":
        said |= {" ".join((item.text or "").split()), *(item.get(name, "") for name in SPOKEN_ATTRIBUTES)}
    return said


def _digest(told: str) -> bytes:
    return sha256(told.encode(errors="replace")).digest()


def _read(text: str, *, is_part: bool) -> Element:
    """A valid page as a tree, thirty times as fast as the parser that finds the faults."""
    if is_part:
        tree = lxml.html.fragment_fromstring(text, create_parent="div", parser=QUICK)
    else:
        tree = lxml.html.document_fromstring(text, parser=QUICK)
    for item in tree.iter():
        item.tag = HTML + item.tag
    return tree


def _without_templates(tree: Element) -> Element:
    for kept_back in tree.iter(HTML + "template"):
        del kept_back[:]
    return tree


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for item in form.iter():
        name = item.get("name")
        if not name:
            continue
        if item.tag == HTML + "textarea":
            # The parser keeps the line break that HTML drops after the opening tag.
            yield name, "".join(item.itertext()).removeprefix("\n")
        elif item.tag == HTML + "select":
            options = list(item.iter(HTML + "option"))
            # A list of which several may be chosen has nothing chosen by itself.
            first = [] if item.get("multiple") is not None else options[:1]
            for one in ([one for one in options if one.get("selected") is not None] or first)[:1]:
                yield name, one.get("value", "")
        elif item.tag == HTML + "input" and _is_sent(item):
            yield name, item.get("value", "")


def _is_sent(item: Element) -> bool:
    kind = item.get("type", "text")
    return kind not in {"submit", "button"} and (
        kind not in {"checkbox", "radio"} or item.get("checked") is not None
    )
