"""Takes the text out of one file and writes it to its output: run as a program of its own (app.search.extracting).

Strange files meet many readers here, so the process has little memory, little time, no other files to write and no
children; it imports nothing of ours. How it ends is said by its exit status.
"""

import codecs
import io
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, BinaryIO

# Exit statuses. What else the process ends with is a file that its reader could not manage.
TAKEN, NONE, UNREADABLE, ENCRYPTED, TOO_LARGE = 0, 10, 11, 12, 13

# Bytes of UTF-8 that are kept of a text; seconds of processor time after which what there is has to do.
MOST_TEXT = 1024**2
SOFT_SECONDS = 12
# Of a plain file, as many bytes as may hold that much text in any encoding.
MOST_PLAIN = 4 * MOST_TEXT
# What an Office file may unpack to, in bytes, by how much, and how many parts it may have (SEC-45).
MOST_UNPACKED = 128 * 1024**2
MOST_RATIO = 100
# A part of a few kilobytes may be packed well without harm.
RATIO_FROM = 1024**2
MOST_ENTRIES = 10_000
# Document types stand before the first element; Office files have none.
HEAD = 65_536
MOST_PAGES = 2_000

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
PLAIN = frozenset(
    {".txt", ".text", ".log", ".md", ".csv", ".tsv", ".json", ".yaml", ".yml", ".ini", ".conf", ".cfg"}
)
MARKUP = frozenset({".html", ".htm", ".xhtml", ".xml", ".svg"})
OFFICE = frozenset({".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm"})
# The encodings of Japan that have no mark of their own; the first of those that fit best wins.
WITHOUT_MARK = ("cp932", "euc_jp")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e]")
# What a text of Japan or of the West holds at least; bytes in the wrong order hold next to nothing of it.
EXPECTED = (
    (re.compile(r"[\t\n\r -~\u00a0-\u00ff\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]"), 0.8),
    (re.compile(r"[\t\n\r -~\u3000-\u30ff]"), 0.3),
)
PRIVATE = re.compile(r"[\ue000-\uf8ff]")
# Half-width katakana stand side by side where euc-jp is read as cp932.
UNLIKELY = re.compile(r"[\uff61-\uff9f\ue000-\uf8ff]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
DOCUMENT_TYPE = re.compile(r"<!DOCTYPE[^\[<>]*\[.*?\]\s*>", re.DOTALL | re.IGNORECASE)
UNSEEN = frozenset({"script", "style", "template"})
# Tags that stand within words and sentences; at every other one a line ends.
WITHIN_LINES = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s"}
    | {"samp", "small", "span", "strong", "sub", "sup", "tspan", "tt", "u", "var", "wbr"}
)


class Ended(Exception):
    """How reading ended, other than with a text."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Sink:
    """Takes lines until there is enough of them, or no time is left."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._size = 0
        self._began = _processor_seconds()

    @property
    def is_full(self) -> bool:
        """Whether reading on is of no use."""
        return self._size >= MOST_TEXT or _processor_seconds() - self._began > SOFT_SECONDS

    def take(self, line: str) -> None:
        """Keep a line."""
        line = CONTROLS.sub(" ", line).strip()
        if line:
            self._lines.append(line)
            self._size += len(line.encode("utf-8", "replace")) + 1

    def text(self) -> str:
        """What was kept, at most ``MOST_TEXT`` bytes."""
        whole = "\n".join(self._lines).encode("utf-8", "replace")
        return whole[:MOST_TEXT].decode("utf-8", "ignore")


def _processor_seconds() -> float:
    """What this process has used of the processor, the same count that the hard limit goes by."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def read(path: Path, ending: str, sink: Sink) -> None:
    """Take the text of the file into ``sink``.

    :raises Ended: if there is none to be had.
    """
    with path.open("rb") as file:
        head = file.read(1024)
        file.seek(0)
        if ending == ".pdf":
            _read_pdf(file, sink)
        elif ending in OFFICE:
            _check_package(file, head)
            file.seek(0)
            OFFICE_READERS[ending[1:4]](file, sink)
        elif ending in PLAIN or ending in MARKUP:
            text = decoded(file.read(MOST_PLAIN))
            _read_markup(text, sink) if ending in MARKUP else _read_lines(text, sink)
        else:
            raise Ended(NONE)


def _read_lines(text: str, sink: Sink) -> None:
    for line in text.splitlines():
        if sink.is_full:
            return
        sink.take(line)


def decoded(content: bytes) -> str:
    """The text of a plain file: by its mark, as UTF-8, as UTF-16 without a mark, or as the likeliest of Japan's.

    :raises Ended: if it is none of them.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _as(content, encoding) or ""
    if content.startswith(b"\x1b$") or b"\x1b$B" in content[:HEAD]:
        return _as(content, "iso2022_jp") or _unreadable()
    if 0 in content[:HEAD]:
        return _wide(content) or _unreadable()
    whole = _as(content, "utf-8")
    if whole is not None:
        return whole
    fitting = [text for encoding in WITHOUT_MARK if (text := _as(content, encoding)) is not None]
    best = max(fitting, key=_likelihood, default="")
    return best if len(PRIVATE.findall(best)) * 10 < len(best) else _unreadable()


def _wide(content: bytes) -> str | None:
    """The text of UTF-16 without a mark, whichever of its bytes comes first; ``None`` for what is no text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _as(content, encoding)
        some = text[:HEAD] if text else ""
        if all(len(signs.findall(some)) > least * len(some) for signs, least in EXPECTED):
            return text
    return None


def _as(content: bytes, encoding: str) -> str | None:
    """The text in this encoding, without a character that was cut at the end; ``None`` if it is not in it."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content, final=False)
    except UnicodeError:
        return None


