"""What the launcher says to the person at the terminal, and how it gives up."""

import contextlib
import sys


class SetupError(Exception):
    """The set-up or the start cannot go on; the message tells the person what to do."""


def say(line: str) -> None:
    """Print one line at once; a closed terminal is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
