"""What differs between two texts: word by word in both languages, nothing lost, and in words for who sees no tones."""

import random
from itertools import pairwise
from time import process_time

import pytest

from app.knowledge import comparing
from app.knowledge.comparing import Change, Part, compare, differs

SIGNS = {Change.SAME: "=", Change.REMOVED: "-", Change.ADDED: "+"}


def told(old: str, new: str) -> list[str]:
    """The pieces with a sign before each."""
    return [SIGNS[part.change] + part.text for part in compare(old, new)]


def sides(parts: list[Part]) -> tuple[str, str]:
    """The older and the newer text, put together again from the pieces."""
    old = "".join(part.text for part in parts if part.change is not Change.ADDED)
    new = "".join(part.text for part in parts if part.change is not Change.REMOVED)
    return old, new


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("同じ文です。", "同じ文です。", ["=同じ文です。"]),
        ("", "新しい。", ["+新しい。"]),
        ("古い。", "", ["-古い。"]),
        # A run of kanji is one word, as is one of katakana; a particle is changed by itself.
        (
            "パスワードを再設定します。",
            "パスワードを再発行します。",
            ["=パスワードを", "-再設定", "+再発行", "=します。"],
        ),
        ("サーバーに接続", "サービスに接続", ["-サーバー", "+サービス", "=に接続"]),
        ("画面を開く", "画面が開く", ["=画面", "-を", "+が", "=開く"]),
        ("佐々木様", "佐々木", ["-佐々木様", "+佐々木"]),
        # A word of Latin letters keeps what holds it together, a number its points, in either width.
        ("Reset your password.", "Reset the password.", ["=Reset ", "-your", "+the", "= password."]),
        ("don't wait", "do wait", ["-don't", "+do", "= wait"]),
        ("版 1.2.3 です", "版 1.2.4 です", ["=版 ", "-1.2.3", "+1.2.4", "= です"]),
        ("版１２です", "版１３です", ["=版", "-１２", "+１３", "=です"]),
        ("a b", "a  b", ["=a", "- ", "+  ", "=b"]),
        # Cases and widths are told apart: what readers see has changed.
        ("VPN", "vpn", ["-VPN", "+vpn"]),
        # Lines first: a line that comes between two leaves both alone.
        ("一\n三\n", "一\n二\n三\n", ["=一\n", "+二\n", "=三\n"]),
        ("一\n二\n三\n", "一\n三\n", ["=一\n", "-二\n", "=三\n"]),
        ("一\n二", "一\n二\n", ["=一\n二", "+\n"]),
    ],
)
def test_differences_are_told_word_by_word(old: str, new: str, pieces: list[str]) -> None:
    assert told(old, new) == pieces


@pytest.mark.req("KB-15")
def test_going_back_swaps_what_came_and_what_went() -> None:
    forth, back = compare("画面を開く", "画面が開く"), compare("画面が開く", "画面を開く")
    swapped = {Change.REMOVED: Change.ADDED, Change.ADDED: Change.REMOVED, Change.SAME: Change.SAME}
    assert {(part.text, swapped[part.change]) for part in back} == {
        (part.text, part.change) for part in forth
    }


@pytest.mark.req("KB-15")
def test_no_sign_of_either_text_is_lost_or_made_up() -> None:
    chance = random.Random(6)  # noqa: S311 - the same texts each time, no secret
    signs = "あいを再設定パスワドab 1.\n\r\u2028　、😀\x0b"
    for _round in range(150):
        old = "".join(chance.choices(signs, k=chance.randrange(40)))
        new = "".join(each for each in old if chance.random() > 0.2) + "".join(chance.choices(signs, k=3))
        parts = list(compare(old, new))
        assert sides(parts) == (old, new)
        assert differs(parts) == (old != new)
        # Neighbours of one kind are one piece, and no piece is empty.
        assert all(part.text for part in parts)
        assert all(one.change is not two.change for one, two in pairwise(parts))


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(
    ("words", "pieces"), [(comparing.MOST_WORDS - 1, 2_251), (comparing.MOST_WORDS + 1, 4)]
)
def test_a_text_that_is_too_long_to_compare_differs_as_a_whole(words: int, pieces: int) -> None:
    """Each second word of the middle is the same; what both begin and end with is told in any case."""
    numbers = range(words // 2)
    old = "頭。" + "".join(f"ア{number}" for number in numbers) + "旧尾。"
    new = "頭。" + "".join(f"イ{number}" for number in numbers) + "新尾。"
    parts = list(compare(old, new))
    assert sides(parts) == (old, new)
    assert (parts[0], parts[-1]) == (Part("頭。", Change.SAME), Part("。", Change.SAME))
    assert len(parts) == pieces


@pytest.mark.req("KB-15")
@pytest.mark.parametrize(
    ("one", "other"),
    [("あい", "うい"), ("一\n\n", "二\n\n"), ("いいあ", "あい"), ("、。", "。")],
)
def test_a_text_of_few_different_signs_takes_no_seconds(one: str, other: str) -> None:
    old, new = one * 700, other * 700
    begun = process_time()
    parts = list(compare(old, new))
    assert process_time() - begun < 1
    assert sides(parts) == (old, new)


@pytest.mark.req("KB-15")
def test_the_longest_texts_without_a_line_in_common_are_compared_at_once() -> None:
    old = "".join(f"{index}行\n" for index in range(20_000))
    new = "".join(f"{index}列\n" for index in range(20_000))
    begun = process_time()
    assert sides(list(compare(old, new))) == (old, new)
    assert process_time() - begun < 1
