"""Where the words stand in a case that was found: a part of what was written on it, or of one of its files.

Texts come from the database within what the actor reads (DESK-04), whatever the index says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor, Audience
from app.cases.documents import MOST_FILES, MOST_OF_FILES
from app.cases.files import is_seen_by
from app.cases.models import CaseComment, CaseFile
from app.db import one_of_many
from app.files.models import StoredFile
from app.search.models import FileText, Reading
from app.search.searching import Answer, Piece

# How much of a text stands below a hit, in characters.
WIDTH = 160
# Of each shown case, the newest texts are looked through for an excerpt, so many characters of each.
MOST_TEXTS = 30
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text with its hits.

    ``is_note``: it is the desk's alone; ``file``: the name of the file that it stands in, if it does.
    """

    pieces: Sequence[Piece]
    is_note: bool = False
    file: str = ""


def excerpts(session: Session, actor: Actor, ids: Sequence[int], answer: Answer) -> Mapping[int, Excerpt]:
    """Of each case the newest text with a word that the actor reads; only where there is none, the newest such file."""
    found = _first(_texts(session, actor, ids), answer)
    return {**_first(_files(session, actor, [each for each in ids if each not in found]), answer), **found}


def _first(texts: Iterable[tuple[int, Audience, str, str]], answer: Answer) -> dict[int, Excerpt]:
    found: dict[int, Excerpt] = {}
    for case_id, audience, file, text in texts:
        if case_id in found:
            continue
        pieces = answer.mark(text, WIDTH)
        if any(piece.is_hit for piece in pieces):
            found[case_id] = Excerpt(pieces, audience is Audience.DESK, file)
    return found


def _texts(session: Session, actor: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Audience, str, str]]:
    if not ids:
        return ()
    place = func.row_number().over(partition_by=CaseComment.case_id, order_by=CaseComment.id.desc())
    texts = (
        select(
            CaseComment.id,
            CaseComment.case_id,
            CaseComment.audience,
            func.substr(CaseComment.body, 1, LONGEST_TEXT).label("text"),
            place.label("place"),
        )
        .where(one_of_many(CaseComment.case_id, ids), CaseComment.audience.in_(actor.audiences()))
        .subquery()
    )
    newest_first = select(texts.c.case_id, texts.c.audience, texts.c.text).where(texts.c.place <= MOST_TEXTS)
    rows = session.execute(newest_first.order_by(texts.c.id.desc()))
    return ((case_id, audience, "", text) for case_id, audience, text in rows)


def _files(session: Session, actor: Actor, ids: Sequence[int]) -> Iterable[tuple[int, Audience, str, str]]:
    if not ids:
        return ()
    place = func.row_number().over(partition_by=CaseFile.case_id, order_by=CaseFile.id.desc())
    files = (
        select(CaseFile.id, CaseFile.case_id, CaseFile.file_id, CaseFile.audience, place.label("place"))
        .join(FileText, FileText.file_id == CaseFile.file_id)
        .outerjoin(CaseComment, CaseComment.id == CaseFile.comment_id)
        .where(one_of_many(CaseFile.case_id, ids), is_seen_by(actor), FileText.reading == Reading.TAKEN)
        .subquery()
    )
    newest_first = (
        select(
            files.c.case_id,
            files.c.audience,
            StoredFile.name,
            func.substr(FileText.text, 1, MOST_OF_FILES),
        )
        .join(StoredFile, StoredFile.id == files.c.file_id)
        .join(FileText, FileText.file_id == files.c.file_id)
        .where(files.c.place <= MOST_FILES)
        .order_by(files.c.id.desc())
    )
    return (tuple(row) for row in session.execute(newest_first))
