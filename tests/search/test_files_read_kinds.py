"""Texts out of files, by what they are: every ending, what of each kind is text, and what hostile ones come to."""

import io
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from pptx.util import Inches

from app.search import extracting
from app.search.extracting import LARGEST, reading, text_of
from app.search.extracting.reading import Ended, Sink, decoded
from app.search.models import Reading


def taken(tmp_path: Path, ending: str, content: bytes) -> str:
    """The text as the reader itself takes it, without a process of its own."""
    path = tmp_path / "0123"
    path.write_bytes(content)
    sink = Sink()
    reading.read(path, ending, sink)
    return sink.text()


def ended(tmp_path: Path, ending: str, content: bytes) -> int:
    with pytest.raises(Ended) as found:
        taken(tmp_path, ending, content)
    return found.value.status


def package(parts: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def locked(content: bytes) -> bytes:
    """A package whose parts say that they are encrypted."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + at] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


@pytest.mark.req("KB-08")
@pytest.mark.parametrize("ending", sorted(reading.PLAIN))
def test_every_plain_kind_is_taken_as_it_stands(tmp_path: Path, ending: str) -> None:
    text = "[設定]\n<b>太字</b>: &amp;\nkey = 値"
    assert taken(tmp_path, ending, text.encode()) == text


@pytest.mark.req("KB-08")
@pytest.mark.parametrize("ending", sorted(reading.MARKUP))
def test_of_every_kind_of_markup_the_text_is_taken(tmp_path: Path, ending: str) -> None:
    page = '<?xml version="1.0"?><svg><title>図の題</title><text x="1">凡例 &lt;1&gt;</text></svg>'
    assert taken(tmp_path, ending, page.encode()) == "図の題\n凡例 <1>"


@pytest.mark.req("KB-08", "SEC-45")
@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.zip", "a.doc", "a.ppt", "a.7z", "a.docx.exe", "a.txt.", "a", ".txt", "a.txt ", "txt", ""],
)
def test_what_is_of_no_known_kind_is_not_even_opened(tmp_path: Path, name: str) -> None:
    assert text_of(tmp_path / "absent", name=name, size=1) == (Reading.NONE, "")
    with pytest.raises(Ended) as found:
        reading.read(_written(tmp_path), ".exe", Sink())
    assert found.value.status == reading.NONE


def _written(tmp_path: Path) -> Path:
    path = tmp_path / "0123"
    path.write_bytes(b"text")
    return path


@pytest.mark.req("KB-08", "SEC-45")
def test_a_file_as_large_as_may_be_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    path = _written(tmp_path)
    assert text_of(path, name="報告.TXT", size=LARGEST) == (Reading.TAKEN, "text")
    assert text_of(path, name="報告.TXT", size=LARGEST + 1) == (Reading.TOO_LARGE, "")


@pytest.mark.req("KB-08")
def test_the_name_alone_says_of_what_kind_a_file_is(tmp_path: Path) -> None:
    path = _written(tmp_path)
    assert text_of(path, name="../../etc/passwd.txt", size=4) == (Reading.TAKEN, "text")
    assert text_of(path, name="a\n--help.log", size=4) == (Reading.TAKEN, "text")
    assert text_of(tmp_path / "absent", name="a.txt", size=4) == (Reading.UNREADABLE, "")
    assert text_of(path, name="a.pdf", size=4) == (Reading.UNREADABLE, "")


@pytest.mark.req("SEC-45", "SEC-41")
def test_the_reader_gets_nothing_of_the_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its program sees no secret of the environment, no input, and none of the modules beside the service."""
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os, sys\nsys.stdout.write(f'{sorted(os.environ)} {sys.stdin.read()!r} {sys.flags.isolated}')\n"
    )
    monkeypatch.setenv("MADOGUCHI_SECRET_KEY", "secret")
    monkeypatch.setattr(reading, "__file__", str(spy))
    came, said = text_of(_written(tmp_path), name="a.txt", size=4)
    assert came is Reading.TAKEN
    assert "MADOGUCHI" not in said
    assert said.endswith("'' 1")


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize(
    ("way", "came"),
    [
        ("os.kill(os.getpid(), 9)", Reading.TOO_LARGE),
        ("os.kill(os.getpid(), 24)", Reading.TOO_LARGE),
        ("os.kill(os.getpid(), 11)", Reading.TOO_LARGE),
        ("os.kill(os.getpid(), 6)", Reading.UNREADABLE),
        ("sys.exit(1)", Reading.UNREADABLE),
        ("sys.exit(10)", Reading.NONE),
        ("sys.exit(12)", Reading.ENCRYPTED),
    ],
)
def test_however_the_reader_ends_nothing_half_said_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, came: Reading
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(f"import os, sys\nprint('half a text', flush=True)\n{way}\n")
    monkeypatch.setattr(reading, "__file__", str(spy))
    assert text_of(_written(tmp_path), name="a.txt", size=4) == (came, "")


