"""The catalogue of a service as a YAML file: how it is read, checked and written (D13).

::

    format: 1
    categories:
      - slug: support
        name_ja: サポート
        name_en: Support
    items:
      - slug: policy
        category: support
        name_ja: 1. CSPM 検知ポリシー変更
        name_en: 1. Change detection policy
        points: 8
        form:
          - key: details
            kind: long_text
            label_ja: 依頼内容
            label_en: Details
            required: true

Both lists are in the order of the catalogue. A field is written as :meth:`FormDefinition.to_data` writes it. An item
with ``only_for`` is there for these customer numbers alone; without it, for all that may request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from app.catalog.content import TEXTS, Content
from app.catalog.exchange_rules import CategoryEntry, FileProblem, ItemEntry, check_file
from app.catalog.exchange_shape import CATEGORY, FILE, FORMAT, ITEM, Reader
from app.catalog.fields import FormDefinition
from app.catalog.yaml_tree import Table, Tree, Unreadable, read_tree
from app.i18n import N_, _

# In bytes. A file comes back in a field of the page that asks whether to bring it in, which may hold so much.
LARGEST_FILE = 300_000

FAULTS = {
    "syntax": N_("This is not valid YAML."),
    "alias": N_("Anchors and aliases (& and *) are not read; write the value out."),
    "tag": N_("Tags (!…) are not read; remove it."),
    "deep": N_("This is nested too deeply."),
    "twice": N_("This key stands here twice."),
    "key": N_("A key must be a plain text."),
    "several": N_("The file must hold one document."),
    "empty": N_("The file is empty."),
}


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """What a file says: categories and items, each in order."""

    categories: tuple[CategoryEntry, ...] = ()
    items: tuple[ItemEntry, ...] = ()


class BadCatalog(Exception):
    """The file cannot be used; ``problems`` say where and why, in the language in force."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__(
            "; ".join(f"{problem.path or '–'} ({problem.line}): {problem.message}" for problem in problems)
        )
        self.problems = problems


def read_catalog(text: str) -> CatalogFile:
    """Read a file and check everything that can be checked without the database.

    :raises BadCatalog: with every problem, each with its path and line.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        raise BadCatalog([too_large()])
    try:
        tree = read_tree(text.removeprefix("\ufeff"))
    except Unreadable as error:
        raise BadCatalog([FileProblem("", error.line, _(FAULTS[error.why]))]) from None
    reader = Reader()
    data = reader.table(tree, "", FILE)
    if not reader.problems and data.get("format") != FORMAT:
        reader.note("format", tree.line, _("This version reads format %(format)s.", format=FORMAT))
    if reader.problems:
        raise BadCatalog(reader.problems)
    lines = _Lines(tree)
    problems = check_file(data, lines.of)
    if problems:
        raise BadCatalog(problems)
    return CatalogFile(
        tuple(CategoryEntry(**entry) for entry in data.get("categories", ())),
        tuple(_item(entry) for entry in data.get("items", ())),
    )


def too_large() -> FileProblem:
    """What is said of a file over the limit."""
    return FileProblem("", 0, _("The file is larger than %(limit)s KB.", limit=LARGEST_FILE // 1_000))


def _item(entry: Mapping[str, Any]) -> ItemEntry:
    content = Content(
        **{name: entry.get(name, "") for name in TEXTS},
        points=entry.get("points", 0),
        needs_approval=entry.get("needs_approval", False),
        form=FormDefinition.from_data(entry.get("form", ())),
    )
    numbers = entry.get("only_for")
    return ItemEntry(
        slug=entry["slug"],
        category=entry["category"],
        content=content,
        only_for=None if numbers is None else tuple(numbers),
    )


class _Lines:
    """Where in the file a path stands; of a path that is not there, the nearest one above it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def of(self, *path: str | int) -> int:
        tree = self._tree
        for step in path:
            if isinstance(tree, Table) and step in tree.entries:
                tree = tree.entries[str(step)]
            elif isinstance(step, int) and hasattr(tree, "items") and step < len(tree.items):
                tree = tree.items[step]
            else:
                break
        return tree.line


def write_catalog(content: CatalogFile) -> str:
    """Write a file that :func:`read_catalog` reads as the same."""
    data = {
        "format": FORMAT,
        "categories": [
            {"slug": entry.slug, "name_ja": entry.name_ja, "name_en": entry.name_en}
            for entry in content.categories
        ],
        "items": [_written(entry) for entry in content.items],
    }
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _written(entry: ItemEntry) -> Mapping[str, Any]:
    content = entry.content
    told: dict[str, Any] = {
        "slug": entry.slug,
        "category": entry.category,
        **{name: getattr(content, name) for name in TEXTS},
        "points": content.points,
        "needs_approval": content.needs_approval,
        "only_for": None if entry.only_for is None else list(entry.only_for),
        "form": content.form.to_data(),
    }
    kept = {
        name: value for name, value in told.items() if value not in ("", None, False) or name in TEXTS[:2]
    }
    return {name: value for name, value in kept.items() if value != [] or name == "only_for"}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never an alias."""

    def ignore_aliases(self, _data: object) -> bool:
        """Equal values are written out each time; a file with aliases would be refused."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
__all__ = [
    "CATEGORY",
    "ITEM",
    "LARGEST_FILE",
    "BadCatalog",
    "CatalogFile",
    "CategoryEntry",
    "FileProblem",
    "ItemEntry",
    "read_catalog",
    "too_large",
    "write_catalog",
]
