"""A list as CSV: UTF-8 with a mark so that Excel knows it, quoted as RFC 4180 says, formulas made harmless."""

import csv
from io import TextIOWrapper
from typing import IO

from app.lists.export.signs import inert
from app.lists.export.table import Kind, Sheet


def write(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the sheet, row by row."""
    text = TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([inert(label) for label in sheet.labels])
    for values in sheet.lines:
        cells = zip(values, sheet.kinds, strict=True)
        # A number below zero begins with a sign that is its own.
        lines.writerow(
            [sheet.text(value) if kind is Kind.NUMBER else inert(sheet.text(value)) for value, kind in cells]
        )
    # Leaves the file open to whoever sends it.
    text.detach()
