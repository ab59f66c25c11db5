"""How easy a password is to guess: what is refused for it (PW-03, SEC-04), and what the meter says (PW-05).

The lists of common words and passwords are those of the zxcvbn package. They take some megabytes, so they are read
when the first password is set and not before.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import combinations
from threading import Lock
from typing import Any

from app.accounts.password_rules import Profile
from app.i18n import _l

# The package refuses to look at more than 72 characters, and takes seconds for some of that length; what is not weak
# shows in fewer.
LONGEST_MEASURED = 40
# Short rests stand beside many digits and symbols and say little of the whole: the fewer letters, the more common an
# entry must be to count, by its rank among passwords. So 12 random characters are refused about 5 times in 100,000
# (T19); longer ones nearly never.
RANK_OF_SHORT = {3: 1_000, 4: 10_000}
ALWAYS_LISTED_FROM = 5
SHORTEST_OWN_WORD = 3

_NO_LETTERS = re.compile(r"[\W\d_]+")
# Runs of one script: in 「マネージドCSPM」 there are two words.
_WORD = re.compile(r"[a-z]+|[ァ-ヺー]+|[^\W\d_a-zァ-ヺー]+")
_LOOKALIKES = str.maketrans("@4831!05$7+", "aabeiiosstt")
# The package tries every way to read signs as letters; with four signs for one letter that takes it half a second.
_ONE_SIGN_EACH = str.maketrans("{[<|", "(((!")
_measuring = Lock()


class Weakness(StrEnum):
    """Why a password is too easy to guess."""

    REPEATED = "repeated"
    OWN = "own"
    COMMON = "common"
    PATTERN = "pattern"


TOO_EASY = _l("This password is too easy to guess.")
# Which of the reasons for M-18 holds (SEC-04).
WHY = {
    Weakness.REPEATED: _l("It repeats one character."),
    Weakness.OWN: _l("Its letters are those of your user ID, e-mail address, company or service."),
    Weakness.COMMON: _l("Its letters are a common word or password."),
    Weakness.PATTERN: _l("It is made of common words or simple patterns."),
}


class Strength(StrEnum):
    """The levels of the meter, from the lowest."""

    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very_good"


# By zxcvbn's score: below a million guesses is weak, from 10,000 million on very good.
_BY_SCORE = (Strength.WEAK, Strength.WEAK, Strength.FAIR, Strength.GOOD, Strength.VERY_GOOD)


def weakness(text: str, profile: Profile, own: frozenset[str] = frozenset()) -> Weakness | None:
    """Tell why a password that keeps the profile's rules is still refused, if it is.

    By the manual, digits and symbols are taken away first. Where long sentences are allowed, that is done only if
    letters make up half of the password; its whole is compared too, and simple patterns are looked for.

    :param own: the words of :func:`own_words` for the person whose password this is to be.
    """
    folded = profile.normal(text).casefold()
    rests = list(_rests(folded))
    if own.intersection(_with_parts(rests)):
        return Weakness.OWN
    if profile.takes_unicode:
        rests = [folded, *(rest for rest in rests if 2 * len(rest) >= len(folded))]
    found = _with_parts(rests)
    if any(len(rest) == 1 for rest in found):
        return Weakness.REPEATED
    if not found.isdisjoint(_common()):
        return Weakness.COMMON
    if profile.takes_unicode and strength(_repeated_part(folded), own) is Strength.WEAK:
        return Weakness.PATTERN
    return None


def strength(text: str, own: frozenset[str] = frozenset()) -> Strength:
    """The level that the meter shows."""
    measured = _measure(text[:LONGEST_MEASURED].translate(_ONE_SIGN_EACH), own)
    return _BY_SCORE[int(measured["score"])]


def own_words(*texts: str) -> frozenset[str]:
    """The words of texts that belong to a person, each alone and together with its neighbours.

    ``own_words("hanako@sample.example")`` holds hanako, sample, example, hanakosample and so on.
    """
    found: set[str] = set()
    for text in texts:
        words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
        joined = {"".join(words[start:end]) for start, end in combinations(range(len(words) + 1), 2)}
        found |= {word for word in joined if len(word) >= SHORTEST_OWN_WORD}
    return frozenset(found)


def _rests(folded: str) -> Iterator[str]:
    """What is left without digits and symbols: as it stands, and with signs read as the letters they stand for."""
    rest = _NO_LETTERS.sub("", folded)
    if rest:
        yield rest
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    yield _NO_LETTERS.sub("", inner.translate(_LOOKALIKES))


def _with_parts(rests: list[str]) -> set[str]:
    return {*rests, *map(_repeated_part, rests)}


def _repeated_part(text: str) -> str:
    """The part of which ``text`` is made by repetition; the text itself if it is not."""
    return text[: (text + text).find(text, 1)] if text else ""


@cache
def _common() -> frozenset[str]:
    """The letters of every listed word and password that counts."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - some megabytes, see above

    found: set[str] = set()
    for name, entries in FREQUENCY_LISTS.items():
        for rank, entry in enumerate(entries, 1):
            rest = _NO_LETTERS.sub("", entry.casefold())
            if len(rest) >= ALWAYS_LISTED_FROM or (
                name == "passwords" and rank <= RANK_OF_SHORT.get(len(rest), 0)
            ):
                found.add(rest)
    return frozenset(found)


def _measure(text: str, own: frozenset[str]) -> dict[str, Any]:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - some megabytes, see above

    # The package keeps the words it is handed in a list of its own that all threads share.
    with _measuring:
        measured: dict[str, Any] = zxcvbn(text, user_inputs=sorted(own))
    return measured
