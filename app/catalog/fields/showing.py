"""Answers in words: on pages, in mails, and in the case that a request becomes (WR-06, WR-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.catalog.fields.definition import FieldDefinition, FieldKind, FormDefinition, shown_fields

NO_FILES: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answer: what the field is called, and the answer line by line."""

    label: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The answer as one text."""
        return "\n".join(self.lines)


def shown_answers(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    language: str,
    file_names: Mapping[str, Sequence[str]] = NO_FILES,
) -> Sequence[ShownAnswer]:
    """What was answered, in the order of the form; a field without an answer is left out.

    :param file_names: the names of files by the field that they answer.
    """
    found = [
        ShownAnswer(
            item.label_in(language),
            tuple(file_names.get(item.key, ()))
            if item.kind is FieldKind.FILE
            else lines_of(item, answers.get(item.key), language),
        )
        for item in shown_fields(definition, answers)
    ]
    return [answer for answer in found if answer.lines]


def as_text(shown: Sequence[ShownAnswer]) -> str:
    """Answers as plain text, each under what its field is called."""
    return "\n\n".join(f"{answer.label}\n{answer.text}" for answer in shown)


def lines_of(item: FieldDefinition, answer: object, language: str) -> tuple[str, ...]:
    """One answer line by line: choices by what they are called, or by their code if the form has it no longer."""
    if answer is None or answer == "":
        return ()
    values = [str(value) for value in (answer if isinstance(answer, list) else [answer])]
    labels = {choice.code: choice.label_in(language) for choice in item.choices}
    return tuple(line for value in values for line in labels.get(value, value).split("\n"))
