"""The login history in the portal, and its files (S26)."""

from flask import request
from werkzeug.wrappers import Response

from app.accounts.login_listing import COLUMNS, FIRST_ORDER, login_page, login_table
from app.accounts.portal import routes
from app.authz import Permission, requires
from app.extensions import db
from app.lists.address import ListAddress
from app.lists.export.answer import export
from app.lists.paging import page_number
from app.lists.sorting import Sort, chosen_sort
from app.web import answers
from app.web.gate import actor


@routes.get("/account/logins")
@requires(Permission.PORTAL_LOGIN_READ)
def logins() -> Response:
    """The login history of the own company for its administrators, the own one for everybody else."""
    sort = _sort()
    address = ListAddress(".logins", sort=sort.value, first_order=FIRST_ORDER)
    return answers.page(
        "accounts/portal/logins.html",
        columns=COLUMNS,
        page=login_page(
            db.session,
            actor(),
            sort=sort,
            wanted=page_number(request.args.get("page", "")),
            url=address.page,
        ),
        sort=sort,
        address=address,
    )


@routes.get("/account/logins.<any(csv, xlsx, pdf):extension>")
@requires(Permission.PORTAL_LOGIN_READ)
def logins_file(extension: str) -> Response:
    """The same rows, all of them, as a file."""
    person = actor()
    return export(login_table(db.session, person, sort=_sort()), extension, actor=person)


def _sort() -> Sort:
    return chosen_sort(request.args.get("sort", ""), COLUMNS, FIRST_ORDER)
