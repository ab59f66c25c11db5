"""One sign for many: each class of signs that is folded, and from where in the source each folded sign came."""

import pytest

from app.search.analyzer import asked
from app.search.analyzer.folding import fold

pytestmark = pytest.mark.req("SEARCH-05")


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        # Width and case.
        ("ＡＢＣ１２３", "abc123"),
        ("ｱｲｳ", "アイウ"),
        ("：［．］＠", ":[.]@"),
        ("\u3000\xa0", "  "),
        # Signs that stand for several.
        ("①②", "12"),
        ("Ⅳ", "iv"),
        ("㍻", "平成"),
        ("㌔", "キロ"),
        ("㈱", "(株)"),
        ("ﬀ ﬁ", "ff fi"),
        ("№", "no"),
        ("…", "..."),
        ("m²", "m2"),
        # Accents, composed and not.
        ("É", "e"),
        ("E\u0301", "e"),
        ("Ｅ\u0301", "e"),
        ("ÅÄÖñü", "aaonu"),
        ("か\u3099は\u309a", "がぱ"),
        ("ﾊﾟﾎﾞ", "パボ"),
        # What is another letter stays one.
        ("ß", "ß"),
        ("Ø", "ø"),
        ("かが", "かが"),
        ("はばぱ", "はばぱ"),
        # Forms of kanji that stand in names.
        ("髙﨑", "高崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("齋藤", "斎藤"),
        ("慶應", "慶應"),
        # Hyphens, apostrophes, and dashes that are none.
        ("a‐b‑c‒d–e−f", "a-b-c-d-e-f"),
        ("a—b", "a—b"),
        ("’‘ʼ", "'''"),
        ("サ―バ", "サーバ"),
        ("サ—バ", "サーバ"),
        ("サ─バ", "サーバ"),
        ("サ――バ", "サ――バ"),
        ("漢―字", "漢―字"),
        # What cannot be seen.
        ("so\u00adft", "soft"),
        ("a\u200bb\u200cc\u200dd\u2060e", "abcde"),
        ("\ufeffa", "a"),
        ("a\u202eb\u202cc", "abc"),
        ("葛\U000e0100", "葛"),
        ("辻\ufe00", "辻"),
        # What cannot be written.
        ("あ\x00い", "あ い"),
        ("あ\ud800い", "あ い"),
        ("あ\x85い", "あ い"),
    ],
)
def test_each_class_of_signs_has_one_form(source: str, folded: str) -> None:
    assert fold(source).text == folded
    assert fold(folded).text == folded, "folding what is folded changes nothing"


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("ﾎﾞﾀﾝ", ["ﾎﾞ", "ﾀ", "ﾝ"]),
        ("㍻x", ["㍻", "㍻", "x"]),
        ("aﬁb", ["a", "ﬁ", "ﬁ", "b"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("so\u00adft", ["s", "o\u00ad", "f", "t"]),
        ("葛\U000e0100飾", ["葛\U000e0100", "飾"]),
        ("ＡＢ", ["Ａ", "Ｂ"]),
        ("", []),
    ],
)
def test_each_folded_sign_knows_where_it_stood(source: str, places: list[str]) -> None:
    folded = fold(source)
    assert [source[a:b] for a, b in zip(folded.starts, folded.ends, strict=True)] == places
    assert len(folded.text) == len(places)


@pytest.mark.parametrize(
    "writings",
    [
        ("受付", "受け付け", "受付け"),
        ("取消", "取り消し", "取消し"),
        ("支払い", "支払", "支払う"),
        ("手続き", "手続"),
        ("見積もり", "見積り", "見積"),
        ("打ち合わせ", "打合せ", "打合わせ"),
        ("分かる", "わかる", "判る"),
        ("行う", "行なう"),
        ("繋がらない", "つながらない"),
        ("ソフトウェア", "ソフトウエア", "ｿﾌﾄｳｪｱ"),
        ("インターフェース", "インタフェース", "インターフェイス"),
        ("デジタル", "ディジタル"),
        ("バイオリン", "ヴァイオリン"),
        ("プリンター", "プリンタ", "ﾌﾟﾘﾝﾀｰ"),
        ("サーバー証明書", "サーバ証明書"),
        ("２０２６年", "2026年", "二〇二六年"),
        ("Ｅメール", "Eメール", "eメール"),
    ],
    ids=lambda writings: str(writings[0]),
)
def test_words_in_the_writings_of_a_desk_are_one(writings: tuple[str, ...]) -> None:
    found = {writing: [each.term for each in asked(writing)] for writing in writings}
    assert found[writings[0]]
    assert found == dict.fromkeys(writings, found[writings[0]])


@pytest.mark.parametrize(
    "text", ["できない", "ください", "お願いします", "the of to", "", " \u200b\x00", "。、！？"]
)
def test_what_says_nothing_by_itself_is_not_asked_for(text: str) -> None:
    assert asked(text) == []