@pytest.mark.req("SEC-45")
def test_the_limits_of_the_process_are_set_before_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)

    def fail(path: Path, _ending: str, _sink: Sink) -> None:
        assert limits == {
            resource.RLIMIT_AS: (extracting.MOST_MEMORY,) * 2,
            resource.RLIMIT_CPU: (extracting.MOST_SECONDS,) * 2,
            resource.RLIMIT_FSIZE: (2 * reading.MOST_TEXT,) * 2,
            resource.RLIMIT_CORE: (0, 0),
        }
        raise {"memory": MemoryError, "deep": RecursionError, "odd": ValueError}[path.name]

    monkeypatch.setattr(reading, "read", fail)
    given = (str(extracting.MOST_MEMORY), str(extracting.MOST_SECONDS))
    assert reading.main(str(tmp_path / "memory"), ".txt", *given) == reading.TOO_LARGE
    assert reading.main(str(tmp_path / "deep"), ".txt", *given) == reading.TOO_LARGE
    assert reading.main(str(tmp_path / "odd"), ".txt", *given) == reading.UNREADABLE


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>a<!-- hidden -->b</p><p>c</p>d", "ab\nc\nd"),
        ("pass<b>wo</b><SPAN>rd</SPAN><br>next<hr/>line", "password\nnext\nline"),
        ('<a href="https://evil.example">here</a>', "here"),
        ("<script>one</script>two<SCRIPT>three</SCRIPT>", "two"),
        ("<template><p>one</p></template>two", "two"),
        ("<style>p { color: red }</style><p>red</p>", "red"),
        ("shown<script>never closed <p>gone</p>", "shown"),
        ("</script>shown", "shown"),
        ("&#x30b5;&#12540;バー &copy; &unknown;", "サーバー © &unknown;"),
        ("<![CDATA[data]]>x", "x"),
        ("<", "<"),
        ("R&amp;D <q", "R&D <q"),
        ("a < b", "a < b"),
    ],
)
def test_of_markup_what_a_browser_shows_is_text(tmp_path: Path, markup: str, shown: str) -> None:
    assert taken(tmp_path, ".html", markup.encode()) == shown


@pytest.mark.req("KB-08")
@pytest.mark.parametrize("before", [-22, -16, -12, -6, -1, 0])
def test_no_word_of_a_long_page_is_cut_where_it_is_read_in_parts(tmp_path: Path, before: int) -> None:
    page = "<p>" + "x" * (reading.HEAD + before - 4) + " bucketpolicy &amp; <b>end</b>" + " z" * 10
    assert " bucketpolicy & end z" in taken(tmp_path, ".html", page.encode())


@pytest.mark.req("KB-08", "SEC-45")
@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbf", ""),
        (b"\xff\xfe", ""),
        (b"\xfe\xff", ""),
        (b"", ""),
        (b"plain ASCII", "plain ASCII"),
        ("é ü ß".encode(), "é ü ß"),
        (b"\xef\xbb\xbf" + "窓口".encode(), "窓口"),
        ("Windows の設定".encode("utf-16"), "Windows の設定"),
        ("㈱①Ⅲ髙﨑".encode("cp932"), "㈱①Ⅲ髙﨑"),
        ("ｻｰﾊﾞｰの設定を確認してください".encode("cp932"), "ｻｰﾊﾞｰの設定を確認してください"),
        ("障害の報告".encode("euc_jp"), "障害の報告"),
        (b"log: " + "開始".encode("iso2022_jp"), "log: 開始"),
    ],
)
def test_each_encoding_is_told_by_its_bytes(content: bytes, text: str) -> None:
    assert decoded(content) == text


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    "content",
    [
        b"\x1b$B\xff\xff\xff",
        b"text\x00text, which is of no width",
        bytes(range(256)) * 4,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    ],
)
def test_what_only_looks_like_text_is_unreadable(tmp_path: Path, content: bytes) -> None:
    assert ended(tmp_path, ".txt", content) == reading.UNREADABLE


@pytest.mark.req("SEC-45")
def test_control_characters_never_come_into_a_text(tmp_path: Path) -> None:
    late = b"a" * reading.HEAD + b"\x00b\x1b[31mc\x7f\r\nd\x08"
    assert taken(tmp_path, ".log", late).removeprefix("a" * reading.HEAD) == " b\x1b[31mc\nd"


