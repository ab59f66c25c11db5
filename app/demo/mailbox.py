"""A mail server for the demo: ``python -m app.demo.mailbox --port 2525``.

It listens on the loopback only, accepts everything, delivers nothing, and keeps the last messages as files,
so that the demo's mails leave over real SMTP although nobody has set up a mail server.
"""

import argparse
import asyncio
import os
import signal
import time
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
KEPT = 500


class Letterbox:
    """Keeps the last messages in a folder, one file each, named so that they sort by arrival."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._kept = kept
        self._arrivals = count()

    # The name is the library's.
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd asks for this name
        """Take a message in."""
        self.keep(envelope.original_content or b"")
        return "250 Message kept"

    def keep(self, content: bytes) -> None:
        """Store a message whole or not at all, and let the oldest ones go."""
        name = f"{time.time_ns():020d}-{next(self._arrivals):06d}.eml"
        half = self._folder / f"{name}.part"
        half.write_bytes(content)
        half.rename(self._folder / name)
        for old in sorted(self._folder.glob("*.eml"))[: -self._kept]:
            old.unlink(missing_ok=True)


async def serve(folder: Path, port: int) -> None:
    """Take in mails until the process is asked to end."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    letterbox = Letterbox(folder)
    server = await loop.create_server(lambda: SMTP(letterbox, hostname="mailbox", loop=loop), HOST, port)
    async with server:
        await ended.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.mailbox", description="The demo's mail server.")
    parser.add_argument("--port", type=int, required=True, help="port on the loopback")
    port = parser.parse_args().port
    # Read by itself: this process needs none of the other settings, least of all the secret.
    data = Path(os.environ.get("MADOGUCHI_DATA") or "./var")
    asyncio.run(serve(data / "demo-mail", port))


if __name__ == "__main__":
    main()
