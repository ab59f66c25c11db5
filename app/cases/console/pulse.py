"""What is new on a case, for an agent's open page, and who else is there."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import presence, queries, views
from app.cases import pulse as news
from app.cases.actions import presence as presence_actions
from app.cases.console import routes
from app.cases.console.case import show_case
from app.extensions import db
from app.web import answers
from app.web.background import in_background
from app.web.gate import actor


@routes.get("/cases/<number>/pulse")
@requires(Permission.CONSOLE_CASE_READ)
@in_background
def pulse(number: str) -> Response:
    """The case's part of the page anew if something is new, who is there if only that is, else 204."""
    if news.has_news(db.session, actor(), number, views.mark_seen(request.args)):
        return show_case(queries.get_for(db.session, actor(), number))
    present = presence.others_at(db.session, actor(), number)
    if presence.sign_of(present) == request.args.get("present", ""):
        return Response(status=204)
    return answers.page("cases/console/side/presence.html", present=present, sign=presence.sign_of(present))


@routes.post("/cases/<number>/presence")
@requires(Permission.CONSOLE_CASE_READ)
@in_background
def be_present(number: str) -> Response:
    """Note that the agent has the case open, is typing in it, or has left it; colleagues see it for half a minute."""
    case = queries.get_for(db.session, actor(), number)
    doing = request.form.get("doing", "")
    if doing == "left":
        presence_actions.leave(db.session, case, actor=actor())
    else:
        presence_actions.be_present(db.session, case, actor=actor(), is_typing=doing == "typing")
    return Response(status=204)
