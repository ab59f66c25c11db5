"""The form of who may read an article (SEC-49)."""

import unicodedata
from collections.abc import Mapping, Sequence

from wtforms import Field, HiddenField, RadioField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.guard_forms import PassesGuard
from app.contracts.models import CustomerNumber, Service
from app.i18n import _, _l
from app.knowledge.actions.audience import Readers
from app.knowledge.models import ArticleAudience
from app.web.forms import PlainForm, TextField, choice

MOST_NUMBERS = 200
NUMBERS_LENGTH = 5_000
MOST_NAMED = 5


class AudienceForm(PassesGuard, PlainForm):
    """Nobody, whole services, or single contract holders and customer numbers; carries what was seen (REL-05)."""

    seen = HiddenField()
    readers = RadioField(_l("Who may read it"))
    services = SelectMultipleField(
        _l("Services"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    holders = TextField(_l("Contract holders, each by one of its customer numbers"), most=NUMBERS_LENGTH)
    numbers = TextField(_l("Customer numbers"), most=NUMBERS_LENGTH)
    # A base that is common to all services is for whole services alone.
    is_common = False

    def offer(self, services: Sequence[Service], *, is_common: bool, language: str) -> None:
        """Offer what the article's base has a place for."""
        self.is_common = is_common
        self.services.choices = [choice(each.slug, each.name_in(language)) for each in services]
        ways = [("nobody", _("Nobody"))]
        if is_common:
            ways.append(("services", _("All customers of the chosen services")))
        else:
            name = services[0].name_in(language) if services else ""
            ways.append(("service", _("All customers of %(service)s", service=name)))
            ways.append(("chosen", _("Only the contract holders and customer numbers named here")))
        self.readers.choices = [choice(*way) for way in ways]

    def fill(
        self,
        audience: Sequence[ArticleAudience],
        services: Sequence[Service],
        numbers: Mapping[int, str],
        holders: Mapping[int, str],
    ) -> None:
        """Show who may read the article now: customer numbers by their ids, and one number of each holder."""
        whole = {row.service_id for row in audience if not (row.holder_id or row.customer_number_id)}
        self.services.data = [each.slug for each in services if each.id in whole]
        self.holders.data = "\n".join(filter(None, (holders.get(row.holder_id or 0) for row in audience)))
        self.numbers.data = "\n".join(
            filter(None, (numbers.get(row.customer_number_id or 0) for row in audience))
        )
        if not audience:
            self.readers.data = "nobody"
        elif self.is_common:
            self.readers.data = "services"
        else:
            self.readers.data = "service" if whole else "chosen"

    def validate_holders(self, field: Field) -> None:
        """Not more than anybody looks over."""
        _refuse_many(field)

    def validate_numbers(self, field: Field) -> None:
        """Not more than anybody looks over."""
        _refuse_many(field)

    def resolve(self, services: Sequence[Service], known: Mapping[str, CustomerNumber]) -> Sequence[Readers]:
        """The readers of a valid form; what is not known is said at its field.

        :param known: the customer numbers of the article's service among those that were typed.
        """
        match self.readers.data:
            case "services":
                return [Readers(each) for each in services if each.slug in (self.services.data or ())]
            case "service":
                return [Readers(each) for each in services]
            case "chosen":
                return self._chosen(services[0], known)
        return []

    def _chosen(self, service: Service, known: Mapping[str, CustomerNumber]) -> Sequence[Readers]:
        for field in (self.holders, self.numbers):
            unknown = [each for each in typed_numbers(field.data) if each not in known]
            if unknown:
                field.errors = [
                    _(
                        "Not a customer number of this service: %(numbers)s.",
                        numbers=", ".join(unknown[:MOST_NAMED]),
                    )
                ]
        named = [known[each] for each in typed_numbers(self.holders.data) if each in known]
        holders = {each.holder_id: each.holder for each in named}
        single = [known[each] for each in typed_numbers(self.numbers.data) if each in known]
        return [
            *(Readers(service, holder) for holder in holders.values()),
            *(Readers(service, None, number) for number in single),
        ]


def typed_numbers(typed: str | None) -> Sequence[str]:
    """The customer numbers in a text, each once, in the width and case in which they are kept."""
    told = unicodedata.normalize("NFKC", typed or "").upper()
    return list(dict.fromkeys(told.replace(",", " ").replace("、", " ").split()))


def _refuse_many(field: Field) -> None:
    if len(typed_numbers(field.data)) > MOST_NUMBERS:
        raise ValidationError(_("At most %(most)s of them.", most=MOST_NUMBERS))
