"""The virus scanner, if the installation has one: clamd, asked by INSTREAM over TCP or a socket file (SEC-45)."""

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from app.files.models import Scan
from app.storage import CHUNK

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 60.0
LONGEST_ANSWER = 4_096
DEFAULT_PORT = 3310


def scan(path: Path, clamd: str) -> Scan:
    """Ask about a file.

    ``PENDING`` where the scanner cannot be asked now: a job asks again, and nobody gets the file before. ``OFF``
    where no scanner is set, or the file is larger than it looks at.

    :param clamd: ``tcp://host:port`` or ``unix:///path``; empty for none.
    """
    if not clamd:
        return Scan.OFF
    try:
        answer = _ask(path, clamd)
    except OSError as error:
        log.warning("scanner.unreachable", error=str(error))
        return Scan.PENDING
    if answer.endswith("FOUND"):
        log.warning("scanner.found", file=path.name, answer=answer)
        return Scan.BLOCKED
    if answer.endswith("OK"):
        return Scan.CLEAN
    if "size limit exceeded" in answer:
        return Scan.OFF
    log.warning("scanner.odd_answer", answer=answer)
    return Scan.PENDING


def _ask(path: Path, clamd: str) -> str:
    with _connect(clamd) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            with path.open("rb") as file:
                while piece := file.read(CHUNK):
                    line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # It hangs up on what is too large for it; what it said before that still counts.
            pass
        return line.recv(LONGEST_ANSWER).split(b"\0")[0].decode("utf-8", "replace").strip()


def _connect(clamd: str) -> socket.socket:
    parts = urlsplit(clamd)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(PATIENCE_SECONDS)
            line.connect(parts.path)
        except BaseException:
            line.close()
            raise
        return line
    return socket.create_connection(
        (parts.hostname or "", parts.port or DEFAULT_PORT), timeout=PATIENCE_SECONDS
    )