def _likelihood(text: str) -> float:
    some = text[:HEAD]
    return (len(JAPANESE.findall(some)) - 3 * len(UNLIKELY.findall(some))) / (len(some) or 1)


def _unreadable() -> str:
    raise Ended(UNREADABLE)


class _Shown(HTMLParser):
    """What a browser would show; it knows no document types, so nothing in them is unfolded."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(convert_charrefs=True)
        self._sink = sink
        self._unseen = 0
        # The line that has not ended yet; what is fed may end within a word.
        self._line: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._end_line(tag)
        self._unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._end_line(tag)
        self._unseen = max(0, self._unseen - (tag in UNSEEN))

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._line.append(data)

    def close(self) -> None:
        super().close()
        self._end_line("")

    def _end_line(self, tag: str) -> None:
        if tag not in WITHIN_LINES:
            self._sink.take("".join(self._line))
            self._line.clear()


def _read_markup(text: str, sink: Sink) -> None:
    text = DOCUMENT_TYPE.sub(" ", text[:HEAD], count=1) + text[HEAD:]
    parser = _Shown(sink)
    for start in range(0, len(text), HEAD):
        if sink.is_full:
            return
        parser.feed(text[start : start + HEAD])
    parser.close()


def _read_pdf(file: BinaryIO, sink: Sink) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - a text file need not wait for it
    from pypdf.errors import DependencyError, FileNotDecryptedError  # noqa: PLC0415 - likewise

    try:
        reader = PdfReader(file, strict=False)
        # What opens without a password in every viewer opens here too.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Ended(ENCRYPTED)
        count = len(reader.pages)
    except (DependencyError, FileNotDecryptedError) as error:
        raise Ended(ENCRYPTED) from error
    failed = 0
    for number in range(min(count, MOST_PAGES)):
        if sink.is_full:
            return
        try:
            _read_lines(reader.pages[number].extract_text(), sink)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - the reader of broken pages fails in every way there is
            failed += 1
    if failed and failed == count:
        raise Ended(UNREADABLE)


def _check_package(file: BinaryIO, head: bytes) -> None:
    """See that an Office file is a package that is safe to unpack (SEC-45).

    :raises Ended: if it is not.
    """
    if head.startswith(OLE):
        # Office keeps a file with a password within a file of the old kind.
        raise Ended(ENCRYPTED if ENCRYPTED_PACKAGE in file.read(MOST_PLAIN) else UNREADABLE)
    with zipfile.ZipFile(file) as package:
        entries = package.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or any(map(_is_bomb, entries)):
            raise Ended(TOO_LARGE)
        for entry in entries:
            if entry.flag_bits & 1:
                raise Ended(ENCRYPTED)
            if entry.filename.endswith((".xml", ".rels", ".vml")):
                _refuse_document_type(package, entry)


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(1, entry.compress_size)


def _refuse_document_type(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with package.open(entry) as part:
        head = part.read(HEAD).replace(b"\0", b"").lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise Ended(UNREADABLE)


def _texts(root: Any, paragraph: str, run: str) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    """The paragraphs below an element, in tables and text boxes too."""
    for element in root.iter(paragraph):
        yield "".join(text.text or "" for text in element.iter(run))


def _read_docx(file: BinaryIO, sink: Sink) -> None:
    from docx import Document  # noqa: PLC0415 - a text file need not wait for it
    from docx.oxml.ns import qn  # noqa: PLC0415 - likewise

    for line in _texts(Document(file).element.body, qn("w:p"), qn("w:t")):
        if sink.is_full:
            return
        sink.take(line)


def _read_pptx(file: BinaryIO, sink: Sink) -> None:
    from pptx import Presentation  # noqa: PLC0415 - a text file need not wait for it
    from pptx.oxml.ns import qn  # noqa: PLC0415 - likewise

    for slide in Presentation(file).slides:
        notes = [slide.notes_slide._element] if slide.has_notes_slide else []  # noqa: SLF001 - there is no other way
        for root in (slide._element, *notes):  # noqa: SLF001 - likewise
            for line in _texts(root, qn("a:p"), qn("a:t")):
                if sink.is_full:
                    return
                sink.take(line)


def _read_xlsx(file: BinaryIO, sink: Sink) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - a text file need not wait for it

    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sink.take(sheet.title)
        for row in sheet.iter_rows(values_only=True):
            if sink.is_full:
                return
            sink.take(" ".join(str(value) for value in row if value is not None))


OFFICE_READERS: dict[str, Callable[[BinaryIO, Sink], None]] = {
    "doc": _read_docx,
    "ppt": _read_pptx,
    "xls": _read_xlsx,
}


def main(path: str, ending: str, most_bytes: str, most_seconds: str) -> int:
    """Read one file within the limits; the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (int(most_bytes), int(most_bytes)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(most_seconds), int(most_seconds)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MOST_TEXT, 2 * MOST_TEXT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sink = Sink()
    try:
        read(Path(path), ending, sink)
    except Ended as ended:
        return ended.status
    except (MemoryError, RecursionError):
        return TOO_LARGE
    except Exception:  # noqa: BLE001 - the readers of broken files fail in every way there is
        return UNREADABLE
    io.FileIO(sys.stdout.fileno(), "w", closefd=False).write(sink.text().encode())
    return TAKEN


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
