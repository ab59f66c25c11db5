"""A definition that comes from outside: the editor, a YAML file. Whatever passes here can be read and answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from app.catalog.fields.definition import FieldKind, FormDefinition
from app.catalog.fields.rules import broken_rules
from app.catalog.fields.shape import CODE, SHAPE
from app.i18n import N_, _

# No form needs more of them to be repaired; the rest shows when these are gone.
MOST_PROBLEMS = 50
# What a word of the schema means to whoever repairs the definition; the library's messages are English and long.
WORDS = {
    "required": N_("“%(name)s” is missing."),
    "additionalProperties": N_("“%(name)s” is not known here."),
    "enum": N_("The value is none of those allowed: %(allowed)s."),
    "type": N_("The value is not of the right kind."),
    "maxLength": N_("At most %(length)s characters; %(excess)s too many."),
    "minLength": N_("Enter this field."),
    "pattern": N_("Use a small letter, then small letters, digits and underscores, such as start_date."),
    "not": N_("Remove the invisible control characters from this text."),
    "maxItems": N_("At most %(limit)s of them."),
    "minItems": N_("At least one is needed."),
    "uniqueItems": N_("The same stands here twice."),
    "minimum": N_("At least %(limit)s."),
    "maximum": N_("At most %(limit)s."),
}
CODE_WORDS = N_("Use letters, digits, hyphens, dots and underscores, such as ap-northeast-1.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a definition: where (``2.choices.0.code``; nothing for the whole), and how to repair it."""

    field: str
    message: str


def check_definition(data: object) -> Sequence[Problem]:
    """What is wrong with a form's fields as JSON or YAML hold them, in the language in force; nothing if all is well.

    Rules between fields are looked at only once each field has the right shape.
    """
    errors = list(islice(_validator().iter_errors(data), MOST_PROBLEMS))
    if errors:
        found = (problem for error in sorted(errors, key=_place) for problem in _problems(error))
        # Of two members that are missing, each error tells of both.
        return list(dict.fromkeys(found))
    assert isinstance(data, list)  # noqa: S101 - the schema has asked for it; this tells the type checker
    return [Problem(path, message) for path, message in broken_rules(FormDefinition.from_data(data))]


def _place(error: ValidationError) -> list[tuple[bool, int, str]]:
    return [
        (isinstance(step, str), 0 if isinstance(step, str) else step, str(step))
        for step in error.absolute_path
    ]


def _problems(error: ValidationError) -> Iterator[Problem]:
    word, limit, told, schema = _parts(error)
    path = [str(step) for step in error.absolute_path]
    if word == "required":
        for name in limit:
            if name not in told:
                yield Problem(".".join([*path, name]), _(WORDS[word], name=name))
    elif word == "additionalProperties":
        for name in told:
            if name not in schema["properties"]:
                yield Problem(".".join([*path, str(name)]), _(WORDS[word], name=str(name)))
    else:
        said = CODE_WORDS if schema == CODE and word == "pattern" else WORDS[word]
        yield Problem(".".join(path), _(said, **_values(word, limit, told)))


def _parts(error: ValidationError) -> tuple[str, Any, Any, Any]:
    """The schema's word that does not hold, what it asks for, what was there instead, and the schema around it."""
    return str(error.validator), error.validator_value, error.instance, error.schema


def _values(word: str, limit: Any, told: Any) -> dict[str, Any]:  # noqa: ANN401 - as the schema has it
    match word:
        case "enum":
            return {"allowed": ", ".join(kind.value for kind in FieldKind)}
        case "maxLength":
            return {"length": limit, "excess": len(told) - limit}
        case "maxItems" | "minimum" | "maximum":
            return {"limit": limit}
    return {}


@cache
def _validator() -> Draft202012Validator:
    # By the schema's own rules 3.0 is a whole number, and it would be stored as 3.0.
    kinds = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    strict = extend(Draft202012Validator, type_checker=kinds)  # type: ignore[no-untyped-call]  # no types there
    return cast("Draft202012Validator", strict(SHAPE))
