"""Rich text as a small tree: read from any markup whatever, written so that reading it again gives the same.

This reading is not what keeps people safe; the allow-list of nh3 is (cleaning.py). It bounds what nh3 and the browsers
are given: elements are closed in order and nested 30 deep at most, and only known attributes are left. Every step moves
forward in the text, so that the time grows with its length alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from app.richtext.palette import ALIASES, BLOCKS, DROPPED_WHOLE, GROUPS, LINK_REL, MARKS, TAGS, VOID

MOST_DEEP = 30
MOST_SPAN = 50
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?![a-zA-Z0-9])((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>""")
_ATTRIBUTE = re.compile(
    r"""(?<![a-zA-Z0-9-])([a-zA-Z][a-zA-Z0-9-]{0,30}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`]++))"""
)
_HREF = re.compile(r"""(?:https?://|mailto:)[^\s\x00-\x1f\x7f<>"'`\\]{1,2000}""", re.IGNORECASE)
_FILE = re.compile(r"[0-9a-f]{32}")
_SPAN = re.compile(r"[1-9][0-9]?")
_ALT_LENGTH = 255

_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "pre"})
_CELLS = frozenset({"td", "th"})
_CONTAINERS = _CELLS | {"li", "blockquote"}
# Where an element may stand; elsewhere its tag is left out and its content stays.
_PARENTS: Mapping[str, frozenset[str]] = {
    "li": frozenset({"ul", "ol"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tr": frozenset({"thead", "tbody"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
}
_TABLE_FRAME = frozenset({"table", "thead", "tbody", "tr"})


@dataclass(slots=True)
class Node:
    """An element with its attributes, or the root, which has no tag; texts stand among the children as they read."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


# What is written for one element in place of what it is: its tag with attributes, or a whole text of markup.
Opening = Callable[[Node], str]


def read(markup: str) -> Node:
    """Read markup into a tree of allowed elements."""
    reader = _Reader()
    for piece in _pieces(markup):
        if isinstance(piece, str):
            reader.text(piece)
        elif piece[0]:
            reader.end(piece[1])
        else:
            reader.start(piece[1], piece[2])
    return reader.root


def write(node: Node, opening: Opening | None = None) -> str:
    """Write a tree as markup; ``opening`` writes the start tag of each element where it shall look different."""
    if not node.tag:
        return "".join(_written(node, opening))
    start = (opening or start_tag)(node)
    if node.tag in VOID:
        return start
    return f"{start}{''.join(_written(node, opening))}</{node.tag}>"


def _written(node: Node, opening: Opening | None) -> Iterator[str]:
    for child in node.children:
        yield escape(child, quote=False) if isinstance(child, str) else write(child, opening)


def start_tag(node: Node, **more: str) -> str:
    """The start tag of an element with its own attributes and those of ``more``."""
    told = "".join(f' {name}="{escape(value)}"' for name, value in (node.attributes | more).items())
    return f"<{node.tag}{told}>"


def _pieces(markup: str) -> Iterator[str | tuple[bool, str, str]]:
    """Texts, and tags as (whether it ends, name, attributes); comments and what is not for people are left out."""
    at, end = 0, len(markup)
    while at < end:
        sign = markup.find("<", at)
        if sign < 0:
            yield markup[at:]
            return
        if sign > at:
            yield markup[at:sign]
        tag = _TAG.match(markup, sign)
        if tag:
            name = tag[2].lower()
            yield bool(tag[1]), name, tag[3]
            at = _after_dropped(markup, tag, name)
        elif markup.startswith(("<!", "<?", "</"), sign):
            closing = "-->" if markup.startswith("<!--", sign) else ">"
            found = markup.find(closing, sign)
            at = end if found < 0 else found + len(closing)
        else:
            yield "<"
            at = sign + 1


def _after_dropped(markup: str, tag: re.Match[str], name: str) -> int:
    if tag[1] or name not in DROPPED_WHOLE or tag[3].endswith("/"):
        return tag.end()
    closing = re.compile(rf"</{name}[^a-z0-9]", re.IGNORECASE).search(markup, tag.end())
    return closing.start() if closing else len(markup)


class _Reader:
    """Puts the pieces together; every open element stands in ``_open``, those that were left out with ``None``."""

    def __init__(self) -> None:
        self.root = Node("")
        self._open: list[tuple[str, Node | None]] = []
        self._path: list[Node] = [self.root]

    def text(self, text: str) -> None:
        said = unescape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        here = self._path[-1]
        if here.tag == "pre" and not here.children:
            # Readers of markup leave out the first line end of such an element, each time anew.
            said = said.lstrip("\n")
        if not said or (here.tag in _TABLE_FRAME | {"ul", "ol"} and not said.strip()):
            return
        if here.children and isinstance(here.children[-1], str):
            here.children[-1] += said
        else:
            here.children.append(said)

    def start(self, name: str, attributes: str) -> None:
        tag = ALIASES.get(name, name)
        if tag not in TAGS:
            return
        if tag in BLOCKS:
            self._end_paragraph(tag)
        if tag == "tr" and self._path[-1].tag == "table":
            self._begin("tbody", Node("tbody"))
        node = self._node(tag, attributes)
        if tag not in VOID:
            self._begin(tag, node)
        elif node is not None:
            self._path[-1].children.append(node)

    def end(self, name: str) -> None:
        tag = ALIASES.get(name, name)
        for index in range(len(self._open) - 1, -1, -1):
            found = self._open[index][0]
            if found == tag:
                self._close_to(index)
                return
            if found in _CELLS and tag not in _TABLE_FRAME | _CELLS:
                return
            if found in _CONTAINERS and tag in MARKS:
                return

    def _begin(self, tag: str, node: Node | None) -> None:
        self._open.append((tag, node))
        if node is not None:
            self._path[-1].children.append(node)
            self._path.append(node)

    def _close_to(self, index: int) -> None:
        while len(self._open) > index:
            _tag, node = self._open.pop()
            if node is not None:
                self._path.pop()

    def _end_paragraph(self, tag: str) -> None:
        """End what a block ends by beginning: a paragraph, or the item, row or cell before it."""
        ends, bounds = _PARAGRAPHS, _CONTAINERS
        if tag == "li":
            ends, bounds = frozenset({"li"}), frozenset({"ul", "ol", "table"})
        elif tag in _CELLS:
            ends, bounds = _CELLS, frozenset({"tr", "table"})
        elif tag in {"tr", "thead", "tbody"}:
            ends, bounds = frozenset({"tr"} if tag == "tr" else {"thead", "tbody"}), frozenset({"table"})
        for index in range(len(self._open) - 1, -1, -1):
            found = self._open[index][0]
            if found in ends:
                self._close_to(index)
                return
            if found in bounds:
                return

    def _node(self, tag: str, attributes: str) -> Node | None:
        here = self._path[-1].tag
        is_out_of_place = tag in _PARENTS and here not in _PARENTS[tag]
        is_doubled = tag in MARKS - {"span"} and any(node.tag == tag for node in self._path)
        if is_out_of_place or is_doubled or len(self._path) > MOST_DEEP:
            return None
        kept = _kept(tag, attributes)
        return None if kept is None else Node(tag, kept)


def _kept(tag: str, attributes: str) -> dict[str, str] | None:
    """The attributes that an element keeps; ``None`` for one that is nothing without those it lacks."""
    if tag not in {"a", "span", "img"} | _CELLS:
        return {}
    given = {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(attributes)
    }
    if tag == "a":
        href = given.get("href", "").strip()
        return {"href": href, "rel": LINK_REL} if _HREF.fullmatch(href) else None
    if tag == "span":
        looks = looks_of(given.get("class", ""))
        return {"class": looks} if looks else None
    if tag == "img":
        token = given.get("data-file", "")
        alt = " ".join(given.get("alt", "").split())[:_ALT_LENGTH]
        return {"data-file": token, "alt": alt} if _FILE.fullmatch(token) else None
    spans = {name: given.get(name, "") for name in ("colspan", "rowspan")}
    return {
        name: str(min(int(told), MOST_SPAN))
        for name, told in spans.items()
        if _SPAN.fullmatch(told) and told != "1"
    }


def looks_of(classes: str) -> str:
    """The looks among classes, one of each group, in the order of the palette."""
    given = set(classes.split())
    return " ".join(look for group in GROUPS if (look := next((n for n in group if n in given), "")))
