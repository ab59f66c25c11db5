"""The picture of a profile: a strange file comes in, a small square image of our own making goes out (SEC-43, SEC-45).

Nothing of the file is kept but what can be seen: no metadata, no further frames, no bytes behind the end. What it
calls itself counts for nothing unless its first bytes agree.
"""

import io
from threading import BoundedSemaphore

from PIL import Image, ImageOps

LARGEST_FILE = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE, MOST_PER_SIDE = 256, 2_048
MIMETYPE = "image/webp"
# Format: the signs a file of it begins with, and how its name may end.
FORMATS: dict[str, tuple[tuple[bytes, ...], tuple[str, ...]]] = {
    "PNG": ((b"\x89PNG\r\n\x1a\n",), (".png",)),
    "JPEG": ((b"\xff\xd8\xff",), (".jpg", ".jpeg", ".jpe", ".jfif")),
    "GIF": ((b"GIF87a", b"GIF89a"), (".gif",)),
}
# 50 megapixels take 200 MB while they are read, so a second large picture waits for the first.
_READING_AT_ONCE = BoundedSemaphore(1)


class PictureTooLarge(ValueError):
    """The file has more bytes than may be uploaded."""


class PictureTooWide(ValueError):
    """The image has more pixels than we read."""


class NoPicture(ValueError):
    """The file is not an image of a format we take, whatever its name says."""


def square(content: bytes, file_name: str) -> bytes:
    """Make the picture of a profile of an uploaded file: the middle of it, 256 pixels square.

    :raises PictureTooLarge: for more than 5 MB.
    :raises PictureTooWide: for more than 50 megapixels.
    :raises NoPicture: for anything but a sound PNG, JPEG or GIF whose name and first bytes agree.
    """
    if len(content) > LARGEST_FILE:
        raise PictureTooLarge
    kind = _format_of(content, file_name)
    with _READING_AT_ONCE:
        try:
            return _redrawn(content, kind)
        except PictureTooWide:
            raise
        except Exception as fault:  # A broken file can break a decoder in any way.
            raise NoPicture from fault


def _format_of(content: bytes, file_name: str) -> str:
    for kind, (signs, endings) in FORMATS.items():
        if content.startswith(signs) and file_name.lower().endswith(endings):
            return kind
    raise NoPicture


def _redrawn(content: bytes, kind: str) -> bytes:
    with _opened(content, kind) as image:
        if image.width * image.height > MOST_PIXELS:
            raise PictureTooWide
        # A JPEG is read at the smallest scale that suffices; of the others every so many pixels are taken, since
        # each copy of them all would cost another 200 MB.
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        image.load()
        upright = ImageOps.exif_transpose(_thinned(image))
        seen = ImageOps.fit(_in_colours(upright), (SIDE, SIDE))
    ground = Image.new("RGBA", seen.size, "white")
    return _encoded(Image.alpha_composite(ground, seen).convert("RGB"))


def _opened(content: bytes, kind: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooWide from error


def _thinned(image: Image.Image) -> Image.Image:
    step = max(image.size) // MOST_PER_SIDE + 1
    smaller = (max(image.width // step, 1), max(image.height // step, 1))
    return image.resize(smaller, Image.Resampling.NEAREST)


def _in_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits a pixel would be cut off at white instead of scaled.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA")


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=85)
    return file.getvalue()
