"""What a work request says, in words: on its page, in mails, and as the first message of its case (WR-09)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.catalog.fields import FormDefinition
from app.catalog.fields.showing import ShownAnswer, as_text, shown_answers
from app.catalog.models import CatalogItemVersion, RequestFile, WorkRequest
from app.catalog.request_files import files_of, names_by_field


def shown_in(
    session: Session, request: WorkRequest, files: Sequence[RequestFile], language: str
) -> Sequence[ShownAnswer]:
    """The answers of a request in the order of the form it was made with."""
    version = session.get_one(CatalogItemVersion, request.item_version_id)
    definition = FormDefinition.from_data(version.form)
    return shown_answers(definition, request.answers, language, names_by_field(files))


def content_in(session: Session, request: WorkRequest, language: str) -> str:
    """The content of a request as one text."""
    return as_text(shown_in(session, request, files_of(session, request), language))
