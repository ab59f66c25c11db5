"""The keyword as a kind of field: one line of words, asked for once, with its own words about what is wrong."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import column, literal
from sqlalchemy.sql.elements import ColumnElement

from app import clock
from app.lists.filtering.checking import conditions_for, problems_of, words_of
from app.lists.filtering.keyword import Found, Keyword, Look
from app.lists.filtering.kind import Field, Reading
from app.lists.filtering.problems import MOST_KEYWORDS, Trouble
from app.lists.filtering.syntax import parse
from app.lists.filtering.tree import LONGEST_VALUE

pytestmark = pytest.mark.req("FILTER-07")


class Shelf(Look):
    """Looks along a shelf of three words."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def problem(self, typed: str) -> str:
        """One letter is too little."""
        return "zu kurz" if len(typed) < 2 else ""

    def find(self, typed: str) -> Found:
        """What the word finds."""
        self.asked.append(typed)
        found: ColumnElement[bool] = column("word") == literal(typed)
        return Found(found, "nicht alles" if typed == "viel" else "")


def reading(shelf: Shelf) -> Reading:
    fields = (Field("keyword", "Keyword", Keyword(shelf)),)
    return Reading({field.key: field for field in fields}, ZoneInfo("Asia/Tokyo"), clock.now())


def troubles(f: str) -> Sequence[tuple[Trouble, str]]:
    return [(problem.trouble, problem.text) for problem in problems_of(parse(f), reading(Shelf()))]


def test_it_is_asked_once_however_often_the_list_asks() -> None:
    shelf = Shelf()
    read = reading(shelf)
    tree = parse("keyword:matches:vpn;keyword:matches:viel/keyword:matches:vpn")
    assert problems_of(tree, read) == []
    for _ in range(3):
        assert len(conditions_for(tree, read)) == 2
    assert shelf.asked == ["vpn", "viel"]
    kind = read.fields["keyword"].kind
    assert isinstance(kind, Keyword)
    assert kind.notices() == ["nicht alles"]
    assert words_of(tree.rows[0], read, " または ").startswith("Keyword ")


@pytest.mark.parametrize(
    ("f", "trouble"),
    [
        ("keyword:matches:x", Trouble.KEYWORD),
        ("keyword:is:vpn", Trouble.UNKNOWN_OPERATOR),
        ("keyword:lacks:vpn", Trouble.UNKNOWN_OPERATOR),
        ("keyword:matches", Trouble.MISSING_VALUE),
        ("keyword:matches: ", Trouble.MISSING_VALUE),
        ("keyword:matches:a,b", Trouble.SURPLUS_VALUE),
        ("keyword:matches:vpn\x00", Trouble.UNSEEN_CHARACTERS),
        ("keyword:matches:" + "x" * (LONGEST_VALUE + 1), Trouble.LONG_VALUE),
    ],
)
def test_what_is_wrong_is_said_at_the_condition(f: str, trouble: Trouble) -> None:
    assert [found for found, _ in troubles(f)] == [trouble]


def test_the_look_says_what_is_wrong_with_words() -> None:
    assert troubles("keyword:matches:x") == [(Trouble.KEYWORD, "zu kurz")]


def test_a_filter_asks_the_index_a_few_times_at_most() -> None:
    rows = [f"keyword:matches:word{at}" for at in range(MOST_KEYWORDS + 1)]
    assert troubles(";".join(rows[:-1])) == []
    assert {found for found, _ in troubles(";".join(rows))} == {Trouble.TOO_MANY_KEYWORDS}
    assert troubles("/".join([rows[0]] * 10)) == []
