"""The form of a catalogue item, made from its definition (WR-03, WR-04)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from flask_wtf.form import _Auto
from wtforms import HiddenField, SelectField

from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition, is_shown
from app.catalog.fields.reading import Around, read_answer
from app.catalog.fields.refusal import Refused
from app.catalog.forms.answer_fields import FilesAnswer, field_for
from app.contracts.models import CustomerNumber
from app.files.fields import TakesFiles, UploadsField
from app.files.limits import MOST_AT_ONCE
from app.files.models import Upload
from app.i18n import _, _l
from app.web.forms import VERSION, CreatingForm, Required, choice

PREFIX = "f-"
# What the fields of an item send, and their files without script.
PREFIXES = (PREFIX, f"files-{PREFIX}")


def field_name(key: str) -> str:
    """By which name the field of that key is sent."""
    return f"{PREFIX}{key}"


class AnswerForm(TakesFiles, CreatingForm):
    """What is asked for a work request; :func:`answer_form` adds the fields of one item.

    A field whose condition does not hold for what was answered is not there: nothing about it is required, checked or
    kept, whoever sends it.
    """

    definition: ClassVar[FormDefinition] = FormDefinition()
    language: ClassVar[str] = "ja"
    around: ClassVar[Around] = Around(date.min)
    preset = ""

    number = SelectField(_l("Customer number"), validators=[Required()])
    # The id of the version whose form was shown.
    item_version = HiddenField()
    uploads = UploadsField(_l("Choose files"))

    def post_process(self, formdata: Any = None) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        """Look what was sent under names that the definition does not have (any more)."""
        super().post_process(formdata)
        self._unknown = [name for name in formdata or () if name.startswith(PREFIXES) and not self._has(name)]
        self._answers: dict[str, Any] | None = None

    def _has(self, name: str) -> bool:
        return name in self or any(name == field.files_name for field in self.file_fields())

    def prepare(self) -> None:
        """Give a form that is shown anew a key of its own, and find which of its fields are there."""
        super().prepare()
        self.answers()

    def offer(self, numbers: Sequence[CustomerNumber]) -> None:
        """Offer the customer's numbers; a single one is preset (INQ-03)."""
        self.preset = numbers[0].number if len(numbers) == 1 else ""
        self.number.choices = [
            *([] if self.preset else [choice("", _l("--None--"))]),
            *(
                choice(
                    row.number, row.number, holder=row.holder.name, service=row.service.name_in(self.language)
                )
                for row in numbers
            ),
        ]

    def asked(self) -> Sequence[Any]:
        """The fields of the item in order; each knows its ``definition``."""
        return [self[field_name(item.key)] for item in self.definition.fields]

    def name_of(self, key: str) -> str:
        """By which name the field of that key is sent."""
        return field_name(key)

    def condition_of(self, item: FieldDefinition) -> str:
        """When a field is there, in words; empty if always."""
        if item.shown_if is None or (other := self.definition.field(item.shown_if.field)) is None:
            return ""
        labels = [
            option.label_in(self.language) for option in other.choices if option.code in item.shown_if.codes
        ]
        return _(
            "If %(field)s is %(choices)s",
            field=_("“%(label)s”", label=other.label_in(self.language)),
            choices=_(" or ").join(_("“%(label)s”", label=label) for label in labels),
        )

    def fill(self, answers: Mapping[str, Any], *, number: str = "") -> None:
        """Show answers that were given before, in a form that nobody has sent yet."""
        self.number.data = number or self.number.data
        for field in self.asked():
            if field.definition.key in answers:
                field.show(answers[field.definition.key])
        self._answers = None

    def keep_files(self, kept: Mapping[str, int]) -> None:
        """Count files by the field that they answer, which a changed request has already and does not lose."""
        for field in self.file_fields():
            if isinstance(field, FilesAnswer):
                field.kept = kept.get(field.definition.key, 0)

    def version_id(self) -> int:
        """The version whose form was shown; 0, which none has, for anything but a number."""
        value = self.item_version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0

    def file_fields(self) -> Sequence[UploadsField]:
        """The fields of the item that take files, and the attachments."""
        return [*(field for field in self.asked() if isinstance(field, FilesAnswer)), self.uploads]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as WTForms has it
        """Check what was sent against the definition."""
        self.answers()
        self._take_each_file_once()
        is_valid = bool(super().validate(extra_validators))
        if self._unknown:
            self.form_errors.append(
                _("This form has changed since you opened it. Check it and send it again.")
            )
        if sum(len(field.data) for field in self.file_fields()) > MOST_AT_ONCE:
            self.form_errors.append(_("At most %(most)s files can be sent at once.", most=MOST_AT_ONCE))
        return is_valid and not self.form_errors

    def answers(self) -> dict[str, Any]:
        """The answers by the keys of their fields, only of fields that are there and were filled in properly."""
        if self._answers is None:
            self._answers = self._read()
        return dict(self._answers)

    def uploads_by_field(self) -> dict[str, list[Upload]]:
        """The whole uploads of a valid form by the field that they answer, the attachments under ``""``."""
        self.answers()
        found = {
            field.definition.key: [upload for upload in field.rows() if upload.is_whole]
            for field in self.file_fields()
            if isinstance(field, FilesAnswer) and field.is_there
        }
        found[""] = list(self.taken_uploads())
        return {key: rows for key, rows in found.items() if rows}

    def is_there(self, item: FieldDefinition) -> bool:
        """Tell whether the condition of a field holds for what was sent."""
        self.answers()
        return bool(self[field_name(item.key)].is_there)

    def _read(self) -> dict[str, Any]:
        """Read field by field, since what was answered so far decides what is there."""
        answers: dict[str, Any] = {}
        for field in self.asked():
            item: FieldDefinition = field.definition
            field.is_there = is_shown(item, answers)
            if not field.is_there or item.kind is FieldKind.FILE:
                continue
            try:
                answer = read_answer(item, field.typed(), self.around)
            except Refused as refusal:
                field.problem = refusal.message
                continue
            if answer is not None:
                answers[item.key] = answer
            elif item.is_required:
                field.problem = _("Enter this field.")
        return answers

    def _take_each_file_once(self) -> None:
        seen: set[str] = set()
        for field in self.file_fields():
            field.leave_out(seen)
            seen |= set(field.data)


def answer_form(
    definition: FormDefinition,
    *,
    language: str,
    numbers: Sequence[CustomerNumber],
    today: date,
    version_id: int | None = None,
    formdata: Any = _Auto,  # noqa: ANN401 - a multi-dict, or nothing for what the request holds
) -> AnswerForm:
    """The form of an item as it is shown and checked.

    :param language: of the labels; messages come in the language in force.
    :param numbers: those the person may choose from, with holder and service.
    :param today: the day in the person's time zone, from which days are counted.
    :param version_id: the version that the form is made from; it travels with the form.
    :param formdata: by itself what the request holds.
    """
    known = [row.number for row in numbers]
    fields = {field_name(item.key): field_for(item, language, known) for item in definition.fields}
    around = Around(today, frozenset(known))
    kind = type(
        "ItemForm",
        (AnswerForm,),
        {"definition": definition, "language": language, "around": around, **fields},
    )
    form: AnswerForm = kind(formdata=formdata)
    form.offer(numbers)
    if version_id is not None and not form.item_version.raw_data:
        form.item_version.data = str(version_id)
    return form
