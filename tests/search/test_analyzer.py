"""Text in, tokens out: one writing for many, offsets of the source, any text at all, in linear time."""

import re
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.search import analyzer
from app.search.analyzer import Token, Word, asked, fingerprint, fold, pairs, tokens, use_words, words_in

LARGE = 300_000
# One of these takes a tenth of a second and some; what grows with the square takes minutes.
PATIENCE = 20


@pytest.fixture(autouse=True)
def _without_own_words() -> Iterator[None]:
    use_words(())
    yield
    use_words(())


def terms(text: str) -> list[str]:
    return [token.term for token in asked(text)]


def beside(text: str) -> set[tuple[str, str]]:
    return {(one, other) for _place, one, other in pairs(words_in(tokens(text)))}


@pytest.mark.req("SEARCH-05")
@pytest.mark.parametrize(
    "writings",
    [
        ("サーバー", "サーバ", "ｻｰﾊﾞｰ", "さーばー", "サ―バー"),
        ("ガイド", "ｶﾞｲﾄﾞ", "か\u3099いど".replace("か\u3099いど", "ガイド")),
        ("ファイアウォール", "ファイヤーウォール", "ファイアーウォール", "ファイヤウォール"),
        ("問い合わせ", "問合せ", "問合わせ", "お問い合わせ", "問い合わせる"),
        ("引き継ぎ", "引継ぎ", "引継", "引き継ぐ"),
        ("申し込み", "申込", "申込み", "申し込む", "お申し込みください"),
        ("切り分け", "切分け"),
        ("なりすまし", "成り済まし", "ナリスマシ"),
        ("ウイルス", "ウィルス", "ｳｲﾙｽ"),
        ("3か月", "3ヶ月", "３カ月", "三か月"),
        ("高橋様", "髙橋さん"),
        ("株式会社サンプル", "㍿サンプル"),
        ("certificate", "Certificates", "ＣＥＲＴＩＦＩＣＡＴＥ"),
        ("policy", "policies", "Policy's"),
        ("update", "updates", "updated", "updating"),
        ("log", "logs", "logged", "logging"),
        ("cookie", "cookies"),
        ("use", "used", "uses", "using"),
        ("cafe", "Café", "Cafe\u0301"),
        ("Windows 11", "windows11", "Ｗｉｎｄｏｗｓ１１"),
        ("1234", "1,234", "１，２３４"),
        ("パスワード", "パス\u200bワード", "ﾊﾟｽﾜｰﾄﾞ", "ぱすわーど"),
    ],
    ids=lambda writings: str(writings[0]),
)
def test_ways_of_writing_are_one(writings: tuple[str, ...]) -> None:
    assert terms(writings[0])
    assert {tuple(terms(writing)) for writing in writings} == {tuple(terms(writings[0]))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("setting", "set"),
        ("Windows", "window"),
        ("https", "http proxy"),
        ("access", "acces"),
        ("status", "statu"),
        ("analysis", "analysi"),
        ("need", "ne"),
        ("string", "str"),
        ("京都", "東京都"),
        ("届ける", "届く"),
        ("病院", "美容院"),
    ],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)
    assert terms(one)[0] not in {token.term for token in tokens(other)}


def test_what_only_joins_words_leaves_no_gap() -> None:
    assert terms("パスワードを変更してください") == ["パスワード", "変更"]
    assert terms("不審なログインが検知されました") == ["不審", "ログイン", "検知"]
    assert terms("メールによる通知について教えてください") == ["メール", "通知"]
    assert terms("設定変更をお願いします") == ["設定", "変更"]
    assert terms("夜は窓口へ寄る") == ["夜", "窓口", "寄る"]
    assert terms("How do I sign in with my password?") == ["sign", "in", "password"]
    assert terms("reset the password of a user") == ["reset", "password", "user"]
    assert ("パスワード", "変更") in beside("パスワードを変更してください")


def test_function_words_count_in_capitals() -> None:
    assert terms("Plan A") == ["plan", "a"]
    assert terms("a plan") == ["plan"]
    assert terms("IT helps") == ["it", "help"]
    assert terms("画面を見る") == ["画面", "見る"]
    assert terms("確認してみる") == ["確認"]


def test_offsets_are_those_of_the_source() -> None:
    source = "ｶﾞｲﾄﾞと㍿サンプルの ﬁle、Ｘ"
    places = {token.term: source[token.start : token.end] for token in tokens(source)}
    assert places == {
        "ガイド": "ｶﾞｲﾄﾞ",
        "株式": "㍿",
        "会社": "㍿",
        "サンプル": "サンプル",
        "file": "ﬁle",
        "x": "Ｘ",
    }


def test_parts_stand_within_their_whole() -> None:
    assert tokens("東京都") == [Token("東京都", 0, 3), Token("東京", 0, 2)]
    assert asked("東京都") == [Token("東京都", 0, 3)]
    assert terms("アクセス権") == ["アクセス権"]
    assert "アクセス" in {token.term for token in tokens("アクセス権")}


def test_a_part_stands_beside_what_its_whole_stands_beside() -> None:
    found = beside("社内管理者権限")
    assert {("社内", "管理者"), ("社内", "管理"), ("管理者", "権限")} <= found
    assert ("管理", "権限") not in found
    assert ("管理者", "管理") not in found
    assert ("株式", "会社") in beside("㍿")
    assert not beside("一語"[:1])


