"""The controls of an item's form: each shows what was typed, and is checked by the definition alone."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, DateInput, EmailInput, ListWidget

from app.catalog.fields import FieldDefinition, FieldKind
from app.catalog.fields.limits import most_of
from app.catalog.fields.reading import check_count
from app.catalog.fields.refusal import Refused
from app.files.fields import UploadsField
from app.i18n import _, _l
from app.web.forms import CONTROLS, choice, plain_text


class Answer(Field):
    """What all controls have in common."""

    # What the form has found about what was sent: whether the field is there at all, and why its answer was refused.
    is_there = True
    problem: str | None = None
    # How many lines the control is high; nothing for one of a line.
    rows: int | None = None

    def __init__(self, *args: Any, definition: FieldDefinition, hint: str, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.definition = definition
        self.hint = hint
        self.flags.required = definition.is_required

    def typed(self) -> Sequence[str]:
        """What was sent, with the ends trimmed; in a form that nobody has sent, what it shows.

        :raises Refused: if something stands in it that cannot be seen.
        """
        typed = [plain_text(value) for value in self.raw_data or self._shown()]
        if any(CONTROLS.search(value) for value in typed):
            raise Refused(_("Remove the invisible control characters from this text."))
        return typed

    def _shown(self) -> Sequence[str]:
        data = self.data or []
        return [str(data)] if isinstance(data, str) else [str(value) for value in data]

    def show(self, answer: Any) -> None:  # noqa: ANN401 - JSON: by kind
        """Show an answer that was given before."""
        self.data = answer if isinstance(answer, list) else str(answer)

    def pre_validate(self, _form: BaseForm) -> None:
        """Say what the form has found; nothing of a field that is not there."""
        if not self.is_there:
            raise StopValidation
        if self.problem:
            raise StopValidation(self.problem)


class LineAnswer(Answer, StringField):
    """One line."""


class TextAnswer(Answer, TextAreaField):
    """Several lines; a list of networks is shown one a line."""

    rows = 4

    def show(self, answer: Any) -> None:  # noqa: ANN401 - JSON: by kind
        """Show an answer that was given before."""
        self.data = "\n".join(answer) if isinstance(answer, list) else str(answer)


class ChoiceAnswer(Answer, SelectField):
    """One of several."""


class ChoicesAnswer(Answer, SelectMultipleField):
    """Some of several."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilesAnswer(UploadsField):
    """Files that answer a field, under names of their own."""

    is_there = True

    def __init__(self, *args: Any, definition: FieldDefinition, hint: str, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, required=definition.is_required, has_own_names=True, **options)
        self.definition = definition
        self.hint = hint
        # How many files the field has already that stay.
        self.kept = 0

    def show(self, _answer: object) -> None:
        """Files are not among the answers."""

    def is_missing(self) -> bool:
        """Tell whether a file has to be chosen and none is."""
        return super().is_missing() and not self.kept

    def pre_validate(self, form: BaseForm) -> None:
        """Check the uploads and how many they are; nothing of a field that is not there."""
        if not self.is_there:
            raise StopValidation
        super().pre_validate(form)
        try:
            check_count(self.definition, len(self.data) + self.kept)
        except Refused as refusal:
            raise StopValidation(refusal.message) from refusal

    @property
    def most(self) -> int:
        """How many files the field takes."""
        return most_of(self.definition)


WIDGETS: dict[FieldKind, dict[str, Any]] = {
    FieldKind.DATE: {"widget": DateInput()},
    FieldKind.EMAIL: {"widget": EmailInput(), "render_kw": {"autocomplete": "email"}},
    FieldKind.NUMBER: {"render_kw": {"inputmode": "decimal"}},
}


def field_for(item: FieldDefinition, language: str, numbers: Sequence[str]) -> Field:
    """The control of one field, not yet bound to a form."""
    kind, options = _control(item, language, numbers)
    label, hint = item.label_in(language), item.help_in(language)
    made: Field = kind(label, definition=item, hint=hint, **options)
    return made


def _control(
    item: FieldDefinition, language: str, numbers: Sequence[str]
) -> tuple[type[Answer | FilesAnswer], dict[str, Any]]:
    offered = [choice(option.code, option.label_in(language)) for option in item.choices]
    match item.kind:
        case FieldKind.LONG_TEXT | FieldKind.NETWORKS:
            return TextAnswer, {}
        case FieldKind.CHOICES:
            return ChoicesAnswer, {"choices": offered}
        case FieldKind.CHOICE | FieldKind.CUSTOMER_NUMBER:
            offered = offered or [choice(number, number) for number in numbers]
            return ChoiceAnswer, {"choices": [choice("", _l("--None--")), *offered]}
        case FieldKind.FILE:
            return FilesAnswer, {}
        case _:
            return LineAnswer, WIDGETS.get(item.kind, {})
