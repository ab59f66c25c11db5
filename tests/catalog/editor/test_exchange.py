"""A catalogue as YAML: what is written reads as the same, and what is wrong is told by path and line."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.catalog.actions.exchanging import catalog_of, import_catalog, plan_import
from app.catalog.content import Content
from app.catalog.exchange import (
    LARGEST_FILE,
    BadCatalog,
    CatalogFile,
    CategoryEntry,
    ItemEntry,
    read_catalog,
    write_catalog,
)
from app.catalog.fields import FormDefinition
from app.catalog.models import ItemState
from app.catalog.yaml_tree import as_data, read_tree
from tests import cast
from tests.factories import catalog, editor

CATEGORY = "categories: [{slug: support, name_ja: サポート, name_en: Support}]\n"
ITEM = "  - {slug: policy, category: support, name_ja: 名, name_en: Name"


@pytest.fixture
def in_words(installation: Flask) -> Iterator[None]:
    """A language in force, for the messages; reading needs no database."""
    with installation.test_request_context():
        yield


def file_of(item: str) -> str:
    return f"format: 1\n{CATEGORY}items:\n{ITEM}{item}}}\n"


def problems(text: str) -> list[tuple[str, int]]:
    with pytest.raises(BadCatalog) as bad:
        read_catalog(text)
    assert all(problem.message for problem in bad.value.problems)
    return [(problem.path, problem.line) for problem in bad.value.problems]


BAD = {
    "": [("", 0)],
    "format: [": [("", 2)],
    "format: 1\nformat: 1": [("", 2)],
    "a: &x 1\nb: *x": [("", 1)],
    "a: !!python/object/apply:os.system [id]": [("", 1)],
    "--- {format: 1}\n--- {format: 1}": [("", 2)],
    "? [a]\n: 1": [("", 1)],
    "[" * 100_000: [("", 1)],
    "just words": [("", 1)],
    "- format: 1": [("", 1)],
    "format: 2": [("format", 1)],
    "format: 1\nsecret: 5": [("secret", 2)],
    "format: 1\nitems: 5": [("items", 2)],
    "format: 1\ncategories:\n  - 5": [("categories[0]", 3)],
    file_of(", points: many"): [("items[0].points", 4)],
    file_of(", points: 1.5"): [("items[0].points", 4)],
    file_of(", points: -1"): [("items[0].points", 4)],
    file_of(", points: 99999999999999999999"): [("items[0].points", 4)],
    file_of(", points: 1000001"): [("items[0].points", 4)],
    file_of(", needs_approval: perhaps"): [("items[0].needs_approval", 4)],
    file_of(", description_ja: [x]"): [("items[0].description_ja", 4)],
    file_of(", description_ja: " + "x" * 2_001): [("items[0].description_ja", 4)],
    file_of(', description_ja: "\\u202e"'): [("items[0].description_ja", 4)],
    file_of(", only_for: N1"): [("items[0].only_for", 4)],
    file_of(", form: {key: x}"): [("items[0].form", 4)],
    file_of(", form: [{key: x, kind: text, label_ja: a}]"): [("items[0].form[0].label_en", 4)],
    file_of(", form: [{key: X x, kind: text, label_ja: a, label_en: b}]"): [("items[0].form[0].key", 4)],
    file_of(", form: [{key: x, kind: poem, label_ja: a, label_en: b}]"): [("items[0].form[0].kind", 4)],
    file_of("}\n" + ITEM): [("items[1].slug", 5)],
    f"format: 1\n{CATEGORY}items:\n  - {{slug: A b, category: support, name_ja: x, name_en: y}}": [
        ("items[0].slug", 4)
    ],
    "format: 1\nitems:\n  - {slug: a, category: none, name_ja: x, name_en: y}": [("items[0].category", 3)],
    "format: 1\nitems:\n  - {slug: a}": [(f"items[0].{name}", 3) for name in ("category", "name_ja", "name_en")],
}  # fmt: skip


@pytest.mark.req("WR-03", "SEC-41")
@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text)[:50])
@pytest.mark.usefixtures("in_words")
def test_what_is_wrong_is_told_by_path_and_line(text: str) -> None:
    assert problems(text) == BAD[text]


@pytest.mark.req("WR-03", "SEC-41")
@pytest.mark.usefixtures("in_words")
def test_bombs_are_refused_at_once() -> None:
    begun = time.monotonic()
    laughs = "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert problems(laughs)
    assert problems("{a: " * 50_000)
    assert problems("x" * (LARGEST_FILE + 1)) == [("", 0)]
    many = "format: 1\nitems:\n" + "- {}\n" * 20_000
    assert len(problems(many)) <= 50
    assert time.monotonic() - begun < 10


@pytest.mark.req("WR-03")
@pytest.mark.usefixtures("in_words")
def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    read = read_catalog(file_of(", description_ja: 2026-01-01, description_en: on, points: 08"))
    content = read.items[0].content
    assert (content.description_ja, content.description_en, content.points) == ("2026-01-01", "on", 8)
    assert read_catalog(file_of(", description_ja: ~, points: ")).items[0].content.points == 0
    assert read_catalog("\ufeffformat: 1") == CatalogFile()
    assert as_data(read_tree("a: [b, {c: d}]")) == {"a": ["b", {"c": "d"}]}


LINE = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" 　"), min_size=1, max_size=40
)
NAME = LINE.map(str.strip).filter(bool)
PROSE = st.lists(NAME, max_size=4).map("\n".join)
FORM = st.lists(st.sampled_from([editor.WHAT, catalog.DETAILS]), unique=True, max_size=2)
ENTRY = st.builds(
    ItemEntry,
    slug=st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True),
    category=st.just("support"),
    content=st.builds(
        Content,
        name_ja=NAME,
        name_en=st.sampled_from(
            ["on", "~", "null", "- x", "1.5", "# no", "a: b", "&x", "*x", "!x", "'", '"', "|", "yes"]
        ),
        description_ja=PROSE,
        description_en=PROSE,
        points=st.integers(0, 1_000_000),
        needs_approval=st.booleans(),
        form=FORM.map(lambda fields: FormDefinition(tuple(fields))),
    ),
    only_for=st.none() | st.lists(st.sampled_from(["N1", "N2", "007"]), unique=True).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(items=st.lists(ENTRY, max_size=3, unique_by=lambda entry: entry.slug))
def test_what_is_written_reads_as_the_same(installation: Flask, items: list[ItemEntry]) -> None:
    file = CatalogFile((CategoryEntry(slug="support", name_ja="サポート", name_en="Support"),), tuple(items))
    with installation.test_request_context():
        assert read_catalog(write_catalog(file)) == file


@pytest.mark.req("WR-03")
def test_an_export_brought_in_again_changes_nothing(session: Session) -> None:
    service, maker = editor.service(session), catalog.MAKER
    catalog.item(session, fields=(editor.WHAT, editor.WHY), points=8)
    editor.places(session)
    editor.draft(session, "policy", points=9)
    whole = read_catalog(write_catalog(catalog_of(session, actor=maker, service=service)))
    assert {entry.slug: entry.content.points for entry in whole.items}["policy"] == 9
    assert not plan_import(session, actor=maker, service=service, content=whole).does_something
    session.commit()
    import_catalog(session, actor=maker, service=service, content=whole)
    assert not session.dirty
    published = catalog_of(session, actor=maker, service=service, is_published_only=True)
    assert [(entry.slug, entry.content.points) for entry in published.items] == [("policy", 8)]


@pytest.mark.req("WR-03")
def test_an_import_makes_drafts_or_publishes_at_set_up(session: Session) -> None:
    service, maker = editor.service(session, "fm"), catalog.MAKER
    file = read_catalog(file_of(f", points: 2, only_for: [{cast.FM_NUMBER}]"))
    done = import_catalog(session, actor=maker, service=service, content=file)
    assert done.count("added") == 2
    assert editor.item_called(session, "policy", of="fm").state is ItemState.DRAFT
    import_catalog(
        session, actor=maker, service=service, content=read_catalog(file_of(", points: 3")), publishes=True
    )
    item = editor.item_called(session, "policy", of="fm")
    assert (item.state, item.is_restricted) == (ItemState.PUBLISHED, False)
    session.commit()


@pytest.mark.req("WR-03")
def test_the_order_of_the_file_holds_among_what_it_names(session: Session) -> None:
    service, maker = editor.service(session), catalog.MAKER
    for position, slug in enumerate(("one", "two", "three"), start=1):
        catalog.item(session, slug=slug, position=position)
    whole = catalog_of(session, actor=maker, service=service)
    turned = CatalogFile(whole.categories, (whole.items[2], whole.items[0]))
    assert plan_import(session, actor=maker, service=service, content=turned).is_order_new
    import_catalog(session, actor=maker, service=service, content=turned)
    session.commit()
    after = catalog_of(session, actor=maker, service=service)
    assert [entry.slug for entry in after.items] == ["three", "two", "one"]


@pytest.mark.req("WR-03", "SEC-26")
def test_numbers_of_another_service_are_unknown(session: Session) -> None:
    file = read_catalog(file_of(f", only_for: [{cast.FM_NUMBER}, {cast.CS_NUMBER}]"))
    with pytest.raises(BadCatalog) as bad:
        import_catalog(session, actor=catalog.MAKER, service=editor.service(session), content=file)
    assert [problem.path for problem in bad.value.problems] == ["items[0].only_for[0]"]
