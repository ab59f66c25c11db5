"""Asking, at the edges: what is still read of what was typed, what words mean to whom, where corrections end."""

from collections.abc import Collection

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import AgentService
from app.search import analyzer, synonyms
from app.search.documents import AnalyzedDocument, Tag, TextField
from app.search.excerpts import LONGEST_WHOLE, mark
from app.search.language import parse
from app.search.language.fields import numbers, prefixes
from app.search.language.meaning import MOST_ASKED
from app.search.language.signs import MOST_CHARACTERS, MOST_DEPTH, MOST_WORDS
from app.search.query import Has, Query
from app.search.reach import DESK_FIELDS, OPEN_FIELDS
from app.search.searching import FEW, Answer, ask
from tests import cast
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import knowledge
from tests.factories.index import analyzed, fits
from tests.factories.search import feed
from tests.factories.words import missed

MISSES = "/console/search/misses"


def document(text: str) -> AnalyzedDocument:
    return AnalyzedDocument(analyzed("case:1").document, {TextField.TEXT: analyzer.tokens(text)})


def finds(typed: str, text: str) -> bool:
    query = parse(typed).query
    assert query is not None
    return fits(document(text), query)


def terms(query: Query | None) -> list[str]:
    """The terms of a query, as often as they stand in it."""
    if isinstance(query, Has):
        return [query.term]
    parts: Collection[Query] = getattr(query, "parts", ())
    return [*getattr(query, "terms", ()), *(term for part in parts for term in terms(part))]


