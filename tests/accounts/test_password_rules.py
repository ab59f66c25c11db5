"""The rules of new passwords as data: both profiles at their boundaries, each character, each line of the list."""

import random
import re
import string

import pytest
from flask import Flask
from hypothesis import given as every
from hypothesis import strategies

from app.accounts.models import Realm
from app.accounts.password_rules import MANUAL, MODERN, SYMBOLS, Profile, profile_for
from app.accounts.passwords import CHEAP, PasswordVault
from app.i18n import _, speaking
from tests.factories.wording import LANGUAGES, message

TWELVE = "!@#$%^&*?+-="
OF_MANUAL = string.ascii_letters + string.digits + TWELVE
FITTING = "Kx7#mQ2vLp9w"


def of_length(length: int) -> str:
    """A password of the manual profile of any length."""
    return (FITTING * 12)[:length]


def broken(profile: Profile, text: str) -> list[str]:
    return [rule.code for rule in profile.broken(text)]


@pytest.mark.req("PW-01", "SEC-03")
@pytest.mark.parametrize(
    ("length", "found"),
    [
        (11, ["shortest"]), (12, []), (40, []), (41, ["longest"]), (63, ["longest"]), (64, ["longest"]),
        (128, ["longest"]), (129, ["longest"]),
    ],
)  # fmt: skip
def test_by_the_manual_a_password_has_12_to_40_characters(length: int, found: list[str]) -> None:
    assert broken(MANUAL, of_length(length)) == found


@pytest.mark.req("SEC-03")
@pytest.mark.parametrize(
    ("length", "found"),
    [
        (11, ["shortest"]), (12, ["shortest"]), (14, ["shortest"]), (15, []), (40, []), (41, []), (63, []),
        (64, []), (128, []), (129, ["longest"]),
    ],
)  # fmt: skip
def test_the_modern_one_has_15_to_128(length: int, found: list[str]) -> None:
    assert broken(MODERN, of_length(length)) == found
    assert broken(MODERN, "木" * length) == found
    # A sign beyond the first plane is one character as well.
    assert broken(MODERN, "😀" * length) == found


@pytest.mark.req("PW-02")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KX7#MQ2VLP9W", "lower"),
        ("kx7#mq2vlp9w", "upper"),
        ("Kxx#mQvvLpww", "digit"),
        ("Kx7AmQ2vLp9w", "symbol"),
    ],
)
def test_each_of_the_four_kinds_is_asked_for(text: str, found: str) -> None:
    assert broken(MANUAL, text) == [found]


@pytest.mark.req("PW-02")
@pytest.mark.parametrize("symbol", TWELVE)
def test_each_of_the_twelve_symbols_will_do(symbol: str) -> None:
    assert broken(MANUAL, f"Kx7{symbol}mQ2vLp9w") == []


def test_there_are_twelve_and_the_message_names_them() -> None:
    assert sorted(SYMBOLS) == sorted(TWELVE)
    assert SYMBOLS in message("M-16", "ja")


FORBIDDEN = {
    "blank": " ", "full-width": "Ａ", "full-width blank": "\u3000", "quote": '"', "apostrophe": "'", "NUL": "\0",
    "tab": "\t", "line feed": "\n", "emoji": "😀", "kana": "あ", "umlaut": "ä", "yen": "¥", "backslash": "\\",
    "Arabic digit": "٣", "zero width": "\u200b", "half pair": "\ud800", "dotless": "ı", "long s": "ſ",
}  # fmt: skip


@pytest.mark.req("PW-02")
@pytest.mark.parametrize("sign", FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize("place", [0, 6, 12])
def test_any_other_character_is_refused_wherever_it_stands(sign: str, place: int) -> None:
    assert broken(MANUAL, FITTING[:place] + sign + FITTING[place:]) == ["others"]


@pytest.mark.req("PW-02")
def test_every_other_sign_of_the_keyboard_is_refused() -> None:
    others = [chr(code) for code in range(128) if chr(code) not in OF_MANUAL]
    assert len(others) == 128 - 62 - 12
    assert all(broken(MANUAL, FITTING + sign) == ["others"] for sign in others)


@pytest.mark.req("PW-02")
@pytest.mark.parametrize("sign", ["Ａ", "ａ", "３", "＃", "É", "٣"])
def test_what_looks_like_one_of_the_four_kinds_is_none(sign: str) -> None:
    only_others = sign * 12
    assert broken(MANUAL, only_others) == ["lower", "upper", "digit", "symbol", "others"]


@pytest.mark.req("SEC-03")
@pytest.mark.parametrize("sign", [" ", "\u3000", '"', "'", "😀", "あ", "ä", "\\", "¥", "\u200d", "٣"])
def test_the_modern_profile_takes_all_that_can_be_printed(sign: str) -> None:
    assert broken(MODERN, FITTING + sign * 3) == []


@pytest.mark.req("SEC-03")
@pytest.mark.parametrize("sign", ["\0", "\t", "\n", "\r", "\x7f", "\x85", "\u2028", chr(0xD800), "\ufffd"])
def test_but_no_controls(sign: str) -> None:
    assert broken(MODERN, f"{FITTING}abc{sign}") == ["others"]


@pytest.mark.req("SEC-02", "SEC-03")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Fourteen letters, one of them written as two signs.
        ("abcdefghijklme\u0301", ["shortest"]),
        # One sign that stands for eighteen is too short as typed.
        ("\ufdfa", ["shortest"]),
        ("㍿" * 33, ["longest"]),
    ],
)
def test_the_modern_rules_hold_for_what_is_typed_and_for_what_is_stored(text: str, found: list[str]) -> None:
    assert broken(MODERN, text) == found


