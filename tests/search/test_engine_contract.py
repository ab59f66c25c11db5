"""What every engine finds, and in which order: the same tests for Whoosh and for PostgreSQL."""

from dataclasses import replace

import pytest

from app.authz import Actor, ActorKind, system_actor
from app.search import reach
from app.search.analyzer import Token
from app.search.documents import AnalyzedDocument, Tag, TextField
from app.search.engine import Engine
from app.search.query import EVERYTHING, MOST_TERMS, NOTHING, AllOf, AnyOf, Query, Tagged, Without
from app.search.reach import OPEN_FIELDS, within_reach
from tests.factories.index import (
    ALL_FIELDS,
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

ODD_TERMS = (
    "'", '"', "''", "\\", "\\'", "a:b", ":*", "a:*", "*", "?", "&", "|", "!", "(", ")", "<->", "a&b", "%", "_", "a_b",
    "a b", " ", "{a,b}", "{}", "null", "NULL", "and", "OR", "not", "'; drop table document; --", "--", "/*", "$1",
    "%(term)s", ":term", "[a TO b]", "a~2", "a^3", "\t", "\n", "\x1f", "\x00", "a\x00b", "\ud800", "\ufffd", "\u200b",
    "e\u0301", "\U0001f600", "問い合わせ", "Straße", "İ", "-", "+a", "a-b", "192.0.2.1", "cve-2026-1234", "a@b.example",
)  # fmt: skip


def customer(*, numbers: set[int], services: set[int], holder: int | None = None) -> Actor:
    return Actor(
        kind=ActorKind.CUSTOMER,
        name="A",
        user_id=1,
        holder_id=holder,
        services=frozenset(services),
        numbers=frozenset(numbers),
    )


@pytest.mark.req("SEARCH-01")
def test_a_term_is_found_in_the_fields_that_are_asked(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", title="printer"),
        analyzed("case:2", "printer jam"),
        analyzed("case:3", files="printer"),
        analyzed("case:4", notes="printer"),
        analyzed("case:5", "printers"),
    )
    assert found(engine, has("printer")) == {"case:1", "case:2", "case:3", "case:4"}
    for number, field in enumerate((TITLE, TEXT, FILES, NOTES), start=1):
        assert found(engine, has("printer", field)) == {f"case:{number}"}
    assert found(engine, has("printer", TITLE, FILES)) == {"case:1", "case:3"}
    assert found(engine, has("print")) == set()
    assert found(engine, has("Printer")) == set()


@pytest.mark.req("SEARCH-01")
def test_a_beginning_unfolds_within_its_fields(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", title="print"),
        analyzed("case:2", "printer"),
        analyzed("case:3", "sprint"),
        analyzed("case:4", notes="printed"),
    )
    assert found(engine, begins("print")) == {"case:1", "case:2", "case:4"}
    assert found(engine, begins("print", TITLE, TEXT)) == {"case:1", "case:2"}
    assert found(engine, begins("prints")) == set()
    assert found(engine, Without(begins("print"), begins("printe"))) == {"case:1"}


@pytest.mark.req("SEC-43")
def test_no_beginning_unfolds_to_everything(engine: Engine) -> None:
    put(engine, *(analyzed(f"case:{number}", f"term{number:03}") for number in range(MOST_TERMS + 20)))
    for prefix in ("term", "t", ""):
        assert len(found(engine, begins(prefix, TEXT))) == MOST_TERMS
    assert found(engine, begins("term01")) == {f"case:{number}" for number in range(10, 20)}


@pytest.mark.req("SEC-43")
def test_what_a_beginning_unfolds_to_is_looked_for_in_its_fields(engine: Engine) -> None:
    hidden = [f"term{number:03}" for number in range(MOST_TERMS * 2)]
    put(engine, analyzed("case:1", notes=hidden), analyzed("case:2", "terminal"))
    assert found(engine, begins("term", *OPEN_FIELDS)) == {"case:2"}


@pytest.mark.req("SEARCH-01")
def test_a_phrase_stands_in_one_field_and_in_its_order(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "error code seven"),
        analyzed("case:2", "code error seven"),
        analyzed("case:3", "code", title="error"),
        analyzed("case:4", "error the code"),
        analyzed("case:5", files="error code"),
        analyzed("case:6", "error code", title="code seven"),
    )
    assert found(engine, adjacent("error", "code")) == {"case:1", "case:5", "case:6"}
    assert found(engine, adjacent("error", "code", "seven")) == {"case:1"}
    assert found(engine, adjacent("error", "code", fields=[FILES])) == {"case:5"}
    assert found(engine, adjacent("seven")) == {"case:1", "case:2", "case:6"}
    assert found(engine, adjacent()) == set()
    assert found(engine, Without(has("code"), adjacent("error", "code"))) == {"case:2", "case:3", "case:4"}