@pytest.mark.req("SEC-39")
def test_as_many_characters_as_may_be_typed_and_one_more() -> None:
    most = "a" * MOST_CHARACTERS
    assert (parse(most).problem, parse(most).query is None) == ("", False)
    assert parse(f"{most}a").query is None
    assert str(MOST_CHARACTERS) in parse(f"{most}a").problem
    # Blanks count as typed; what unfolds when it is folded counts as folded.
    assert parse(f"a{' ' * MOST_CHARACTERS}").query is None
    assert parse("㍿" * (MOST_CHARACTERS // 4)).problem == ""
    assert parse("㍿" * (MOST_CHARACTERS // 4 + 1)).problem != ""


@pytest.mark.req("SEC-39")
def test_the_last_word_that_is_read_and_the_first_that_is_not() -> None:
    words = [f"w{at}" for at in range(MOST_WORDS + 1)]
    typed = " ".join(words)
    assert finds(typed, " ".join(words[:MOST_WORDS]))
    assert not finds(typed, " ".join(words[: MOST_WORDS - 1]))
    assert len(set(terms(parse("障害対応手順書" * 50).query))) <= MOST_ASKED


@pytest.mark.req("SEC-39")
def test_parentheses_count_down_to_their_depth() -> None:
    def nested(depth: int) -> str:
        return "(" * (depth - 1) + "(apple OR bridge) cloud" + ")" * (depth - 1)

    assert not finds(nested(MOST_DEPTH), "apple")
    assert finds(nested(MOST_DEPTH), "apple cloud")
    # The next pair of them is left out, so that OR binds least.
    assert finds(nested(MOST_DEPTH + 1), "apple")


@pytest.mark.req("SEARCH-01", "KB-11")
@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("CS0067414", "case", {"CS0067414"}),
        ("cs67414", "case", {"CS67414", "CS0067414"}),
        ("67414", "case", {"67414", "CS0067414"}),
        ("67414", "article", {"67414", "KB0067414"}),
        ("67414", None, {"67414", "CS0067414", "KB0067414"}),
        ("kb12", "case", {"KB12"}),
        ("kb12", None, {"KB12", "KB0000012"}),
        ("0", "case", {"0", "CS0000000"}),
        ("1234567", "case", {"1234567", "CS1234567"}),
        ("12345678", "case", {"12345678"}),
        ("１２", "case", {"１２"}),
        ("cs", "case", {"CS"}),
        ("", "case", {""}),
    ],
)
def test_numbers_in_short_mean_those_of_their_kind(typed: str, kind: str | None, meant: set[str]) -> None:
    assert numbers(typed, kind) == meant


@pytest.mark.req("DESK-04", "KB-08")
@pytest.mark.parametrize("kind", ["case", "article", None])
def test_only_the_desk_has_a_prefix_for_notes(kind: str | None) -> None:
    of_customers, of_desk = prefixes(kind, OPEN_FIELDS), prefixes(kind, DESK_FIELDS)
    assert not any(TextField.NOTES in place.fields for place in of_customers.values())
    assert set(of_desk) - set(of_customers) == (set() if kind == "article" else {"note", "内部メモ"})
    assert {"title", "number", "text", "file", "タイトル", "番号", "本文", "ファイル"} <= set(of_customers)
    assert prefixes(kind, ()) == {
        name: place for name, place in of_customers.items() if place.tag is Tag.NUMBER
    }
    assert all(name == name.lower() for name in of_desk)


FIELD = [line.split("|") for line in synonyms.OF_THE_FIELD.strip().split("\n")]


def sense(word: str) -> tuple[str, ...]:
    return tuple(token.term for token in analyzer.asked(word))


@pytest.mark.req("SEARCH-05")
def test_every_word_of_the_field_finds_every_other_of_its_group() -> None:
    for group in FIELD:
        senses = dict.fromkeys(sense(word) for word in group)
        assert len(senses) > 1, group
        for each in senses:
            others = set(synonyms.alternatives(None, each))
            assert set(senses) - {each} <= others, (each, group)
            assert each not in others


@pytest.mark.req("SEARCH-05")
def test_no_word_of_the_field_stands_in_two_groups() -> None:
    seen: dict[tuple[str, ...], int] = {}
    for at, group in enumerate(FIELD):
        for word in group:
            assert seen.setdefault(sense(word), at) == at, word


def excerpt(typed: str, text: str, width: int | None) -> tuple[str, list[str]]:
    """What is shown, and what of it is marked."""
    pieces = mark(text, parse(typed).sought, width)
    return "".join(piece.text for piece in pieces), [piece.text for piece in pieces if piece.is_hit]


@pytest.mark.req("KB-09")
def test_a_text_as_long_as_the_excerpt_is_shown_whole_and_a_longer_one_is_cut() -> None:
    text = "障害の報告。" * 4
    assert excerpt("報告", text, len(text)) == (text, ["報告"] * 4)
    shown, marked = excerpt("報告", text, len(text) - 1)
    assert shown.endswith("…")
    assert 0 < len(marked) <= 4
    assert excerpt("報告", text, 10_000)[0] == text
    title = "障" * (LONGEST_WHOLE + 1)
    assert excerpt("報告", title[:-1], None)[0] == title[:-1]
    assert len(excerpt("報告", title, None)[0]) == LONGEST_WHOLE


@pytest.mark.req("KB-09")
@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("-報告 障害", "障害の報告", ["障害"]),
        ("NOT (報告 OR 障害) 手順", "障害の報告の手順", ["手順"]),
        ("障害 障害", "障害", ["障害"]),
        ("title:障害 OR text:報告", "障害の報告", ["障害", "報告"]),
        ("「障害報告」", "障害への対応の報告。障害報告", ["障害報告"]),
        ("<b>", "a <b> c", ["b"]),
        ("障害", "", []),
    ],
)
def test_what_is_marked_is_what_was_asked_for(typed: str, text: str, marked: list[str]) -> None:
    assert excerpt(typed, text, None) == (text, marked)


def answer(
    session: Session, typed: str, *, who: str = "hanako", kind: str = "article", most: int = 9
) -> Answer:
    actor = cast.actor_of(session, who, "cs" if who == "hanako" else None)
    return ask(session, actor, typed, kind=kind, most=most)