@pytest.mark.req("KB-08")
def test_a_sink_takes_as_much_as_it_may_and_no_sign_more() -> None:
    for sign in ("a", "é", "あ", "👍"):
        size = len(sign.encode())
        sink = Sink()
        sink.take(sign * ((reading.MOST_TEXT - 1) // size - 1))
        assert not sink.is_full
        sink.take(sign * 9)
        assert sink.is_full
        whole = sink.text()
        assert reading.MOST_TEXT - size < len(whole.encode()) <= reading.MOST_TEXT
        assert set(whole) == {sign, "\n"}


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    ("most", "expected"), [(1, "page 1"), (2, "page 1\npage 2"), (3, "page 1\npage 2\npage 3")]
)
def test_of_a_long_pdf_the_first_pages_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, expected: str
) -> None:
    made = FPDF()
    made.set_font("Helvetica")
    for number in (1, 2, 3):
        made.add_page()
        made.cell(text=f"page {number}")
    monkeypatch.setattr(reading, "MOST_PAGES", most)
    assert taken(tmp_path, ".pdf", bytes(made.output())) == expected


def _word_file() -> bytes:
    file, made = io.BytesIO(), docx.Document()
    made.add_paragraph("残る").add_run("本文").bold = True
    gone = f"<w:del {nsdecls('w')}><w:r><w:delText>消した語</w:delText></w:r></w:del>"
    made.add_paragraph("前")._p.append(parse_xml(gone))
    cell = made.add_table(1, 1).cell(0, 0)
    cell.text = "外の表"
    cell.add_table(1, 1).cell(0, 0).text = "内の表"
    made.save(file)
    return file.getvalue()


def _slides() -> bytes:
    file, made = io.BytesIO(), pptx.Presentation()
    for title in ("一枚目", "二枚目"):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
        table = slide.shapes.add_table(1, 1, Inches(1), Inches(1), Inches(1), Inches(1)).table
        table.cell(0, 0).text = f"{title}の表"
    group = made.slides[0].shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "囲みの中"
    made.save(file)
    return file.getvalue()


def _book() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        first = made.add_worksheet("一覧")
        first.write_row(0, 0, ["端末", 3.5, True])
        first.write_formula(1, 0, '=HYPERLINK("https://evil.example")', value="計算の結果")
        first.write(9_999, 200, "遠いセル")
        made.add_worksheet("裏").hide()
    return file.getvalue()


@pytest.mark.req("KB-08", "SEC-45")
@pytest.mark.parametrize(
    ("endings", "make", "expected"),
    [
        ((".docx", ".docm"), _word_file, "残る本文\n前\n外の表\n内の表"),
        ((".pptx", ".pptm"), _slides, "一枚目\n一枚目の表\n囲みの中\n二枚目\n二枚目の表"),
        ((".xlsx", ".xlsm"), _book, "一覧\n端末 3.5 True\n計算の結果\n遠いセル\n裏"),
    ],
)
def test_of_office_files_all_that_is_read_on_them_is_text(
    tmp_path: Path, endings: tuple[str, ...], make: Callable[[], bytes], expected: str
) -> None:
    content = make()
    for ending in endings:
        assert taken(tmp_path, ending, content) == expected
    assert ended(tmp_path, endings[0], locked(content)) == reading.ENCRYPTED


@pytest.mark.req("SEC-45")
def test_each_limit_of_a_package_at_both_its_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_let_in(parts: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bool:
        content = package(parts, how=how)
        try:
            reading._check_package(io.BytesIO(content), content[:1024])
        except Ended as found:
            return found.status != reading.TOO_LARGE
        return True

    monkeypatch.setattr(reading, "MOST_UNPACKED", 1_000)
    monkeypatch.setattr(reading, "MOST_ENTRIES", 3)
    assert is_let_in({"a": b"x" * 600, "b": b"x" * 400})
    assert not is_let_in({"a": b"x" * 600, "b": b"x" * 401})
    assert is_let_in(dict.fromkeys("abc", b""))
    assert not is_let_in(dict.fromkeys("abcd", b""))
    monkeypatch.setattr(reading, "MOST_UNPACKED", 10_000_000)
    packed_well = {"a": b"\0" * reading.RATIO_FROM}
    assert is_let_in(packed_well, zipfile.ZIP_DEFLATED)
    packed_well["a"] += b"\0"
    assert not is_let_in(packed_well, zipfile.ZIP_DEFLATED)
    assert is_let_in(packed_well)


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.rels", "word/vmlDrawing1.vml"])
@pytest.mark.parametrize(
    "head",
    [
        b"<?xml version='1.0'?><!DOCTYPE a []><a/>",
        b"<!doctype a SYSTEM 'file:///etc/passwd'><a/>",
        b" " * 9_000 + b"<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode("utf-16"),
    ],
)
def test_a_document_type_in_any_part_is_refused(tmp_path: Path, part: str, head: bytes) -> None:
    assert ended(tmp_path, ".docx", package({part: head})) == reading.UNREADABLE


@pytest.mark.req("SEC-45")
def test_a_package_writes_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    content = package({"../evil.txt": b"x", "/evil-madoguchi.txt": b"x", "word/document.xml": b"<a/>"})
    with pytest.raises((Ended, KeyError, ValueError)):
        taken(inside, ".docx", content)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["0123"]
    assert not Path("/evil-madoguchi.txt").exists()
