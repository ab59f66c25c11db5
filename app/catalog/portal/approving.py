"""What customers do with a request before the desk decides: approve, refuse or withdraw it, each a POST of its own."""

from collections.abc import Callable

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases.actions import StaleEdit
from app.catalog import policy
from app.catalog.actions import approving, withdrawing
from app.catalog.claiming import AlreadyDecided
from app.catalog.forms.approving import ActForm, RefusalForm
from app.catalog.models import WorkRequest
from app.catalog.portal import routes
from app.catalog.portal.sent import found_sent, show_sent
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.post("/work-requests/sent/<number>/approval")
@requires(Permission.PORTAL_REQUEST_APPROVE)
def approve_request(number: str) -> Response:
    """Approve a request; the Advisory Center decides on it next."""
    found, form = found_sent(number), ActForm()
    if not policy.can_approve(actor(), found):
        return too_late(found)
    return _act(
        found,
        lambda: approving.approve(db.session, found, actor=actor(), version=form.version_number()),
        _("You approved the work request. The Advisory Center decides on it next."),
    )


@routes.post("/work-requests/sent/<number>/refusal")
@requires(Permission.PORTAL_REQUEST_APPROVE)
def refuse_request(number: str) -> Response:
    """Do not approve a request, with a reason that its requester reads."""
    found, form = found_sent(number), RefusalForm()
    if not policy.can_approve(actor(), found):
        return too_late(found, refusal_form=form)
    if not form.validate():
        return show_sent(found, status=422, refusal_form=form)
    version, reason = form.version_number(), form.reason.data or ""
    return _act(
        found,
        lambda: approving.refuse(db.session, found, actor=actor(), version=version, reason=reason),
        _("You did not approve the work request."),
        refusal_form=form,
    )


@routes.post("/work-requests/sent/<number>/withdrawal")
@requires(Permission.PORTAL_REQUEST_CREATE)
def withdraw_request(number: str) -> Response:
    """Withdraw a request that nobody has decided on."""
    found, form = found_sent(number), ActForm()
    if not policy.can_withdraw(actor(), found):
        return too_late(found)
    return _act(
        found,
        lambda: withdrawing.withdraw(db.session, found, actor=actor(), version=form.version_number()),
        _("The work request was withdrawn."),
    )


def _act(
    found: WorkRequest,
    act: Callable[[], object],
    done: str,
    *,
    refusal_form: RefusalForm | None = None,
) -> Response:
    """Do it, or show the request as it is now if somebody was quicker; a typed reason is kept."""
    typed = {"refusal_form": refusal_form} if refusal_form else {}
    try:
        act()
    except AlreadyDecided:
        return too_late(_again(found), **typed)
    except StaleEdit:
        changed = _(
            "Somebody has changed this work request since you opened it. Check the content, which is the newest, "
            "and choose again."
        )
        return show_sent(_again(found), status=409, refusal=changed, **typed)
    flash(done, "success")
    return answers.see_other(url_for(".show_sent_request", number=found.number))


def _again(found: WorkRequest) -> WorkRequest:
    """The request as it is now, with all that its page shows."""
    db.session.expire(found)
    return found_sent(found.number)


def too_late(found: WorkRequest, **context: RefusalForm) -> Response:
    """Say that the state of a request does not allow this act any more."""
    return show_sent(found, status=409, refusal=too_late_text(found), **context)


def too_late_text(found: WorkRequest) -> str:
    """What is said where the state of a request does not allow an act."""
    return _("This is not possible any more. The status is now: %(state)s.", state=found.state.label)
