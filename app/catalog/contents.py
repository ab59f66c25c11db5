"""What a work request says, in words: on its page, in mails, and as the first message of its case (WR-09)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition, shown_fields
from app.catalog.models import CatalogItemVersion, RequestFile, WorkRequest
from app.catalog.request_files import files_of, names_by_field


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer: the field's label and the answer in words."""

    label: str
    text: str


def shown_in(
    session: Session, request: WorkRequest, files: Sequence[RequestFile], language: str
) -> Sequence[Shown]:
    """The answers of a request in the order of its form."""
    names = names_by_field(files)
    version = session.get_one(CatalogItemVersion, request.item_version_id)
    form = FormDefinition.from_data(version.form)
    rows = [
        Shown(
            field.label_in(language),
            "\n".join(names.get(field.key, ()))
            if field.kind is FieldKind.FILE
            else words_of(field, request.answers.get(field.key), language),
        )
        for field in shown_fields(form, request.answers)
    ]
    return [row for row in rows if row.text]


def content_in(session: Session, request: WorkRequest, language: str) -> str:
    """The content of a request as one text."""
    return "\n\n".join(
        f"{row.label}\n{row.text}" for row in shown_in(session, request, files_of(session, request), language)
    )


def words_of(field: FieldDefinition, answer: object, language: str) -> str:
    """One answer in words: what was chosen by its name, several values one a line."""
    values = (
        [str(value) for value in answer]
        if isinstance(answer, list)
        else []
        if answer is None
        else [str(answer)]
    )
    labels = {choice.code: choice.label_in(language) for choice in field.choices}
    return "\n".join(labels.get(value, value) for value in values)
