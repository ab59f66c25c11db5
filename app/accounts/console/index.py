"""The people the desk knows: the users of its customers, and for system administrators the agents (D11)."""

from flask import request
from werkzeug.wrappers import Response

from app.accounts import people, removals
from app.accounts.console import routes
from app.accounts.models import Realm
from app.accounts.people import AGENT_COLUMNS, COLUMNS, FIRST_ORDER, LONGEST_SEARCH
from app.authz import Permission, requires
from app.extensions import db
from app.lists.address import ListAddress
from app.lists.columns import Column
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.forms import plain_text, printable
from app.web.gate import actor


@routes.get("/people/")
@requires(Permission.CONSOLE_PERSON_READ)
def index() -> Response:
    """The users of the customers of the agent's services; of all customers for system administrators (ROLE-05)."""
    return _list(".index", Realm.CUSTOMER, COLUMNS)


@routes.get("/people/agents")
@requires(Permission.USER_MANAGE)
def agents() -> Response:
    """The agents, for system administrators."""
    return _list(".agents", Realm.AGENT, AGENT_COLUMNS)


def _list(endpoint: str, realm: Realm, columns: tuple[Column, ...]) -> Response:
    search = printable(plain_text(request.args.get("q")))[:LONGEST_SEARCH]
    sort = chosen_sort(request.args.get("sort", ""), columns, FIRST_ORDER)
    address = ListAddress(endpoint, sort.value, FIRST_ORDER, search=search)
    page = people.people_page(
        db.session,
        actor(),
        realm=realm,
        search=search,
        sort=sort,
        wanted=page_number(request.args.get("page", "")),
        url=address.page,
    )
    return answers.page(
        "accounts/console/people.html",
        columns=columns,
        page=page,
        sort=sort,
        address=address,
        search=search,
        realm=realm.value,
        open_removals=removals.count_open(db.session, actor()),
    )
