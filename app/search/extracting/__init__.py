"""The text of a file, taken out by a process of its own with hard limits; never within a request.

Which files are read, when, and where their texts are kept, says :mod:`app.search.file_texts`.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

from app.search.extracting import reading
from app.search.models import Reading

# Larger files are not read, in bytes. What the process may have: bytes of memory, seconds of processor and of waiting.
LARGEST = 64 * 1024**2
MOST_MEMORY = 768 * 1024**2
MOST_SECONDS = 15
LONGEST_WAIT = 40

READINGS = {
    reading.TAKEN: Reading.TAKEN,
    reading.NONE: Reading.NONE,
    reading.UNREADABLE: Reading.UNREADABLE,
    reading.ENCRYPTED: Reading.ENCRYPTED,
    reading.TOO_LARGE: Reading.TOO_LARGE,
}
# How the kernel ends a process that wants more than it may have.
OUT_OF_BOUNDS = frozenset({-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ, -signal.SIGSEGV})
READABLE = reading.PLAIN | reading.MARKUP | reading.OFFICE | {".pdf"}


def text_of(path: Path, *, name: str, size: int) -> tuple[Reading, str]:
    """What came of reading a file, and its text; the ending of ``name`` says of what kind it is."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in READABLE:
        return Reading.NONE, ""
    if size > LARGEST:
        return Reading.TOO_LARGE, ""
    limits = (str(MOST_MEMORY), str(MOST_SECONDS))
    command = [sys.executable, "-I", reading.__file__, str(path), ending, *limits]
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath},
                timeout=LONGEST_WAIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Reading.TOO_LARGE, ""
        if done.returncode in OUT_OF_BOUNDS:
            return Reading.TOO_LARGE, ""
        came = READINGS.get(done.returncode, Reading.UNREADABLE)
        output.seek(0)
        text = output.read(reading.MOST_TEXT) if came is Reading.TAKEN else b""
    return came, text.decode("utf-8", "ignore")
