"""Names of files: shown as the person gave them, without what could mislead a reader or a path (SEC-43)."""

import re

from app.files.models import NAME_LENGTH

# Controls, marks that reorder text, blanks without width, halves of signs. The joiners of emoji (U+200C, U+200D) stay.
HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff]"
)
NAMELESS = "file"
LONGEST_ENDING = 16


def clean_name(given: str) -> str:
    """The last part of a path, without what cannot be seen, of at most 255 characters; its ending is kept."""
    last = re.split(r"[/\\]", given.replace("\0", ""))[-1]
    seen = HIDDEN.sub("", last).strip().rstrip(". ")
    return _cut(seen) or NAMELESS


def _cut(name: str) -> str:
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        return name[:NAME_LENGTH]
    return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending
