"""The gate for all rich text: one allow-list when it is stored, and again when it is shown (SEC-33, CASE-07)."""

import nh3

from app.richtext.palette import DROPPED_WHOLE, LINK_REL, LOOKS, SCHEMES, TAGS
from app.richtext.plain import from_text, to_text
from app.richtext.tree import read, write

LARGEST_BYTES = 256 * 1024
# An article may be five times as long as a comment.
LARGEST_ARTICLE_BYTES = 1024 * 1024
# More formatting than any letter has; it bounds the time that showing a text takes.
MOST_TAGS = 8_000
# Texts that change by being read settle at the second look; whatever has not by then is taken as plain words.
_LOOKS = 4

_gate = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED_WHOLE),
    attributes={
        "a": {"href"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        "img": {"data-file", "alt"},
    },
    allowed_classes={"span": set(LOOKS)},
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
    strip_comments=True,
)


class TooMuch(ValueError):
    """The rich text is larger than it may be, or has more formatting than is taken."""


def clean(html: str, *, largest: int = LARGEST_BYTES) -> str:
    """Rich text with nothing in it but the allowed elements; cleaning it again changes nothing.

    :param largest: how many bytes it may have, before and after.
    :raises TooMuch: if it is larger, or has more than 8,000 tags.
    """
    _bounded(html, largest)
    # Half a sign outside of Unicode's planes is none.
    text = html.encode("utf-8", "replace").decode()
    for _look in range(_LOOKS):
        looked_at = write(read(gated(write(read(text)))))
        if looked_at == text:
            return text
        text = _bounded(looked_at, largest)
    return _bounded(from_text(to_text(text)), largest)


def _bounded(text: str, largest: int) -> str:
    if len(text.encode("utf-8", "surrogatepass")) > largest or text.count("<") > MOST_TAGS:
        raise TooMuch
    return text


def gated(html: str) -> str:
    """What the allow-list leaves of markup, as the browsers' own way of reading understands it."""
    return _gate.clean(html)
