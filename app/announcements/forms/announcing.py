"""The forms of an announcement: which article, where it stands, from when until when (D09, ANN-05)."""

from collections.abc import Sequence

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, ValidationError

from app import clock
from app.announcements.actions.announcing import Placing
from app.announcements.forms.fields import (
    TYPED_LENGTH,
    MomentField,
    TickField,
    chosen_services,
    offer_services,
)
from app.announcements.models import Announcement, AnnouncementKind
from app.cases.guard_forms import PassesGuard
from app.contracts.models import Service
from app.i18n import _, _l, _lp
from app.knowledge.models import BODY_LENGTH, TITLE_LENGTH, KnowledgeCategory
from app.web.forms import VERSION, CreatingForm, LineField, Required, TextField, choice

EXISTING, WRITTEN = "existing", "written"
NUMBER_LENGTH = 40


class PlacingForm(CreatingForm):
    """Where and when an article is announced; carries the row's version where there is one (REL-05)."""

    version = HiddenField()
    article = LineField(_l("Article number"), most=NUMBER_LENGTH)
    services = TickField(_l("Services"))
    in_panel = BooleanField(_l("In the panel on the home page"))
    has_banner = BooleanField(_l("As a banner across the top of the home page"))
    since = MomentField(_lp("announcement", "From"), most=TYPED_LENGTH, required=True)
    until = MomentField(_lp("announcement", "Until"), most=TYPED_LENGTH, required=True)
    is_mailed = BooleanField(_l("Tell those concerned by mail when it begins"))

    offered: Sequence[Service] = ()

    def offer(self, services: Sequence[Service], language: str) -> None:
        """Offer the services in which the agent announces."""
        self.offered = services
        offer_services(self.services, services, language)

    def fill(self, announcement: Announcement) -> None:
        """Show an announcement as it is; its services and its article are loaded."""
        of = {row.service_id for row in announcement.services}
        self.version.data = str(announcement.version)
        self.article.data = announcement.article.number
        self.services.data = [service.slug for service in self.offered if service.id in of]
        self.in_panel.data, self.has_banner.data = announcement.in_panel, announcement.has_banner
        self.since.show(announcement.since)
        self.until.show(announcement.until)
        self.is_mailed.data = announcement.is_mailed

    def validate_services(self, _field: Field) -> None:
        """Ask for one service at least."""
        if not self.chosen:
            raise ValidationError(_("Choose at least one service."))

    def validate_in_panel(self, _field: Field) -> None:
        """Ask for a place at least."""
        if not self.in_panel.data and not self.has_banner.data:
            raise ValidationError(_("Choose the panel, the banner, or both."))

    def validate_until(self, _field: Field) -> None:
        """No announcement ends before it has begun, or has ended when it is made."""
        since, until = self.since.moment, self.until.moment
        if since is not None and until is not None and until <= since:
            raise ValidationError(_("Choose a time after the beginning."))
        if until is not None and until <= clock.now():
            raise ValidationError(_("Choose a time that is yet to come."))

    @property
    def chosen(self) -> Sequence[Service]:
        """The services that were ticked."""
        return chosen_services(self.services, self.offered)

    @property
    def version_number(self) -> int:
        """The version of the row that the form was made from; none of ours for anything else."""
        typed = self.version.data or ""
        return int(typed) if VERSION.fullmatch(typed) else -1

    @property
    def placing(self) -> Placing:
        """What a valid form says."""
        since, until = self.since.moment, self.until.moment
        if since is None or until is None:
            raise ValueError("The form does not hold.")
        return Placing(
            services=self.chosen,
            since=since,
            until=until,
            in_panel=bool(self.in_panel.data),
            has_banner=bool(self.has_banner.data),
            is_mailed=bool(self.is_mailed.data),
        )


class AnnouncementForm(PassesGuard, PlacingForm):
    """A new announcement, of an article that there is or of one written at once."""

    kind = HiddenField(default=AnnouncementKind.PLAIN.value)
    source = RadioField(_l("Article"), default=EXISTING, validators=[Required()])
    # Asked for where the article is written here alone, and checked then.
    category = SelectField(_l("Category"), validate_choice=False)
    title_ja = LineField(_l("Title in Japanese"), most=TITLE_LENGTH)
    body_ja = TextField(_l("Text in Japanese"), most=BODY_LENGTH)
    title_en = LineField(_l("Title in English"), most=TITLE_LENGTH)
    body_en = TextField(_l("Text in English"), most=BODY_LENGTH)

    categories: Sequence[KnowledgeCategory] = ()

    def offer_articles(self, categories: Sequence[KnowledgeCategory], language: str) -> None:
        """Offer both ways to an article, and where a new one can stand."""
        self.categories = categories
        self.source.choices = [
            choice(EXISTING, _("An article that there is")),
            choice(WRITTEN, _("Write it now")),
        ]
        self.category.choices = [choice(str(item.id), _category_name(item, language)) for item in categories]

    @property
    def is_written(self) -> bool:
        """Whether the article is written in this form."""
        return bool(self.source.data == WRITTEN)

    @property
    def announced_kind(self) -> AnnouncementKind:
        """Maintenance where the form came of its template."""
        is_maintenance = self.kind.data == AnnouncementKind.MAINTENANCE.value
        return AnnouncementKind.MAINTENANCE if is_maintenance else AnnouncementKind.PLAIN

    @property
    def chosen_category(self) -> KnowledgeCategory:
        """The category of a valid form."""
        return next(item for item in self.categories if str(item.id) == self.category.data)

    def validate_article(self, field: Field) -> None:
        """Ask for a number where the article is there already."""
        if not self.is_written and not field.data:
            raise ValidationError(_("Enter this field."))

    def validate_category(self, _field: Field) -> None:
        """An article for several services stands in a base that is common to all."""
        if not self.is_written:
            return
        if self.category.data not in {str(item.id) for item in self.categories}:
            raise ValidationError(_("Enter this field."))
        owner = self.chosen_category.base.service_id
        if owner is not None and any(service.id != owner for service in self.chosen):
            raise ValidationError(_("Choose a category of a base that all chosen services have."))

    def validate_title_ja(self, _field: Field) -> None:
        """A written article needs one language at least."""
        if self.is_written and not (self.title_ja.data or self.title_en.data):
            raise ValidationError(_("Enter title and text in at least one language."))
        self._demand_title(self.title_ja, self.body_ja)

    def validate_body_ja(self, field: Field) -> None:
        """No title without a text."""
        self._demand_text(self.title_ja, field)

    def validate_title_en(self, field: Field) -> None:
        """No text without a title."""
        self._demand_title(field, self.body_en)

    def validate_body_en(self, field: Field) -> None:
        """No title without a text."""
        self._demand_text(self.title_en, field)

    def texts(self) -> dict[str, tuple[str, str]]:
        """Title and text by language, Japanese first where there is both."""
        written = {
            "ja": (self.title_ja.data or "", self.body_ja.data or ""),
            "en": (self.title_en.data or "", self.body_en.data or ""),
        }
        return {language: said for language, said in written.items() if said[0]}

    def _demand_title(self, title: Field, text: Field) -> None:
        if self.is_written and text.data and not title.data:
            raise ValidationError(_("Enter this field."))

    def _demand_text(self, title: Field, text: Field) -> None:
        if self.is_written and title.data and not text.data:
            raise ValidationError(_("Enter this field."))


def _category_name(item: KnowledgeCategory, language: str) -> str:
    service = item.base.service.name_in(language) if item.base.service else _("Common to all services")
    return f"{item.base.name_in(language)} ({service}) › {item.name_in(language)}"
