"""What others have says nothing: hits, order, scores and proposals come of the documents within reach (SEC-28, C01).

Somebody who writes cases of their own can choose words so that one more word of a stranger would decide what comes
first, or what is cut off. Each test asks the same before and after strangers have their say.
"""

import random
from collections.abc import Callable

import pytest

from app.search.documents import AnalyzedDocument, Tag
from app.search.engine import Engine
from app.search.query import MOST_TERMS, AllOf, AnyOf, Query, Tagged, Without
from tests.factories.index import FILES, NOTES, TEXT, TITLE, adjacent, analyzed, begins, has, put

pytestmark = pytest.mark.req("SEC-28", "SEC-48", "C01", "M02")

MINE = Tagged(Tag.READERS, frozenset({"n1"}))
OPEN = (TITLE, TEXT, FILES)


def within(query: Query) -> Query:
    """The query with rights in it, as the search makes it."""
    return AllOf((AllOf((query, Tagged(Tag.KIND, frozenset({"case"})))), MINE))


def own(key: str, text: str, *, title: str = "", notes: str = "", day: int = 0) -> AnalyzedDocument:
    return analyzed(key, text, title=title, notes=notes, day=day, readers=("n1", "d1"))


def strange(key: str, text: str, *, title: str = "", day: int = 0) -> AnalyzedDocument:
    return analyzed(key, text, title=title, day=day, readers=("n2", "d1"))


def order(engine: Engine, query: Query) -> list[tuple[str, float]]:
    return [(hit.key, hit.score) for hit in engine.search(within(query), limit=99)]


def test_a_strangers_word_takes_no_place_among_those_that_begin_alike(engine: Engine) -> None:
    """As many words as a beginning unfolds into, all of them own; a stranger's stands before the last one."""
    fillers = " ".join(f"geheim{number:03}" for number in range(MOST_TERMS - 1))
    put(engine, own("case:1", fillers), own("case:2", "geheimzzz"))
    asked = within(begins("geheim", *OPEN))
    assert engine.keys(asked, most=9) == ["case:1", "case:2"]
    put(engine, strange("case:3", "geheimprojekt"))
    assert engine.keys(asked, most=9) == ["case:1", "case:2"]
    assert engine.count(asked) == 2


@pytest.mark.req("SEARCH-02")
def test_own_words_are_found_however_many_strangers_have_before_them(engine: Engine) -> None:
    put(engine, own("case:1", "server-9"), strange("case:2", " ".join(f"server-{n:04}" for n in range(300))))
    assert engine.keys(within(begins("server", *OPEN)), most=9) == ["case:1"]


def test_the_order_of_own_cases_does_not_tell_that_a_stranger_has_the_word(engine: Engine) -> None:
    """Of two own cases with a word each the newer one comes first, unless the other's word is the rarer one."""
    put(engine, own("case:1", "erfunden", day=1), own("case:2", "geheimprojekt", day=2))
    query = AnyOf((has("geheimprojekt", *OPEN), has("erfunden", *OPEN)))
    before = order(engine, query)
    assert [key for key, _score in before] == ["case:2", "case:1"]
    put(engine, strange("case:3", "geheimprojekt geheimprojekt"), strange("case:4", "lang " * 200))
    assert order(engine, query) == before


def test_a_strangers_word_takes_no_place_among_proposals(engine: Engine) -> None:
    put(engine, own("case:1", "carts carta"), own("case:2", "carta"))

    def proposed() -> list[str]:
        return list(engine.near("cart", most=2, within=within(AllOf(())), fields=OPEN))

    assert proposed() == ["carta", "carts"]
    put(engine, *(strange(f"case:{number}", "card care carte") for number in range(3, 9)))
    assert proposed() == ["carta", "carts"]


@pytest.mark.req("DESK-04")
def test_notes_of_the_desk_take_no_place_among_a_customers_proposals(engine: Engine) -> None:
    put(engine, own("case:1", "carts", notes="card card"))
    assert list(engine.near("cart", most=1, within=within(AllOf(())), fields=OPEN)) == ["carts"]
    assert set(engine.near("cart", most=9, within=within(AllOf(())))) == {"carts", "card"}


def _questions(words: list[str], pick: Callable[[list[str]], str]) -> list[Query]:
    """Questions of every kind."""
    asked: list[Query] = []
    for _ in range(12):
        one, two, three = (has(pick(words), *OPEN) for _ in range(3))
        asked += [
            AnyOf((one, two, three)),
            AllOf((one, AnyOf((two, three)))),
            Without(one, two),
            begins(pick(words)[:2], *OPEN),
            AnyOf((begins(pick(words)[:1], *OPEN), one)),
            adjacent(pick(words), pick(words)),
            has(pick(words), NOTES),
        ]
    return asked


def test_two_worlds_that_differ_in_strangers_alone_answer_alike(engine: Engine) -> None:
    chance = random.Random(20261121)  # noqa: S311 - chosen the same in each run
    words = [first + second + third for first in "abk" for second in "aeo" for third in "lmrstx"]

    def text(most: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(1, most)))

    put(
        engine,
        *(
            own(f"case:{n}", text(9), title=text(3), notes=text(3), day=chance.randint(1, 5))
            for n in range(9)
        ),
    )
    questions = _questions(words, chance.choice)
    before = [order(engine, query) for query in questions]
    assert sum(map(len, before)) > 100
    put(engine, *(strange(f"case:{n}", text(40), title=text(6), day=9) for n in range(100, 120)))
    assert [order(engine, query) for query in questions] == before
