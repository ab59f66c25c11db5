"""Scores, neighbours and pages of an answer where engines might differ: each says the same."""

import pytest

from app.search.documents import Tag
from app.search.engine import Engine
from app.search.query import EVERYTHING, NOTHING, AllOf, AnyOf, Query, Tagged, Without
from tests.factories.index import (
    FILES,
    NOTES,
    TEXT,
    TITLE,
    adjacent,
    analyzed,
    begins,
    best_first,
    found,
    has,
    put,
)

pytestmark = pytest.mark.req("SEARCH-02")


@pytest.mark.parametrize(
    "query", [has("vpn"), begins("vp"), AnyOf((has("vpn"), has("none")))], ids=["word", "beginning", "either"]
)
def test_a_title_says_more_than_any_number_of_mentions_and_ties_go_to_the_newest(
    engine: Engine, query: Query
) -> None:
    put(
        engine,
        analyzed("case:1", "other words", title="vpn fault", day=1),
        analyzed("case:2", "vpn other", title="some fault", day=2),
        analyzed("case:3", "other words", title="vpn fault", day=3),
        analyzed("case:4", "vpn other", title="some fault", day=4),
        analyzed("case:5", "other words", title="some fault", day=5),
    )
    assert best_first(engine, query) == ["case:3", "case:1", "case:4", "case:2"]
    assert engine.keys(query, most=9) == ["case:4", "case:3", "case:2", "case:1"]


@pytest.mark.req("SEC-48", "DESK-04")
def test_what_is_not_asked_neither_finds_nor_lifts(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "fault", title="fault", notes="fault " * 20, day=1),
        analyzed("case:2", "fault", title="fault", files="fault " * 20, day=2),
        analyzed("case:3", "fault", title="fault", day=3),
        analyzed("case:4", notes="fault", day=4),
    )
    for query in (
        has("fault", TITLE),
        has("fault", TEXT),
        begins("fau", TITLE, TEXT),
        has("fault", TITLE, TEXT),
    ):
        assert best_first(engine, query) == ["case:3", "case:2", "case:1"], query
        assert len({hit.score for hit in engine.search(query, limit=9)}) == 1, query
    assert found(engine, has("fault", NOTES)) == {"case:1", "case:4"}
    assert found(engine, has("fault", FILES)) == {"case:2"}


def test_what_must_not_be_there_and_what_picks_say_nothing_of_the_order(engine: Engine) -> None:
    put(
        engine,
        *(
            analyzed(f"case:{number}", "vpn fault", state=state, day=number)
            for number, state in enumerate("abab")
        ),
        analyzed("case:9", "vpn secret", state="a", day=9),
    )
    picked = AllOf((has("vpn"), Tagged(Tag.STATE, frozenset({"a", "b"}))))
    without = Without(picked, has("secret"))
    assert best_first(engine, without) == ["case:3", "case:2", "case:1", "case:0"]
    assert len({hit.score for hit in engine.search(without, limit=9)}) == 1


def test_whoever_has_more_of_the_words_comes_first(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "vpn x y", day=1),
        analyzed("case:2", "fault x y", day=2),
        analyzed("case:3", "vpn fault x", day=0),
    )
    assert best_first(engine, AnyOf((has("vpn"), has("fault"))))[0] == "case:3"


PAGES = [
    (1, 0, [4]),
    (2, 0, [4, 3]),
    (2, 3, [1, 0]),
    (2, 4, [0]),
    (2, 5, []),
    (5, 0, [4, 3, 2, 1, 0]),
    (9, 9, []),
]


def test_pages_of_an_answer_meet_without_a_gap(engine: Engine) -> None:
    put(engine, *(analyzed(f"case:{number}", "vpn", day=number) for number in range(5)))
    for limit, offset, expected in PAGES:
        for query in (has("vpn"), EVERYTHING):
            hits = engine.search(query, limit=limit, offset=offset)
            assert [hit.key for hit in hits] == [f"case:{number}" for number in expected], (limit, offset)
    assert engine.count(has("vpn")) == 5


def test_nothing_is_nothing_and_a_word_of_nobody_has_no_neighbour(engine: Engine) -> None:
    put(engine, analyzed("case:1", "a b a c"))
    assert found(engine, NOTHING) == set()
    assert found(engine, adjacent("a", "b")) == {"case:1"}
    assert found(engine, adjacent("a", "c")) == {"case:1"}
    assert found(engine, adjacent("b", "c")) == set()
    assert found(engine, adjacent("a", "a")) == set()
    assert found(engine, adjacent("b", "a", "c")) == {"case:1"}
    assert found(engine, adjacent()) == set()
    assert found(engine, Without(EVERYTHING, adjacent("a", "none"))) == {"case:1"}


