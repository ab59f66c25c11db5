"""Help on a customer's request: each act a resource of its own, recorded with how the customer asked (DESK-08)."""

from collections.abc import Callable

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts import bars, people
from app.accounts.actions import desk_help
from app.accounts.administrators import LastAdministrator
from app.accounts.console import routes
from app.accounts.console.person_page import PERSON, asked_form, show_person
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.models import User
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor

# A person has three bars at most; more names than that are nobody's form.
MOST_SHOWN = 10


@routes.post(f"{PERSON}/enabling")
@requires(Permission.CONSOLE_PERSON_HELP)
def enable(user_id: int) -> Response:
    """End what keeps the person out, as far as the form named it; what came since stays (T18, SEC-10)."""
    shown = request.form.getlist("shown")[:MOST_SHOWN]

    def work(user: User, asked: str) -> str:
        demand_fresh("enabling-asked", "shown")
        ended = desk_help.enable(db.session, actor=actor(), user=user, shown=shown, asked=asked)
        return " ".join(_enabled_text(kind) for kind in ended)

    return _help(user_id, "enabling", work)


@routes.post(f"{PERSON}/disabling")
@requires(Permission.CONSOLE_PERSON_HELP)
def disable(user_id: int) -> Response:
    """Bar the person; open sessions end at once (AUTH-07)."""

    def work(user: User, asked: str) -> str:
        desk_help.disable(db.session, actor=actor(), user=user, asked=asked)
        return _("The login was disabled; open sessions have ended.")

    return _help(user_id, "disabling", work)


@routes.post(f"{PERSON}/early-reset")
@requires(Permission.CONSOLE_PERSON_HELP)
def allow_reset(user_id: int) -> Response:
    """Take the wait before the next reset away."""

    def work(user: User, asked: str) -> str:
        desk_help.allow_reset(db.session, actor=actor(), user=user, asked=asked)
        return _("The password can be reset again now.")

    return _help(user_id, "early-reset", work)


@routes.post(f"{PERSON}/sign-out")
@requires(Permission.CONSOLE_PERSON_HELP)
def sign_out(user_id: int) -> Response:
    """End all sessions of the person, and let no browser skip the code (SEC-23)."""

    def work(user: User, asked: str) -> str:
        count = desk_help.end_sessions(db.session, actor=actor(), user=user, asked=asked)
        return _("All sessions were ended: %(count)s. No browser skips the code any more.", count=count)

    return _help(user_id, "sign-out", work)


def _help(user_id: int, act: str, work: Callable[[User, str], str]) -> Response:
    """Take the form of an act; ``work`` does it and says so."""
    user = people.get_for(db.session, actor(), user_id)
    form = asked_form(act)
    if not form.validate():
        return show_person(user, refused=(act, form), status=422)
    try:
        told = work(user, form.asked.data or "")
    except (desk_help.NothingToDo, bars.NothingToEnd):
        return show_person(user, status=409, refusal=changed_text())
    except LastAdministrator:
        return show_person(user, status=409, refusal=last_administrator_text())
    flash(told, "success")
    return answers.see_other(url_for(".show", user_id=user.id))


def changed_text() -> str:
    """The message for an act whose state has changed since the page was shown."""
    return _("The state has changed since the page was shown; nothing was done. This is how it is now.")


def last_administrator_text() -> str:
    """The message for an act that would leave nobody to manage the installation."""
    return _("This is the last system administrator who can sign in. Make somebody else one first.")


def _enabled_text(kind: bars.BarKind) -> str:
    match kind:
        case bars.BarKind.LOCKED:
            return _("The lock from wrong passwords was ended.")
        case bars.BarKind.DISABLED:
            return _("The login was enabled.")
        case bars.BarKind.FROZEN:
            return _("The stop by the owner was lifted.")
