"""What a customer is typing, kept until it is sent or discarded."""

from flask import g, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.cases import draft_forms, policy, queries
from app.cases.actions import drafts as acts
from app.cases.drafts import Pen, place_of_inquiry, place_on
from app.cases.portal import routes
from app.cases.portal.case import done
from app.extensions import db
from app.web import answers
from app.web.background import in_background
from app.web.gate import actor


@routes.post("/cases/<number>/drafts/comment")
@requires(Permission.PORTAL_CASE_UPDATE)
@in_background
def keep_draft(number: str) -> Response:
    """Keep the comment that is being typed."""
    case = queries.get_for(db.session, actor(), number)
    authorize(policy.can_update(actor(), case))
    return draft_forms.keep(actor(), place_on(case, Pen.COMMENT))


@routes.post("/cases/<number>/drafts/comment/removal")
@requires(Permission.PORTAL_CASE_UPDATE)
def discard_draft(number: str) -> Response:
    """Discard the comment that was not sent."""
    case = queries.get_for(db.session, actor(), number)
    acts.throw_away(db.session, actor=actor(), place=place_on(case, Pen.COMMENT))
    return done(case)


@routes.post("/inquiries/drafts/details")
@requires(Permission.PORTAL_INQUIRY_CREATE)
@in_background
def keep_inquiry_draft() -> Response:
    """Keep the details of the inquiry that is being typed."""
    return draft_forms.keep(actor(), place_of_inquiry(g.service.slug))


@routes.post("/inquiries/drafts/details/removal")
@requires(Permission.PORTAL_INQUIRY_CREATE)
def discard_inquiry_draft() -> Response:
    """Discard the inquiry that was not sent."""
    acts.throw_away(db.session, actor=actor(), place=place_of_inquiry(g.service.slug))
    return answers.see_other(url_for(".new_inquiry"))
