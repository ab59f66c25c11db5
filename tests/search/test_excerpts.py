"""Excerpts show why something was found: the right part of a text, the right words marked, nothing cut in two."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.excerpts import LONGEST_WHOLE, mark
from app.search.language import parse

TEXT = (
    "はじめに。\n当社のサーバーについて説明します。パスワードの再設定は、利用者が画面から行うことができます。"
    "詳しくは担当へお問い合わせください。"
)


def shown(typed: str, text: str, width: int | None = None) -> str:
    """The excerpt with brackets around its hits."""
    pieces = mark(text, parse(typed).sought, width)
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


@pytest.mark.req("SEARCH-03", "KB-09")
@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("サーバ", "サーバーの設定", "[サーバー]の設定"),
        ("サーバー", "サーバの設定", "[サーバ]の設定"),
        ("ﾛｸﾞｲﾝ", "ログインの手順", "[ログイン]の手順"),
        ("bucket", "The ＢＵＣＫＥＴ policy", "The [ＢＵＣＫＥＴ] policy"),
        ("buckets", "one bucket", "one [bucket]"),
        ("buck*", "bucketed rebuck", "[bucketed] rebuck"),
        ("bucket key", "key of a bucket", "[key] of a [bucket]"),
        ('"bucket policy"', "bucket key policy, bucket policy", "bucket key policy, [bucket policy]"),
        ("設定変更", "変更した設定", "[変更]した[設定]"),
        ("bucket -key", "bucket key", "[bucket] key"),
        ("title:bucket", "bucket", "[bucket]"),
        ("bucket OR key", "key", "[key]"),
        ("CS0067414", "ケース CS0067414 の件", "ケース [CS0067414] の件"),
        ("番号:67414", "ケース CS0067414 の件", "ケース [CS0067414] の件"),
        ("example.com", "see evil.example.com now", "see evil.[example.com] now"),
        ("192.0.2.17", "from 192.0.2.17.", "from [192.0.2.17]."),
        ("bucket", "nothing of it", "nothing of it"),
        ("bucket", "", ""),
        ("", "a title", "a title"),
    ],
)
def test_titles_are_marked_as_a_whole(typed: str, text: str, expected: str) -> None:
    assert shown(typed, text) == expected


@pytest.mark.req("KB-09")
def test_an_excerpt_begins_with_the_sentence_of_the_hit() -> None:
    assert shown("パスワード再設定", TEXT, 30).startswith("…[パスワード]の[再設定]は、")
    assert shown("サーバ", TEXT, 30).startswith("はじめに。 当社の[サーバー]について")
    assert shown("bucket", TEXT, 20) == TEXT[:20].replace("\n", " ") + "…"
    assert shown("問い合わせ", TEXT, 30).endswith("[問い合わせ]ください。")
    assert "…" not in shown("サーバ", TEXT, 500)


@pytest.mark.req("KB-09")
def test_the_part_with_most_different_words_is_shown() -> None:
    text = "bucket bucket bucket. " + "x " * 200 + "A bucket has a policy. " + "x " * 200
    assert "A [bucket] has a [policy]." in shown("bucket policy", text, 60)


@pytest.mark.req("KB-09")
def test_excerpts_are_about_as_long_as_asked_and_cut_no_word() -> None:
    text = "word " * 100 + "needle " + "another " * 100
    for width in (20, 60, 160):
        pieces = mark(text, parse("needle").sought, width)
        assert sum(len(piece.text) for piece in pieces) <= width + 2
        words = "".join(piece.text for piece in pieces).strip("… ").split()
        assert set(words) <= {"word", "needle", "another"}


@pytest.mark.req("KB-09")
def test_a_hit_far_into_a_long_text_is_found_soon() -> None:
    text = "関係のない文章が続きます。\n" * 8_000 + "サーバーの再起動が必要です。" + "終わり。" * 1_000
    parse("warm")
    began = time.perf_counter()
    assert "[サーバー]の再起動" in shown("サーバー", text, 60)
    assert time.perf_counter() - began < 0.6


@pytest.mark.req("KB-09")
@pytest.mark.parametrize("sign", ["👩‍👩‍👧", "か\u3099", "e\u0301", "👍🏽", "葛\U000e0100"])
def test_no_sign_is_cut_in_two(sign: str) -> None:
    text = sign * 100
    for width in range(5, 25):
        (piece, cut) = mark(text, parse("needle").sought, width)
        assert cut.text == "…"
        assert piece.text == sign * (len(piece.text) // len(sign))


@pytest.mark.req("SEC-39")
@settings(max_examples=60)
@given(
    st.text(st.sampled_from("ab障害サーバー。 \n👍\ud800\u0301İﬃ"), max_size=120),
    st.sampled_from(["ab", "障害", "サーバ", "a* 障害", '"ab 障害"', "-a"]),
    st.one_of(st.none(), st.integers(1, 60)),
)
def test_pieces_are_the_text_itself(text: str, typed: str, width: int | None) -> None:
    pieces = mark(text, parse(typed).sought, width)
    said = "".join(piece.text for piece in pieces if piece.text != "…")
    assert "".join(said.split()) in "".join(text[:LONGEST_WHOLE].split())
    if width is None:
        assert "".join(said.split()) == "".join(text.split())
    assert all(piece.text for piece in pieces)
