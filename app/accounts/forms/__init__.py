"""The forms of accounts."""

from wtforms import HiddenField, PasswordField, RadioField, StringField, ValidationError

from app.i18n import _, _l
from app.web.forms import PlainForm, Required, at_least, at_most, choice

LONGEST_TYPED = 4_096
SHORTEST_AGENT_PASSWORD, LONGEST_AGENT_PASSWORD = 15, 128


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


class FirstPasswordForm(PlainForm):
    """An agent's first password, typed twice; taken whole, whatever signs it holds (SEC-02, SEC-03)."""

    password = PasswordField(
        _l("New password"),
        validators=[Required(), at_least(SHORTEST_AGENT_PASSWORD), at_most(LONGEST_AGENT_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Retype password"), validators=[Required()], render_kw={"autocomplete": "new-password"}
    )

    def validate_again(self, field: PasswordField) -> None:
        """Both entries must be equal (M-17)."""
        if field.data != self.password.data:
            raise ValidationError(_("The passwords must match"))


class LanguageForm(PlainForm):
    """The own language; System follows the installation (LANG-01, LANG-03)."""

    language = RadioField(
        _l("Language"),
        choices=[choice("ja", "日本語"), choice("en", "English"), choice("", _l("System"))],
        default="",
    )
    back = HiddenField()
