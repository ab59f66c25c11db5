"""Japanese stretches: cut by Sudachi, with what only joins words left out, and each word in one writing.

What is left out leaves no gap: in "パスワードを変更する", 変更 stands right after パスワード.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from app.search.analyzer.sudachi import LONGEST_KEPT, MOST_SIGNS, Morpheme, morphemes
from app.search.analyzer.token import Token
from app.search.analyzer.word_lists import words_of

_JAPANESE = "ぁ-ゖァ-ヺー々〆〇ヽヾゝゞ\u3400-\u4dbf一-鿿\uf900-\ufaff\U00020000-\U0003ffff"
# Digits right before or within Japanese belong to the stretch, since they tell how what follows is read (3か月).
STRETCH = re.compile(rf"(?:[0-9]++(?=[{_JAPANESE}])|[{_JAPANESE}])++")
_KANJI = re.compile("[々\u3400-\u4dbf一-鿿\uf900-\ufaff\U00020000-\U0003ffff]")
_HIRAGANA = re.compile("[ぁ-ゖ]+")
_ONLY_HIRAGANA = re.compile("[ぁ-ゖー]+")
# A run of hiragana on its own, such as さーばー, may be a word that is written in katakana otherwise.
_ALONE = re.compile(r"[ぁ-ゖー]{3,20}")
_WITH_LONG_VOWEL = re.compile("(?P<word>[ぁ-ゖ]+ー[ぁ-ゖー]*?)(?=[のをがはにでとも]?(?:[^ぁ-ゖー]|$))")
_TO_KATAKANA = {sign: sign + 0x60 for sign in range(ord("ぁ"), ord("ゖ") + 1)}

_JOINING = frozenset({"空白", "補助記号", "助詞", "助動詞", "接続詞", "代名詞", "感動詞"})
# Verbs and adjectives that lend their meaning to the word before them.
_LIGHT = words_of(
    "為る 下さる 出来る 有る 居る 成る 頂く 致す 御座る 為さる 無い 良い 宜しい 願う お願い 教える"
)
# These do so after て alone: 確認してみる, and not 画面を見る.
_LIGHT_AFTER_TE = frozenset(
    {"見る", "行く", "来る", "置く", "仕舞う", "貰う", "呉れる", "上げる", "遣る", "欲しい"}
)
# In hiragana after a particle these only say how words belong together: による, について, という, において.
_LIGHT_AFTER_PARTICLE = words_of(
    "よる 因る 依る 拠る おく 於く おける 於ける つく 付く 就く いう 言う たつ 当たる 渡る 連れる つれる 対する 関する"
)
_PARTICLES_BEFORE = frozenset({"に", "と"})
_HOW_WORDS_BELONG = frozenset({"対する", "関する"})
_FORMAL = frozenset(
    {
        "こと",
        "事",
        "もの",
        "為",
        "ため",
        "時",
        "ところ",
        "所",
        "訳",
        "筈",
        "はず",
        "うち",
        "まま",
        "方",
        "ほう",
        "様",
    }
)
_QUESTIONS = frozenset({"どう", "何故", "なぜ", "どうして", "如何", "いかが"})
_POINTING = "連体詞"
_TITLES = frozenset({"様", "さん", "さま", "氏", "殿", "御中", "君"})
_HONORIFIC = frozenset({"御", "お", "ご"})
_TE = frozenset({"て", "で"})
_TELLING = _TE | _PARTICLES_BEFORE
_SHORTEST_PART = 2


def japanese_tokens(text: str, offset: int) -> Iterator[Token]:
    """The tokens of a stretch that :data:`STRETCH` found, which stands at ``offset``; a whole before its parts."""
    for place, piece in _pieces(_katakana(text)):
        before = ""
        for start, morpheme in morphemes(piece):
            if len(morpheme.surface) > LONGEST_KEPT:
                end = start + len(morpheme.surface)
                yield Token(_term(morpheme.normalized), offset + place + start, offset + place + end)
            elif not _is_left_out(morpheme, before if before in _TELLING else ""):
                begin = offset + place + start
                for term, a, b in _terms(morpheme):
                    yield Token(term, begin + a, begin + b)
            before = morpheme.surface


@lru_cache(maxsize=16384)
def _terms(morpheme: Morpheme) -> Sequence[tuple[str, int, int]]:
    """The term of a word and those of its parts, with where in the word they stand."""
    shorter, length = morpheme.shorter, len(morpheme.surface)
    if shorter and shorter[0].kind == "接頭辞" and shorter[0].normalized in _HONORIFIC:
        rest = shorter[1:]
        terms = [(_term("".join(part.normalized for part in rest)), 0, length)]
        place = len(shorter[0].surface)
    else:
        rest, place = shorter, 0
        terms = [(_term(morpheme.normalized), 0, length)]
    for part in rest if len(rest) > 1 and morpheme.kind == "名詞" else ():
        end = place + len(part.surface)
        if part.kind in {"名詞", "形状詞"} and end - place >= _SHORTEST_PART:
            terms.append((_term(part.normalized), place, end))
        place = end
    return terms


@lru_cache(maxsize=16384)
def _is_left_out(morpheme: Morpheme, before: str) -> bool:
    kind, normalized = morpheme.kind, morpheme.normalized
    if kind in _JOINING or (kind == "形状詞" and morpheme.kind_within == "助動詞語幹"):
        return True
    if morpheme.surface.isascii() and morpheme.surface.isdigit():
        # Numbers are words of their own (``english``).
        return True
    if kind in {"動詞", "形容詞"}:
        return normalized in _LIGHT or _is_light_after(morpheme, before)
    if kind == "名詞":
        is_formal = normalized in _FORMAL and _ONLY_HIRAGANA.fullmatch(morpheme.surface) is not None
        return is_formal or normalized in _LIGHT
    return (
        (kind == "接頭辞" and normalized in _HONORIFIC)
        or (kind == "接尾辞" and normalized in _TITLES)
        or (kind == "副詞" and normalized in _QUESTIONS)
        or kind == _POINTING
    )


def _is_light_after(morpheme: Morpheme, before: str) -> bool:
    normalized = morpheme.normalized
    if before in _PARTICLES_BEFORE and normalized in _LIGHT_AFTER_PARTICLE:
        return normalized in _HOW_WORDS_BELONG or _ONLY_HIRAGANA.fullmatch(morpheme.surface) is not None
    return before in _TE and normalized in _LIGHT_AFTER_TE


def _term(normalized: str) -> str:
    """One writing of a word: no long vowel at its end, no okurigana where two kanji say enough, no hiragana alone."""
    term = normalized.lower()
    if len(_KANJI.findall(term)) > 1:
        return _HIRAGANA.sub("", term)
    if _ONLY_HIRAGANA.fullmatch(term):
        term = term.translate(_TO_KATAKANA)
    return term.rstrip("ー") or term


def _katakana(text: str) -> str:
    """The stretch with words of the katakana that were written in hiragana put into katakana; no length changes."""
    if _ALONE.fullmatch(text) and "ー" not in text and _is_katakana_word(text):
        return text.translate(_TO_KATAKANA)
    if "ー" not in text:
        return text
    return _WITH_LONG_VOWEL.sub(lambda found: found[0].translate(_TO_KATAKANA), text)


@lru_cache(maxsize=4096)
def _is_katakana_word(text: str) -> bool:
    """Whether a run of hiragana is no word as it stands, and one word that Sudachi knows in katakana."""
    if len(morphemes(text)) == 1:
        return False
    found = morphemes(text.translate(_TO_KATAKANA))
    return len(found) == 1 and not found[0][1].is_unknown and found[0][1].kind == "名詞"


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that the tokenizer takes, cut where hiragana ends, or else after so many signs."""
    place = 0
    while len(text) - place > MOST_SIGNS:
        end = place + MOST_SIGNS
        borders = [found.end() for found in _BORDER.finditer(text, end - _BORDER_SOUGHT, end)]
        cut = borders[-1] if borders else end
        yield place, text[place:cut]
        place = cut
    yield place, text[place:]


_BORDER_SOUGHT = 200
_BORDER = re.compile("[をはがにで](?=[一-鿿ァ-ヺ])")