def test_a_word_knows_its_parts_by_the_side_on_which_they_stand_in_for_it() -> None:
    assert words_in(tokens("社内の evil.example.com")) == [
        Word("社内", (), ()),
        Word("evil.example.com", (), ("example.com",)),
    ]
    assert words_in([]) == []
    assert list(pairs(words_in(tokens("new evil.example.com host"))))[:3] == [
        (0, "new", "evil.example.com"),
        (1, "evil.example.com", "host"),
        (1, "example.com", "host"),
    ]


@pytest.mark.req("F05")
@settings(max_examples=100)
@given(st.text(max_size=200))
@example("\ud800あ\x00い\udfff")
@example("￼\U0010ffff\u0301\u3099ｶﾞﾞﾞ")
@example("[.][.]a[.]b@c[.]d/::1/")
def test_any_text_has_tokens_in_order_within_it(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) and token.term for token in found)
    assert [(token.start, -token.end) for token in found] == sorted(
        (token.start, -token.end) for token in found
    )
    assert all(len(token.term) <= 200 for token in found)
    assert set(asked(text)) <= set(found)
    words = words_in(found)
    assert [word.term for word in words] == [token.term for token in asked(text)]
    assert {term for word in words for term in (*word.begins, *word.ends)} <= {token.term for token in found}
    assert {place for place, _one, _other in pairs(words)} == set(range(len(words) - 1))


WRITTEN = st.lists(
    st.sampled_from(
        [
            *(
                "サーバー",
                "ｶﾞｲﾄﾞ",
                "問い合わせ",
                "を",
                "東京都",
                "管理者",
                "。",
                " ",
                "\n",
                "３か月",
                "㍿",
                "①",
                "が",
                "ー",
            ),
            *(
                "Policies",
                "logged",
                "evil[.]example[.]com",
                "192.0.2.7/24",
                "CVE-2024-12345",
                "ＫＢ００１０９３２",
            ),
            *(
                "ﬁle",
                "a@b.example",
                "2001:db8::1",
                "report_1.pdf",
                "hxxp://x.example/a?b",
                "(",
                "１，２３４",
                "A",
                "é",
            ),
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=100)
@given(WRITTEN)
def test_width_and_composition_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert terms(unicodedata.normalize(form, text)) == terms(text)
    assert terms(wide) == terms(text)


@pytest.mark.req("F05")
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "1.",
        "a@",
        ":1",
        "http://",
        "亜",
        "アー",
        "[.]",
        "1,",
        "a'",
        "\u0301\u0316",
        "\x00あ",
        "/a",
        "cve-",
        "ﬁ",
    ],
)
def test_long_texts_take_linear_time(piece: str) -> None:
    started = time.process_time()
    tokens(piece * (LARGE // len(piece) // 4))
    assert time.process_time() - started < PATIENCE


def test_long_japanese_without_a_border_is_cut() -> None:
    text = "証明書の更新を確認" * 3_000
    found = [token.term for token in asked(text)]
    assert found.count("更新") == 3_000
    assert len(tokens("ア" * 20_000)) < 20_000


def test_threads_do_not_share_a_tokenizer() -> None:
    text = "お客様のサーバーの証明書を更新します。" * 50
    expected, results = tokens(text), []
    workers = [threading.Thread(target=lambda: results.append(tokens(text))) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [expected] * 8


def test_no_module_loads_the_dictionary_when_it_is_imported() -> None:
    app = Path(analyzer.__file__).parents[2]
    assert [
        path for path in app.rglob("*.py") if re.search("(?m)^(from|import) sudachi", path.read_text("utf-8"))
    ] == []


def test_own_words_are_not_taken_apart() -> None:
    use_words(["スカイブルー", "光回線", "Prisma  Cloud", "C++"])
    assert terms("スカイブルーの光回線終端装置") == ["スカイブル", "光回線", "終端", "装置"]
    assert terms("PRISMA cloud と C++") == ["prisma cloud", "c++"]
    assert terms("ｽｶｲﾌﾞﾙｰ") == ["スカイブル"]
    # Within longer words they are none.
    assert "スカイブル" not in terms("スカイブルース")
    assert "光回線" not in terms("新光回線")


def test_the_longest_own_word_counts() -> None:
    use_words(["Prisma", "Prisma Cloud"])
    assert terms("Prisma Cloud と Prisma") == ["prisma cloud", "prisma"]


def test_own_words_leave_addresses_alone() -> None:
    use_words(["example"])
    assert terms("evil.example.com example") == ["evil.example.com", "example"]


def test_words_are_kept_folded() -> None:
    assert fold("  Ｐｒｉｓｍａ　 Cloud ") == "prisma cloud"
    assert fold("スカイブルー") == fold("ｽｶｲﾌﾞﾙ") == "スカイブル"
    assert fold(" \u200b ") == ""


def test_the_fingerprint_tells_of_the_words() -> None:
    before = fingerprint()
    assert fingerprint() == before
    use_words(["スカイブルー", "", " "])
    assert analyzer.words_in_use() == {"スカイブル"}
    assert fingerprint() != before
    use_words(())
    assert fingerprint() == before
