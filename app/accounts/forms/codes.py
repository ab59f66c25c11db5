"""The forms of second proofs, resets and fresh proofs."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField

from app.i18n import _l
from app.web.forms import LineField, PlainForm, Required, at_most

LONGEST_CODE, LONGEST_PASSWORD = 40, 4_096


def _code_field(label: str) -> StringField:
    return StringField(
        label,
        validators=[Required(), at_most(LONGEST_CODE)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "placeholder": "XXX-XXX",
            "value": "",
            "spellcheck": "false",
        },
    )


class AppCodeForm(PlainForm):
    """The code that an authenticator app shows (MFA-06)."""

    code = _code_field(_l("6-digit verification code"))
    remember = BooleanField(_l("Do not ask for MFA in this browser for 8 hours"))


class MailCodeForm(PlainForm):
    """The code that came by mail (MFA-07)."""

    code = _code_field(_l("6-digit authentication code"))
    remember = BooleanField(_l("Do not ask for MFA in this browser for 8 hours"))


class PairingForm(PlainForm):
    """The first code of an app that is being paired, and the sealed secret it was given (MFA-14)."""

    offer = HiddenField()
    code = _code_field(_l("6-digit code"))

    def show(self, offer: str, refusal: str | None) -> None:
        """Be shown with an offer, empty of what was typed, and with a refusal at the field."""
        self.code.data, self.offer.data = "", offer
        if refusal:
            self.code.errors = [refusal]


class ForgottenForm(PlainForm):
    """Step 1 of a reset: whose password it is (RESET-02)."""

    login_id = StringField(
        _l("User ID"),
        validators=[Required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )


class PersonalDataForm(PlainForm):
    """Step 2 of a reset: the registered mail address (RESET-03)."""

    mail = LineField(
        _l("E-mail"),
        most=254,
        required=True,
        render_kw={"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"},
    )


class ConfirmForm(PlainForm):
    """The own password once more, before a sensitive act (SEC-10)."""

    password = PasswordField(
        _l("Password"),
        validators=[Required(), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
