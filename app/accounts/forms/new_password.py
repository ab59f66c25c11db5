"""The forms in which somebody chooses a password: behind a mailed link, and in the own account."""

from typing import Any

from wtforms import PasswordField, ValidationError

from app.accounts.new_password import Asked
from app.accounts.password_strength import TOO_EASY, WHY, Strength, strength, weakness
from app.accounts.passwords import PasswordVault
from app.i18n import _, _l
from app.web.forms import PlainForm, Required, at_most

LONGEST_TYPED = 4_096


def _field(label: str, *, autocomplete: str = "new-password") -> PasswordField:
    return PasswordField(
        label,
        validators=[Required(), at_most(LONGEST_TYPED)],
        render_kw={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"},
    )


class NewPasswordForm(PlainForm):
    """A new password, typed twice; taken whole, whatever signs it holds (RESET-07, SEC-02).

    The macro ``new_password`` shows it, with the checklist of the same rules that are checked here (PW-06).
    """

    password = _field(_l("New password"))
    again = _field(_l("Retype password"))

    def __init__(self, asked: Asked, **options: Any) -> None:  # noqa: ANN401 - handed on to Flask-WTF as they are
        super().__init__(**options)
        self.asked = asked

    def hashed_by(self, vault: PasswordVault) -> str:
        """The hash of the password, which takes its time: nothing may be held meanwhile."""
        return vault.hash(self.password.data or "", in_normal_form=self.asked.profile.takes_unicode)

    @property
    def strength(self) -> Strength | None:
        """How strong the refused password was, for readers without script; the password itself is not shown."""
        return strength(self.password.data) if self.errors and self.password.data else None

    def validate_password(self, field: PasswordField) -> None:
        """The rules of the profile (PW-01, PW-02), then what is too easy to guess (PW-03)."""
        typed = field.data or ""
        if broken := self.asked.profile.broken(typed):
            missing = " / ".join(str(rule.message) for rule in broken)
            raise ValidationError(f"{_('The password must have:')} {missing}")
        if why := weakness(typed, self.asked.profile, self.asked.own_words):
            raise ValidationError(f"{TOO_EASY} {WHY[why]}")

    def validate_again(self, field: PasswordField) -> None:
        """Both entries must be equal (M-17)."""
        if field.data != self.password.data:
            raise ValidationError(_("The passwords must match"))


class ChangePasswordForm(NewPasswordForm):
    """The own password: the current one, and a new one typed twice (PW-07)."""

    current = _field(_l("Current password"), autocomplete="current-password")
    password = _field(_l("New password"))
    again = _field(_l("Confirm password"))

    def validate_password(self, field: PasswordField) -> None:
        """As for any new password; and it must be another one."""
        super().validate_password(field)
        normal = self.asked.profile.normal
        if normal(field.data or "") == normal(self.current.data or ""):
            raise ValidationError(_("Choose a password that differs from the current one."))
