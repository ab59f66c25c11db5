"""What a version of an item says, costs and asks; the same for the editor, for files, and for what is stored."""

import re
from dataclasses import dataclass, field

from app.catalog.fields import FormDefinition
from app.catalog.models import CatalogItemVersion

# Small letters, digits and hyphens between them, as they stand in addresses.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CATEGORY_SLUG_LENGTH = 40
ITEM_SLUG_LENGTH = 60
DESCRIPTION_LENGTH = 2_000
# What a service can have of each, so that every page and file of the catalogue stays within bounds.
MOST_CATEGORIES = 100
MOST_ITEMS = 500

TEXTS = ("name_ja", "name_en", "description_ja", "description_en")
PARTS = (*TEXTS, "points", "needs_approval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an item says, costs and asks."""

    name_ja: str
    name_en: str
    description_ja: str = ""
    description_en: str = ""
    points: int = 0
    needs_approval: bool = False
    form: FormDefinition = field(default_factory=FormDefinition)

    def name_in(self, language: str) -> str:
        """The item's name in one of the two languages."""
        return self.name_ja if language == "ja" else self.name_en


def content_of(version: CatalogItemVersion) -> Content:
    """What a version says, costs and asks."""
    parts = {name: getattr(version, name) for name in PARTS}
    return Content(**parts, form=FormDefinition.from_data(version.form))
