"""app.catalog.fields.checking: which definitions from outside are taken, and what is said of the others."""

from typing import Any

import pytest

from app.catalog.fields import FieldKind, FormDefinition
from app.catalog.fields.checking import MOST_PROBLEMS, check_definition

A = {"code": "a", "label_ja": "あ", "label_en": "A"}
B = {"code": "b", "label_ja": "い", "label_en": "B"}
WRONG_KEY = "Use a small letter, then small letters, digits and underscores, such as start_date."
WRONG_CODE = "Use letters, digits, hyphens, dots and underscores, such as ap-northeast-1."
UNSEEN = "Remove the invisible control characters from this text."


def one(**more: Any) -> dict[str, Any]:
    """A field as data; what a test says takes the place of what stands here."""
    return {"key": "it", "kind": "text", "label_ja": "項目", "label_en": "Field", **more}


def problems(*fields: object) -> list[tuple[str, str]]:
    """What is wrong with a form of these fields."""
    return [(problem.field, problem.message) for problem in check_definition(list(fields))]


def only(*fields: object) -> tuple[str, str]:
    """The one thing that is wrong with it."""
    (found,) = problems(*fields)
    return found


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_field_of_each_kind_is_taken(kind: FieldKind) -> None:
    choices = {"choices": [A, B]} if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else {}
    assert problems(one(kind=kind.value, required=True, help_ja="例", help_en="Such as", **choices)) == []