@pytest.mark.req("SEARCH-01")
def test_a_phrase_of_three_words_and_more_is_in_one_piece(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "a b c d"),
        analyzed("case:2", "a b x b c d"),
        analyzed("case:3", "b c x a b", title="a b", notes="b c"),
        analyzed("case:4", "c a b a b c"),
        analyzed("case:5", "a b", title="b c"),
        analyzed("case:6", "a a a b b c"),
    )
    assert found(engine, adjacent("a", "b", "c")) == {"case:1", "case:4"}
    assert found(engine, adjacent("a", "b", "c", "d")) == {"case:1"}
    assert found(engine, adjacent("b", "c", "d")) == {"case:1", "case:2"}
    assert found(engine, adjacent("a", "b", "a", "b", "c")) == {"case:4"}
    assert found(engine, adjacent("a", "b", "a", "b")) == {"case:4"}
    assert found(engine, adjacent("a", "a", "a")) == {"case:6"}
    assert found(engine, adjacent("a", "a", "a", "a")) == set()
    assert found(engine, Without(has("c", TEXT), adjacent("a", "b", "c"))) == {"case:2", "case:3", "case:6"}


@pytest.mark.req("SEARCH-01")
def test_a_part_begins_or_ends_a_phrase_and_stands_not_in_the_middle_of_it(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "x~a b c~y"),
        analyzed("case:2", "a b~x c"),
        analyzed("case:3", "a b~b c"),
        analyzed("case:4", "x~a b c~y b c d", title="a x"),
        analyzed("case:5", "x~a b x b c~y"),
    )
    assert found(engine, adjacent("a", "b", "c")) == {"case:1", "case:4"}
    assert found(engine, adjacent("x~a", "b", "c")) == {"case:1", "case:4"}
    assert found(engine, adjacent("a", "b", "c~y")) == {"case:1", "case:4"}
    assert found(engine, adjacent("x~a", "b", "c~y", "b", "c")) == {"case:4"}
    assert found(engine, adjacent("x", "b", "c")) == {"case:5"}
    assert found(engine, adjacent("a", "b", "y")) == found(engine, adjacent("b", "x", "c")) == set()
    assert found(engine, adjacent("a", "b~b", "c")) == {"case:3"}


@pytest.mark.req("SEC-43")
@pytest.mark.parametrize("signs", [1, 60, 200, 300])
def test_the_longest_phrase_that_can_be_asked_is_answered(engine: Engine, signs: int) -> None:
    many = [f"{'.*+漢' * signs}{number}"[-signs - 2 :] for number in range(64)]
    put(engine, analyzed("case:1", [*many, "end"]), analyzed("case:2", [*many[:40], "x", *many[39:]]))
    assert found(engine, adjacent(*many)) == {"case:1"}
    assert found(engine, adjacent(*many[:40])) == {"case:1", "case:2"}


def test_a_phrase_does_not_reach_from_one_field_into_the_next(engine: Engine) -> None:
    put(engine, analyzed("case:1", "begin", title="end", files="last", notes="secret"))
    for first, second in (("end", "begin"), ("begin", "last"), ("last", "secret"), ("secret", "end")):
        assert found(engine, adjacent(first, second)) == set()


@pytest.mark.req("SEARCH-03")
def test_how_far_a_slip_may_go(engine: Engine) -> None:
    put(engine, analyzed("case:1", "password"), analyzed("case:2", "printer"))
    for typed in ("passwor", "passwordd", "passwird", "pasword"):
        assert "password" in engine.near(typed, most=5), typed
        assert "printer" not in engine.near(typed, most=5), typed
    for typed in ("password", "pssd", "p", "drowssap"):
        assert "password" not in engine.near(typed, most=5), typed


@pytest.mark.req("SEARCH-03")
def test_of_what_is_equally_near_the_more_frequent_comes_first(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "cart"),
        analyzed("case:2", "card"),
        analyzed("case:3", "card"),
        analyzed("case:4", title="care"),
    )
    assert list(engine.near("carx", most=3)) == ["card", "care", "cart"]
    assert list(engine.near("carx", most=2)) == ["card", "care"]


@pytest.mark.req("SEARCH-03", "SEC-43")
@pytest.mark.parametrize("length", [24, 25, 164, 165, 166, 239, 240, 241])
def test_terms_at_the_limits_of_each_engine_are_told_apart(engine: Engine, length: int) -> None:
    one, other = "q" * length, "q" * (length - 1) + "r"
    wide = "漢" * length
    put(
        engine,
        analyzed("case:1", [one, "end"]),
        analyzed("case:2", [other, "end"]),
        analyzed("case:3", [wide]),
    )
    assert found(engine, has(one)) == {"case:1"}
    assert found(engine, adjacent(other, "end")) == {"case:2"}
    assert found(engine, has(wide)) == {"case:3"}
    assert found(engine, begins("q" * 20)) == {"case:1", "case:2"}
    assert len(engine.near(one, most=9)) <= 1


def test_what_is_taken_out_is_neither_found_nor_counted_and_lifts_nothing(engine: Engine) -> None:
    put(engine, *(analyzed(f"case:{number}", "vpn", title="gone", day=number) for number in range(3)))
    put(engine, analyzed("case:1", "kept"), also=[("case", 0)])

    assert found(engine, has("vpn")) == found(engine, has("gone")) == {"case:2"}
    assert found(engine, EVERYTHING) == {"case:1", "case:2"}
    put(engine, also=[("case", 1), ("case", 2), ("case", 77)])
    assert found(engine, EVERYTHING) == set()
    assert engine.search(has("vpn"), limit=3) == []
