"""Rich text on pages and in mails: cleaned once more, and dressed for where it is read."""

from collections.abc import Callable
from html import escape

from markupsafe import Markup

from app.richtext.cleaning import gated
from app.richtext.palette import LOOKS
from app.richtext.tree import Node, read, start_tag, write

# The address of a picture by its file's token, for whoever reads; ``None`` where there is none for them.
PictureUrl = Callable[[str], str | None]

_CELL = "border:1px solid #b8b3ae;padding:4px 8px;text-align:left;vertical-align:top"
_MAILED = {
    "p": "margin:0 0 4px",
    "h2": "margin:12px 0 4px;font-size:1.25em",
    "h3": "margin:12px 0 4px;font-size:1.125em",
    "h4": "margin:12px 0 4px;font-size:1em",
    "blockquote": "margin:4px 0;padding-left:12px;border-left:3px solid #b8b3ae",
    "pre": "margin:4px 0;padding:8px;background-color:#f5f3f1;white-space:pre-wrap;font-family:monospace",
    "table": "border-collapse:collapse;margin:4px 0",
    "td": _CELL,
    "th": f"{_CELL};background-color:#f5f3f1",
}


def show(html: str, picture_url: PictureUrl) -> Markup:
    """Rich text for a page; a picture that its reader may not have is named instead."""

    def opening(node: Node) -> str:
        if node.tag != "img":
            return start_tag(node)
        address = picture_url(node.attributes["data-file"])
        return start_tag(node, src=address, loading="lazy") if address else _named(node)

    return Markup(write(read(gated(html)), opening))  # noqa: S704 - the allow-list has just been applied


def for_mail(html: str) -> Markup:
    """Rich text for a mail: looks as inline styles, pictures by their names alone, since a mail loads nothing."""

    def opening(node: Node) -> str:
        if node.tag == "img":
            return _named(node)
        if node.tag == "span":
            styles = ";".join(LOOKS[look] for look in node.attributes["class"].split())
            return f'<span style="{escape(styles)}">'
        return start_tag(node, style=_MAILED[node.tag]) if node.tag in _MAILED else start_tag(node)

    return Markup(write(read(gated(html)), opening))  # noqa: S704 - as above


def _named(node: Node) -> str:
    return f"[{escape(node.attributes['alt'], quote=False)}]"
