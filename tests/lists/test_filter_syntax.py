"""How filters are written in an address and read from it: one spelling, and nothing that breaks the reader."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.lists.filtering.problems import FilterRefused, Trouble
from app.lists.filtering.syntax import parse, write
from app.lists.filtering.tree import Condition, Filter

pytestmark = pytest.mark.req("FILTER-03", "SEC-32")

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
# Texts rich in the grammar's own signs.
VALUES = st.text(alphabet=st.one_of(st.sampled_from("~;/,:%_& "), st.characters()), max_size=12)
CONDITIONS = st.builds(Condition, NAMES, NAMES, st.lists(VALUES, max_size=4).map(tuple))
FILTERS = st.lists(st.lists(CONDITIONS, min_size=1, max_size=4).map(tuple), max_size=5).map(
    lambda rows: Filter(tuple(rows))
)
ANYTHING = st.text(alphabet=st.one_of(st.sampled_from("abc-:;,/~"), st.characters()), max_size=60)


def refused(text: str) -> Trouble | None:
    try:
        parse(text)
    except FilterRefused as error:
        return error.problem.trouble
    return None


@given(FILTERS)
def test_what_is_written_is_read_again(tree: Filter) -> None:
    assert parse(write(tree)) == tree


@given(ANYTHING)
@example("a:b:~")
@example("a:b:~~~")
@example(";")
@example("a:b;")
@example("a:b:,")
def test_whatever_is_read_has_one_spelling_and_the_rest_is_refused(text: str) -> None:
    """The fuzz of the reader: it takes a text or refuses it, and never anything else."""
    try:
        tree = parse(text)
    except FilterRefused:
        return
    assert write(tree) == text


@given(st.text())
def test_any_text_at_all_is_taken_or_refused(text: str) -> None:
    assert refused(text) in (None, *Trouble)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Filter()),
        ("category:is:service", Filter(((Condition("category", "is", ("service",)),),))),
        ("assignee:empty", Filter(((Condition("assignee", "empty"),),))),
        ("subject:is:", Filter(((Condition("subject", "is", ("",)),),))),
        (
            "status:any-of:new,closed;updated:since:2026-04-01T09:30/number:is:CS1",
            Filter(
                (
                    (Condition("status", "any-of", ("new", "closed")),),
                    (
                        Condition("updated", "since", ("2026-04-01T09:30",)),
                        Condition("number", "is", ("CS1",)),
                    ),
                )
            ),
        ),
        ("subject:is:a~;b~/c~,d~~e", Filter(((Condition("subject", "is", ("a;b/c,d~e",)),),))),
    ],
)
def test_the_grammar(text: str, tree: Filter) -> None:
    assert parse(text) == tree
    assert write(tree) == text


@pytest.mark.parametrize(
    "text",
    [
        ";",
        "/",
        ":",
        "a",
        "a:",
        ":b",
        "a b:is:x",
        "A:is:x",
        "a:is:~x",
        "a:is:x~",
        "a:b;;c:d",
        "a:b/",
        "1:is:x",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    assert refused(text) is Trouble.MALFORMED


@pytest.mark.parametrize(
    ("fits", "too_much", "trouble"),
    [
        (";".join(["a:b"] * 20), ";".join(["a:b"] * 21), Trouble.TOO_MANY_ROWS),
        ("/".join(["a:b"] * 10), "/".join(["a:b"] * 11), Trouble.TOO_MANY_ALTERNATIVES),
        ("a:b:" + ",".join(["x"] * 50), "a:b:" + ",".join(["x"] * 51), Trouble.TOO_MANY_VALUES),
        ("a:b:" + "x" * 3996, "a:b:" + "x" * 3997, Trouble.TOO_LONG),
    ],
)
def test_the_limits(fits: str, too_much: str, trouble: Trouble) -> None:
    assert refused(fits) is None
    assert refused(too_much) is trouble
