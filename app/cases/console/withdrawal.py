"""Taking the own public reply back while its mail still waits."""

from flask import flash, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, authorize, requires
from app.cases import policy, queries
from app.cases.actions import withdrawing
from app.cases.console import routes
from app.cases.console.again import text_again
from app.cases.console.case import show_case
from app.cases.models import Case, CaseComment
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.post("/cases/<number>/comments/<int(max=9223372036854775807):comment_id>/withdrawal")
@requires(Permission.CONSOLE_CASE_UPDATE)
def withdraw(number: str, comment_id: int) -> Response:
    """Take a reply back; its text stands in the form again."""
    case = queries.get_for(db.session, actor(), number)
    comment = _comment(case, comment_id)
    is_repeated = comment.taken_back_at is not None and comment.author_id == actor().user_id
    if not is_repeated:
        authorize(policy.can_take_back(actor(), case, comment))
        try:
            withdrawing.take_back(db.session, case, actor=actor(), comment=comment)
        except withdrawing.TooLateToTakeBack:
            text = _(
                "It is too late: the mail to the customer is on its way. The reply cannot be taken back."
            )
            return show_case(case, status=409, refusal=text)
        flash(_("The reply was taken back. No mail was sent; its text is in the form again."), "success")
    if answers.is_enhanced():
        return show_case(case, reply_form=text_again(case, str(comment.id)))
    return answers.see_other(url_for(".show", number=case.number, again=comment.id))


def _comment(case: Case, comment_id: int) -> CaseComment:
    found = db.session.scalar(
        select(CaseComment)
        .where(CaseComment.case_id == case.id, CaseComment.id == comment_id)
        .order_by(CaseComment.id)
    )
    if found is None:
        raise NotFound
    return found
