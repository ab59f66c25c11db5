"""A list as PDF: A4 landscape, the head of the table on every page, Japanese in a font that the file brings along.

Text is drawn as text: nothing here reads markup, so nothing in a cell can make the renderer fetch an address or open a
file (SEC-46, C25).
"""

from collections.abc import Sequence
from typing import IO

from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import TTFFont

from app.i18n import _, current_language
from app.lists.export.table import Kind, Sheet
from app.lists.export.wrapping import Face
from app.paths import FONTS

# Points; A4 landscape is 842 by 595.
MARGIN = 36.0
TITLE, TEXT, SMALL = 15.0, 8.5, 7.5
LINE, PAD, GAP = 12.0, 3.0, 8.0
FOOT = 24.0
GREY, PALE, RULE = 90, 236, 205
FAMILY = "gothic"


def write(sheet: Sheet, file: IO[bytes]) -> None:
    """Write the sheet, page by page."""
    document = Document(sheet)
    try:
        for values in sheet.lines:
            document.row([sheet.text(value) for value in values])
        file.write(document.output())
    finally:
        document.let_go()


class Document(FPDF):
    """One table on as many pages as it takes."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("landscape", "pt", "A4")
        self._sheet = sheet
        self.set_auto_page_break(auto=False)
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.add_font(FAMILY, "", FONTS / "regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "bold.ttf")
        # From here on the library loads nothing, whatever it is given.
        self.resource_access_policy = ResourceAccessPolicy.NONE
        self._face, self._bold = self._face_of("", TEXT), self._face_of("B", TEXT)
        self._small = self._face_of("", SMALL)
        self._columns = self._share(sheet.widths)
        self._bottom = self.h - MARGIN - FOOT
        self._tell_about()
        self._begin()

    def let_go(self) -> None:
        """Close the files of the fonts, which are read up to the end."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def footer(self) -> None:
        """The foot of a page: what it belongs to, and which page of how many it is."""
        self._write_in("", SMALL, GREY)
        baseline = self.h - MARGIN
        # Only fpdf2's cells know the number of all pages, and only from their left edge on do they know their width.
        self.set_xy(MARGIN, baseline - 0.8 * SMALL)
        self.cell(self.epw / 2, SMALL, _("Page %(n)s of %(m)s", n=self.page, m="{nb}"))
        [title] = self._small.lines(self._sheet.title, self.epw / 2)[:1]
        self.text(self.w - MARGIN - self._small.width(title), baseline, title)

    def row(self, texts: Sequence[str]) -> None:
        """Set one row; it stays on one page if a page can hold it."""
        cells = self._in_lines(self._face, texts)
        depth = max(len(lines) for lines in cells)
        if not self._has_room(depth):
            fits_on_one = depth * LINE <= self._bottom - self._top
            if fits_on_one or not self._has_room(1):
                self._turn()
        self.y += PAD
        for line in range(depth):
            if not self._has_room(0):
                self._turn()
            self._set_line(self._face, cells, line)
        self.y += PAD
        self.line(MARGIN, self.y, self.w - MARGIN, self.y)

    def _tell_about(self) -> None:
        sheet = self._sheet
        self.set_title(sheet.title)
        self.set_author(sheet.made_by)
        self.set_creation_date(sheet.made_at)
        self.set_lang(current_language())

    def _face_of(self, style: str, size: float) -> Face:
        font = self.fonts[f"{FAMILY}{style}"]
        if not isinstance(font, TTFFont):
            raise TypeError("The fonts of lists are TrueType files.")
        return Face({code: font.cw[code] for code in font.cmap}, size)

    def _share(self, widths: Sequence[int]) -> list[tuple[float, float]]:
        """Where each column begins, and the room in it; all of them fill the page's width."""
        unit = self.epw / sum(widths)
        begins = [MARGIN + unit * sum(widths[:index]) for index in range(len(widths))]
        return [(begin, unit * width - GAP) for begin, width in zip(begins, widths, strict=True)]

    def _begin(self) -> None:
        """The first page: the title, and who made the file when."""
        sheet = self._sheet
        self.add_page()
        self.set_draw_color(RULE)
        self._write_in("B", TITLE, 0)
        for line in self._face_of("B", TITLE).lines(sheet.title, self.epw):
            self.y += TITLE
            self.text(MARGIN, self.y, line)
        self._write_in("", SMALL, GREY)
        made = _(
            "Made by %(name)s at %(time)s (%(zone)s)",
            name=sheet.made_by,
            time=sheet.text(sheet.made_at),
            zone=sheet.zone.key,
        )
        self.y += GAP / 2
        for line in self._small.lines(made, self.epw):
            self.y += LINE
            self.text(MARGIN, self.y, line)
        self.y += GAP
        self._head()

    def _turn(self) -> None:
        self.add_page()
        self._head()

    def _head(self) -> None:
        """The head of the table, on every page."""
        cells = self._in_lines(self._bold, self._sheet.labels)
        depth = max(len(lines) for lines in cells)
        self.set_fill_color(PALE)
        self.rect(MARGIN, self.y, self.epw, depth * LINE + 2 * PAD, style="F")
        self._write_in("B", TEXT, 0)
        self.y += PAD
        for line in range(depth):
            self._set_line(self._bold, cells, line)
        self.y += PAD
        self._write_in("", TEXT, 0)
        self._top = self.y

    def _in_lines(self, face: Face, texts: Sequence[str]) -> list[list[str]]:
        return [face.lines(text, room) for text, (_at, room) in zip(texts, self._columns, strict=True)]

    def _has_room(self, lines: int) -> bool:
        return self.y + max(lines, 1) * LINE + (2 * PAD if lines else 0) <= self._bottom

    def _set_line(self, face: Face, cells: Sequence[Sequence[str]], line: int) -> None:
        """Set one line of every cell that has so many, numbers at the right of their column."""
        baseline = self.y + LINE - PAD
        for lines, (begin, room), kind in zip(cells, self._columns, self._sheet.kinds, strict=True):
            if line < len(lines) and lines[line]:
                at = begin + room - face.width(lines[line]) if kind is Kind.NUMBER else begin
                self.text(at + GAP / 2, baseline, lines[line])
        self.y += LINE

    def _write_in(self, style: str, size: float, grey: int) -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(grey)
        # Text in the colour of the fillings is written without setting its colour each time.
        self.set_fill_color(grey)
