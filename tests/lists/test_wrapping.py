"""Setting text in lines: nothing is lost, nothing sticks out, and lines end where Japanese and English let them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.lists.export.wrapping import GETA, NEVER_FIRST, Face

# A font whose letters are half as wide as its kanji, as nearly all are.
WIDTHS = {code: 500.0 if code < 0x2E80 else 1_000.0 for code in (*range(0x20, 0x7F), *range(0x3000, 0x9FFF))}
SIZE = 10.0
KNOWN = st.text(st.sampled_from("abc de-f。、「」漢字かなカナー"), max_size=60)


def face() -> Face:
    return Face(WIDTHS, SIZE)


def test_what_fits_stays_on_one_line() -> None:
    assert face().lines("漢字 kanji", 100) == ["漢字 kanji"]
    assert face().lines("", 100) == [""]


def test_english_breaks_between_words_and_japanese_anywhere() -> None:
    assert face().lines("the quick brown fox", 50) == ["the quick", "brown fox"]
    assert face().lines("検知ポリシーの変更", 50) == ["検知ポリ", "シーの変更"]
    assert face().lines("N200000001のケース", 55) == ["N200000001", "のケース"]


def test_a_word_without_a_place_to_break_is_broken_all_the_same() -> None:
    assert face().lines("a" * 25, 50) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_sign_wider_than_the_room_stands_alone() -> None:
    assert face().lines("漢字", 5) == ["漢", "字"]


def test_no_line_begins_with_a_full_stop_nor_ends_with_an_opening_bracket() -> None:
    assert face().lines("あいうえお。かき", 50) == ["あいうえ", "お。かき"]
    assert face().lines("あいうえ「お」か", 50) == ["あいうえ", "「お」か"]


def test_breaks_that_were_typed_are_kept() -> None:
    assert face().lines("一行目\n\n三行目\r\n四行目\tの後", 100) == ["一行目", "", "三行目", "四行目 の後"]


def test_unknown_signs_are_marked_and_unseen_ones_dropped() -> None:
    assert face().lines("😀\u200d漢\ufe0f\x07", 100) == [f"{GETA}漢"]


@given(KNOWN, st.floats(10, 200))
def test_nothing_is_lost_and_nothing_sticks_out(text: str, room: float) -> None:
    setting = face()
    lines = setting.lines(text, room)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines[:-1]:
        assert setting.width(line) <= room + 1e-6 or len(line) == 1
    # The last line may only carry blanks beyond the room.
    assert setting.width(lines[-1].rstrip()) <= room + 1e-6 or len(lines[-1].rstrip()) <= 1


@given(st.text("あいう。、」", min_size=1, max_size=40))
def test_closing_signs_begin_a_line_only_where_nothing_else_is_possible(text: str) -> None:
    lines = face().lines(text, 50)
    for before, line in pairwise(lines):
        assert line[0] not in NEVER_FIRST or all(sign in NEVER_FIRST for sign in before[1:])
