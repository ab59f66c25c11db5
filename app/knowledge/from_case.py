"""What of a case goes into a draft article: the subject and what both sides have read, and nobody's name."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Audience
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment
from app.cases.models.comments import COMMENT_LENGTH
from app.knowledge.models import BODY_LENGTH, TITLE_LENGTH

MOST_TEXTS = BODY_LENGTH // COMMENT_LENGTH * 10
DONE = (CaseState.RESOLVED, CaseState.CLOSED)
# How a text addresses somebody, and how it ends: lines that name people.
_ADDRESSED = re.compile(r"^.{1,40}(?:様|御中|さま|殿)[、,。]?$|^(?:dear|hi|hello)\b.{0,60}$", re.IGNORECASE)


def can_be_made_of(case: Case) -> bool:
    """Only what is solved is worth telling others."""
    return case.state in DONE and not case.is_merged


def title_of(case: Case) -> str:
    """The subject, without names of the customer's own."""
    return _without(case, case.shown_subject)[:TITLE_LENGTH]


def text_of(session: Session, case: Case) -> str:
    """The public texts in their order, never an internal note or a reply that was taken back."""
    texts = session.scalars(
        select(CaseComment.body)
        .where(CaseComment.case_id == case.id, CaseComment.audience == Audience.CUSTOMER)
        .order_by(CaseComment.id)
        .limit(MOST_TEXTS)
    )
    return "\n\n".join(_without(case, text) for text in texts)[:BODY_LENGTH]


def _without(case: Case, text: str) -> str:
    """A text without lines that address somebody, and with the customer's name and number left open."""
    lines = [line for line in text.split("\n") if not _ADDRESSED.fullmatch(line.strip())]
    told = "\n".join(lines).strip()
    number = case.customer_number
    names = [number.number, number.holder.name, case.number]
    if case.contact is not None:
        names += [case.contact.mail, case.contact.display_name, case.contact.family_name]
    for name in sorted((each for each in names if len(each) > 1), key=len, reverse=True):
        told = told.replace(name, "…")
    return told
