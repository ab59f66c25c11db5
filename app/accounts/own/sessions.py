"""The own open sessions, and the browsers in which a code was given: seen and ended by their owner (SEC-23)."""

from datetime import timedelta

from flask import current_app, flash, request
from werkzeug.wrappers import Response

from app import clock
from app.accounts import queries
from app.accounts import session as sessions
from app.accounts.actions import own_sessions as actions
from app.accounts.browsers import in_words
from app.accounts.entrance.place import here, trail
from app.accounts.own import routes
from app.accounts.own.profile import own_user
from app.accounts.session import current_row
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.get("/profile/sessions")
@requires(Permission.OWN_ACCOUNT)
def own_sessions() -> Response:
    """The open sessions, this one marked, and the browsers that are known."""
    settings, moment = current_app.config["SETTINGS"], clock.now()
    rows = queries.own_sessions(
        db.session,
        actor(),
        seen_after=moment - timedelta(minutes=settings.idle_minutes),
        begun_after=moment - timedelta(hours=settings.session_hours),
    )
    return answers.page(
        "accounts/own/sessions.html",
        layout=here().layout,
        base=here().base,
        rows=rows,
        current=current_row(),
        marks=queries.own_browsers(db.session, actor(), now=moment),
        in_words=in_words,
    )


@routes.post("/profile/sessions/<int(max=9223372036854775807):session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> Response:
    """End one of the own sessions; for the one in use this is signing out."""
    user = own_user()
    row = queries.own_session(db.session, actor(), session_id)
    if row.id == current_row().id:
        sessions.sign_out(db.session, actor=actor(), user=user, incoming=request, trail=trail())
        return answers.see_other(f"{here().login}?reason=logout")
    actions.end_session(db.session, user, actor=actor(), row=row)
    return _done(_("The session was ended."))


@routes.post("/profile/sessions/end-others")
@requires(Permission.OWN_ACCOUNT)
def end_other_sessions() -> Response:
    """End all own sessions but this one."""
    actions.end_other_sessions(db.session, own_user(), actor=actor(), keep=current_row())
    return _done(_("All other sessions were ended."))


@routes.post("/profile/exemptions/revoke")
@requires(Permission.OWN_ACCOUNT)
def forget_browsers() -> Response:
    """Let no browser skip the code any more."""
    actions.forget_browsers(db.session, own_user(), actor=actor())
    return _done(_("The browsers were forgotten. The next login asks for the code again."))


def _done(text: str) -> Response:
    flash(text, "success")
    return answers.see_other(f"{here().base}/profile/sessions")
