"""The thread of a case on paper: A4, the facts of the case first, then its history from the beginning on.

Set with the font of the lists' PDFs, which the file brings along; text is drawn as text and no markup is read (SEC-46).
"""

from collections.abc import Iterable
from typing import IO

from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from fpdf.fonts import TTFFont

from app.authz import ActorKind, Audience
from app.cases.evidence.contents import Contents, Entry, Kind
from app.cases.evidence.words import words_of
from app.i18n import _, current_language, stamp, time_zone
from app.lists.export.wrapping import Face
from app.paths import FONTS

# Points; A4 is 595 by 842.
MARGIN, FOOT, INDENT = 48.0, 24.0, 14.0
TITLE, TEXT, SMALL = 15.0, 9.5, 8.0
LEADING = 1.5
GREY, INK = 90, 0
FAMILY = "gothic"


def write(contents: Contents, file: IO[bytes]) -> None:
    """Write the thread, page by page, in the language in force."""
    thread = Thread(contents)
    try:
        thread.tell()
        file.write(thread.output())
    finally:
        thread.let_go()


class Thread(FPDF):
    """One case on as many pages as it takes."""

    def __init__(self, contents: Contents) -> None:
        super().__init__("portrait", "pt", "A4")
        self._contents = contents
        self.set_auto_page_break(auto=False)
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.add_font(FAMILY, "", FONTS / "regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "bold.ttf")
        # From here on the library loads nothing, whatever it is given.
        self.resource_access_policy = ResourceAccessPolicy.NONE
        self._faces: dict[tuple[str, float], Face] = {}
        self.set_title(f"{contents.case.number} {contents.case.shown_subject}")
        self.set_creation_date(contents.read_at)
        self.set_lang(current_language())

    def let_go(self) -> None:
        """Close the files of the fonts, which are read up to the end."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def footer(self) -> None:
        """The foot of a page: its number, the case, and who may read it."""
        self._write_in("", SMALL, GREY)
        baseline = self.h - MARGIN
        self.set_xy(MARGIN, baseline - 0.8 * SMALL)
        self.cell(self.epw / 2, SMALL, _("Page %(n)s of %(m)s", n=self.page, m="{nb}"))
        told = f"{self._contents.case.number} · {self._confidence()}"
        self.text(self.w - MARGIN - self._face("", SMALL).width(told), baseline, told)

    def tell(self) -> None:
        """Set the whole case."""
        self.add_page()
        self._paragraph([self._confidence()], style="B", size=SMALL, grey=GREY)
        self._paragraph([self._contents.case.shown_subject], style="B", size=TITLE)
        self._paragraph(self._head())
        self._rule()
        for entry in self._contents.entries:
            self._entry(entry)
        if self._contents.files:
            self._rule()
            self._paragraph([_("Attachments")], style="B")
            self._paragraph(self._files(), size=SMALL)

    def _confidence(self) -> str:
        if self._contents.kind is Kind.AUDITOR:
            return _("Confidential: with internal notes, for an auditor only")
        return _("For the customer")

    def _head(self) -> list[str]:
        case = self._contents.case
        facts = (
            (_("Case number"), case.number),
            (_("Status"), case.state.label),
            (_("Category"), case.category.label),
            (_("Customer number"), case.customer_number.number),
            (_("Contract holder"), case.customer_number.holder.name),
            (_("Service name"), case.service.name_in(current_language())),
            (_("Customer contact"), case.contact.display_name if case.contact else ""),
            (_("Created"), stamp(case.created_at)),
            (_("Updated"), stamp(case.updated_at)),
            (_("As of"), f"{stamp(self._contents.read_at)} ({time_zone().key})"),
        )
        return [f"{label}: {value}" for label, value in facts]

    def _files(self) -> list[str]:
        lines: list[str] = []
        for file in self._contents.files:
            place = file.name or _("left out: it did not pass the virus check")
            lines += [f"{file.shown_name} ({file.size:,} B) · {place}", f"SHA-256 {file.sha256}"]
        return lines

    def _entry(self, entry: Entry) -> None:
        title, lines = words_of(entry)
        side = _("Customer") if entry.row.actor_kind is ActorKind.CUSTOMER else _("Advisory Center")
        name = _(entry.row.actor_name) if entry.row.actor_kind is ActorKind.SYSTEM else entry.row.actor_name
        about = [stamp(entry.row.at), side, name]
        if entry.row.audience is Audience.DESK or (entry.comment and entry.comment.audience is Audience.DESK):
            about.append(_("Desk only"))
        self.y += TEXT / 2
        # The head of an entry does not stand alone at the foot of a page.
        self._keep_room(4 * TEXT * LEADING)
        self._paragraph([title], style="B")
        self._paragraph([" · ".join(about)], size=SMALL, grey=GREY)
        self._paragraph(lines, indent=INDENT)

    def _paragraph(
        self, texts: Iterable[str], *, style: str = "", size: float = TEXT, grey: int = INK, indent: float = 0
    ) -> None:
        face = self._face(style, size)
        self._write_in(style, size, grey)
        for text in texts:
            for line in face.lines(text, self.epw - indent):
                if self._keep_room(size * LEADING):
                    self._write_in(style, size, grey)
                self.y += size * LEADING
                self.text(MARGIN + indent, self.y, line)

    def _rule(self) -> None:
        self.y += TEXT
        self.line(MARGIN, self.y, self.w - MARGIN, self.y)

    def _keep_room(self, height: float) -> bool:
        """Turn the page if it has no room for so much; tell whether it was turned."""
        if self.y + height <= self.h - MARGIN - FOOT:
            return False
        self.add_page()
        return True

    def _face(self, style: str, size: float) -> Face:
        if (style, size) not in self._faces:
            font = self.fonts[f"{FAMILY}{style}"]
            if not isinstance(font, TTFFont):
                raise TypeError("The fonts of evidence packs are TrueType files.")
            self._faces[style, size] = Face({code: font.cw[code] for code in font.cmap}, size)
        return self._faces[style, size]

    def _write_in(self, style: str, size: float, grey: int) -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(grey)
        # Text in the colour of the fillings is written without setting its colour each time.
        self.set_fill_color(grey)
