"""The dialog in which a filter is saved (S18)."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectField

from app.cases.actions.saving import NAME_LENGTH
from app.cases.models import Visibility
from app.i18n import _l
from app.web.forms import LineField, PlainForm, Required, choice

LABELS = {
    Visibility.ME: _l("Me"),
    Visibility.NUMBERS: _l("All users of my customer number"),
    Visibility.DESK: _l("The whole desk"),
}


class SavingForm(PlainForm):
    """Name and visibility of a filter; conditions, order and columns go along as the panel has them."""

    name = LineField(_l("Filter name"), most=NAME_LENGTH, required=True)
    visibility = SelectField(_l("Visibility"), validators=[Required()], default=Visibility.ME.value)
    conditions = HiddenField()
    order = HiddenField()
    columns = HiddenField()

    def offer(self, visibilities: Sequence[Visibility]) -> None:
        """Offer those to whom the actor may show a filter."""
        self.visibility.choices = [choice(item.value, LABELS[item]) for item in visibilities]

    def take(self, *, conditions: str, order: str, columns: str) -> None:
        """Carry what is to be saved."""
        self.conditions.data, self.order.data, self.columns.data = conditions, order, columns
