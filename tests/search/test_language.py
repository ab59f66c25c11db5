"""What people type: every text has a reading or a hint, and the reading is the one that docs/search.md promises."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.search.analyzer import tokens
from app.search.documents import AnalyzedDocument, TextField
from app.search.language import Parsed, parse
from app.search.language.signs import MOST_CHARACTERS
from app.search.query import MOST_TERMS, Adjacent, AllOf, AnyOf, Begins, Has, Query, Tagged, Without
from app.search.reach import DESK_FIELDS, OPEN_FIELDS
from app.search.synonyms import Synonyms
from tests.factories.index import analyzed, fits


def document(
    text: str = "", *, title: str = "", files: str = "", notes: str = "", number: str = ""
) -> AnalyzedDocument:
    said = {
        TextField.TITLE: title,
        TextField.TEXT: f"{number} {text}",
        TextField.FILES: files,
        TextField.NOTES: notes,
    }
    empty = analyzed("case:1", number=number)
    return AnalyzedDocument(empty.document, {place: tokens(each) for place, each in said.items()})


def finds(typed: str, each: AnalyzedDocument, **known: object) -> bool:
    query = parse(typed, **known).query  # type: ignore[arg-type]  # tests name what parse takes
    assert query is not None, typed
    return fits(each, query)


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    ("typed", "text", "is_found"),
    [
        ("bucket policy", "the policy of a bucket", True),
        ("bucket policy", "the bucket", False),
        ('"bucket policy"', "the policy of a bucket", False),
        ('"bucket policy"', "a bucket policy", True),
        ("“bucket policy”", "policy bucket", False),
        ("＂bucket　policy＂", "policy bucket", False),
        ("「公開設定」", "設定を公開する", False),
        ("『公開設定』", "公開設定", True),
        ("bucket OR policy", "policy", True),
        ("ｂｕｃｋｅｔ　ＯＲ　ｐｏｌｉｃｙ", "policy", True),
        ("bucket or policy", "policy", False),
        ("bucket AND policy", "bucket policy", True),
        ("bucket NOT policy", "bucket policy", False),
        ("bucket NOT policy", "bucket", True),
        ("bucket -policy", "bucket policy", False),
        ("bucket −policy", "bucket policy", False),
        ("bucket -policy", "bucket", True),
        ("bucket - policy", "bucket policy", True),
        ("bucket --policy", "bucket policy", True),
        ("bucket -(policy OR key)", "bucket key", False),
        ("(bucket OR key) policy", "key policy", True),
        ("(bucket OR key) policy", "key", False),
        ("（bucket　OR　key）policy", "key policy", True),
        ("bucket OR key policy", "bucket", True),
        ("NOT NOT bucket", "bucket", True),
        ("-(-bucket)", "bucket", True),
        ("bucket (-policy -key)", "bucket key", False),
        ("bucket (-policy OR -key)", "bucket key", True),
        ("bucket (-policy OR -key)", "bucket key policy", False),
        ("bucket OR -policy", "bucket policy", True),
        ("buck*", "bucket", True),
        ("buck＊", "bucket", True),
        ("buck*", "rebuck", False),
        ("buck*et", "bucket", False),
        ("サーバ", "サーバーの設定", True),
        ("設定変更手順", "手順: 設定の内容を変更", True),
        ("設定変更手順", "設定を変更", False),
        ("BUCKET", "bucket", True),
        ("ﾛｸﾞｲﾝ", "ログイン", True),
    ],
)
def test_a_text_finds_what_it_says(typed: str, text: str, *, is_found: bool) -> None:
    assert finds(typed, document(text)) is is_found


@pytest.mark.req("SEARCH-01", "KB-11")
@pytest.mark.parametrize("whole", ["CS0067414", "cs0067414", "ＣＳ００６７４１４", " CS0067414 "])
def test_a_whole_number_finds_its_record(whole: str) -> None:
    assert finds(whole, document(number="CS0067414"))
    assert not finds(whole, document(number="CS0067415"))


@pytest.mark.req("SEARCH-01")
@pytest.mark.parametrize(
    ("typed", "kind", "is_found"),
    [
        ("number:CS0067414", "case", True),
        ("番号:67414", "case", True),
        ("ケース番号：cs67414", "case", True),
        ("number:67414", None, True),
        ("number:67414", "article", False),
        ("number:7414", "case", False),
    ],
)
def test_a_number_is_asked_for_in_short(typed: str, kind: str | None, *, is_found: bool) -> None:
    assert finds(typed, document(number="CS0067414"), kind=kind) is is_found


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    "whole",
    ["192.0.2.17", "2001:db8::17", "CVE-2026-12345", "evil.example.com", "d41d8cd98f00b204e9800998ecf8427e"],
)
def test_addresses_hashes_and_domains_stay_whole(whole: str) -> None:
    assert finds(whole, document(f"疑わしい通信 {whole} を検知"))
    assert not finds(whole, document(f"疑わしい通信 {whole[:-1]}9 を検知"))


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    ("typed", "where", "elsewhere"),
    [
        ("title:bucket", "title", "text"),
        ("タイトル：bucket", "title", "files"),
        ('title:"bucket policy"', "title", "text"),
        ("title:(bucket policy)", "title", "text"),
        ("TITLE:bucket", "title", "text"),
        ("text:bucket", "text", "title"),
        ("本文:bucket", "text", "title"),
        ("file:bucket", "files", "text"),
        ("ファイル:bucket", "files", "title"),
        ("note:bucket", "notes", "text"),
        ("title:buck*", "title", "text"),
    ],
)
def test_a_prefix_narrows_to_one_text(typed: str, where: str, elsewhere: str) -> None:
    here = document(**{where: "the bucket policy"})
    there = document(**{elsewhere: "the bucket policy"})
    assert finds(typed, here, kind="case")
    assert not finds(typed, there, kind="case")


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize("typed", ["error: 42", "http://host/42", "error:42", "title: bucket", "12:30"])
def test_what_is_no_prefix_is_a_word(typed: str) -> None:
    assert finds(typed, document(typed))


@pytest.mark.req("DESK-04", "SEC-48")
def test_the_prefix_of_notes_is_unknown_to_customers() -> None:
    internal = document(notes="bucket")
    for typed in ("note:bucket", "内部メモ:bucket", "bucket", "buck*", '"bucket"', "-note:x bucket"):
        parsed = parse(typed, fields=OPEN_FIELDS, kind="case")
        assert parsed.query is not None
        assert not fits(internal, parsed.query)
        assert fields_in(parsed.query) <= OPEN_FIELDS


def fields_in(query: Query) -> frozenset[TextField]:
    match query:
        case Tagged():
            return frozenset()
        case Has(_, fields) | Begins(_, fields) | Adjacent(_, fields):
            return fields
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(fields_in, parts))
        case Without(part, other):
            return fields_in(part) | fields_in(other)


def hint(app: Flask, typed: str, language: str = "en", least: int = 1) -> Parsed:
    with app.test_request_context(), force_locale(language):
        return parse(typed, least=least)


@pytest.mark.req("KB-07")
@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("ab", "en", "Type at least 3 characters."),
        (" 障害　", "ja", "3 文字以上入力してください。"),
        ("-bucket", "en", "Words to leave out are not enough. Add a word to search for."),
        ("NOT a NOT b", "ja", "除外する語だけでは検索できません。探す語も入力してください。"),
        ("*** ()", "en", "Nothing in this text can be searched for. Try other words."),
        ("!!! ???", "ja", "検索できる語が含まれていません。別の語でお試しください。"),
        ("a" * (MOST_CHARACTERS + 1), "en", "Type at most 400 characters."),
        ("ﷺ" * MOST_CHARACTERS, "ja", "400 文字以内で入力してください。"),
    ],
)
def test_what_cannot_be_searched_for_says_why(app: Flask, typed: str, language: str, expected: str) -> None:
    parsed = hint(app, typed, language, least=3)
    assert (parsed.query, parsed.problem) == (None, expected)


@pytest.mark.req("KB-07")
def test_three_characters_are_enough_and_elsewhere_fewer(app: Flask) -> None:
    assert hint(app, "abc", least=3).query is not None
    assert hint(app, "ＡＢＣ", least=3).query is not None
    assert hint(app, "障害").query is not None
    for nothing in ("", "  ", "　", "\x00\x07"):
        assert hint(app, nothing, least=3) == Parsed(parse(nothing).text)


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("OR bucket", "bucket"),
        ("bucket OR", "bucket"),
        ("bucket AND AND key", "bucket key"),
        ('"bucket', "bucket"),
        ('bucket"', "bucket"),
        ("「bucket", "bucket"),
        ("((bucket", "bucket"),
        ("bucket)) key", "bucket key"),
        ("() bucket", "bucket"),
        ('"" bucket', "bucket"),
        ("title: title:", "title title"),
        ("bucket\x00key", "bucket key"),
        ("bucket\ud800", "bucket"),
        ("x*", "x"),
        ("*bucket", "bucket"),
        ("(" * 100 + "bucket" + ")" * 100, "bucket"),
        ("NOT " * 50 + "bucket", "bucket"),
    ],
)
def test_slips_of_the_signs_have_a_harmless_reading(typed: str, words: str) -> None:
    assert parse(typed).query == parse(words).query
    assert parse(typed).problem == ""


def test_lone_operators_ask_for_nothing_and_say_so() -> None:
    for typed in ("OR", "AND OR", "and"):
        assert parse(typed).query is None
        assert parse(typed).problem != ""


def size(query: Query) -> int:
    match query:
        case AllOf(parts) | AnyOf(parts):
            return sum(map(size, parts))
        case Without(part, other):
            return size(part) + size(other)
        case Adjacent(terms, _):
            return len(terms)
        case _:
            return 1


@pytest.mark.req("SEC-39")
@pytest.mark.parametrize(
    "typed",
    [
        "あいうえお" * 2_000,
        "障害対応手順" * 66,
        "a " * 200,
        "(" * 400,
        "((a OR b) " * 40,
        "-" * 400,
        '"' * 399,
        "title:" * 66,
        "NOT " * 100,
        "aa* " * 100,
        "a:" * 200,
        "\u0301" * 400,
    ],
)
def test_whatever_is_typed_takes_bounded_time_and_terms(typed: str) -> None:
    tokens("warm")
    began = time.perf_counter()
    query = parse(typed).query
    assert time.perf_counter() - began < 0.5
    assert query is None or size(query) <= 4 * MOST_TERMS


@pytest.mark.req("SEC-39")
def test_no_beginning_unfolds_to_everything() -> None:
    for typed in ("*", "**", "a*", "あ*", "-*", "title:*", "a**", "「*」"):
        query = parse(typed).query
        assert query is None or "Begins" not in repr(query)


# A tree of its own, how it is typed, and what it means, in plain Python.
LETTERS = ("apple", "bridge", "cloud", "drive")


@dataclass(frozen=True)
class Typed:
    text: str
    meaning: frozenset[int]


EVERY = [frozenset(word for at, word in enumerate(LETTERS) if bits >> at & 1) for bits in range(16)]
DOCUMENTS = [document(" ".join(sorted(words))) for words in EVERY]
ALL = frozenset(range(16))


def word(letter: str) -> Typed:
    return Typed(letter, frozenset(at for at, words in enumerate(EVERY) if letter in words))


def both(parts: Sequence[Typed]) -> Typed:
    text = " ".join(part.text for part in parts)
    return Typed(f"({text})", frozenset.intersection(*(part.meaning for part in parts)))


def either(parts: Sequence[Typed]) -> Typed:
    text = " OR ".join(part.text for part in parts)
    return Typed(f"({text})", frozenset.union(*(part.meaning for part in parts)))


def without(parts: tuple[Typed, Typed, str]) -> Typed:
    wanted, unwanted, sign = parts
    return Typed(f"({wanted.text} {sign}{unwanted.text})", wanted.meaning - unwanted.meaning)


TREES = st.recursive(
    st.sampled_from(LETTERS).map(word),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(both),
        st.lists(inner, min_size=1, max_size=3).map(either),
        st.tuples(inner, inner, st.sampled_from(["-", "NOT ", "AND NOT "])).map(without),
    ),
    max_leaves=8,
)


@pytest.mark.req("SEARCH-05")
@settings(max_examples=100)
@given(TREES)
def test_operators_mean_what_plain_python_means(tree: Typed) -> None:
    query = parse(tree.text).query
    if tree.text.count("(") > 8 or len(tree.text) > MOST_CHARACTERS:
        return
    assert query is not None
    assert {at for at, each in enumerate(DOCUMENTS) if fits(each, query)} == tree.meaning


PARTS = st.sampled_from(
    [
        "a",
        "ab",
        "障害",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        '"',
        "「",
        "」",
        "-",
        "*",
        "title:",
        "番号:",
        " ",
        "　",
        "\x00",
        "\ud800",
    ]
)


@pytest.mark.req("SEC-39")
@settings(max_examples=100)
@given(st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=40).map("".join)))
@example("number:" + "9" * 50)
@example("title:-a")
def test_nothing_typed_is_an_error(typed: str) -> None:
    for fields in (OPEN_FIELDS, DESK_FIELDS):
        parsed = parse(typed, fields=fields, kind="case", least=3)
        if parsed.query is None:
            assert parsed.problem or not parsed.text.strip()
        else:
            assert parsed.problem == ""
            assert fields_in(parsed.query) <= fields
            fits(document("障害 a ab"), parsed.query)


@pytest.mark.req("FILTER-09")
@pytest.mark.parametrize(
    ("typed", "is_plain"),
    [
        ("bucket policy", True),
        ("bucket AND policy", True),
        ("障害対応", True),
        ('"bucket"', False),
        ("bucket*", False),
        ("title:bucket", False),
        ("bucket OR key", False),
        ("bucket -key", False),
        ("number:1", False),
    ],
)
def test_plain_words_are_told_from_everything_else(typed: str, *, is_plain: bool) -> None:
    assert parse(typed).is_plain is is_plain


def meaning_the_same(terms: Sequence[str]) -> list[tuple[str, ...]]:
    return Synonyms(
        groups=((("mfa",), ("multi", "factor")), (("pw",), ("password",))),
        by_terms={("mfa",): (0,), ("multi", "factor"): (0,), ("pw",): (1,), ("password",): (1,)},
        longest=2,
    ).alternatives(terms)


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    ("typed", "text", "is_found"),
    [
        ("mfa", "multi factor", True),
        ("mfa", "factor multi", False),
        ("multi factor", "mfa", True),
        ("multi factor pw", "the password for mfa", True),
        ("multi factor pw", "mfa", False),
        ("multi -factor", "mfa", False),
        ('"mfa"', "multi factor", False),
        ('"multi factor"', "mfa", False),
        ("title:mfa", "multi factor", False),
        ("bucket -mfa", "bucket multi factor", False),
        ("mf*", "multi factor", False),
    ],
)
def test_words_that_mean_the_same_find_the_same(typed: str, text: str, *, is_found: bool) -> None:
    assert finds(typed, document(text), widening=meaning_the_same) is is_found
