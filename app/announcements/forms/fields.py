"""Fields of the forms of announcements: moments as people type them, and boxes to tick."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from wtforms import SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from app.contracts.models import Service
from app.i18n import _, time_zone
from app.web.forms import LineField, choice

TYPED_LENGTH = 40
# What browsers send, and what people write.
FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
# Between these no moment overflows what calendars and databases know.
FIRST_YEAR, LAST_YEAR = 2000, 2100
# Ticked for all services of the agent.
ALL = "*"


class TickField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentField(LineField):
    """A moment in the zone of whoever types it; what was typed is kept as it is."""

    widget = DateTimeLocalInput()

    @property
    def moment(self) -> datetime | None:
        """The moment that is written, in UTC, or ``None``."""
        typed = unicodedata.normalize("NFKC", self.data or "").strip().replace("/", "-")
        for form in FORMS:
            try:
                local = datetime.strptime(typed, form)  # noqa: DTZ007 - the zone is the next line's
            except ValueError:
                continue
            if FIRST_YEAR <= local.year <= LAST_YEAR:
                return local.replace(tzinfo=time_zone()).astimezone(UTC)
        return None

    def show(self, moment: datetime) -> None:
        """Show a moment as the browser's own control takes it."""
        self.data = moment.astimezone(time_zone()).strftime(FORMS[0])

    def pre_validate(self, _form: object) -> None:
        """Ask for a day of the calendar with a time."""
        if (self.data or "").strip() and self.moment is None:
            raise ValidationError(_("Enter date and time such as 2026-12-29 22:00."))


def offer_services(field: TickField, services: Sequence[Service], language: str) -> None:
    """Offer the services of an agent; whoever has several can take all of them with one tick."""
    everything = [choice(ALL, _("All services"))] if len(services) > 1 else []
    field.choices = [*everything, *(choice(item.slug, item.name_in(language)) for item in services)]


def chosen_services(field: TickField, services: Sequence[Service]) -> list[Service]:
    """The services that were ticked."""
    ticked = set(field.data or ())
    return [service for service in services if ALL in ticked or service.slug in ticked]
