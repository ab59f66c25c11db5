"""Texts that their authors have not sent yet; each is read by its author alone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.cases.models import Case, Draft
from app.richtext.plain import is_empty

LARGEST_BYTES = 256 * 1024
KEPT_FOR = timedelta(days=30)


class Pen(StrEnum):
    """What is written with on a case's page: each form keeps a draft of its own."""

    COMMENT = "comment"
    REPLY = "reply"
    NOTE = "note"


class Chosen(NamedTuple):
    """A file that its author has uploaded for a draft; the name is kept, as the upload may be gone before the draft."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: the text, the rich text of the script's editor if it was on, and the files.

    Other fields stand under their names: ``lines`` hold words, such as a title; ``choices`` nobody would miss by
    themselves.
    """

    text: str
    html: str = ""
    files: tuple[Chosen, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def unpacked(cls, body: str) -> Self:
        """From what is stored; drafts of former releases know no files and no other fields."""
        stored = json.loads(body)
        files = tuple(Chosen(*file) for file in stored.pop("files", ()))
        return cls(**stored, files=files)

    def packed(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def size(self) -> int:
        """How much its words are, in bytes."""
        told = (self.text, self.html, *self.lines.values(), *self.choices.values())
        return sum(len(part.encode("utf-8", "surrogatepass")) for part in told)

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing in it that anybody would miss."""
        if self.files or any(words.strip() for words in (self.text, *self.lines.values())):
            return False
        return not self.html or is_empty(self.html)


def place_on(case: Case, pen: Pen) -> str:
    """The place of a draft on a case's page."""
    return f"{case.number}:{pen.value}"


def place_of_inquiry(service_slug: str) -> str:
    """The place of the draft of an inquiry, one for each portal."""
    return f"{service_slug}:inquiry"


def drafts_of(session: Session, actor: Actor, places: Sequence[str]) -> dict[str, Typed]:
    """The actor's own drafts at these places, as they were typed."""
    chosen = select(Draft).where(Draft.user_id == actor.user_id, Draft.place.in_(places))
    return {draft.place: Typed.unpacked(draft.body) for draft in session.scalars(chosen.order_by(Draft.id))}


def forget_old(session: Session) -> int:
    """Let go what has been left for thirty days; returns how many drafts that were."""
    gone = delete(Draft).where(Draft.updated_at <= clock.now() - KEPT_FOR)
    return len(session.execute(gone.returning(Draft.id)).all())
