"""Notices as the desk types them, made rich: ``■`` begins a heading, ``・`` an item; all else is paragraphs."""

from collections.abc import Iterator
from html import escape
from itertools import groupby

HEADING, ITEM = "■", "・"


def as_html(text: str) -> str:
    """What was typed as rich text, still to be cleaned by the gate of all rich text."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "".join(_blocks(line for line in lines if line))


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    for is_item, some in groupby(lines, key=lambda line: line.startswith(ITEM)):
        if is_item:
            items = "".join(f"<li><p>{_escaped(line[1:])}</p></li>" for line in some)
            yield f"<ul>{items}</ul>"
            continue
        for line in some:
            yield (
                f"<h2>{_escaped(line[1:])}</h2>" if line.startswith(HEADING) else f"<p>{_escaped(line)}</p>"
            )


def _escaped(text: str) -> str:
    return escape(text.strip(), quote=False)
