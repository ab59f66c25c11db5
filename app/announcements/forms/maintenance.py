"""The form of the maintenance template: from when until when, for what, and with which effects (ANN-04)."""

from collections.abc import Sequence

from wtforms import Field, ValidationError

from app.announcements.forms.fields import (
    TYPED_LENGTH,
    MomentField,
    TickField,
    chosen_services,
    offer_services,
)
from app.announcements.maintenance import Maintenance, ServiceEffects
from app.contracts.models import Service
from app.i18n import _, _l, _lp
from app.web.forms import PlainForm, TextField

EFFECTS_LENGTH = 4_000


class EffectsForm(PlainForm):
    """What maintenance means for one service."""

    ja = TextField(_l("Effects in Japanese"), most=EFFECTS_LENGTH)
    en = TextField(_l("Effects in English"), most=EFFECTS_LENGTH)


class MaintenanceForm(PlainForm):
    """What the text of a maintenance notice is made of."""

    since = MomentField(_lp("announcement", "From"), most=TYPED_LENGTH, required=True)
    until = MomentField(_lp("announcement", "Until"), most=TYPED_LENGTH, required=True)
    services = TickField(_l("Scope"))
    effects_ja = TextField(_l("Common effects in Japanese"), most=EFFECTS_LENGTH, required=True)
    effects_en = TextField(_l("Common effects in English"), most=EFFECTS_LENGTH, required=True)

    offered: Sequence[Service] = ()
    parts: Sequence[tuple[Service, EffectsForm]] = ()

    def offer(self, services: Sequence[Service], language: str) -> None:
        """Offer the services, each with effects of its own."""
        self.offered = services
        offer_services(self.services, services, language)
        self.parts = [(service, EffectsForm(prefix=f"effects-{service.slug}")) for service in services]

    def validate_services(self, _field: Field) -> None:
        """Ask for one service at least."""
        if not self.chosen:
            raise ValidationError(_("Choose at least one service."))

    def validate_until(self, _field: Field) -> None:
        """Nothing ends before it has begun."""
        since, until = self.since.moment, self.until.moment
        if since is not None and until is not None and until <= since:
            raise ValidationError(_("Choose a time after the beginning."))

    def is_valid(self) -> bool:
        """Check the form and the effects of each service, so that all errors are shown at once."""
        return all([self.validate(), *(part.validate() for _service, part in self.parts)])

    @property
    def chosen(self) -> Sequence[Service]:
        """The services that were ticked."""
        return chosen_services(self.services, self.offered)

    @property
    def maintenance(self) -> Maintenance:
        """What a valid form says."""
        since, until = self.since.moment, self.until.moment
        if since is None or until is None:
            raise ValueError("The form does not hold.")
        effects = [
            ServiceEffects(service.name_ja, service.name_en, part.ja.data or "", part.en.data or "")
            for service, part in self.parts
            if service in self.chosen
        ]
        return Maintenance(
            since=since,
            until=until,
            is_common=len(self.chosen) == len(self.offered) and len(self.offered) > 1,
            effects_ja=self.effects_ja.data or "",
            effects_en=self.effects_en.data or "",
            services=effects,
        )
