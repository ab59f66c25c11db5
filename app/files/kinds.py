"""What a file is: its first bytes and its ending must say the same, otherwise it is just bytes (SEC-45)."""

from pathlib import Path, PurePosixPath

import puremagic

OTHER = "application/octet-stream"
# How many of the first bytes are looked at.
HEAD = 4_096
LONGEST_TYPE = 100
# Media type: the format as Pillow calls it, the signs a file of it begins with, how its name may end.
PICTURES: dict[str, tuple[str, tuple[bytes, ...], tuple[str, ...]]] = {
    "image/png": ("PNG", (b"\x89PNG\r\n\x1a\n",), (".png",)),
    "image/jpeg": ("JPEG", (b"\xff\xd8\xff",), (".jpg", ".jpeg", ".jpe", ".jfif")),
    "image/gif": ("GIF", (b"GIF87a", b"GIF89a"), (".gif",)),
    "image/webp": ("WEBP", (b"RIFF",), (".webp",)),
}


def kind_of(path: Path, name: str) -> str:
    """The media type that first bytes and ending agree on; plain bytes otherwise."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    ending = PurePosixPath(name).suffix.lower()
    for media_type, (_format, signs, endings) in PICTURES.items():
        if ending in endings:
            return media_type if head.startswith(signs) else OTHER
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return OTHER
    agreeing = (str(guess.mime_type) for guess in guesses if guess.extension == ending and guess.mime_type)
    found = next(agreeing, OTHER)
    # Whatever calls itself a picture here is none of those that are drawn anew.
    return found if len(found) <= LONGEST_TYPE and found not in PICTURES else OTHER


def picture_format(media_type: str) -> str | None:
    """The format of a picture that pages may show once it is drawn anew, or ``None``."""
    found = PICTURES.get(media_type)
    return found[0] if found else None
