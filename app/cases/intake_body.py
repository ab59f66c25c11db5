"""Reading the body of an alert: strict JSON, then the schema of ``docs/alerts``, then values of ours (SEC-50, C18).

A body is one thing to everybody who reads it: UTF-8, no name twice, no NaN, nothing nested deeper than SEC-39 allows.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NoReturn, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.cases.alerts import AlertDetails, Severity
from app.cases.categories import Category
from app.paths import ALERT_SCHEMA

DEEPEST = 32
MOST_ERRORS = 20
# What a schema's word means to whoever reads the answer; the library's own messages repeat what was sent.
WORDS = {
    "required": "This member is missing.",
    "additionalProperties": "There is no such member.",
    "type": "The value is not of the right type.",
    "enum": "The value is none of those allowed.",
    "maxLength": "The text is too long.",
    "minLength": "The text is empty.",
    "pattern": "The text is not of the form that the schema asks for.",
    "not": "The text holds characters that cannot be seen.",
    "maxProperties": "There are too many members.",
    "propertyNames": "A member's name is not of the form that the schema asks for.",
}


class NotJson(ValueError):
    """The body is no JSON text of ours; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value; ``pointer`` is its JSON pointer (RFC 6901)."""

    pointer: str
    detail: str

    def as_member(self) -> dict[str, str]:
        """The fault as it stands in an answer."""
        return {"pointer": self.pointer, "detail": self.detail}


class Unfit(ValueError):
    """The body is JSON, and is no alert."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def read_alert(body: bytes) -> AlertDetails:
    """Read an alert.

    :raises NotJson: for a body that is no JSON text, or one that is nested too deeply.
    :raises Unfit: for JSON that does not fit the schema, naming each fault.
    """
    told = parse(body)
    faults = [_fault(error) for error in _validator().iter_errors(told)]
    if faults:
        raise Unfit(_in_order(faults))
    return AlertDetails(
        identifier=told["id"],
        customer_number=told["customer_number"],
        title=told["title"].strip(),
        severity=Severity(told["severity"]),
        detected_at=_moment(told["detected_at"]),
        description=_lines(told.get("description", "")),
        category=Category(told.get("category", Category.ALERT)),
        details=tuple((name, _lines(value)) for name, value in told.get("details", {}).items()),
        link=told.get("link", ""),
    )


def parse(body: bytes) -> Any:  # noqa: ANN401 - any JSON value; the schema says which ones go on
    """Read strict JSON.

    :raises NotJson: see :func:`read_alert`.
    """
    try:
        told = json.loads(body.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_number)
    except RecursionError as error:
        raise NotJson(f"The JSON is nested more than {DEEPEST} levels deep.") from error
    except UnicodeDecodeError as error:
        raise NotJson("The body is not UTF-8.") from error
    except NotJson:
        raise
    except ValueError as error:
        raise NotJson("The body is not JSON.") from error
    _look_through(told)
    return told


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("A name stands twice in one object.")
    return found


def _no_number(_constant: str) -> NoReturn:
    raise NotJson("NaN and infinities are no JSON.")


def _look_through(told: object) -> None:
    """Refuse what is nested too deeply, and texts that are none: halves of characters."""
    level: list[object] = [told]
    for _depth in range(DEEPEST):
        for value in level:
            if isinstance(value, str) and not _is_text(value):
                raise NotJson("A text holds half a character (an unpaired surrogate).")
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise NotJson(f"The JSON is nested more than {DEEPEST} levels deep.")


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else ()


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(ALERT_SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema())


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    """The first faults in the order of their places, one for each; more would help nobody."""
    by_pointer = {
        fault.pointer: fault for fault in sorted(faults, key=lambda fault: fault.detail, reverse=True)
    }
    return sorted(by_pointer.values(), key=lambda fault: fault.pointer)[:MOST_ERRORS]


def _fault(error: ValidationError) -> Fault:
    steps = [str(step) for step in error.absolute_path]
    if error.validator == "required":
        # Each missing member is a fault of its own, whose message names it.
        steps += [name for name in _schema()["required"] if error.message.startswith(repr(name))]
    elif error.validator == "additionalProperties":
        sent = cast("dict[str, Any]", error.instance)
        steps += [name for name in sent if name not in _schema()["properties"]][:1]
    words = WORDS.get(str(error.validator), "The value does not fit the schema.")
    return Fault("".join(f"/{_escaped(step)}" for step in steps), words)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise Unfit([Fault("/detected_at", "There is no such day.")]) from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
