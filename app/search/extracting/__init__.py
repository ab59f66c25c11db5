"""The texts of files, taken out once, each by a process of its own with hard limits; never within a request.

Only files that the scanner has nothing against are read (SEC-45); one that still waits for it is read when it is asked
for again. What came of it is kept in :class:`~app.search.models.FileText`.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import storage
from app.db import one_of_many
from app.files.models import Scan, StoredFile
from app.search.extracting import reading
from app.search.models import FileText, Reading

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


def take_texts(session: Session, file_ids: Collection[int]) -> None:
    """Read those of the files that have not been read yet, and keep each text at once.

    Reading may take minutes in which others write, so the transaction that ``session`` is in is ended before, with
    what was written in it, and each text is committed by itself.
    """
    kept = select(FileText.file_id).where(one_of_many(FileText.file_id, sorted(file_ids)))
    files = session.execute(
        select(StoredFile.id, StoredFile.scope, StoredFile.token, StoredFile.name, StoredFile.size)
        .where(one_of_many(StoredFile.id, sorted(file_ids)), StoredFile.id.not_in(kept))
        .where(StoredFile.scan.in_((Scan.OFF, Scan.CLEAN)))
        .order_by(StoredFile.id)
    ).all()
    session.commit()
    blobs = storage.current()
    for file_id, scope, token, name, size in files:
        came, text = text_of(blobs.blob(scope, token), name=name, size=size)
        if session.get(FileText, file_id) is None:
            session.add(FileText(file_id=file_id, reading=came, text=text))
        session.commit()


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
