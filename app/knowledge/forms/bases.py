"""Forms of bases and categories."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectField

from app.contracts.models import Service
from app.i18n import _, _l
from app.knowledge.models import CODE_LENGTH, NAME_LENGTH, KnowledgeBase, KnowledgeCategory
from app.web.forms import VERSION, CreatingForm, LineField, PlainForm, choice


class NameForm(PlainForm):
    """Names in both languages; carries the row's version where there is one (REL-05)."""

    version = HiddenField()
    name_ja = LineField(_l("Name in Japanese"), most=NAME_LENGTH, required=True)
    name_en = LineField(_l("Name in English"), most=NAME_LENGTH, required=True)

    def fill(self, row: KnowledgeBase | KnowledgeCategory) -> None:
        """Show a row as it is."""
        self.version.data = str(row.version)
        self.name_ja.data, self.name_en.data = row.name_ja, row.name_en

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class NewBaseForm(CreatingForm, NameForm):
    """A new base, of one service or common to all."""

    service = SelectField(_l("Service"))

    def offer(self, services: Sequence[Service], language: str) -> None:
        """Offer the services of the actor, and all of them at once."""
        self.service.choices = [
            *(choice(each.slug, each.name_in(language)) for each in services),
            choice("", _("all services")),
        ]


class CategoryForm(NameForm):
    """A category: its number and its names."""

    code = LineField(_l("Number before the name"), most=CODE_LENGTH)

    def fill(self, row: KnowledgeBase | KnowledgeCategory) -> None:
        """Show a category as it is."""
        super().fill(row)
        self.code.data = row.code if isinstance(row, KnowledgeCategory) else ""


class NewCategoryForm(CreatingForm, CategoryForm):
    """A new category of a base."""