@pytest.mark.req("SEARCH-01")
def test_terms_are_no_two_by_their_signs(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", ["a_b", "c"]),
        analyzed("case:2", ["a", "b_c"]),
        analyzed("case:3", ["a b", "c"]),
        analyzed("case:4", ["a", "a", "b"]),
    )
    assert found(engine, adjacent("a_b", "c")) == {"case:1"}
    assert found(engine, adjacent("a", "b_c")) == {"case:2"}
    assert found(engine, adjacent("a b", "c")) == {"case:3"}
    assert found(engine, adjacent("a", "a")) == {"case:4"}
    assert found(engine, has("a b")) == {"case:3"}
    assert found(engine, has("b")) == {"case:4"}


@pytest.mark.req("SEARCH-01")
def test_a_part_of_a_word_stands_beside_what_its_word_stands_beside(engine: Engine) -> None:
    whole = [Token("new", 0, 3), Token("evil.example", 4, 16), Token("example", 9, 16), Token("host", 17, 21)]
    made = analyzed("case:1", "new evil.example host")
    put(engine, AnalyzedDocument(made.document, {TEXT: whole}), analyzed("case:2", "host new"))
    assert found(engine, has("example")) == {"case:1"}
    for phrase in (("new", "evil.example"), ("evil.example", "host"), ("example", "host")):
        assert found(engine, adjacent(*phrase)) == {"case:1"}, phrase
    for phrase in (("new", "example"), ("evil.example", "example"), ("new", "host")):
        assert found(engine, adjacent(*phrase)) == set(), phrase


@pytest.mark.req("SEARCH-01")
def test_tags_pick_by_any_of_their_values(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", state="new", service="1"),
        analyzed("case:2", state="closed", service="1"),
        analyzed("article:2:ja", service="2"),
    )
    assert found(engine, Tagged(Tag.STATE, frozenset({"new", "closed"}))) == {"case:1", "case:2"}
    assert found(engine, Tagged(Tag.STATE, frozenset({"1"}))) == set()
    assert found(engine, Tagged(Tag.STATE, frozenset())) == set()
    assert found(engine, Tagged(Tag.KIND, frozenset({"article", "none"}))) == {"article:2:ja"}
    assert found(engine, Tagged(Tag.SERVICE, frozenset({"1"}))) == {"case:1", "case:2"}


@pytest.mark.req("SEARCH-01")
def test_how_parts_are_joined(engine: Engine) -> None:
    put(engine, analyzed("case:1", "a b"), analyzed("case:2", "a"), analyzed("case:3", "c"))
    a, b, c = has("a"), has("b"), has("c")
    everything = {"case:1", "case:2", "case:3"}
    assert found(engine, EVERYTHING) == everything
    assert found(engine, NOTHING) == set()
    assert found(engine, AllOf((a, b))) == {"case:1"}
    assert found(engine, AnyOf((b, c))) == {"case:1", "case:3"}
    assert found(engine, AllOf((a, EVERYTHING))) == {"case:1", "case:2"}
    assert found(engine, AllOf((a, NOTHING))) == set()
    assert found(engine, AnyOf((a, NOTHING))) == {"case:1", "case:2"}
    assert found(engine, AnyOf((a, EVERYTHING))) == everything
    assert found(engine, Without(a, b)) == {"case:2"}
    assert found(engine, Without(EVERYTHING, a)) == {"case:3"}
    assert found(engine, Without(EVERYTHING, NOTHING)) == everything
    assert found(engine, Without(a, EVERYTHING)) == set()
    assert found(engine, Without(NOTHING, a)) == set()
    assert found(engine, AllOf((Without(EVERYTHING, b), Without(EVERYTHING, c)))) == {"case:2"}
    assert found(engine, Without(EVERYTHING, Without(a, b))) == {"case:1", "case:3"}