@pytest.mark.req("SEC-03")
@pytest.mark.parametrize(
    ("realm", "setting", "profile"),
    [
        (Realm.CUSTOMER, "manual", MANUAL),
        (Realm.CUSTOMER, "modern", MODERN),
        (Realm.AGENT, "manual", MODERN),
        (Realm.AGENT, "modern", MODERN),
    ],
)
def test_the_realm_picks_the_profile(realm: Realm, setting: str, profile: Profile) -> None:
    assert profile_for(realm, customers=setting) is profile


@pytest.mark.req("PW-04", "M-11", "M-12", "M-13", "M-14", "M-15", "M-16")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_what_the_specification_says_in_its_order(app: Flask, language: str) -> None:
    with app.test_request_context(), speaking(language):
        said = [str(rule.message) for rule in MANUAL.rules if not rule.is_tacit]
        assert _("The password must have:") == message("M-10", language)
    assert said == [message(f"M-{number}", language) for number in range(11, 17)]


@pytest.mark.req("PW-04")
def test_the_patterns_are_such_as_a_browser_reads_alike() -> None:
    """Nothing of Python's own: no named groups, no flags, no \\A, \\Z, \\h, no possessive quantifiers."""
    for rule in (*MANUAL.rules, *MODERN.rules):
        assert not re.search(r"\(\?|\\[AZzhHdDwWsSbB]|[*+?}]\+", rule.pattern.replace(SYMBOLS, "")), (
            rule.pattern
        )


@pytest.mark.req("SEC-02")
@every(text=strategies.text(max_size=140))
def test_the_manual_profile_folds_nothing(text: str) -> None:
    assert MANUAL.normal(text) == text


@pytest.mark.req("SEC-02")
@every(one=strategies.text(max_size=40), two=strategies.text(max_size=40))
def test_passwords_that_differ_after_folding_are_never_both_accepted(one: str, two: str) -> None:
    cheap = PasswordVault(CHEAP)
    stored = cheap.hash(one, in_normal_form=True)
    assert cheap.matches(stored, two) is (MODERN.normal(one) == MODERN.normal(two))


@pytest.mark.req("SEC-02")
@pytest.mark.parametrize(
    ("one", "two", "is_same"),
    [
        ("ｆｕｌｌ width, 長い文です", "full width, 長い文です", True),
        ("がぎぐげご" * 3, "がぎぐげご" * 3, True),
        ("ﾊﾟｽﾜｰﾄﾞは半角です、長い文", "パスワードは半角です、長い文", True),
        ("a b c d e f g h i j", "a\u3000b c d e f g h i j", True),
        ("x" * 127 + "a", "x" * 127 + "b", False),
        ("Straße und mehr als das", "strasse und mehr als das", False),
        ("a long sentence ", "a long sentence", False),
    ],
)
def test_one_keyboards_form_is_as_good_as_another_where_unicode_is_allowed(
    *, one: str, two: str, is_same: bool
) -> None:
    cheap = PasswordVault(CHEAP)
    assert cheap.matches(cheap.hash(one, in_normal_form=True), two) is is_same
    # A hash that was made of the text as typed goes on to match nothing else.
    assert not cheap.matches(cheap.hash(one), two) or one == two


@pytest.mark.req("SEC-01", "SEC-02")
def test_a_hash_that_is_raised_keeps_its_form() -> None:
    cheap = PasswordVault(CHEAP)
    folded, exact = cheap.hash("ｗide", in_normal_form=True), cheap.hash("ｗide")
    assert cheap.matches(cheap.hash_like(folded, "ｗide"), "wide")
    assert not cheap.matches(cheap.hash_like(exact, "ｗide"), "wide")
    assert not cheap.is_weak(folded)


@pytest.mark.req("SEC-03")
def test_generators_make_passwords_that_fit() -> None:
    """Ten thousand of each profile, of every length it takes; none breaks a rule."""
    chance = random.Random(20260401)  # noqa: S311 - the same passwords each time
    for _number in range(10_000):
        text = "".join(chance.choices(OF_MANUAL, k=chance.randint(12, 36))) + "aZ7-"
        assert broken(MANUAL, text) == []
        printable = "".join(chance.choices(string.printable[:95], k=chance.randint(15, 128)))
        assert broken(MODERN, printable) == []
