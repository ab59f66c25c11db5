"""Forms of catalogue items as data: what is asked, what was answered, and how both are shown."""

from app.catalog.fields.definition import (
    WITH_CHOICES,
    Choice,
    Condition,
    FieldDefinition,
    FieldKind,
    FormDefinition,
    is_shown,
    shown_fields,
)

__all__ = [
    "WITH_CHOICES",
    "Choice",
    "Condition",
    "FieldDefinition",
    "FieldKind",
    "FormDefinition",
    "is_shown",
    "shown_fields",
]
