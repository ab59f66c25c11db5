"""What the desk does about points: terms, periods, totals, and corrections by two persons (PT-06)."""

from typing import TypeVar

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.catalog import corrections, ledger, policy
from app.catalog.actions import correcting, granting
from app.catalog.actions.terms import set_request_terms
from app.catalog.console import routes
from app.catalog.console.points import ACCOUNT, PERIOD, number_for, period_for, show_account, show_statement
from app.catalog.forms.points import CorrectionForm, PeriodForm, TermsForm, TotalForm
from app.catalog.models import CorrectionState, PointCorrection, PointPeriod
from app.contracts.models import CustomerNumber
from app.extensions import db
from app.i18n import _
from app.web import answers, once
from app.web.forms import PlainForm
from app.web.gate import actor

FormT = TypeVar("FormT", bound=PlainForm)
# The largest whole number that the database has.
CORRECTION = f"{PERIOD}/corrections/<int(max=9223372036854775807):correction_id>"


@routes.post(f"{ACCOUNT}/terms")
@requires(Permission.CONSOLE_POINTS_MANAGE)
def save_terms(number: str) -> Response:
    """Set what the contract includes, unless somebody else has since the form was made (REL-05)."""
    account, form = number_for(number), TermsForm()
    form.offer()
    if not form.validate():
        return show_account(account, terms_form=form, status=422)
    current = corrections.terms_of(db.session, account)
    if form.version_number != current.version:
        # The form now carries today's version: whoever has read what stands there now may save over it.
        form.version.data = str(current.version)
        form.form_errors.append(
            _("Somebody else has changed the contract since you opened this page. Nothing was saved yet.")
        )
        return show_account(account, terms_form=form, status=422)
    set_request_terms(db.session, actor=actor(), number=account, terms=form.terms)
    flash(_("The contract was saved."), "success")
    return answers.see_other(url_for(".account", number=account.number))


@routes.post(f"{ACCOUNT}/periods")
@requires(Permission.CONSOLE_POINTS_MANAGE)
def add_period(number: str) -> Response:
    """Open a further period with its points; a second click leads to the same place (REL-04)."""
    account, form = number_for(number), PeriodForm(prefix="period")
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _open(account, form),
            done=answers.see_other,
            refuse=lambda message: show_account(account, period_form=_with(form, message), status=422),
        )
    except granting.PeriodsOverlap:
        form.starts_on.errors = [_("Another period of this customer number shares days with this one.")]
        return show_account(account, period_form=form, status=422)


def _open(account: CustomerNumber, form: PeriodForm) -> str:
    first, last = form.starts_on.day, form.ends_on.day
    if first is None or last is None:
        raise ValueError("A valid form has both days.")
    granting.open_period(
        db.session,
        actor=actor(),
        number=account,
        starts_on=first,
        ends_on=last,
        plan_points=form.plan_points.points,
        option_points=form.option_points.points,
    )
    flash(_("The period was added."), "success")
    return url_for(".account", number=account.number)


def _with(form: FormT, message: str | None) -> FormT:
    """The form, with why it was refused if its fields do not say so."""
    if message:
        form.form_errors.append(message)
    return form


@routes.post(f"{PERIOD}/total")
@requires(Permission.CONSOLE_POINTS_MANAGE)
def set_period_total(number: str, start: str) -> Response:
    """Set the points of a period anew; not below what is used and held."""
    period, form = period_for(number, start), TotalForm(prefix="total")
    if not form.validate():
        return show_statement(period, total_form=form, status=422)
    try:
        granting.set_total(
            db.session,
            period,
            actor=actor(),
            plan_points=form.plan_points.points,
            option_points=form.option_points.points,
            reason=form.reason.data or "",
            seen=form.seen_points,
        )
    except granting.StaleTotal:
        # The form now carries today's points: whoever has read what stands there now may set them anew.
        form.look_at(period.plan_points, period.option_points)
        stale = _(
            "Somebody else has set the points since you opened this page: now %(plan)s of the plan and %(option)s of "
            "the option. Nothing was saved yet.",
            plan=period.plan_points,
            option=period.option_points,
        )
        return show_statement(period, total_form=_with(form, stale), status=422)
    except ledger.NotEnough as short:
        form.plan_points.errors = [_taken(short)]
        return show_statement(period, total_form=form, status=422)
    return _done(period, _("The points were set."))


