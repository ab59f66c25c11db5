"""The base of all forms: text is checked before any rule sees it, and wrong input comes back as typed."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    Field,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired
from wtforms.widgets import Select

from app.i18n import _

# C0 and C1 controls save tab and line feed, and the marks that reorder text to look like other text.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")
# The version of a row that a form was made from, as the form carries it (REL-05).
VERSION = re.compile(r"[0-9]{1,9}")
# Shown where such a character stood, so that whoever typed it finds it; it is refused like them.
STAND_IN = "\ufffd"


def plain_text(value: str | None) -> str:
    """Unify line ends and trim the ends; what is inside stays as typed."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def printable(text: str) -> str:
    """Text that came in, as a page can show it: HTML cannot hold a NUL, and nobody sees the others."""
    return CONTROLS.sub(STAND_IN, text)


def no_controls(_form: Form, field: Field) -> None:
    """Refuse characters that cannot be seen, such as NUL, instead of dropping them silently."""
    if field.data and CONTROLS.search(field.data):
        raise ValidationError(_("Remove the invisible control characters from this text."))


def at_most(length: int) -> Callable[[Form, Field], None]:
    """Refuse longer text and say by how much it is too long."""

    def check(_form: Form, field: Field) -> None:
        excess = len(field.data or "") - length
        if excess > 0:
            raise ValidationError(
                _(
                    "At most %(length)s characters; %(excess)s too many.",
                    length=length,
                    excess=excess,
                )
            )

    return check


class Required(DataRequired):
    """Something must be entered; the message is the same everywhere and in the user's language."""

    def __init__(self) -> None:
        super().__init__()

    def __call__(self, form: Any, field: Any) -> None:
        """Check one field."""
        self.message = _("Enter this field.")
        super().__call__(form, field)


class LineField(StringField):
    """One line of text."""

    def __init__(self, label: Any, *, most: int, required: bool = False, **options: Any) -> None:
        super().__init__(label, _text_rules(most=most, required=required), filters=[_one_line], **options)


class TextField(TextAreaField):
    """Several lines of text."""

    def __init__(self, label: Any, *, most: int, required: bool = False, **options: Any) -> None:
        super().__init__(label, _text_rules(most=most, required=required), filters=[plain_text], **options)


def _text_rules(*, most: int, required: bool) -> list[Any]:
    return [*([Required()] if required else []), no_controls, at_most(most)]


def _one_line(value: str | None) -> str:
    return plain_text(value).replace("\n", " ")


class PlainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """A form of ours; the token against forged requests is checked once for the whole app."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # As above.
        csrf = False

        def render_field(self, field: Any, render_kw: Any) -> Markup:
            """Show a field with what was typed, made printable."""
            shown = str(super().render_field(field, render_kw)).replace("\r\n", "\n")
            return Markup(printable(shown))  # noqa: S704 - the widget has escaped what was typed


class CreatingForm(PlainForm):
    """A form that creates something: it carries a one-time key, so that a second click creates nothing (REL-04)."""

    form_key = HiddenField()
    # Whether the form shows a draft of its author, kept when the page was closed before.
    is_restored = False

    def prepare(self) -> None:
        """Give a form that is shown anew a key of its own."""
        if not FORM_KEY.fullmatch(self.form_key.data or ""):
            self.form_key.data = secrets.token_hex(16)


def choice(value: str, label: str, **data: str) -> SelectChoice:
    """One choice of a field; ``data`` becomes data attributes of its option."""
    return SelectChoice(value, label, {f"data-{name}": shown for name, shown in data.items()})


def is_filled(field: Field) -> bool:
    """Whether a field holds something as its page shows it: a list to choose from shows its first entry (INQ-05)."""
    held = field.data
    if not held and isinstance(field, SelectField) and isinstance(field.widget, Select):
        first = next((item[0] for item in field.iter_choices()), "")
        held = "" if field.widget.multiple else first
    return bool(held.strip() if isinstance(held, str) else held)


FORM_KEY = re.compile(r"[0-9a-f]{32}")
