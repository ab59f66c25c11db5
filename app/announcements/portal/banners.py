"""The × of a banner on the home page (ANN-03)."""

from flask import make_response, url_for
from werkzeug.wrappers import Response

from app.announcements import current
from app.announcements.actions.dismissing import dismiss
from app.announcements.portal import routes
from app.authz import Permission, requires
from app.extensions import db
from app.web import answers
from app.web.gate import actor


@routes.post("/announcements/<int(max=9223372036854775807):announcement_id>/dismissal")
@requires(Permission.PORTAL_USE)
def put_away(announcement_id: int) -> Response:
    """Put a banner away; an enhanced request takes that one banner from the page, a plain one shows the page anew."""
    person = actor()
    dismiss(db.session, current.banner_for(db.session, person, announcement_id), actor=person)
    return make_response("") if answers.is_enhanced() else answers.see_other(url_for("portal.home.show"))
