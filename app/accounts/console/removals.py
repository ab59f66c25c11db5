"""A lost factor: one agent asks for its removal, a second one decides (SEC-17)."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.accounts import people, removals
from app.accounts.actions import desk_help, mfa_removal
from app.accounts.console import routes
from app.accounts.console.help_acts import changed_text
from app.accounts.console.person_page import PERSON, show_person
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.forms.desk import IdentityCheckForm, RefusalForm
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor

REMOVAL = "/people/removals/<int(max=9223372036854775807):removal_id>"


@routes.get("/people/removals")
@requires(Permission.CONSOLE_PERSON_READ)
def list_removals() -> Response:
    """The requests that wait for a second agent, the oldest first."""
    waiting = removals.open_requests(db.session, actor())
    return answers.page("accounts/console/removals.html", waiting=waiting)


@routes.post(f"{PERSON}/removal")
@requires(Permission.CONSOLE_PERSON_HELP)
def ask_removal(user_id: int) -> Response:
    """Ask a second agent to take the person's second proofs away; nothing changes yet."""
    user = people.get_for(db.session, actor(), user_id)
    form = IdentityCheckForm(prefix="removal")
    if not form.validate():
        return show_person(user, refused=("removal", form), status=422)
    try:
        mfa_removal.ask(db.session, actor=actor(), user=user, identity_check=form.identity_check.data or "")
    except desk_help.NothingToDo:
        return show_person(user, status=409, refusal=changed_text())
    flash(_("The request waits for a second agent. Until then nothing changes."), "success")
    return answers.see_other(url_for(".show", user_id=user.id))


@routes.post(f"{REMOVAL}/approval")
@requires(Permission.CONSOLE_PERSON_HELP)
def approve(removal_id: int) -> Response:
    """Take the second proofs away, as the second agent, with a fresh proof of who that is (SEC-10)."""
    request = removals.get_for(db.session, actor(), removal_id)
    if request.removal.decided_at is None and request.removal.asked_by_id != actor().user_id:
        demand_fresh()
    return _decide(request, is_approved=True)


@routes.post(f"{REMOVAL}/refusal")
@requires(Permission.CONSOLE_PERSON_HELP)
def refuse(removal_id: int) -> Response:
    """Decline, with the reason for whoever asked."""
    request = removals.get_for(db.session, actor(), removal_id)
    form = RefusalForm(prefix="refusal")
    if not form.validate():
        return show_person(request.user, refused=("refusal", form), status=422)
    return _decide(request, is_approved=False, note=form.note.data or "")


def _decide(request: removals.Request, *, is_approved: bool, note: str = "") -> Response:
    try:
        mfa_removal.decide(
            db.session,
            actor=actor(),
            user=request.user,
            removal=request.removal,
            is_approved=is_approved,
            note=note,
        )
    except mfa_removal.AlreadyDecided:
        return show_person(request.user, status=409, refusal=_("Another agent has decided in the meantime."))
    flash(_told(is_approved=is_approved), "success")
    return answers.see_other(url_for(".show", user_id=request.user.id))


def _told(*, is_approved: bool) -> str:
    if is_approved:
        return _("The second proofs were removed and all sessions ended. The person is told by mail.")
    return _("The request was declined; nothing was removed.")
