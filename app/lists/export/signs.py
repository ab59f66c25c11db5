"""Texts as files can hold them: what a spreadsheet would run is made harmless, what a file cannot hold is marked."""

import re

# Excel takes the full-width forms for the signs themselves where Japanese is typed.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
STAND_IN = "\ufffd"
LONGEST_CELL = 32_767


def would_run(text: str) -> bool:
    """Tell whether a spreadsheet might take ``text`` for a formula or a command (SEC-46, C24)."""
    return text.startswith(RUNS)


def inert(text: str) -> str:
    """The text with a ``'`` before it where a spreadsheet would run it; the sign is what spreadsheets hide."""
    return f"'{text}" if would_run(text) else text


def for_excel(text: str) -> str:
    """The text as XML and Excel can hold it: Excel leaves out a cell that is too long, so it is cut."""
    clean = NOT_IN_XML.sub(STAND_IN, text)
    # Excel counts in UTF-16.
    if len(clean.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return clean
    cut = clean.encode("utf-16-le")[: (LONGEST_CELL - 1) * 2]
    return cut.decode("utf-16-le", "ignore") + "…"
