"""Draws a picture anew: nothing of the strange file is kept but what can be seen (SEC-43, SEC-45).

Run as a program of its own by :mod:`app.files.whole`, with a limit on memory, so it imports nothing of ours.
"""

import resource
import sys
from pathlib import Path

from PIL import Image, ImageOps

MEDIA_TYPE = "image/webp"
MOST_PIXELS = 50_000_000
# Wider than any page shows it, twice over for dense screens.
LONGEST_SIDE = 2_400


class TooManyPixels(ValueError):
    """The picture has more than 50 megapixels."""


def redraw(source: Path, target: Path, wanted: str) -> None:
    """Draw the first frame of ``source``, a file of the format ``wanted``, as a WebP at ``target``.

    :raises TooManyPixels: for more than 50 megapixels, before any of them is read.
    """
    Image.MAX_IMAGE_PIXELS = None  # The limit is ours and stands below.
    with Image.open(source, formats=(wanted,)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise TooManyPixels
        # A JPEG is read at the smallest scale that suffices.
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        image = _in_eight_bits(opened)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    # No note of the old file comes along, such as where a photo was taken.
    clean.info.clear()
    clean.save(target, "WEBP", quality=88, method=2)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    # Sixteen bits a pixel would be cut off at white instead of scaled.
    return (
        image.convert("I").point(lambda value: value / 256).convert("L")
        if image.mode.startswith("I")
        else image
    )


if __name__ == "__main__":
    wanted_format, part, drawn, most_bytes = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(most_bytes), int(most_bytes)))
    redraw(Path(part), Path(drawn), wanted_format)
