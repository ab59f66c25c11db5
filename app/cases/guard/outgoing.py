"""What is about to go out to a customer: searched, and stopped unless somebody has looked at what was found."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Audience
from app.cases.answers import PLACEHOLDERS
from app.cases.guard.findings import Finding, Found
from app.cases.guard.names import names_of_all
from app.cases.guard.quotes import LONG, quoted
from app.cases.guard.text import squeeze, squeezed
from app.cases.guard.traces import traces
from app.cases.models import CaseComment

# The contract holder of a text that goes to many: every customer it names is then somebody else.
NOBODY = 0
# Shown of one text; who has looked at twenty looks at the whole text again.
MOST_SHOWN = 20
_LEFT_OVER = re.compile("|".join(re.escape(f"{{{name}}}") for name in PLACEHOLDERS))
_SAID = frozenset({"href", "src", "alt", "title"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A text for the users of one contract holder, with everything that goes with it.

    :param case_id: the case it is written on, if there is one already; its internal notes must not be quoted.
    """

    holder_id: int
    body: str
    html: str | None = None
    file_names: Sequence[str] = ()
    case_id: int | None = None

    def searched(self) -> str:
        """All that the customer will read: the words, the addresses behind links, the names of files."""
        said = _Said()
        said.feed(self.html or "")
        return "\n".join((self.body, *said.texts, *self.file_names))

    def digest(self, findings: Sequence[Finding]) -> str:
        """What a confirmation is bound to: this very text, and what was found in it."""
        told = [
            self.holder_id,
            self.case_id,
            self.body,
            self.html,
            *self.file_names,
            [(found.kind, found.text) for found in findings],
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class Stopped(Exception):
    """The text was not sent; ``findings`` names what was found, ``digest`` is what a confirmation must carry."""

    def __init__(self, findings: Sequence[Finding], digest: str) -> None:
        super().__init__("stopped by the guard")
        self.findings, self.digest = findings, digest


def look_through(session: Session, outgoing: Outgoing, *, confirmed: str = "") -> tuple[str, ...]:
    """Let a text pass in which nothing was found, or whose findings were confirmed; tells the kinds that were.

    :param confirmed: the digest that stood with the findings when somebody confirmed them.
    :raises Stopped: if something was found and not confirmed for this very text.
    """
    findings = find(session, outgoing)
    digest = outgoing.digest(findings)
    if findings and confirmed != digest:
        raise Stopped(findings, digest)
    return tuple(sorted({found.kind.value for found in findings}))


def stop_of(session: Session, outgoing: Outgoing) -> Stopped | None:
    """What would stop a text, for a page that shows it before it is sent."""
    try:
        look_through(session, outgoing)
    except Stopped as stop:
        return stop
    return None


def find(session: Session, outgoing: Outgoing) -> Sequence[Finding]:
    """What the guard finds in a text, in the order of kinds, each once."""
    found = set(_all(session, outgoing))
    order = list(Found)
    return sorted(found, key=lambda item: (order.index(item.kind), item.text))[:MOST_SHOWN]


def _all(session: Session, outgoing: Outgoing) -> Iterator[Finding]:
    typed = outgoing.searched()
    searched = squeeze(typed)
    for name in names_of_all(session).found_in(searched, outgoing.holder_id):
        yield Finding(Found.NAME, name)
    yield from traces(session, typed, outgoing.holder_id)
    if outgoing.case_id is not None and len(searched.text) >= LONG:
        notes, public = _texts_of(session, outgoing.case_id)
        for quotation in quoted(searched, notes, public):
            yield Finding(Found.NOTE, quotation)
    for left_over in _LEFT_OVER.findall(outgoing.body):
        yield Finding(Found.PLACEHOLDER, left_over)


def _texts_of(session: Session, case_id: int) -> tuple[list[str], list[str]]:
    """The internal notes of a case and its public texts; a reply that was taken back is neither."""
    rows = session.execute(
        select(CaseComment.audience, CaseComment.body)
        .where(CaseComment.case_id == case_id, CaseComment.taken_back_at.is_(None))
        .order_by(CaseComment.id)
    ).all()
    notes = [squeezed(body) for audience, body in rows if audience is Audience.DESK]
    return notes, [
        squeezed(body) for audience, body in rows if audience is Audience.CUSTOMER
    ] if notes else []


class _Said(HTMLParser):
    """Takes out of rich text what its plain words do not hold: addresses of links, names of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is said in attributes, addresses also as people read them."""
        for name, value in attrs:
            if name in _SAID and value:
                self.texts.extend({value, unquote(value)})
