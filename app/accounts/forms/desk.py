"""The forms of the desk's side: help on request, removals of lost factors, new people, the rights of agents."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import BooleanField, Field, SelectField, ValidationError

from app.accounts.forms.contacts import BoxesField, LoginIdField
from app.accounts.forms.fields import LanguageField, MailField, NameField
from app.accounts.forms.profile import VersionedForm
from app.accounts.login_ids import recommended_login_id
from app.accounts.models import DeskRole, User
from app.contracts.models import Service
from app.i18n import N_, _, _l
from app.web.forms import CreatingForm, PlainForm, Required, TextField, choice

REASON_LENGTH = 500
CHECK_LENGTH = 1_000
# A word such as "phone" says nothing to whoever reads it in a year.
SHORTEST_CHECK = 10
ROLES = {
    DeskRole.AGENT: N_("Agent"),
    DeskRole.LEAD: N_("Lead"),
    DeskRole.ADMIN: N_("System administrator"),
}


class AskedForm(PlainForm):
    """How the customer asked: the reason that every act of help is recorded with (DESK-08)."""

    asked = TextField(_l("How the customer asked"), most=REASON_LENGTH, required=True)


class IdentityCheckForm(PlainForm):
    """How an agent made sure who asks for the removal of a second proof (SEC-17)."""

    identity_check = TextField(
        _l("How the customer asked, and how you made sure who they are"), most=CHECK_LENGTH, required=True
    )

    def validate_identity_check(self, field: TextField) -> None:
        """Want a sentence that somebody else can check."""
        if len(field.data or "") < SHORTEST_CHECK:
            raise ValidationError(
                _("Write it so that the second agent can check it: at least 10 characters.")
            )


class RefusalForm(PlainForm):
    """Why a second agent declines."""

    note = TextField(_l("Reason"), most=REASON_LENGTH, required=True)


class NewUserForm(CreatingForm):
    """What is asked of everybody who is created at the desk."""

    # Set by the route, which can look into the database.
    is_taken: Callable[[str], bool] = staticmethod(lambda _login_id: False)

    mail = MailField(_l("E-mail"))
    login_id = LoginIdField()
    family_name = NameField(_l("Last name"), required=True)
    language = LanguageField()

    def validate_login_id(self, _field: Field) -> None:
        """Refuse a used ID, and say nothing about by whom it is (CONTACT-05, M-43)."""
        if self.is_taken(self.chosen_login_id()):
            raise ValidationError(_("This user ID is already in use."))

    def chosen_login_id(self) -> str:
        """The ID that is meant."""
        return str(self.login_id.data or "")


class NewPersonForm(NewUserForm):
    """The first administrator of a customer number; without a user ID the recommended one is taken (FIRST-02)."""

    # The suffix of the service, which the route knows.
    suffix = ""

    given_name = NameField(_l("First name"), required=True)
    mfa_enabled = BooleanField(_l("Enable multi-factor authentication"))

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        super().__init__(*args, **options)
        rules = self.login_id.validators
        self.login_id.validators = [rule for rule in rules if not isinstance(rule, Required)]
        self.login_id.flags.required = False

    def chosen_login_id(self) -> str:
        """The typed ID, or the recommended one (CONTACT-06, FIRST-03)."""
        return super().chosen_login_id() or recommended_login_id(self.mail.data or "", self.suffix)


class ServicesField(BoxesField):
    """The services of an agent; none at all is right for a system administrator."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        super().__init__(_l("Services"), **options)
        self.validators = []
        self.flags.required = False


class RightsFields(PlainForm):
    """Role and services of an agent (ROLE-05)."""

    role = SelectField(_l("Role"), validators=[Required()], default=DeskRole.AGENT.value)
    services = ServicesField()

    def offer(self, services: Iterable[Service], language: str) -> None:
        """Offer the roles and all services."""
        self.role.choices = [choice(role.value, _(words)) for role, words in ROLES.items()]
        self.services.choices = [choice(service.slug, service.name_in(language)) for service in services]

    def validate_services(self, field: Field) -> None:
        """Want a service for everybody but system administrators, who work in all of them."""
        if not field.data and self.role.data != DeskRole.ADMIN.value:
            raise ValidationError(_("Choose at least one service."))


class NewAgentForm(RightsFields, NewUserForm):
    """A further agent."""

    given_name = NameField(_l("First name"))


class RightsForm(RightsFields, VersionedForm):
    """Other rights for an agent; carries the row's version (REL-05)."""

    def fill(self, agent: User, services: Iterable[Service]) -> None:
        """Show the rights as they are."""
        self.version.data = str(agent.version)
        self.role.data = agent.desk_role.value if agent.desk_role else ""
        self.services.data = [service.slug for service in services]
