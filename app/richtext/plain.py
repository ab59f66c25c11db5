"""Rich text in plain words, for mails, exports, searches and readers of the journal, and plain words as rich text."""

from collections.abc import Iterator
from html import escape

from app.richtext.tree import Node, read

_RULE = "----"
_INLINE = frozenset({"strong", "b", "em", "i", "u", "s", "code", "a", "span", "br", "img"})


def to_text(html: str) -> str:
    """The words of cleaned rich text, line by line, with the addresses of links and the names of pictures."""
    return "\n".join(line.rstrip() for line in _lines(read(html))).strip("\n")


def from_text(text: str) -> str:
    """Plain words as rich text: a paragraph for each line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def is_empty(html: str) -> bool:
    """Tell whether rich text says nothing and shows nothing."""
    return not to_text(html).strip("\u200b\ufeff \n\t\u00a0\u3000")


def _lines(node: Node) -> Iterator[str]:
    """The lines of what stands in a block; words side by side make one line, each block begins another."""
    words: list[str] = []
    for child in node.children:
        if isinstance(child, str) or child.tag in _INLINE:
            words.append(_words(child))
            continue
        if words:
            yield from "".join(words).split("\n")
            words = []
        yield from _block(child)
    if words:
        yield from "".join(words).split("\n")


def _block(node: Node) -> Iterator[str]:
    if node.tag == "hr":
        yield _RULE
    elif node.tag in {"ul", "ol"}:
        yield from _items(node)
    elif node.tag == "blockquote":
        yield from (f"> {line}".rstrip() for line in _lines(node))
    elif node.tag == "tr":
        yield " | ".join(_cell(child) for child in node.children)
    else:
        # An empty paragraph is a line left free.
        yield from list(_lines(node)) or ([""] if node.tag in {"p", "h2", "h3", "h4"} else [])


def _items(node: Node) -> Iterator[str]:
    number = 0
    for child in node.children:
        if isinstance(child, str) or child.tag != "li":
            yield from ([child] if isinstance(child, str) else _block(child))
            continue
        number += 1
        mark = f"{number}. " if node.tag == "ol" else "- "
        for index, line in enumerate(list(_lines(child)) or [""]):
            yield (mark if index == 0 else " " * len(mark)) + line


def _cell(cell: "Node | str") -> str:
    return cell if isinstance(cell, str) else " ".join(" ".join(_lines(cell)).split())


def _words(node: "Node | str") -> str:
    if isinstance(node, str):
        return node
    if node.tag == "br":
        return "\n"
    if node.tag == "img":
        return f"[{node.attributes['alt']}]" if node.attributes["alt"] else "[ ]"
    said = "".join(
        _words(child) if isinstance(child, str) or child.tag in _INLINE else "\n".join(_block(child))
        for child in node.children
    )
    href = node.attributes.get("href", "")
    address = href.removeprefix("mailto:")
    return f"{said} ({address})" if href and said.strip() not in {href, address} else said
