"""The texts of the demo world's articles as rich text: a few marks stand for what the editor would make.

``## `` is a heading, ``- `` and ``1. `` are items, ``| a | b |`` is a row whose first one is the head,
``![name](file)`` is a picture, ``> `` is quoted; ``**strong**`` and code in single backticks stand within lines.
Blank lines part the blocks.
"""

import re
from collections.abc import Mapping
from html import escape

_ITEM = re.compile(r"(?:-|\d+\.) (.*)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\((https://[^)]+)\)")


def pictures_of(text: str) -> list[str]:
    """The names of the files that stand as pictures in a text."""
    return [name for _alt, name in _PICTURE.findall(text)]


def as_html(text: str, tokens: Mapping[str, str]) -> str:
    """A text as the editor would send it; ``tokens`` names the stored file of each picture."""
    return "".join(_block(block.strip().split("\n"), tokens) for block in text.strip().split("\n\n"))


def _block(lines: list[str], tokens: Mapping[str, str]) -> str:
    first = lines[0]
    if first.startswith("## "):
        return f"<h2>{_inline(first[3:])}</h2>" + (_block(lines[1:], tokens) if lines[1:] else "")
    if picture := _PICTURE.fullmatch(first):
        return f'<p><img data-file="{tokens[picture[2]]}" alt="{escape(picture[1])}"></p>'
    if first.startswith("> "):
        quoted = "".join(f"<p>{_inline(line.removeprefix('> '))}</p>" for line in lines)
        return f"<blockquote>{quoted}</blockquote>"
    if first.startswith("| "):
        return f"<table><tbody>{_rows(lines)}</tbody></table>"
    if _ITEM.match(first):
        kind = "ul" if first.startswith("- ") else "ol"
        items = "".join(f"<li><p>{_inline(_item(line))}</p></li>" for line in lines)
        return f"<{kind}>{items}</{kind}>"
    return f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _item(line: str) -> str:
    found = _ITEM.match(line)
    return found[1] if found else line


def _rows(lines: list[str]) -> str:
    rows = []
    for position, line in enumerate(lines):
        tag = "td" if position else "th"
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        rows.append("<tr>" + "".join(f"<{tag}><p>{_inline(cell)}</p></{tag}>" for cell in cells) + "</tr>")
    return "".join(rows)


def _inline(line: str) -> str:
    text = _STRONG.sub(r"<strong>\1</strong>", escape(line, quote=False))
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    return _CODE.sub(r"<code>\1</code>", text)
