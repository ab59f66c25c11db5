"""Points for work requests in the portal: the periods of the own numbers, and the statement of each (S27, PT-08)."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.catalog import periods, statement
from app.catalog.days import written_day
from app.catalog.models import PointPeriod
from app.catalog.portal import routes
from app.catalog.portal.offer import demand_points
from app.catalog.queries import has_points
from app.extensions import db
from app.lists.address import ListAddress
from app.lists.export.answer import export
from app.lists.paging import page_number
from app.lists.sorting import Sort, chosen_sort
from app.web import answers
from app.web.gate import actor

FILE = "<any(csv, xlsx, pdf):extension>"


@routes.get("/account/points")
@requires(Permission.PORTAL_POINTS_READ)
def points() -> Response:
    """The periods of the own customer numbers that have points, newest first (PT-01 to PT-03)."""
    demand_points()
    sort = _sort()
    address = ListAddress(".points", sort=sort.value, first_order=periods.FIRST_ORDER)
    return answers.page(
        "catalog/portal/points.html",
        columns=periods.COLUMNS,
        page=periods.period_page(
            db.session,
            actor(),
            has_points(),
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
    )


@routes.get(f"/account/points.{FILE}")
@requires(Permission.PORTAL_POINTS_READ)
def points_file(extension: str) -> Response:
    """The same rows, all of them, as a file."""
    demand_points()
    person = actor()
    table = periods.period_table(db.session, person, has_points(), sort=_sort())
    return export(table, extension, actor=person)


@routes.get("/account/points/<number>/<start>")
@requires(Permission.PORTAL_POINTS_READ)
def point_statement(number: str, start: str) -> Response:
    """What happened to the points of one period, with running balances (PT-08)."""
    period = _period(number, start)
    sort = statement.statement_sort(request.args.get("sort", ""))
    address = ListAddress(
        ".point_statement",
        sort=sort.value,
        first_order=statement.FIRST_ORDER,
        place={"number": number, "start": start},
    )
    return answers.page(
        "catalog/portal/point_statement.html",
        columns=statement.COLUMNS,
        period=periods.row_of(period),
        page=statement.statement_page(
            db.session,
            period,
            for_desk=False,
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
    )


@routes.get(f"/account/points/<number>/<start>.{FILE}")
@requires(Permission.PORTAL_POINTS_READ)
def point_statement_file(number: str, start: str, extension: str) -> Response:
    """The same entries, all of them, as a file."""
    period = _period(number, start)
    sort = statement.statement_sort(request.args.get("sort", ""))
    table = statement.statement_table(db.session, period, for_desk=False, sort=sort)
    return export(table, extension, actor=actor())


def _sort() -> Sort:
    return chosen_sort(request.args.get("sort", ""), periods.COLUMNS, periods.FIRST_ORDER)


def _period(number: str, start: str) -> PointPeriod:
    """The period of an address.

    :raises NotFound: for a period of another company, one of a contract without points, and none, all alike.
    """
    demand_points()
    day = written_day(start) if start.isascii() else None
    period = day and periods.period_for(db.session, actor(), number, day, has_points())
    if not period:
        raise NotFound
    return period
