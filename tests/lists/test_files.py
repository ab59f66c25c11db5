"""Files of lists, opened with real readers: what is in them, how it looks, and what they can carry."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.i18n import speaking
from app.lists.export.signs import STAND_IN, for_excel, inert, would_run
from tests.lists.readers import (
    embedded_fonts,
    excel_rows,
    mixed,
    of_texts,
    pdf_pages,
    pdf_text,
    read_csv,
    read_excel,
    read_pdf,
    sheet,
    table,
    written,
)

pytestmark = [pytest.mark.req("HIST-05"), pytest.mark.usefixtures("session")]

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# What a sheet's XML can hold as it is; other controls are kept in Excel's own notation, which openpyxl leaves.
SEEN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_csv_begins_with_the_mark_of_utf_8_and_ends_its_lines_as_the_rfc_says() -> None:
    data = of_texts("csv", ["一つ", 'with "quotes", a comma\nand a line'])

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.decode("utf-8-sig") == ('名前\r\n一つ\r\n"with ""quotes"", a comma\nand a line"\r\n')


@quick
@given(texts=st.lists(ANYTHING, max_size=8))
def test_csv_gives_back_every_text(texts: list[str]) -> None:
    rows = read_csv(of_texts("csv", texts))[1:]
    found = [row[0] if row else "" for row in rows]

    assert found == [inert(text) for text in texts]
    # Whoever takes the mark off again has what was typed.
    unmarked = [text[1:] if would_run(text[1:]) else text for text in found]
    assert [one for one, text in zip(unmarked, texts, strict=True) if text[:1] != "'"] == [
        text for text in texts if text[:1] != "'"
    ]


@quick
@given(texts=st.lists(SEEN, min_size=1, max_size=8))
def test_excel_gives_back_every_text_as_text(texts: list[str]) -> None:
    rows = excel_rows(of_texts("xlsx", [*texts, "the last"]))[1:]

    assert [row[0] or "" for row in rows] == [*(for_excel(text) for text in texts), "the last"]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANYTHING, max_size=6))
def test_no_text_is_too_strange_for_any_of_them(texts: list[str]) -> None:
    assert len(read_csv(of_texts("csv", texts))) == len(texts) + 1
    assert len(excel_rows(of_texts("xlsx", [*texts, "the last"]))) == len(texts) + 2
    assert pdf_pages(of_texts("pdf", texts))


@pytest.mark.parametrize(
    "text", ["\ufffe", "\uffff", "\x00", "a\x0bb", "_x0041_", "🙂👩\u200d👧", "\u202eabc", "e\u0301", "𠮷"]
)
def test_strange_signs_leave_the_others_as_they_are(text: str) -> None:
    texts = [text, f"前{text}後"]
    assert [row[0] for row in read_csv(of_texts("csv", texts))[1:]] == [inert(text) for text in texts]
    assert str(excel_rows(of_texts("xlsx", texts))[2][0]).startswith("前")
    assert pdf_text(of_texts("pdf", texts)).count("前") == 2  # One stands in the head.


def test_a_text_longer_than_a_cell_of_excel_is_cut_there_and_whole_elsewhere() -> None:
    text = "長" * 32_766 + "𠮷い"

    [cut] = excel_rows(of_texts("xlsx", [text]))[1]
    assert cut == "長" * 32_766 + "…"
    assert excel_rows(of_texts("xlsx", [text[:32_767]]))[1] == ["長" * 32_766 + "…"]
    assert excel_rows(of_texts("xlsx", ["長" * 32_767]))[1] == ["長" * 32_767]
    assert read_csv(of_texts("csv", [text]))[1] == [text]


def test_excel_holds_moments_and_numbers_as_such_in_the_persons_zone() -> None:
    page = read_excel(written("xlsx", mixed()))
    row = [cell.value for cell in page[2]]

    assert row == ["検知ポリシー", datetime(2026, 11, 20, 12, 4, 5), -55, 0.25, None]  # noqa: DTZ001  # Excel knows no zones.
    assert page["B2"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert (page["A1"].font.bold, page.freeze_panes) == (True, "A2")
    assert page.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert page.title == "一覧"


@pytest.mark.parametrize("title", ["a/b:c*d?[e]\\f", "長" * 60, "'quoted'", "   "])
def test_any_title_names_a_sheet(title: str) -> None:
    page = read_excel(written("xlsx", table([("x",)], title=title)))
    assert 1 <= len(page.title) <= 31


def test_csv_and_pdf_show_moments_and_numbers_as_they_are_read() -> None:
    assert read_csv(written("csv", mixed()))[1] == [
        "検知ポリシー", "2026-11-20 12:04:05", "-55", "0.25", "",
    ]  # fmt: skip
    for shown in ("検知ポリシー", "2026-11-2012:04:05", "-55", "0.25"):
        assert shown in pdf_text(written("pdf", mixed()))


@pytest.mark.req("HIST-04")
def test_a_pdf_is_a4_landscape_with_title_maker_and_moment() -> None:
    document = read_pdf(written("pdf", mixed()))
    first = document.pages[0]

    assert (round(first.mediabox.width), round(first.mediabox.height)) == (842, 595)
    assert document.metadata is not None
    assert (document.metadata.title, document.metadata.author) == ("一覧", "佐藤 花子")
    text = first.extract_text()
    for shown in ("一覧", "作成者: 佐藤 花子", "2026-11-21 00:30:00", "Asia/Tokyo", "1 / 1 ページ"):
        assert shown in text


def test_its_words_are_those_of_the_persons_language() -> None:
    with speaking("en"):
        [page] = pdf_pages(written("pdf", mixed()))
    assert "Made by 佐藤 花子 at 2026-11-21 00:30:00 (Asia/Tokyo)" in page
    assert "Page 1 of 1" in page


def test_every_page_of_a_pdf_has_the_head_and_its_number() -> None:
    pages = pdf_pages(written("pdf", mixed(100)))

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert "ポイント" in page
        assert f"{number} / {len(pages)} ページ" in page
    assert sum(page.count("検知ポリシー") for page in pages) == 100


def test_a_pdf_brings_a_small_part_of_its_font_along() -> None:
    fonts = list(embedded_fonts(written("pdf", mixed())))

    assert fonts
    for name, size in fonts:
        assert "BIZUDPGothic" in name
        assert "+" in name, "the mark of a part of a font"
        assert 0 < size < 200_000


def test_it_can_set_every_kanji_of_jis_levels_1_and_2_and_latin_letters() -> None:
    kanji = [
        bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp")
        for row in range(16, 85)
        for cell in range(1, 95)
        if not (row == 47 and cell > 51) and not (row == 84 and cell > 6)
    ]
    letters = "".join(chr(code) for code in (*range(0x21, 0x7F), *range(0xC0, 0x180)))
    assert len(kanji) == 2_965 + 3_390
    rows = ["".join(kanji[begin : begin + 50]) for begin in range(0, len(kanji), 50)]
    text = pdf_text(of_texts("pdf", [*rows, letters]))

    assert set(kanji) - set(text) == set()
    assert set(letters) - set(text) == set()
    assert "〓" not in text


def test_a_sign_the_font_does_not_have_is_marked_and_an_unseen_one_left_out() -> None:
    text = pdf_text(of_texts("pdf", ["絵文字🙂です", "ゼロ\u200b幅", "か\u3099", f"不明{STAND_IN}"]))

    assert "絵文字〓です" in text
    assert "ゼロ幅" in text
    assert "が" in text


def test_a_long_cell_is_wrapped_and_loses_nothing_even_beyond_a_page() -> None:
    long = "".join(f"{index}番目の文です。" for index in range(3_000))
    pages = pdf_pages(of_texts("pdf", ["短い", long, "最後"]))

    assert len(pages) > 5
    text = "".join("".join(line.split()) for page in pages for line in page.splitlines())
    assert all(f"{index}番" in text for index in range(0, 3_000, 7))
    assert "最後" in text


def test_what_stands_for_the_number_of_pages_is_only_text_in_a_cell() -> None:
    text = pdf_text(of_texts("pdf", ["{nb} and **bold** and __line__"]))
    assert "{nb}and**bold**and__line__" in text


@pytest.mark.parametrize("extension", ["csv", "xlsx", "pdf"])
def test_a_list_without_rows_is_a_head_alone(extension: str) -> None:
    data = of_texts(extension, [])
    if extension == "pdf":
        assert "作成日時" in pdf_text(data)
        assert "名前" in pdf_text(data)
    else:
        rows = read_csv(data) if extension == "csv" else excel_rows(data)
        assert rows == [["名前"]]


def test_rows_are_asked_for_one_after_the_other() -> None:
    asked: list[int] = []

    def rows(limit: int, _offset: int) -> Iterator[tuple[str]]:
        for index in range(limit):
            asked.append(index)
            yield (str(index),)

    whole = sheet(replace(table([("x",)] * 3), rows=rows))
    assert asked == []
    assert next(whole.lines) == ["0"]
    assert asked == [0]