@pytest.mark.req("SEARCH-05", "KB-07")
def test_corrections_are_for_few_hits_long_words_and_the_first_of_many(app: Flask, session: Session) -> None:
    for at in range(FEW - 1):
        knowledge.article(session, title=f"バケット {at}")
    knowledge.article(session, title="Quokka wombat numbat bilby の手順 dog ox")
    session.commit()
    feed(app)
    slip = "バケット OR quokkq"
    assert answer(session, slip).total == FEW - 1
    assert answer(session, slip).suggestion == "バケット OR quokka"
    assert answer(session, "quokka").suggestion is None
    # What is too short, too different, or nowhere has no correction.
    assert answer(session, "doh手順").suggestion == "dog手順"
    for typed in ("qu", "oz手順", "qzzzza", "アルマジロ", '"quokkq"', "quokkq*", "-quokkq バケット"):
        assert answer(session, typed).suggestion is None, typed
    assert answer(session, "ＱＵＯＫＫＱ　ｗｏｍｂａｙ").suggestion == "quokka wombat"
    # Of more than three words the fourth is left as it is, and then nothing is found.
    assert answer(session, "quokkq wombay numbst").suggestion == "quokka wombat numbat"
    assert answer(session, "quokkq wombay numbst bilbt").suggestion is None
    session.commit()
    knowledge.article(session, title=f"バケット {FEW}")
    session.commit()
    feed(app)
    assert answer(session, slip).total == FEW
    assert answer(session, slip).suggestion is None


@pytest.mark.req("KB-07", "KB-08")
def test_as_many_keys_as_asked_for_and_the_number_of_all(app: Flask, session: Session) -> None:
    for at in range(3):
        knowledge.article(session, title=f"バケット {at}")
    session.commit()
    feed(app)
    for most, keys in ((1, 1), (2, 2), (3, 3), (4, 3)):
        found = answer(session, "バケット", most=most)
        assert (len(found.keys), found.total) == (keys, 3)
    assert answer(session, "バケ").was_asked is False
    assert answer(session, "バケ*").was_asked is True
    assert answer(session, "バケット", who="agent", kind="case").keys == ()


@pytest.mark.req("KB-15", "SEC-26", "SEC-28")
def test_searches_of_foreign_services_are_as_absent(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    def only_cs(session: Session) -> None:
        of_fm = AgentService.service_id == knowledge.service(session, "fm").id
        session.execute(
            delete(AgentService).where(AgentService.user_id == cast.person(session, "lead").id, of_fm)
        )

    given(only_cs)
    foreign, own = given(missed, "シャイン", service="fm"), given(missed, "巨峰", service="cs")
    lead = signed_in("lead")
    with untouched():
        page = lead.get(MISSES)
        gone = [lead.act(f"{MISSES}/{number}/removal") for number in (foreign, 999_999)]
    assert [row["検索語"] for row in page.rows()] == ["巨峰"]
    assert [each.status for each in gone] == [404, 404]
    assert gone[0].text == gone[1].text
    assert lead.act(f"{MISSES}/{own}/removal").status == 303
    assert lead.act(f"{MISSES}/{own}/removal").text == gone[0].text
    # The system administrator works for all services.
    assert [row["検索語"] for row in signed_in("admin").get(MISSES).rows()] == ["シャイン"]


@pytest.mark.req("KB-15")
def test_the_list_of_misses_has_pages_orders_and_no_script(signed_in: SignedIn, given: Given) -> None:
    def write(session: Session) -> None:
        for at in range(51):
            missed(session, f"語{at:02}", times=at + 1)

    given(write)
    given(missed, "<script>x</script>", times=99)
    lead = signed_in("lead")
    first = lead.get(MISSES)
    assert [row["検索語"] for row in first.rows()][:2] == ["<script>x</script>", "語50"]
    assert "<script>x" not in first.text
    assert [row["検索語"] for row in lead.get(f"{MISSES}?page=2").rows()] == ["語01", "語00"]
    for sort, leads in (("times", "語00"), ("-words", "語50")):
        assert lead.get(f"{MISSES}?sort={sort}").rows()[0]["検索語"] == leads, sort
    for odd in ("sort=id&page=0", "sort=%00&page=-1"):
        assert lead.get(f"{MISSES}?{odd}").rows() == first.rows(), odd
    assert len(first.queries) <= 12
