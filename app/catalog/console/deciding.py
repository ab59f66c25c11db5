"""The desk's acts on a work request, each a small resource of its own: acceptance, rejection (WR-08), asking again."""

from collections.abc import Callable
from functools import partial

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases.actions import CategoryRefused, StaleEdit
from app.cases.guard.outgoing import Stopped
from app.cases.views import stopped_text
from app.catalog import ledger, policy
from app.catalog.actions import asking, deciding
from app.catalog.actions.paying import NoPeriod
from app.catalog.claiming import AlreadyDecided
from app.catalog.console import routes
from app.catalog.console.requests import found_request, show
from app.catalog.forms.approving import ActForm
from app.catalog.forms.deciding import AcceptanceForm, DecidingForm, RejectionForm
from app.catalog.frozen import NotApproved
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.extensions import db
from app.i18n import _, ngettext
from app.web import answers
from app.web.gate import actor


@routes.post("/work-requests/<number>/acceptance")
@requires(Permission.CONSOLE_REQUEST_DECIDE)
def accept_request(number: str) -> Response:
    """Accept a request; a case comes of it (WR-09)."""
    found, form = found_request(number), AcceptanceForm()
    typed = form.overdraft_reason.data or ""

    def accept() -> str:
        case = deciding.accept(
            db.session,
            found,
            actor=actor(),
            version=form.version_number(),
            overdraft_reason=typed if form.overdraws.data else "",
            confirmed=form.confirmed.data or "",
        )
        return _("The work request was accepted; it is now case %(number)s.", number=case.number)

    again = partial(show, acceptance=form)
    try:
        return _decide(found, form, typed, act=accept, again=again)
    except ledger.NotEnough as short:
        return _ask_for_confirmation(found, form, short)
    except NoPeriod:
        # The page says so itself, and leads to where a period is set up.
        return again(found, status=422)
    except CategoryRefused:
        return again(found, status=422, refusal=_no_category())
    except NotApproved as missing:
        return again(found, status=409, refusal=missing.problem.message)


@routes.post("/work-requests/<number>/rejection")
@requires(Permission.CONSOLE_REQUEST_DECIDE)
def reject_request(number: str) -> Response:
    """Reject a request with a reason that the customer reads (WR-10)."""
    found, form = found_request(number), RejectionForm()
    reason = form.reason.data or ""

    def reject() -> str:
        version, confirmed = form.version_number(), form.confirmed.data or ""
        deciding.reject(db.session, found, actor=actor(), version=version, reason=reason, confirmed=confirmed)
        return _("The work request was rejected.")

    return _decide(found, form, reason, act=reject, again=partial(show, rejection=form))


@routes.post("/work-requests/<number>/approval-request")
@requires(Permission.CONSOLE_REQUEST_DECIDE)
def ask_again(number: str) -> Response:
    """Ask the administrators of the customer once more for their approval; a second click sends no second mail."""
    found, form = found_request(number), ActForm()
    try:
        asked = asking.ask_again(db.session, found, actor=actor(), version=form.version_number())
    except (AlreadyDecided, asking.NotInApproval):
        return show(
            _again(found), status=409, refusal=_("This request does not wait for an approval any more.")
        )
    except StaleEdit:
        return show(_again(found), status=409, is_stale=True)
    except asking.NobodyToAsk:
        return show(found, status=409)
    except asking.JustAsked:
        just_now = _("The administrators were asked less than an hour ago. Nobody was asked again.")
        return show(found, status=409, refusal=just_now)
    flash(
        ngettext(
            "%(num)s administrator was asked by mail.", "%(num)s administrators were asked by mail.", asked
        ),
        "success",
    )
    return answers.see_other(url_for(".show_request", number=found.number))


def _decide(
    found: WorkRequest,
    form: DecidingForm,
    typed: str,
    *,
    act: Callable[[], str],
    again: Callable[..., Response],
) -> Response:
    """Take a decision, or show the page again with what stands against it.

    :param act: decides, and returns the message that says so.
    :param again: shows the page with the form in question.
    """
    if not policy.can_decide(actor(), found):
        return _too_late(found, typed)
    if not form.validate():
        return again(found, status=422)
    try:
        flash(act(), "success")
    except AlreadyDecided:
        return _too_late(_again(found), typed)
    except StaleEdit:
        return again(_again(found), status=409, is_stale=True)
    except Stopped as stop:
        form.stopped = stop
        return again(found, status=422, refusal=stopped_text())
    return answers.see_other(url_for(".show_request", number=found.number))


def _again(found: WorkRequest) -> WorkRequest:
    """The request as it is now, with all that its page shows."""
    db.session.expire(found)
    return found_request(found.number)


def _ask_for_confirmation(found: WorkRequest, form: AcceptanceForm, short: ledger.NotEnough) -> Response:
    """Say what is missing, and at which of the two fields it can be confirmed (PT-05)."""
    if form.overdraws.data:
        form.overdraft_reason.errors = [_("Enter this field.")]
    else:
        form.overdraws.errors = [_("Confirm that the missing points are overdrawn.")]
    refusal = _("Not enough points left (%(n)s needed, %(m)s left).", n=short.needed, m=short.free)
    return show(found, acceptance=form, status=422, refusal=refusal)


def _no_category() -> str:
    return _("This service has no cases of the category “Work request”. A system administrator can add it.")


def _too_late(found: WorkRequest, typed: str) -> Response:
    """Say who has decided what; what was typed is kept on the page."""
    return show(found, status=409, refusal=_decided_text(found), kept=typed)


def _decided_text(found: WorkRequest) -> str:
    name = found.decided_by.display_name if found.decided_by else ""
    match found.state:
        case RequestState.ACCEPTED:
            return _("%(name)s has already accepted this work request.", name=name)
        case RequestState.REJECTED:
            return _("%(name)s has already rejected this work request.", name=name)
        case RequestState.WITHDRAWN:
            return _("The customer has withdrawn this work request.")
        case RequestState.REFUSED:
            return _("The customer's administrator did not approve this work request.")
    return _("This work request awaits the approval of the customer's administrator.")
