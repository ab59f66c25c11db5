"""What must hold in a catalogue file, once its shape is right."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalog.content import (
    CATEGORY_SLUG_LENGTH,
    DESCRIPTION_LENGTH,
    ITEM_SLUG_LENGTH,
    MOST_CATEGORIES,
    MOST_ITEMS,
    SLUG,
    Content,
)
from app.catalog.fields.checking import check_definition
from app.catalog.models.items import MOST_POINTS, NAME_LENGTH
from app.i18n import _
from app.web.forms import CONTROLS

LineOf = Callable[..., int]
Entry = Mapping[str, Any]
# Where a problem is, step by step, and what it is.
Found = tuple[tuple[str | int, ...], str]
STEP = re.compile(r"[A-Za-z_]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong, and where: a path such as ``items[0].points``, and a line from 1 on (0 where none is known)."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEntry:
    """A category as a file has it."""

    slug: str
    name_ja: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """An item as a file has it; ``only_for`` is ``None`` where all numbers that may request can order it."""

    slug: str
    category: str
    content: Content
    only_for: tuple[str, ...] | None = None


def check_file(data: Entry, line_of: LineOf) -> Sequence[FileProblem]:
    """Everything that is wrong with data of the right shape: what is too much or there twice, then in file order."""
    categories, items = data.get("categories", []), data.get("items", [])
    known = {entry["slug"] for entry in categories}
    found: list[Found] = [
        *_too_many("categories", categories, MOST_CATEGORIES),
        *_too_many("items", items, MOST_ITEMS),
        *_twice("categories", categories),
        *_twice("items", items),
    ]
    for index, entry in enumerate(categories):
        found += [(("categories", index, *path), message) for path, message in _category(entry)]
    for index, entry in enumerate(items):
        found += [(("items", index, *path), message) for path, message in _item(entry, known)]
    return [FileProblem(_written(path), line_of(*path), message) for path, message in found]


def _too_many(name: str, entries: Sequence[Entry], most: int) -> Iterable[Found]:
    if len(entries) > most:
        yield (name,), _("At most %(most)s of them.", most=most)


def _twice(name: str, entries: Sequence[Entry]) -> Iterable[Found]:
    counts = Counter(entry["slug"] for entry in entries)
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        slug = entry["slug"]
        if counts[slug] > 1 and slug in seen:
            yield (name, index, "slug"), _("“%(slug)s” stands in the file twice.", slug=slug)
        seen.add(slug)


def _category(entry: Entry) -> Iterable[Found]:
    yield from _slug(entry, CATEGORY_SLUG_LENGTH)
    yield from _texts(entry, {"name_ja": NAME_LENGTH, "name_en": NAME_LENGTH})


def _item(entry: Entry, categories: set[str]) -> Iterable[Found]:
    yield from _slug(entry, ITEM_SLUG_LENGTH)
    limits = {"name_ja": NAME_LENGTH, "name_en": NAME_LENGTH}
    yield from _texts(
        entry, {**limits, "description_ja": DESCRIPTION_LENGTH, "description_en": DESCRIPTION_LENGTH}
    )
    if entry["category"] not in categories:
        yield ("category",), _("There is no category “%(slug)s” in this file.", slug=entry["category"])
    if not 0 <= entry.get("points", 0) <= MOST_POINTS:
        yield ("points",), _("Enter a whole number from %(least)s to %(most)s.", least=0, most=MOST_POINTS)
    for problem in check_definition(entry.get("form", [])):
        yield ("form", *_steps(problem.field)), problem.message


def _slug(entry: Entry, most: int) -> Iterable[Found]:
    if not SLUG.fullmatch(entry["slug"]) or len(entry["slug"]) > most:
        message = _(
            "Use at most %(most)s small letters, digits and single hyphens, such as change-policy.", most=most
        )
        yield ("slug",), message


def _texts(entry: Entry, limits: Mapping[str, int]) -> Iterable[Found]:
    for name, most in limits.items():
        text = entry.get(name, "")
        if len(text) > most:
            yield (
                (name,),
                _(
                    "At most %(length)s characters; %(excess)s too many.",
                    length=most,
                    excess=len(text) - most,
                ),
            )
        if CONTROLS.search(text):
            yield (name,), _("Remove the invisible control characters from this text.")


def _steps(path: str) -> Iterable[str | int]:
    """The steps of a path within the fields, such as ``0.choices.1.code``."""
    return [int(step) if step.isdigit() else step for step in STEP.findall(path)]


def _written(path: Iterable[str | int]) -> str:
    """The path as people read it, such as ``items[0].form[2].key``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
