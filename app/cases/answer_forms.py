"""The form of a canned answer."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, Form, HiddenField, SelectField, ValidationError

from app.cases.actions.answering import AnswerText
from app.cases.answers import ANSWER_LENGTH, NAME_LENGTH, PLACEHOLDERS, unknown_placeholders
from app.cases.models import CannedAnswer
from app.contracts.models import Service
from app.i18n import _, _l
from app.web.forms import VERSION, CreatingForm, LineField, Required, TextField, choice


def known_placeholders(_form: Form, field: Field) -> None:
    """Refuse what looks like a placeholder and is none, and say which there are."""
    unknown = unknown_placeholders(field.data or "")
    if unknown:
        raise ValidationError(
            _(
                "There is no placeholder %(unknown)s. Use one of: %(known)s.",
                unknown=", ".join(unknown),
                known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            )
        )


class AnswerForm(CreatingForm):
    """A canned answer in both languages; carries the row's version where there is one (REL-05)."""

    version = HiddenField()
    service = SelectField(_l("Service"), validators=[Required()])
    name = LineField(_l("Name of the answer"), most=NAME_LENGTH, required=True)
    body_ja = TextField(_l("Text in Japanese"), most=ANSWER_LENGTH, required=True)
    body_en = TextField(_l("Text in English"), most=ANSWER_LENGTH, required=True)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - WTForms hands over what it likes
        super().__init__(*args, **options)
        for field in (self.body_ja, self.body_en):
            field.validators = [*field.validators, known_placeholders]

    def offer(self, services: Sequence[Service], language: str) -> None:
        """Offer the services that the answer can belong to; a single one is chosen."""
        self.service.choices = [choice(service.slug, service.name_in(language)) for service in services]

    def fill(self, answer: CannedAnswer, service: Service) -> None:
        """Show an answer as it is."""
        self.version.data, self.service.data = str(answer.version), service.slug
        self.name.data, self.body_ja.data, self.body_en.data = answer.name, answer.body_ja, answer.body_en

    def text(self) -> AnswerText:
        """What was entered."""
        return AnswerText(
            name=self.name.data or "", body_ja=self.body_ja.data or "", body_en=self.body_en.data or ""
        )

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0
