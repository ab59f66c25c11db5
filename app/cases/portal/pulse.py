"""What is new on a case, for a customer's open page."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import pulse as news
from app.cases import queries, views
from app.cases.forms import CommentForm
from app.cases.portal import routes
from app.cases.portal.case import show_case
from app.extensions import db
from app.web.background import in_background
from app.web.gate import actor


@routes.get("/cases/<number>/pulse")
@requires(Permission.PORTAL_CASE_READ)
@in_background
def pulse(number: str) -> Response:
    """The case's part of the page anew if the customer may see something new, else 204."""
    if not news.has_news(db.session, actor(), number, views.mark_seen(request.args)):
        return Response(status=204)
    return show_case(queries.get_for(db.session, actor(), number), CommentForm(formdata=None))
