"""A list as CSV: UTF-8 with a mark so that Excel knows it, quoted as RFC 4180 says, formulas made harmless."""

import csv
from decimal import Decimal
from io import TextIOWrapper
from typing import IO

from app.lists.export.signs import inert
from app.lists.export.table import Sheet, Value


def write(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the sheet, row by row."""
    text = TextIOWrapper(file, "utf-8-sig", errors="replace", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([inert(label) for label in sheet.labels])
    for values in sheet.lines:
        lines.writerow([_cell(sheet, value) for value in values])
    # Leaves the file open to whoever sends it.
    text.detach()


def _cell(sheet: Sheet, value: Value) -> str:
    text = sheet.text(value)
    # A number below zero begins with a sign that is its own; what only looks like one does not.
    return text if isinstance(value, int | Decimal) else inert(text)
