"""The forms of accounts."""

from wtforms import HiddenField, PasswordField, RadioField, StringField

from app.i18n import _l
from app.web.forms import PlainForm, Required, choice

LONGEST_TYPED = 4_096


class SignInForm(PlainForm):
    """User ID and password (AUTH-01). The password is taken whole: not trimmed, not cut (SEC-02)."""

    login_id = StringField(
        _l("User ID"),
        validators=[Required()],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[Required()],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()

    def is_sane(self) -> bool:
        """Tell whether the fields are filled and of a length that a person types."""
        typed = (self.login_id.data or "", self.password.data or "")
        return bool(self.validate()) and all(len(text) <= LONGEST_TYPED for text in typed)


class LanguageForm(PlainForm):
    """The own language; System follows the installation (LANG-01, LANG-03)."""

    language = RadioField(
        _l("Language"),
        choices=[choice("ja", "日本語"), choice("en", "English"), choice("", _l("System"))],
        default="",
    )
    back = HiddenField()