@pytest.mark.req("WR-03")
def test_a_form_without_fields_is_taken() -> None:
    assert problems() == []


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("data", [None, 3, "text", {}, {"key": "it"}])
def test_a_form_is_a_list(data: object) -> None:
    (problem,) = check_definition(data)
    assert (problem.field, problem.message) == ("", "The value is not of the right kind.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("item", [None, 3, "text", []])
def test_a_field_is_a_table(item: object) -> None:
    assert only(one(), item) == ("1", "The value is not of the right kind.")


@pytest.mark.req("WR-03")
def test_key_kind_and_both_labels_are_needed() -> None:
    assert [where for where, _message in problems({})] == ["0.key", "0.kind", "0.label_ja", "0.label_en"]
    for name in ("key", "kind", "label_ja", "label_en"):
        field = one()
        del field[name]
        assert only(field) == (f"0.{name}", f"“{name}” is missing.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("label", ["", " ", "　"])
def test_a_label_says_something(label: str) -> None:
    assert only(one(label_en=label)) == ("0.label_en", "Enter this field.")
    assert only(one(kind="choice", choices=[{**A, "label_ja": label}])) == (
        "0.choices.0.label_ja",
        "Enter this field.",
    )


@pytest.mark.req("WR-03")
def test_what_is_not_known_is_named() -> None:
    assert only(one(colour="red")) == ("0.colour", "“colour” is not known here.")
    assert only(one(kind="choice", choices=[{**A, "icon": "x"}])) == (
        "0.choices.0.icon",
        "“icon” is not known here.",
    )
    assert only(one(shown_if={"field": "x", "codes": ["a"], "not": 1}))[0] == "0.shown_if.not"
    where, message = only(one(kind="colour"))
    assert where == "0.kind"
    assert "long_text" in message


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("key", ["", "A", "1a", "_a", "a-b", "a b", "a\n", "あ", "a" * 41])
def test_a_key_is_small_letters_digits_and_underscores(key: str) -> None:
    assert only(one(key=key)) == ("0.key", WRONG_KEY)


@pytest.mark.req("WR-03")
def test_a_key_has_at_most_40_signs() -> None:
    assert problems(one(key="a" * 40), one(key="a"), one(key="start_date_2")) == []


@pytest.mark.req("WR-03")
def test_no_two_fields_have_the_same_key() -> None:
    assert only(one(), one()) == ("1.key", "Another field has the key “it” already.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("name", "most"), [("label_ja", 100), ("label_en", 100), ("help_ja", 500), ("help_en", 500)]
)
def test_texts_have_a_length(name: str, most: int) -> None:
    other = {"help_ja": {"help_en": "x"}, "help_en": {"help_ja": "x"}}.get(name, {})
    assert problems(one(**{name: "長" * most, **other})) == []
    assert only(one(**{name: "長" * (most + 2), **other})) == (
        f"0.{name}",
        f"At most {most} characters; 2 too many.",
    )


@pytest.mark.req("WR-03", "SEC-38")
@pytest.mark.parametrize("sign", ["\0", "\x1b", "\u202e", "\ufffd", chr(0xD800)])
def test_nothing_that_cannot_be_seen_stands_in_texts(sign: str) -> None:
    assert only(one(label_en=f"a{sign}b")) == ("0.label_en", UNSEEN)
    assert only(one(help_ja=f"a{sign}b", help_en="a")) == ("0.help_ja", UNSEEN)


@pytest.mark.req("WR-03")
def test_a_label_is_one_line_and_a_help_may_be_several() -> None:
    assert problems(one(help_ja="一\n二", help_en="one\ntwo")) == []
    assert only(one(label_ja="一\n二")) == ("0.label_ja", UNSEEN)


@pytest.mark.req("WR-03")
def test_help_is_there_in_both_languages_or_in_none() -> None:
    assert only(one(help_ja="例")) == ("0.help_en", "Give the help in both languages, or in none.")
    assert only(one(help_en="Such as"))[0] == "0.help_ja"


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_choices_are_there_each_with_a_code_of_its_own(kind: str) -> None:
    assert only(one(kind=kind)) == ("0.choices", "Add at least one choice.")
    assert only(one(kind=kind, choices=[])) == ("0.choices", "Add at least one choice.")
    assert only(one(kind=kind, choices=[A, B, A])) == (
        "0.choices.2.code",
        "Another choice has the code “a” already.",
    )
    assert only(one(kind=kind, choices=[{"code": "a", "label_ja": "あ"}]))[0] == "0.choices.0.label_en"


@pytest.mark.req("WR-03")
def test_only_fields_that_offer_something_have_choices() -> None:
    assert only(one(choices=[A])) == ("0.choices", "A field of this kind has no choices.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("code", ["", "a b", "-a", "a/b", "あ", "a\n", "x" * 41])
def test_a_code_can_stand_in_a_page_and_in_a_file(code: str) -> None:
    assert only(one(kind="choice", choices=[{**A, "code": code}])) == ("0.choices.0.code", WRONG_CODE)


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("code", ["1", "ap-northeast-1", "TLSv1.2", "x" * 40])
def test_codes_of_other_systems_are_taken(code: str) -> None:
    assert problems(one(kind="choice", choices=[{**A, "code": code}])) == []


@pytest.mark.req("WR-03")
def test_there_are_at_most_60_fields_and_100_choices() -> None:
    fields = [one(key=f"f{index}") for index in range(61)]
    assert problems(*fields[:60]) == []
    assert only(*fields) == ("", "At most 60 of them.")
    choices = [{**A, "code": f"c{index}"} for index in range(101)]
    assert problems(one(kind="choices", choices=choices[:100])) == []
    assert only(one(kind="choices", choices=choices)) == ("0.choices", "At most 100 of them.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("kind", "lowest", "highest"),
    [
        ("text", 0, 200),
        ("long_text", 0, 10_000),
        ("networks", 0, 500),
        ("file", 0, 20),
        ("date", -36_500, 36_500),
    ],
)
def test_bounds_stay_within_those_of_the_kind(kind: str, lowest: int, highest: int) -> None:
    assert problems(one(kind=kind, least=lowest), one(key="b", kind=kind, most=highest)) == []
    where, message = only(one(kind=kind, least=lowest - 1))
    assert (where, message.split(" from ")[0]) == ("0.least", "Enter a whole number")
    assert only(one(kind=kind, most=highest + 1))[0] == "0.most"


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("kind", ["text", "long_text", "networks", "file"])
def test_a_field_takes_at_least_something(kind: str) -> None:
    assert only(one(kind=kind, most=0))[0] == "0.most"
    assert problems(one(kind=kind, most=1)) == []


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("bound", ["3", 3.0, 1.5, True, [3]])
def test_a_bound_is_a_whole_number(bound: object) -> None:
    assert only(one(least=bound)) == ("0.least", "The value is not of the right kind.")


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(("least", "most"), [(5, 4), (1, 0), (None, -1)])
def test_bounds_do_not_contradict_each_other(least: int | None, most: int) -> None:
    assert only(one(kind="number", least=least, most=most)) == (
        "0.most",
        "The upper bound is below the lower one.",
    )
    assert problems(one(kind="number", least=most, most=most)) == []


@pytest.mark.req("WR-03")
def test_a_number_has_bounds_that_stay_whole_everywhere() -> None:
    assert problems(one(kind="number", least=-(10**15), most=10**15)) == []
    assert only(one(kind="number", most=10**15 + 1))[0] == "0.most"


@pytest.mark.req("WR-03")
def test_no_more_has_to_be_chosen_than_is_offered() -> None:
    assert problems(one(kind="choices", choices=[A, B], least=2)) == []
    assert only(one(kind="choices", choices=[A, B], least=3)) == (
        "0.least",
        "There are fewer choices than that.",
    )


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("kind", ["choice", "email", "customer_number"])
def test_some_kinds_have_no_bounds(kind: str) -> None:
    choices = {"choices": [A]} if kind == "choice" else {}
    assert only(one(kind=kind, least=1, **choices)) == ("0.least", "A field of this kind has no bounds.")


def after(field: str, *codes: str) -> dict[str, Any]:
    """A field that depends on a choice."""
    return one(key="more", shown_if={"field": field, "codes": list(codes)})


@pytest.mark.req("WR-03")
def test_a_condition_looks_at_a_choice_before_it() -> None:
    kind = one(key="kind", kind="choices", choices=[A, B])
    assert problems(kind, after("kind", "a", "b")) == []
    before = "The field has to stand before this one."
    assert only(after("kind", "a"), kind) == ("0.shown_if.field", before)
    assert only(after("more", "a")) == ("0.shown_if.field", before)
    assert only(after("gone", "a")) == ("0.shown_if.field", "There is no field “gone”.")
    assert only(one(), after("it", "a"))[1].startswith("Only a field with choices")


@pytest.mark.req("WR-03")
def test_a_condition_names_codes_that_are_offered() -> None:
    kind = one(key="kind", kind="choice", choices=[A])
    assert only(kind, after("kind", "a", "b")) == ("1.shown_if.codes", "“kind” has no choice “b”.")
    assert only(kind, after("kind")) == ("1.shown_if.codes", "At least one is needed.")
    assert only(kind, after("kind", "a", "a")) == ("1.shown_if.codes", "The same stands here twice.")


@pytest.mark.req("WR-03")
def test_a_form_that_is_wrong_all_over_is_told_so_far_as_anybody_repairs_it_at_once() -> None:
    assert len(problems(*(one(key=f"F{index}") for index in range(60)))) == MOST_PROBLEMS


@pytest.mark.req("WR-03")
def test_what_is_wrong_is_told_in_the_order_of_the_fields() -> None:
    found = problems(one(key="A"), *(one(key=f"f{index}") for index in range(9)), one(key="B"), one(key="C"))
    assert [where for where, _message in found] == ["0.key", "10.key", "11.key"]


@pytest.mark.req("WR-03")
def test_whatever_passes_can_be_read() -> None:
    data = [one(kind="choice", choices=[A], least=None, shown_if=None), after("it", "a")]
    assert problems(*data) == []
    assert [item.key for item in FormDefinition.from_data(data).fields] == ["it", "more"]
