"""app.catalog.fields.showing: answers in words."""

import pytest

from app.catalog.fields import FieldKind, FormDefinition
from app.catalog.fields.showing import as_text, shown_answers
from tests.catalog.fields.pieces import field

FORM = FormDefinition(
    (
        field("kind", FieldKind.CHOICE, offers="a b"),
        field("some", FieldKind.CHOICES, offers="x y z", after="kind:a"),
        field("nets", FieldKind.NETWORKS),
        field("count", FieldKind.NUMBER),
        field("logs", FieldKind.FILE),
        field("words", FieldKind.LONG_TEXT),
    )
)


@pytest.mark.req("WR-06", "WR-09")
def test_answers_stand_in_the_forms_order_by_what_they_are_called() -> None:
    answers = {"words": "一\n二", "nets": ["192.0.2.1", "::1"], "some": ["x", "z"], "kind": "a", "count": 0}
    shown = shown_answers(FORM, answers, "ja", {"logs": ["a.log", "b.log"], "": ["other.txt"]})
    assert [(answer.label, answer.lines) for answer in shown] == [
        ("項目kind", ("選択a",)),
        ("項目some", ("選択x", "選択z")),
        ("項目nets", ("192.0.2.1", "::1")),
        ("項目count", ("0",)),
        ("項目logs", ("a.log", "b.log")),
        ("項目words", ("一", "二")),
    ]


@pytest.mark.req("WR-06")
def test_a_text_for_mails_says_the_same_in_the_readers_language() -> None:
    shown = shown_answers(FORM, {"kind": "b", "words": "one\ntwo"}, "en")
    assert as_text(shown) == "Field kind\nChoice b\n\nField words\none\ntwo"


@pytest.mark.req("WR-06")
def test_what_was_not_answered_and_what_is_not_there_is_left_out() -> None:
    assert shown_answers(FORM, {"kind": "b", "some": ["x"], "words": "", "nets": []}, "en")[1:] == []
    assert shown_answers(FORM, {}, "en") == []


@pytest.mark.req("WR-09")
def test_a_code_that_no_form_knows_any_more_is_told_as_it_is() -> None:
    shown = shown_answers(FORM, {"kind": "gone", "unknown": "x"}, "ja")
    assert [(answer.label, answer.text) for answer in shown] == [("項目kind", "gone")]