@pytest.mark.req("SEC-48", "SEC-49")
def test_who_carries_no_word_of_a_document_finds_nothing_of_it(engine: Engine) -> None:
    put(
        engine,
        analyzed("article:1:ja", "vpn", readers=[reach.users_of_service(3)]),
        analyzed("article:2:ja", "vpn", readers=[reach.users_of_holder(3, 12)]),
        analyzed("case:3", "vpn", readers=[reach.users_of_number(45), reach.agents_of(3)]),
        analyzed("case:4", "vpn", readers=[]),
        analyzed("article:5:ja", "vpn", readers=[reach.users_of_number(4)]),
    )

    def reached(actor: Actor, query: Query) -> set[str]:
        return found(engine, within_reach(actor, query))

    everybody = customer(numbers={45}, services={3}, holder=12)
    assert reached(everybody, has("vpn")) == {"article:1:ja", "article:2:ja", "case:3"}
    assert reached(customer(numbers={4}, services={3}), has("vpn")) == {"article:1:ja", "article:5:ja"}
    assert reached(customer(numbers={5}, services={30}, holder=12), has("vpn")) == set()
    for query in (has("vpn"), EVERYTHING, AnyOf((has("vpn"), EVERYTHING)), Without(EVERYTHING, has("none"))):
        assert reached(customer(numbers=set(), services=set()), query) == set()
        assert "case:4" not in reached(everybody, query)
        assert reached(system_actor("tests"), query) >= {"case:4"}


@pytest.mark.req("SEARCH-02")
def test_the_best_comes_first_and_a_title_says_more_than_a_text(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "vpn and other words", title="something", day=3),
        analyzed("case:2", "other words still", title="vpn", day=1),
        analyzed("case:3", "words", title="other", files="vpn", day=2),
        analyzed("case:4", "words", title="other", day=4),
    )
    hits = engine.search(has("vpn"), limit=10)
    assert hits[0].key == "case:2"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert best_first(engine, AllOf((has("vpn"), has("word")))) == []
    assert best_first(engine, AllOf((has("vpn"), Tagged(Tag.READERS, frozenset({"desk"})))))[0] == "case:2"


@pytest.mark.req("SEARCH-02")
def test_of_equals_the_newest_comes_first_and_then_the_key_decides(engine: Engine) -> None:
    put(
        engine,
        *(
            analyzed(f"case:{number}", "vpn fault", day=day)
            for number, day in enumerate((1, 3, 2, 3), start=1)
        ),
        analyzed("case:9", "nothing", day=9),
    )
    expected = ["case:2", "case:4", "case:3", "case:1"]
    assert best_first(engine, has("vpn")) == expected
    assert engine.keys(has("vpn"), most=10) == expected
    assert engine.keys(has("vpn"), most=2) == expected[:2]
    assert [hit.key for hit in engine.search(has("vpn"), limit=2, offset=1)] == expected[1:3]
    assert engine.search(has("vpn"), limit=2, offset=4) == []
    assert best_first(engine, EVERYTHING) == ["case:9", *expected]
    assert best_first(engine, Tagged(Tag.KIND, frozenset({"case"}))) == ["case:9", *expected]


@pytest.mark.req("SEC-48", "DESK-04")
def test_the_order_tells_nothing_of_texts_that_are_not_asked(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "vpn fault", notes="vpn vpn vpn secret", day=1),
        analyzed("case:2", "vpn fault", day=2),
        analyzed("case:3", "vpn fault", files="vpn", notes="vpn", day=3),
    )
    asked = has("vpn", TITLE, TEXT)
    assert best_first(engine, asked) == ["case:3", "case:2", "case:1"]
    scores = {hit.score for hit in engine.search(asked, limit=3)}
    assert len(scores) == 1


