"""What becomes of a file when its last byte is there: hashed, looked at, scanned, drawn anew, put where it stays.

This takes its time and holds no transaction. Whoever calls it writes the row afterwards (REL-07).
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app.files import redraw, scanner
from app.files.kinds import OTHER, kind_of, picture_format
from app.files.models import Scan
from app.storage import Storage, sha256_of

# Reading two gigabytes again keeps a processor busy for seconds; the pages of others come first.
_AT_ONCE = BoundedSemaphore(2)
# A picture takes this many seconds at most, and this many bytes of memory, in a process of its own.
DRAWING_SECONDS = 20
DRAWING_BYTES = 1024**3
# More than a picture of 50 megapixels weighs in any of the formats, uncompressed; larger files are no pictures of ours.
LARGEST_PICTURE = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of a whole file."""

    sha256: str
    media_type: str
    picture_type: str | None
    scan: Scan

    def columns(self) -> dict[str, Any]:
        """The values for its row."""
        return {
            "sha256": self.sha256,
            "media_type": self.media_type,
            "picture_type": self.picture_type,
            "scan": self.scan,
        }


def make_whole(storage: Storage, *, scope: str, token: str, name: str, clamd: str) -> Whole:
    """Finish a part that has all its bytes: its blob stands on the disk for good when this returns.

    :param clamd: the address of the virus scanner, or empty.
    """
    part = storage.part(token)
    with _AT_ONCE:
        sha256 = sha256_of(part)
        scan = scanner.scan(part, clamd)
        media_type = kind_of(part, name)
        picture = None
        if scan is not Scan.BLOCKED and part.stat().st_size <= LARGEST_PICTURE:
            picture = _draw(part, storage.drawing(token), media_type)
        storage.settle(scope, token)
    return Whole(sha256, media_type, picture, scan)


def _draw(part: Path, drawn: Path, media_type: str) -> str | None:
    """Draw a picture anew in a process of its own, so that neither its memory nor a broken decoder is the server's."""
    wanted = picture_format(media_type)
    if wanted is None or media_type == OTHER:
        return None
    drawn.unlink(missing_ok=True)
    command = [sys.executable, "-I", redraw.__file__, wanted, str(part), str(drawn), str(DRAWING_BYTES)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},
            timeout=DRAWING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode != 0 or not drawn.exists():
        drawn.unlink(missing_ok=True)
        return None
    return redraw.MEDIA_TYPE