@routes.post(f"{PERIOD}/corrections")
@requires(Permission.CONSOLE_POINTS_CORRECT)
def propose_correction(number: str, start: str) -> Response:
    """Propose to count more or fewer points as used; another person books it, and a second click proposes nothing."""
    period, form = period_for(number, start), CorrectionForm(prefix="correction")
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _propose(period, form),
            done=answers.see_other,
            refuse=lambda message: show_statement(period, correction_form=_with(form, message), status=422),
        )
    except ledger.LedgerRefusal as refusal:
        form.difference.errors = [_refused(refusal)]
        return show_statement(period, correction_form=form, status=422)


def _propose(period: PointPeriod, form: CorrectionForm) -> str:
    correcting.propose(
        db.session, period, actor=actor(), difference=form.points, reason=form.reason.data or ""
    )
    flash(_("The correction was proposed. Another person books or refuses it."), "success")
    return _statement_url(period)


@routes.post(f"{CORRECTION}/booking")
@requires(Permission.CONSOLE_POINTS_CORRECT)
def book_correction(number: str, start: str, correction_id: int) -> Response:
    """Book what somebody else has proposed."""
    period = period_for(number, start)
    correction = _correction(period, correction_id)
    if not policy.can_decide_correction(actor(), correction, number_for(number)):
        return _no_longer(period, correction)
    try:
        correcting.book_correction(db.session, correction, actor=actor())
    except correcting.AlreadyDecided:
        return _no_longer(period, correction)
    except ledger.LedgerRefusal as refusal:
        flash(_refused(refusal), "error")
        return show_statement(period, status=409)
    return _done(period, _("The correction was booked."))


@routes.post(f"{CORRECTION}/refusal")
@requires(Permission.CONSOLE_POINTS_CORRECT)
def refuse_correction(number: str, start: str, correction_id: int) -> Response:
    """Decide against what somebody else has proposed; nothing is booked."""
    period = period_for(number, start)
    correction = _correction(period, correction_id)
    if not policy.can_decide_correction(actor(), correction, number_for(number)):
        return _no_longer(period, correction)
    try:
        correcting.refuse_correction(db.session, correction, actor=actor())
    except correcting.AlreadyDecided:
        return _no_longer(period, correction)
    return _done(period, _("The correction was refused."))


@routes.post(f"{CORRECTION}/withdrawal")
@requires(Permission.CONSOLE_POINTS_CORRECT)
def withdraw_correction(number: str, start: str, correction_id: int) -> Response:
    """Take back what one has proposed oneself; nothing is booked."""
    period = period_for(number, start)
    correction = _correction(period, correction_id)
    if correction.proposed_by_id != actor().user_id:
        flash(_("Only the person who proposed this correction can withdraw it."), "error")
        return show_statement(period, status=403)
    try:
        correcting.withdraw_correction(db.session, correction, actor=actor())
    except correcting.AlreadyDecided:
        return _no_longer(period, correction)
    return _done(period, _("The correction was withdrawn."))


def _correction(period: PointPeriod, correction_id: int) -> PointCorrection:
    found = corrections.correction_for(db.session, actor(), period, correction_id)
    if found is None:
        raise NotFound
    return found


def _no_longer(period: PointPeriod, correction: PointCorrection) -> Response:
    """The page as it stands, with why there is nothing to decide: it was, or it is the person's own (PT-06)."""
    if correction.state is CorrectionState.PROPOSED and correction.proposed_by_id == actor().user_id:
        flash(_("You proposed this correction; another person decides on it."), "error")
        return show_statement(period, status=403)
    is_withdrawn = correction.state is CorrectionState.WITHDRAWN
    flash(
        _("The correction was withdrawn meanwhile.")
        if is_withdrawn
        else _("The correction was decided meanwhile."),
        "error",
    )
    return show_statement(period, status=409)


def _done(period: PointPeriod, message: str) -> Response:
    flash(message, "success")
    return answers.see_other(_statement_url(period))


def _statement_url(period: PointPeriod) -> str:
    number, start = period.customer_number.number, period.starts_on.isoformat()
    return url_for(".account_statement", number=number, start=start)


def _refused(refusal: ledger.LedgerRefusal) -> str:
    if isinstance(refusal, ledger.NotEnough):
        return _taken(refusal)
    return _("More points cannot be given back than were used.")


def _taken(short: ledger.NotEnough) -> str:
    return _(
        "Only %(free)s points are free; %(needed)s cannot be taken.", free=short.free, needed=short.needed
    )
