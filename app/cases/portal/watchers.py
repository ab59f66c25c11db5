"""The watch list of a case, kept by the users of its customer number alike (ROLE-06)."""

from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries, views
from app.cases.actions import watching as acts
from app.cases.forms import CommentForm, WatcherForm
from app.cases.portal import routes
from app.cases.portal.case import done, show_case
from app.extensions import db
from app.web.gate import actor


@routes.post("/cases/<number>/watchers")
@requires(Permission.PORTAL_CASE_UPDATE)
def add_watcher(number: str) -> Response:
    """Let a user of the customer number get the case's mails as well (CASE-24)."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_watch(actor(), case):
        return show_case(case, CommentForm(formdata=None), status=409, refusal=views.refused_text(case))
    form = WatcherForm(prefix="watcher")
    try:
        acts.add_watcher(db.session, case, actor=actor(), user_id=form.user_id())
    except acts.WatcherRefused:
        return show_case(case, CommentForm(formdata=None), status=422, refusal=views.no_watcher_text())
    return done(case)


@routes.post("/cases/<number>/watchers/<int(max=9223372036854775807):user_id>/removal")
@requires(Permission.PORTAL_CASE_UPDATE)
def remove_watcher(number: str, user_id: int) -> Response:
    """Take a user off the watch list."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_watch(actor(), case):
        return show_case(case, CommentForm(formdata=None), status=409, refusal=views.refused_text(case))
    acts.remove_watcher(db.session, case, actor=actor(), user_id=user_id)
    return done(case)
