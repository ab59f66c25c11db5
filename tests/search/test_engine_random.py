"""Random small indexes and random questions: every engine answers as plain Python does."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.documents import AnalyzedDocument, Tag, TextField
from app.search.engine import Engine
from app.search.query import Adjacent, AllOf, AnyOf, Begins, Has, Query, Tagged, Without
from tests.factories.index import analyzed, fits, found

TERMS = st.sampled_from(["a", "ab", "b", "ba", "サーバ", "c:*"])
# Of words such as a~b the parts are a and b.
WORDS = st.one_of(TERMS, st.sampled_from(["a~b", "b~a", "a~a"]))
TEXTS = st.lists(WORDS, max_size=6)
FIELDS = st.frozensets(st.sampled_from(TextField), max_size=4)
VALUES = st.sampled_from(["1", "2", "3"])
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(Has, TERMS, FIELDS),
    st.builds(Begins, st.sampled_from(["", "a", "b", "サ", "x"]), FIELDS),
    st.builds(Adjacent, st.lists(WORDS, max_size=4).map(tuple), FIELDS),
    st.builds(Tagged, st.sampled_from([Tag.SERVICE, Tag.STATE]), st.frozensets(VALUES)),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Without, inner, inner),
    ),
    max_leaves=8,
)


@st.composite
def collections(draw: st.DrawFn) -> list[AnalyzedDocument]:
    return [
        analyzed(
            f"case:{number}",
            draw(TEXTS),
            title=draw(TEXTS),
            files=draw(TEXTS),
            notes=draw(TEXTS),
            day=draw(st.integers(0, 3)),
            service=draw(VALUES),
            state=draw(VALUES),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(documents=collections(), queries=st.lists(QUERIES, min_size=3, max_size=6))
def test_every_question_is_answered_as_plain_python_does(
    engine: Engine, documents: list[AnalyzedDocument], queries: list[Query]
) -> None:
    with engine.writer() as writer:
        writer.replace([("case", number) for number in range(6)], documents)
    for query in queries:
        expected = {each.document.key for each in documents if fits(each, query)}
        assert found(engine, query) == expected, query
