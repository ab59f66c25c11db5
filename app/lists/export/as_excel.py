"""A list as Excel workbook: every text is typed as text, moments and numbers are what they are."""

import re
from datetime import datetime
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.lists.export.signs import for_excel, would_run
from app.lists.export.table import Kind, Sheet, Value

MOMENT = "yyyy-mm-dd hh:mm:ss"
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
OPTIONS = {
    # Rows go to the disk as they come; nothing in a cell is looked at for what it might mean.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the sheet, row by row."""
    with Workbook(file, OPTIONS) as book:
        made_at = sheet.local(sheet.made_at)
        book.set_properties({"title": sheet.title, "author": sheet.made_by, "created": made_at})
        page = book.add_worksheet(_page_name(sheet.title))
        _head(page, sheet, book.add_format({"bold": True, "bottom": 1}))
        cells = _Cells(page, sheet, book)
        for line, values in enumerate(sheet.lines, start=1):
            cells.fill(line, values)


def _page_name(title: str) -> str:
    return NOT_IN_A_NAME.sub(" ", title)[:LONGEST_NAME].strip("' ") or "1"


def _head(page: Worksheet, sheet: Sheet, bold: Format) -> None:
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for index, (label, width) in enumerate(zip(sheet.labels, sheet.widths, strict=True)):
        page.set_column(index, index, width)
        page.write_string(0, index, for_excel(label), bold)


class _Cells:
    """Writes cells, each as the type its field has."""

    def __init__(self, page: Worksheet, sheet: Sheet, book: Workbook) -> None:
        self._page, self._sheet = page, sheet
        self._moment = book.add_format({"num_format": MOMENT})
        # Excel's own mark of a text: it stays one when somebody opens the cell and closes it again.
        self._text = book.add_format({"quote_prefix": True})

    def fill(self, line: int, values: list[Value]) -> None:
        """Write one row."""
        for column, (value, kind) in enumerate(zip(values, self._sheet.kinds, strict=True)):
            if value is None:
                continue
            if isinstance(value, datetime):
                self._page.write_datetime(line, column, self._sheet.local(value), self._moment)
            elif kind is Kind.NUMBER and not isinstance(value, str):
                self._page.write_number(line, column, value)
            else:
                text = for_excel(self._sheet.text(value))
                self._page.write_string(line, column, text, self._text if would_run(text) else None)
