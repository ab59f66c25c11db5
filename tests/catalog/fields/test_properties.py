"""Whatever a definition asks and whoever sends whatever: what is kept fits the definition, and stays as it is."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition, shown_fields
from app.catalog.fields.checking import check_definition
from app.catalog.fields.definition import WITH_CHOICES
from app.catalog.fields.reading import Around, read_answer
from app.catalog.forms.answering import answer_form
from tests.catalog.fields.pieces import OWN, TODAY, field, numbers

KEYS = tuple("abcdef")
CODES = tuple("xyz")
# Answers near to what some kind takes, and anything else.
TYPED = st.one_of(
    st.sampled_from(
        [
            *CODES,
            OWN[0],
            "P910000001",
            "2026-12-01",
            "２０２６/1/2",
            "12",
            "1,000",
            "0.50",
            "-3",
            "NaN",
            "a@example.com",
            "192.0.2.1",
            "10.0.0.0/8\n::1\n10.0.0.0/8",
            "10.0.0.1/8",
            "",
            " ",
            "長い\r\n文",
        ]
    ),
    st.text(max_size=12),
)


@st.composite
def definitions(draw: st.DrawFn) -> FormDefinition:
    """Forms that pass the check, with conditions upon conditions."""
    fields: list[FieldDefinition] = []
    for key in KEYS[: draw(st.integers(1, len(KEYS)))]:
        kind = draw(st.sampled_from(FieldKind))
        before = [item for item in fields if item.kind in WITH_CHOICES]
        after = ""
        depends: bool = draw(st.booleans())
        if before and depends:
            other = draw(st.sampled_from(before))
            codes = draw(st.lists(st.sampled_from(other.choices), min_size=1, unique=True))
            after = f"{other.key}:{','.join(code.code for code in codes)}"
        offers = " ".join(CODES[: draw(st.integers(1, 3))]) if kind in WITH_CHOICES else ""
        bounds = draw(BOUNDS[kind]) if kind in BOUNDS else {}
        fields.append(field(key, kind, offers=offers, after=after, is_required=draw(st.booleans()), **bounds))
    return FormDefinition(tuple(fields))


def _between(least: int, most: int) -> st.SearchStrategy[dict[str, int | None]]:
    return st.fixed_dictionaries(
        {
            "least": st.none() | st.integers(least, (least + most) // 2),
            "most": st.none() | st.integers(max((least + most) // 2, 1), most),
        }
    )


BOUNDS = {
    FieldKind.TEXT: _between(0, 200),
    FieldKind.LONG_TEXT: _between(0, 10_000),
    FieldKind.NUMBER: _between(-1_000, 1_000),
    FieldKind.DATE: _between(-400, 400),
    FieldKind.NETWORKS: _between(0, 4),
    FieldKind.FILE: _between(0, 20),
}
SENT = st.lists(st.tuples(st.sampled_from(KEYS), TYPED), max_size=12)
SMALL = settings(max_examples=50, deadline=None)


@pytest.fixture(scope="module")
def _page(installation: Flask) -> Iterator[None]:
    """One request for all examples: the forms ask the request for nothing but its language."""
    with installation.test_request_context():
        yield


@pytest.mark.req("WR-03")
@SMALL
@given(definitions())
def test_a_definition_survives_being_stored(definition: FormDefinition) -> None:
    data = definition.to_data()
    assert check_definition(data) == []
    assert FormDefinition.from_data(data) == definition


@pytest.mark.req("WR-03")
@pytest.mark.usefixtures("_page")
@SMALL
@given(definitions(), SENT)
def test_what_is_kept_is_there_and_reads_the_same_again(
    definition: FormDefinition, pairs: list[tuple[str, str]]
) -> None:
    formdata = MultiDict([("number", OWN[0]), *_sent(definition, pairs)])
    form = answer_form(definition, language="en", numbers=numbers(OWN[0]), today=TODAY, formdata=formdata)
    answers = form.answers()
    shown = {item.key: item for item in shown_fields(definition, answers)}
    assert set(answers) <= set(shown)
    for key, answer in answers.items():
        assert read_answer(shown[key], _typed(answer), Around(TODAY, OWN[:1])) == answer
    if form.validate():
        assert {
            key for key, item in shown.items() if item.is_required and item.kind is not FieldKind.FILE
        } <= set(answers)


@pytest.mark.req("WR-03")
@pytest.mark.usefixtures("_page")
@SMALL
@given(definitions(), SENT)
def test_what_is_kept_can_be_shown_and_sent_again_unchanged(
    definition: FormDefinition, pairs: list[tuple[str, str]]
) -> None:
    formdata = MultiDict(_sent(definition, pairs))
    options: dict[str, Any] = {"language": "ja", "numbers": numbers(OWN[0]), "today": TODAY}
    answers = answer_form(definition, **options, formdata=formdata).answers()
    again = answer_form(definition, **options, formdata=None)
    again.fill(answers)
    assert again.answers() == answers


@pytest.mark.req("WR-03")
@SMALL
@given(
    definitions(),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(CODES) | st.lists(st.sampled_from(CODES))),
)
def test_what_is_there_agrees_with_the_rule_said_plainly(
    definition: FormDefinition, answers: Mapping[str, Any]
) -> None:
    there = [item.key for item in definition.fields if _is_there(definition, item, answers)]
    assert [item.key for item in shown_fields(definition, answers)] == there


def _is_there(definition: FormDefinition, item: FieldDefinition, answers: Mapping[str, Any]) -> bool:
    """The rule from the field's own view: the field it depends on is there, and has one of the codes."""
    if item.shown_if is None:
        return True
    other = definition.field(item.shown_if.field)
    assert other is not None
    answer = answers.get(other.key, [])
    codes = {answer} if isinstance(answer, str) else set(answer)
    return _is_there(definition, other, answers) and not codes.isdisjoint(item.shown_if.codes)


def _sent(definition: FormDefinition, pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs by the names of the form's controls; files, of which the database knows, have tests of their own."""
    for key, value in pairs:
        item = definition.field(key)
        if item is None or item.kind is not FieldKind.FILE:
            yield f"f-{key}", value


def _typed(answer: object) -> list[str]:
    return [str(value) for value in answer] if isinstance(answer, list) else [str(answer)]
