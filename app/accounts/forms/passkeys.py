"""The forms of passkeys and recovery codes."""

from wtforms import BooleanField, HiddenField, StringField

from app.accounts.passkeys.ceremony import LONGEST_ANSWER
from app.accounts.passkeys.enrolment import LONGEST_NAME
from app.i18n import _l
from app.web.forms import LineField, PlainForm, Required, at_most

LONGEST_CODE = 60


class PasskeyForm(PlainForm):
    """A passkey to be added: its name, and what the browser brought from the authenticator."""

    name = LineField(
        _l("Name of the passkey"), most=LONGEST_NAME, required=True, render_kw={"autocomplete": "off"}
    )
    challenge = HiddenField(validators=[at_most(LONGEST_ANSWER)])
    answer = HiddenField(validators=[at_most(LONGEST_ANSWER)])


class PasskeyProofForm(PlainForm):
    """A sign-in with a passkey."""

    answer = HiddenField()
    remember = BooleanField(_l("Do not ask for MFA in this browser for 8 hours"))


class RecoveryCodeForm(PlainForm):
    """One of the codes that stand in for a lost app or key."""

    code = StringField(
        _l("Recovery code"),
        validators=[Required(), at_most(LONGEST_CODE)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "placeholder": "XXXX-XXXX-XXXX-XXXX",
            "value": "",
            "spellcheck": "false",
        },
    )