@pytest.mark.req("SEARCH-01")
@pytest.mark.parametrize("shift", range(4))
def test_odd_terms_are_terms_like_any(engine: Engine, shift: int) -> None:
    odd = ODD_TERMS[shift::4]
    put(engine, *(analyzed(f"case:{number}", ["x", term, "y"]) for number, term in enumerate(odd)))
    for number, term in enumerate(odd):
        own = f"case:{number}"
        for query in (
            has(term, TEXT),
            has(term),
            adjacent("x", term),
            adjacent(term, "y"),
            begins(term, TEXT),
        ):
            assert own in found(engine, query), (term, query)
        if term.isprintable():
            assert found(engine, has(term)) == {own}, term
            assert found(engine, adjacent("x", term, "y")) == {own}, term
        engine.near(term, most=3)
        assert engine.count(Tagged(Tag.STATE, frozenset({term}))) == 0
    assert engine.count(has("x")) == len(odd)


@pytest.mark.req("SEC-43")
def test_terms_and_texts_of_any_length(engine: Engine) -> None:
    long, other = "x" * 10_000, "x" * 9_999 + "y"
    many = [f"w{number % 5_000}" for number in range(60_000)]
    wide = "漢" * 10_000
    put(
        engine,
        analyzed("case:1", [long, "end"], title=wide),
        analyzed("case:2", [other, "end"]),
        analyzed("case:3", many),
        analyzed("case:4", state=long),
    )
    assert found(engine, has(long)) == {"case:1"}
    assert found(engine, has(other)) == {"case:2"}
    assert found(engine, has(wide)) == {"case:1"}
    assert found(engine, adjacent(long, "end")) == {"case:1"}
    assert found(engine, begins("xxx")) == {"case:1", "case:2"}
    assert found(engine, begins("x" * 20_000)) == set()
    assert found(engine, adjacent("w4998", "w4999")) == {"case:3"}
    assert found(engine, Tagged(Tag.STATE, frozenset({long}))) == {"case:4"}
    assert list(engine.near(long, most=5)) == []


@pytest.mark.req("SEC-43")
def test_a_question_of_many_parts_is_answered(engine: Engine) -> None:
    put(engine, analyzed("case:1", "a"), analyzed("case:2", "b"))
    many: tuple[Query, ...] = tuple(has(f"none{number}") for number in range(500))
    assert found(engine, AnyOf((*many, has("a")))) == {"case:1"}
    assert found(engine, AllOf((*many, has("a")))) == set()
    readers = Tagged(Tag.READERS, frozenset({"desk", *(f"s{number}" for number in range(2_000))}))
    assert found(engine, AllOf((has("b"), readers))) == {"case:2"}
    deep: Query = has("a")
    for _ in range(40):
        deep = Without(EVERYTHING, deep)
    assert found(engine, deep) == {"case:1"}


@pytest.mark.req("SEARCH-03")
def test_what_is_written_much_alike_is_near(engine: Engine) -> None:
    put(
        engine,
        *(analyzed(f"case:{number}", "server") for number in range(3)),
        analyzed("case:3", "serve", title="サーバ 証明書"),
        analyzed("case:4", "printer"),
    )
    for typed in ("sever", "servver", "srever", "serber", "serverr"):
        assert "server" in engine.near(typed, most=5), typed
        assert "printer" not in engine.near(typed, most=5)
    assert engine.near("servet", most=5)[0] == "server"
    assert len(engine.near("servet", most=1)) == 1
    assert "server" not in engine.near("server", most=5)
    assert "証明書" in engine.near("証眀書", most=5)
    assert list(engine.near("", most=5)) == []
    assert list(engine.near("zzzzzzzz", most=5)) == []


@pytest.mark.req("SEARCH-01")
def test_no_field_finds_nothing(engine: Engine) -> None:
    put(
        engine,
        analyzed("case:1", "term"),
        analyzed("case:2", title="term"),
        analyzed("case:3", files="term"),
        analyzed("case:4", notes="term"),
    )
    nowhere: frozenset[TextField] = frozenset()
    for query in (has("term"), begins("te"), adjacent("term")):
        assert len(found(engine, query)) == len(ALL_FIELDS)
        assert found(engine, replace(query, fields=nowhere)) == set()
