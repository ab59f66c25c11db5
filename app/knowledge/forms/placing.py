"""The form of where an article stands."""

from collections.abc import Iterable, Sequence
from datetime import date

from wtforms import HiddenField, SelectField, ValidationError

from app.accounts.models import User
from app.i18n import _, _l
from app.knowledge.forms.writing import category_choices
from app.knowledge.models import Article, KnowledgeCategory
from app.web.forms import VERSION, LineField, PlainForm, Required, choice

TYPED_LENGTH = 20


class DayField(LineField):
    """A day, written as YYYY-MM-DD; empty for none."""

    day: date | None = None

    def pre_validate(self, _form: object) -> None:
        """Ask for a day of the calendar."""
        typed = (self.data or "").strip()
        try:
            self.day = date.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise ValidationError(_("Enter a date such as 2026-12-29.")) from error


class PlaceForm(PlainForm):
    """Category, author and review date; carries the row's version (REL-05)."""

    version = HiddenField()
    category = SelectField(_l("Knowledge base and category"), validators=[Required()])
    author = SelectField(_l("Author"))
    review_on = DayField(_l("Review date (YYYY-MM-DD)"), most=TYPED_LENGTH)

    def offer(
        self, categories: Iterable[tuple[str, KnowledgeCategory]], people: Sequence[User], language: str
    ) -> None:
        """Offer the categories that the actor writes for, and the people who may answer for an article."""
        self.category.choices = category_choices(categories, language)
        self.author.choices = [
            choice("", _l("--None--")),
            *(choice(str(each.id), each.display_name) for each in people),
        ]

    def fill(self, article: Article) -> None:
        """Show the article as it is."""
        self.version.data = str(article.version)
        self.category.data = str(article.category_id)
        self.author.data = str(article.author_id or "")
        self.review_on.data = article.review_on.isoformat() if article.review_on else ""

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0
