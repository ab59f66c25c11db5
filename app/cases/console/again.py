"""The text of a reply that was taken back, in the form again."""

from sqlalchemy import select

from app.cases.forms import ReplyForm
from app.cases.models import Case, CaseComment
from app.extensions import db
from app.web.gate import actor

LONGEST_ID = 18


def text_again(case: Case, comment_id: str) -> ReplyForm | None:
    """The form with the text of a reply that the actor took back, or ``None`` if there is no such reply."""
    if not (comment_id.isascii() and comment_id.isdecimal() and len(comment_id) <= LONGEST_ID):
        return None
    comment = db.session.scalar(
        select(CaseComment)
        .where(CaseComment.case_id == case.id, CaseComment.id == int(comment_id))
        .where(CaseComment.author_id == actor().user_id, CaseComment.taken_back_at.is_not(None))
        .order_by(CaseComment.id)
    )
    if comment is None:
        return None
    return ReplyForm(formdata=None, prefix="reply", body=comment.body, html=comment.html or "")
