"""The form of a case for many customer numbers (D07)."""

from collections.abc import Iterable, Sequence

from wtforms import Field, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases import batches
from app.cases.categories import Category
from app.cases.guard_forms import PassesGuard
from app.cases.models import COMMENT_LENGTH, SUBJECT_LENGTH
from app.cases.rich_forms import TakesRichText
from app.contracts.models import CustomerNumber
from app.files.fields import TakesFiles
from app.i18n import _l
from app.web.forms import CreatingForm, LineField, Required, TextField, choice

# A thousand numbers with what people paste around them.
NUMBERS_LENGTH = 40_000
PARENT_LENGTH = 40


class TickField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ManyForm(PassesGuard, TakesRichText, TakesFiles, CreatingForm):
    """For whom, and what each case gets."""

    words = "details"
    numbers = TextField(_l("Customer numbers"), most=NUMBERS_LENGTH)
    ticked = TickField(_l("Choose from the list"), validate_choice=False)
    category = SelectField(_l("Category"), validators=[Required()])
    subject = LineField(_l("Subject"), most=SUBJECT_LENGTH, required=True)
    details = TextField(_l("First message to the customer"), most=COMMENT_LENGTH, required=True)
    parent = LineField(_l("Parent case"), most=PARENT_LENGTH)

    def offer(self, categories: Iterable[Category], numbers: Sequence[CustomerNumber]) -> None:
        """Offer the service's categories and its first numbers."""
        self.category.choices = [
            choice("", _l("--None--")),
            *(choice(item.value, item.label) for item in categories),
        ]
        self.ticked.choices = [_number(row) for row in numbers]

    def validate_details(self, _field: Field) -> None:
        """Rich text has a largest size of its own."""
        self.refuse_too_much()

    def wanted(self) -> list[str]:
        """The numbers typed and ticked, each once."""
        return list(
            dict.fromkeys([*batches.typed_numbers(self.numbers.data or ""), *(self.ticked.data or [])])
        )


def _number(row: CustomerNumber) -> SelectChoice:
    return choice(row.number, f"{row.number} {row.holder.name}")
