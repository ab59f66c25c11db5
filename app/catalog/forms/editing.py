"""The forms of the catalogue's editor: items with their fields, categories, settings, and files (D13)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
    widgets,
)

from app.catalog.content import (
    CATEGORY_SLUG_LENGTH,
    DESCRIPTION_LENGTH,
    ITEM_SLUG_LENGTH,
    SLUG,
    Content,
)
from app.catalog.fields import FieldKind, FormDefinition
from app.catalog.fields.checking import Problem, check_definition
from app.catalog.fields.limits import HELP_LENGTH, KEY_LENGTH, LABEL_LENGTH, MOST_CHOICES, MOST_FIELDS
from app.catalog.forms.typed import CHOICE_PARTS, WHOLE, Typed, as_data
from app.catalog.models import CatalogCategory
from app.catalog.models.items import MOST_POINTS, NAME_LENGTH
from app.i18n import _, _l
from app.web.forms import CreatingForm, LineField, PlainForm, Required, TextField, choice

LONGEST_NUMBER = 9
STEP = re.compile(r"[A-Za-z_]+|[0-9]+")
# What check_definition calls by the name of the definition, and the page by its own.
NAMES = {"shown_if.field": "shown_field", "shown_if.codes": "shown_codes", "shown_if": "shown_field"}


def is_slug(_form: Form, field: Field) -> None:
    """Ask for what an address can hold."""
    if field.data and not SLUG.fullmatch(field.data):
        raise ValidationError(_("Use small letters, digits and single hyphens, such as change-policy."))


def is_whole(_form: Form, field: Field) -> None:
    """Ask for a whole number, or for nothing."""
    if field.data and not WHOLE.fullmatch(field.data):
        raise ValidationError(_("Enter a whole number."))


def is_points(_form: Form, field: Field) -> None:
    """Ask for a number of points that an item can cost."""
    value = field.data or ""
    if not (
        value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER and int(value) <= MOST_POINTS
    ):
        message = _("Enter a whole number from %(least)s to %(most)s.", least=0, most=MOST_POINTS)
        raise ValidationError(message)


def number_in(value: str | None) -> int:
    """A number from a hidden field; 0, which no row has as its version, for anything else."""
    text = value or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


class ChoiceRow(PlainForm):
    """One choice of a field."""

    code = LineField(_l("Code"), most=KEY_LENGTH, required=True)
    label_ja = LineField(_l("Label in Japanese"), most=LABEL_LENGTH, required=True)
    label_en = LineField(_l("Label in English"), most=LABEL_LENGTH, required=True)


class FieldRow(PlainForm):
    """One field of an item's form."""

    key = LineField(_l("Key"), most=KEY_LENGTH, required=True)
    kind = SelectField(_l("Kind"), validators=[Required()])
    label_ja = LineField(_l("Label in Japanese"), most=LABEL_LENGTH, required=True)
    label_en = LineField(_l("Label in English"), most=LABEL_LENGTH, required=True)
    help_ja = TextField(_l("Help in Japanese"), most=HELP_LENGTH)
    help_en = TextField(_l("Help in English"), most=HELP_LENGTH)
    required = BooleanField(_l("An answer is required"))
    least = LineField(_l("At least"), most=17)
    most = LineField(_l("At most"), most=17)
    choices = FieldList(FormField(ChoiceRow), _l("Choices"), max_entries=MOST_CHOICES)
    shown_field = SelectField(_l("Shown only if this field"), validate_choice=False)
    shown_codes = SelectMultipleField(
        _l("has one of these choices"),
        validate_choice=False,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.kind.choices = [choice(kind.value, kind.label) for kind in FieldKind]
        for bound in (self.least, self.most):
            bound.validators = [*bound.validators, is_whole]

    # Whether the part that is seldom needed stands open: after a choice in it, or with an error in it.
    is_open = False

    @property
    def is_told_more(self) -> bool:
        """Tell whether the part that is seldom needed stands open."""
        seldom = (self.help_ja, self.help_en, self.least, self.most, self.shown_field, self.shown_codes)
        return self.is_open or any(control.errors for control in seldom)

    @property
    def has_choices(self) -> bool:
        """Tell whether the choices are shown: for kinds that have them, and where some were typed already."""
        return self.kind.data in (FieldKind.CHOICE, FieldKind.CHOICES) or bool(self.choices.entries)


class ItemForm(CreatingForm):
    """What an item says, costs and asks, and where it stands."""

    version = HiddenField()
    slug = LineField(_l("Place in addresses"), most=ITEM_SLUG_LENGTH, required=True)
    category = SelectField(_l("Category"), validators=[Required()])
    name_ja = LineField(_l("Name in Japanese"), most=NAME_LENGTH, required=True)
    name_en = LineField(_l("Name in English"), most=NAME_LENGTH, required=True)
    description_ja = TextField(_l("Description in Japanese"), most=DESCRIPTION_LENGTH)
    description_en = TextField(_l("Description in English"), most=DESCRIPTION_LENGTH)
    points = LineField(_l("Points"), most=10, required=True)
    needs_approval = BooleanField(_l("An administrator of the customer has to approve a request first"))
    fields = FieldList(FormField(FieldRow), _l("Fields"), max_entries=MOST_FIELDS)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.slug.validators = [*self.slug.validators, is_slug]
        self.points.validators = [*self.points.validators, is_points]

    def offer(self, categories: Sequence[CatalogCategory], typed: Typed, language: str) -> None:
        """Offer the categories, and for each condition the choice fields before it with their codes."""
        self.category.choices = [choice(row.slug, row.name_in(language)) for row in categories]
        before: dict[str, Sequence[tuple[str, str]]] = {}
        for row, item in zip(self.rows, typed.fields, strict=True):
            chosen, row.is_open = item.value("shown_field"), item.is_open
            # What was typed stays to be seen, even if the field it names is not there.
            names = [*before, *([chosen] if chosen and chosen not in before else [])]
            row.shown_field.choices = [choice("", _("Always shown")), *(choice(name, name) for name in names)]
            codes = dict(before.get(chosen, ()))
            codes |= {code: code for code in item.values.get("shown_codes", []) if code not in codes}
            row.shown_codes.choices = [choice(code, label) for code, label in codes.items()] if chosen else []
            if item.value("kind") in {FieldKind.CHOICE, FieldKind.CHOICES} and item.value("key"):
                labels = [(code, ja if language == "ja" else en) for code, ja, en in item.codes()]
                before[item.value("key")] = [(code, f"{code} · {label}") for code, label in labels]

    @property
    def rows(self) -> Sequence[FieldRow]:
        """The forms of the fields, in order."""
        return [entry.form for entry in self.fields.entries]

    def check(self, typed: Typed) -> bool:
        """Check each control for itself and, where these hold, the definition as a whole."""
        if not self.validate():
            return False
        problems = check_definition(as_data(typed))
        for problem in problems:
            self._mark(problem)
        return not problems

    def _mark(self, problem: Problem) -> None:
        """Put a problem of the definition at the control that it is about, or at the nearest one."""
        steps = [int(step) if step.isdigit() else step for step in STEP.findall(problem.field)]
        at = self.fields
        if not steps or not isinstance(steps[0], int) or steps[0] >= len(self.fields.entries):
            self.form_errors.append(problem.message)
            return
        row = self.rows[steps[0]]
        rest = steps[1:]
        if (
            len(rest) > 1
            and rest[0] == "choices"
            and isinstance(rest[1], int)
            and rest[1] < len(row.choices.entries)
        ):
            part = next((step for step in rest[2:] if step in CHOICE_PARTS), "code")
            at = row.choices.entries[rest[1]].form[part]
        else:
            words = ".".join(str(step) for step in rest if isinstance(step, str))
            name = NAMES.get(words, words if words in row and words != "choices" else "key")
            at = row[name]
        at.errors = [*at.errors, problem.message]

    def content(self, typed: Typed) -> Content:
        """What was entered, once it was checked."""
        return Content(
            name_ja=self.name_ja.data or "",
            name_en=self.name_en.data or "",
            description_ja=self.description_ja.data or "",
            description_en=self.description_en.data or "",
            points=int(self.points.data or 0),
            needs_approval=bool(self.needs_approval.data),
            form=FormDefinition.from_data(as_data(typed)),
        )

    @property
    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        return number_in(self.version.data)


def head_from(content: Content, *, slug: str, category: str, version: int) -> dict[str, list[str]]:
    """What the head of the item's form holds for what is stored."""
    head = {
        "version": [str(version)],
        "slug": [slug],
        "category": [category],
        "name_ja": [content.name_ja],
        "name_en": [content.name_en],
        "description_ja": [content.description_ja],
        "description_en": [content.description_en],
        "points": [str(content.points)],
    }
    return {**head, "needs_approval": ["y"]} if content.needs_approval else head


@dataclass(frozen=True, slots=True)
class Mark:
    """A control with an error, as the summary above the form names it."""

    id: str
    label: "Words"
    errors: Sequence[str]
    widget: object = None


@dataclass(frozen=True, slots=True)
class Words:
    """The label of a control."""

    text: str


@dataclass(slots=True)
class Summary:
    """The errors of a form with rows, flat, in the order of the page."""

    form_errors: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def errors(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.form_errors or self.marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.marks)


def summary_of(form: ItemForm) -> Summary:
    """Every control with an error; those of rows are named with their field's number."""
    marks: list[Mark] = []
    for control in form:
        if control is not form.fields:
            marks += _marks(control, "")
    for number, row in enumerate(form.rows, start=1):
        where = _("Field %(n)s", n=number)
        for control in row:
            if control is not row.choices:
                marks += _marks(control, where)
        for place, entry in enumerate(row.choices.entries, start=1):
            for control in entry.form:
                marks += _marks(control, f"{where} · {_('Choice %(n)s', n=place)}")
    return Summary(list(form.form_errors), marks)


def _marks(control: Any, where: str) -> Iterator[Mark]:  # noqa: ANN401 - any field of WTForms
    if control.errors:
        text = f"{where}: {control.label.text}" if where else str(control.label.text)
        at = f"{control.id}-0" if hasattr(control.widget, "prefix_label") else control.id
        yield Mark(at, Words(text), [str(error) for error in control.errors])


class CategoryForm(PlainForm):
    """A group of items; its place in addresses is asked for once."""

    version = HiddenField()
    slug = LineField(_l("Place in addresses"), most=CATEGORY_SLUG_LENGTH, required=True)
    name_ja = LineField(_l("Name in Japanese"), most=NAME_LENGTH, required=True)
    name_en = LineField(_l("Name in English"), most=NAME_LENGTH, required=True)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.slug.validators = [*self.slug.validators, is_slug]


class CatalogSettingsForm(PlainForm):
    """Whether contracts decide on requests, and whether points pay for them (SVC-06)."""

    requests = SelectField(_l("Who may request"))
    has_points = BooleanField(_l("Points pay for work requests, where the contract includes points"))

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.requests.choices = [
            choice("contract", _("Customer numbers whose contract includes it")),
            choice("all", _("All customer numbers of the service")),
        ]


class PublicationForm(PlainForm):
    """The confirmation of a publication; carries the version of the item whose differences were shown."""

    version = HiddenField()


class AvailabilityForm(PlainForm):
    """For whom an item is there."""

    version = HiddenField()
    available = RadioField(_l("Available to"), validators=[Required()])

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        self.available.choices = [
            choice("all", _("All that may request")),
            choice("chosen", _("Only the customer numbers chosen below")),
        ]


class ImportForm(PlainForm):
    """A catalogue file to bring in."""

    file = FileField(_l("YAML file"))


class AppliedImportForm(PlainForm):
    """A catalogue file whose preview was shown, with the mark of what it said."""

    text = HiddenField()
    seen = HiddenField()
