"""What a work request says, in words: on its page at the desk, and as the first message of the case it becomes (WR-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        Shown(one.label_in(language), _text(one, request.answers, names, language))
        for one in shown_fields(form, request.answers)
    ]
    return [row for row in rows if row.text]


def content_in(session: Session, request: WorkRequest, language: str) -> str:
    """The content of a request as one text."""
    return "\n\n".join(
        f"{row.label}\n{row.text}" for row in shown_in(session, request, files_of(session, request), language)
    )


def _text(
    one: FieldDefinition, answers: Mapping[str, Any], names: Mapping[str, Sequence[str]], language: str
) -> str:
    if one.kind is FieldKind.FILE:
        return "\n".join(names.get(one.key, ()))
    answer = answers.get(one.key)
    values = answer if isinstance(answer, list) else [] if answer is None else [str(answer)]
    labels = {choice.code: choice.label_in(language) for choice in one.choices}
    return "\n".join(labels.get(value, value) for value in values)
