"""Real readers of the files that lists are exported to, and the lists that are exported to try them."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from app.lists.columns import Column
from app.lists.export import as_csv, as_excel, as_pdf
from app.lists.export.table import Field, Kind, Sheet, Table, Value, sheet_of

WRITERS = {"csv": as_csv.write, "xlsx": as_excel.write, "pdf": as_pdf.write}
MADE_AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def table(
    rows: Sequence[tuple[Value, ...]],
    *,
    labels: Sequence[str] = ("名前",),
    kinds: Sequence[Kind] = (),
    title: str = "一覧",
) -> Table[tuple[Value, ...]]:
    """A list of plain rows."""

    def cell(index: int) -> Any:
        return lambda row: row[index]

    return Table(
        title=title,
        name="list",
        fields=[
            Field(Column(f"c{index}", label), cell(index), kind, width=20)
            for index, (label, kind) in enumerate(
                zip(labels, kinds or [Kind.TEXT] * len(labels), strict=True)
            )
        ],
        rows=lambda limit, offset: iter(rows[offset : offset + limit]),
        total=len(rows),
    )


def written(extension: str, of: Table[Any], *, made_by: str = "佐藤 花子") -> bytes:
    """The file of a list."""
    file = BytesIO()
    WRITERS[extension](sheet(of, made_by=made_by), file)
    return file.getvalue()


def sheet(of: Table[Any], *, made_by: str = "佐藤 花子") -> Sheet:
    """The whole of a list."""
    return sheet_of(of, limit=of.total, offset=0, made_by=made_by, made_at=MADE_AT, zone=TOKYO)


def of_texts(extension: str, texts: Sequence[str]) -> bytes:
    """The file of a list of one column of text."""
    return written(extension, table([(text,) for text in texts]))


def read_csv(data: bytes) -> list[list[str]]:
    """All rows, the head among them, as Python's reader finds them."""
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def read_excel(data: bytes) -> Worksheet:
    """The only sheet, as openpyxl finds it."""
    book = load_workbook(BytesIO(data))
    [only] = book.worksheets
    return only


def excel_rows(data: bytes) -> list[list[Any]]:
    """All rows, the head among them."""
    return [list(row) for row in read_excel(data).iter_rows(values_only=True)]


def excel_types(data: bytes) -> set[str]:
    """The types of all cells: ``f`` is a formula."""
    return {cell.data_type for row in read_excel(data).iter_rows() for cell in row}


def read_pdf(data: bytes) -> PdfReader:
    """The document, as pypdf finds it."""
    return PdfReader(BytesIO(data))


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in read_pdf(data).pages]


def pdf_text(data: bytes) -> str:
    """All text, without blanks and breaks: where a line ends is the layout's business."""
    return re.sub(r"\s+", "", "".join(pdf_pages(data)))


def embedded_fonts(data: bytes) -> Iterator[tuple[str, int]]:
    """Name and size of each font that the file brings along; a font it does not bring has the size 0."""
    for page in read_pdf(data).pages:
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            program = described.get("/FontFile2")
            yield str(described["/FontName"]), len(program.get_object().get_data()) if program else 0


MIXED = (
    ("ケース", Kind.TEXT, "検知ポリシー"),
    ("更新日時", Kind.MOMENT, datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)),
    ("ポイント", Kind.NUMBER, -55),
    ("割合", Kind.NUMBER, Decimal("0.25")),
    ("空", Kind.TEXT, None),
)


def mixed(count: int = 1) -> Table[tuple[Value, ...]]:
    """A list with a column of each kind."""
    row = tuple(value for _label, _kind, value in MIXED)
    labels, kinds = [label for label, _, _ in MIXED], [kind for _, kind, _ in MIXED]
    return table([row] * count, labels=labels, kinds=kinds)
