"""Sizes of files in words, such as ``130.1 KB`` (CASE-09)."""

STEP = 1024
UNITS = ("KB", "MB", "GB", "TB")


def size_in_words(size: int) -> str:
    """A number of bytes as people read it; one decimal at most."""
    if size < STEP:
        return f"{size} B"
    shown, unit = float(size), "B"
    for unit in UNITS:  # noqa: B007 - the unit reached is the one shown
        shown /= STEP
        # What would be rounded up to 1024 is one of the next unit.
        if round(shown, 1) < STEP:
            break
    return f"{shown:.1f}".removesuffix(".0") + f" {unit}"
