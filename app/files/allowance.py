"""How large a file may be in the shell of this request (WR-05, section 1)."""

from flask import current_app, g


def largest_file() -> int:
    """Bytes that one file may have: in a portal what its service says, within what the installation takes.

    The desk is not of one service; its files are bounded by the installation alone.
    """
    most: int = current_app.config["SETTINGS"].largest_file
    allowed: int | None = g.service.largest_file if "service" in g else None
    return min(most, allowed) if allowed else most
