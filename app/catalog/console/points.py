"""Contracts and points at the desk: the customer numbers, what each includes, its periods, their statements (D10)."""

from calendar import monthrange
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.catalog import account_listing, corrections, periods, policy, queries, statement, verifying
from app.catalog.account_listing import ALL, LONGEST_SEARCH, WAITING
from app.catalog.console import routes
from app.catalog.days import written_day
from app.catalog.forms.points import CorrectionForm, PeriodForm, TermsForm, TotalForm
from app.catalog.models import PointPeriod
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber
from app.extensions import db
from app.i18n import current_language
from app.lists.address import ListAddress
from app.lists.export.answer import export
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.forms import plain_text, printable
from app.web.gate import actor

ACCOUNT = "/accounts/<number>/points"
PERIOD = f"{ACCOUNT}/<start>"


@routes.get("/accounts/")
@requires(Permission.CONSOLE_POINTS_READ)
def accounts() -> Response:
    """The customer numbers of the agent's services with their current points, and how the ledger was last found."""
    search = printable(plain_text(request.args.get("q")))[:LONGEST_SEARCH]
    view = WAITING if request.args.get("view") == WAITING else ALL
    sort = chosen_sort(request.args.get("sort", ""), account_listing.COLUMNS, account_listing.FIRST_ORDER)
    address = ListAddress(
        ".accounts", sort.value, account_listing.FIRST_ORDER, view=view, first_view=ALL, search=search
    )
    return answers.page(
        "catalog/console/points_accounts.html",
        columns=account_listing.COLUMNS,
        page=account_listing.account_page(
            db.session,
            actor(),
            view=view,
            search=search,
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
        search=search,
        view=view,
        waiting=corrections.count_open(db.session, actor()),
        check=verifying.last_check(db.session, actor()),
    )


@routes.get(ACCOUNT)
@requires(Permission.CONSOLE_POINTS_READ)
def account(number: str) -> Response:
    """What the contract of a customer number includes, and its periods of points."""
    return show_account(number_for(number))


@routes.get(PERIOD)
@requires(Permission.CONSOLE_POINTS_READ)
def account_statement(number: str, start: str) -> Response:
    """The statement of a period as customers see it, with what the desk can do about it (PT-08)."""
    return show_statement(period_for(number, start))


@routes.get(f"{PERIOD}.<any(csv, xlsx, pdf):extension>")
@requires(Permission.CONSOLE_POINTS_READ)
def account_statement_file(number: str, start: str, extension: str) -> Response:
    """The same entries, all of them, as a file."""
    sort = statement.statement_sort(request.args.get("sort", ""))
    table = statement.statement_table(db.session, period_for(number, start), for_desk=True, sort=sort)
    return export(table, extension, actor=actor())


def number_for(number: str) -> CustomerNumber:
    """The customer number of an address.

    :raises NotFound: for one of a service that is not the agent's, and for none, both alike.
    """
    found = contracts.number_for(db.session, actor(), number)
    if found is None:
        raise NotFound
    return found


def period_for(number: str, start: str) -> PointPeriod:
    """The period of an address, with number and balances.

    :raises NotFound: for a number of a service that is not the agent's, and for no such period, both alike.
    """
    day = written_day(start) if start.isascii() else None
    period = day and periods.period_for(db.session, actor(), number, day)
    if not period:
        raise NotFound
    return period


def show_account(
    number: CustomerNumber,
    *,
    terms_form: TermsForm | None = None,
    period_form: PeriodForm | None = None,
    status: int = 200,
) -> Response:
    """The page of a customer number, with a form that was refused in its place."""
    sort = chosen_sort(request.args.get("sort", ""), periods.COLUMNS, periods.FIRST_ORDER)
    address = ListAddress(
        ".account", sort=sort.value, first_order=periods.FIRST_ORDER, place={"number": number.number}
    )
    period_form = period_form or _next_period(number)
    period_form.prepare()
    terms = corrections.terms_of(db.session, number)
    if terms_form is None:
        terms_form = TermsForm(formdata=None)
        terms_form.offer()
        terms_form.fill(terms)
    return answers.page(
        "catalog/console/points_account.html",
        status=status,
        number=number,
        service_name=number.service.name_in(current_language()),
        terms=terms,
        takes_points=queries.settings_of(db.session, number.service_id).has_points,
        by_contract=queries.settings_of(db.session, number.service_id).is_by_contract,
        may_manage=policy.can_manage_points(actor(), number),
        terms_form=terms_form,
        period_form=period_form,
        corrections=corrections.open_corrections(db.session, actor(), number),
        columns=periods.COLUMNS[1:],
        page=periods.period_page(
            db.session,
            actor(),
            PointPeriod.customer_number_id == number.id,
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
    )


def show_statement(
    period: PointPeriod,
    *,
    total_form: TotalForm | None = None,
    correction_form: CorrectionForm | None = None,
    status: int = 200,
) -> Response:
    """The page of a period, with a form that was refused in its place."""
    number, start = number_for(period.customer_number.number), period.starts_on.isoformat()
    sort = statement.statement_sort(request.args.get("sort", ""))
    address = ListAddress(
        ".account_statement",
        sort=sort.value,
        first_order=statement.FIRST_ORDER,
        place={"number": number.number, "start": start},
    )
    if total_form is None:
        total_form = TotalForm(formdata=None, prefix="total")
        total_form.fill(period.plan_points, period.option_points)
    correction_form = correction_form or CorrectionForm(formdata=None, prefix="correction")
    correction_form.prepare()
    proposals = corrections.corrections_of(db.session, actor(), period)
    return answers.page(
        "catalog/console/points_statement.html",
        status=status,
        number=number,
        period=periods.row_of(period),
        plan_points=period.plan_points,
        option_points=period.option_points,
        start=start,
        may_manage=policy.can_manage_points(actor(), number),
        may_correct=policy.can_correct_points(actor(), number),
        total_form=total_form,
        correction_form=correction_form,
        corrections=[
            (
                item,
                policy.can_decide_correction(actor(), item, number),
                policy.can_withdraw_correction(actor(), item, number),
            )
            for item in proposals
        ],
        columns=statement.COLUMNS,
        page=statement.statement_page(
            db.session,
            period,
            for_desk=True,
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
    )


def _next_period(number: CustomerNumber) -> PeriodForm:
    """The form of a further period, filled in with the month behind the last one, or else with this month."""
    form = PeriodForm(formdata=None, prefix="period")
    last = corrections.last_day(db.session, number)
    today = periods.days_of_services(db.session, [number.service_id])[number.service_id]
    first = last + timedelta(days=1) if last else today.replace(day=1)
    terms = corrections.terms_of(db.session, number)
    form.starts_on.data = first.isoformat()
    form.ends_on.data = first.replace(day=monthrange(first.year, first.month)[1]).isoformat()
    form.plan_points.data, form.option_points.data = str(terms.plan_points), str(terms.option_points)
    return form
