"""The forms of contacts: what administrators of a customer enter about the users of their company (S33, S34)."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, Form, HiddenField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import phones
from app.accounts.actions.contacts import ContactData, data_of, version_of
from app.accounts.forms.fields import LanguageField, MailField, NameField, PhoneField, ZoneField
from app.accounts.models import USER_ID_LENGTH, User
from app.contracts.models import CustomerNumber
from app.i18n import _, _l, _lp
from app.web.forms import CreatingForm, LineField, PlainForm, Required, choice, no_controls

JOB_TITLE_LENGTH = 100


class LoginIdField(LineField):
    """A user ID: one line of at most 40 signs; whether it is free, the action knows (CONTACT-05)."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        told = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(_l("User ID"), most=USER_ID_LENGTH, required=True, render_kw=told, **options)
        self.validators = [Required(), no_controls, _short_enough]


class BoxesField(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        super().__init__(label, validators=[Required()], **options)
        self.invalid_choice_message = _l("Choose one of the list.")


class ContactForm(PlainForm):
    """A contact as its administrator edits it (CONTACT-02); ``version`` says what it was made from (REL-05)."""

    version = HiddenField()
    given_name = NameField(_l("First name"))
    family_name = NameField(_l("Last name"), required=True)
    job_title = LineField(_l("Job title"), most=JOB_TITLE_LENGTH)
    language = LanguageField()
    time_zone = ZoneField()
    login_id = LoginIdField()
    mail = MailField(_l("E-mail"))
    business_phone = PhoneField(_l("Business phone"))
    mobile_phone = PhoneField(_l("Mobile"))
    is_administrator = BooleanField(_lp("box", "Administrator"))
    mfa_enabled = BooleanField(_l("Enable MFA"))

    def fill(self, user: User) -> None:
        """Show the contact as it is."""
        self.process(obj=user)
        self.version.data = version_of(user)
        self.language.data, self.time_zone.data = user.language or "", user.time_zone or ""

    def typed(self) -> ContactData:
        """What was typed, as the action takes it."""
        return ContactData(**_typed(self))


class NewContactForm(CreatingForm):
    """A contact to be created (CONTACT-11)."""

    login_id = LoginIdField()
    given_name = NameField(_l("First name"), required=True)
    family_name = NameField(_l("Last name"), required=True)
    mail = MailField(_l("E-mail"))
    is_administrator = BooleanField(_lp("box", "Administrator"))
    numbers = BoxesField(_l("Customer number"))
    time_zone = ZoneField(default="")
    language = LanguageField(default="")
    mfa_enabled = BooleanField(_l("Enable multi-factor authentication"))

    def offer(self, numbers: Sequence[CustomerNumber]) -> None:
        """Offer the administrator's own numbers; a single one is preset (CONTACT-12)."""
        self.numbers.choices = [choice(number.number, number.number) for number in numbers]
        if len(numbers) == 1 and not self.is_submitted():
            self.numbers.data = [numbers[0].number]

    def typed(self) -> ContactData:
        """What was typed, as the action takes it."""
        return ContactData(**_typed(self))


def _typed(form: PlainForm) -> dict[str, Any]:
    """The fields of a form that a contact has; an empty choice follows the installation."""
    entered = {name: form[name].data for name in ContactData.__slots__ if name in form}
    return entered | {"language": form.language.data or None, "time_zone": form.time_zone.data or None}


def stored_beside(form: ContactForm, user: User) -> list[tuple[str, str]]:
    """Label and stored value of each field whose stored value is another than what the form says."""
    stored = ContactForm(formdata=None)
    stored.fill(user)
    data, typed = data_of(user), form.typed()
    return [
        (str(form[name].label.text), _shown(stored[name]))
        for name in ContactData.__slots__
        if getattr(data, name) != getattr(typed, name)
    ]


def _shown(field: Field) -> str:
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, LanguageField | ZoneField):
        return next((str(label) for _value, label, is_chosen, _more in field.iter_choices() if is_chosen), "")
    return phones.shown(field.data) or "—"


def _short_enough(_form: Form, field: Field) -> None:
    if len(field.data or "") > USER_ID_LENGTH:
        raise ValidationError(_("The user ID may have at most %(most)s characters.", most=USER_ID_LENGTH))
