"""The people the desk knows: the users of its customers, and for system administrators the agents (D11)."""

from dataclasses import dataclass

from flask import request, url_for
from werkzeug.wrappers import Response

from app.accounts import people, removals
from app.accounts.console import routes
from app.accounts.models import Realm
from app.accounts.people import AGENT_COLUMNS, COLUMNS, FIRST_ORDER, LONGEST_SEARCH
from app.authz import Permission, requires
from app.extensions import db
from app.lists.columns import Column
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.forms import plain_text, printable
from app.web.gate import actor


@dataclass(frozen=True, slots=True)
class ListAddress:
    """The addresses around the list: search, order and page stand in its URL, and defaults are left out of it."""

    endpoint: str
    search: str
    sort: str

    def page(self, number: int) -> str:
        """This list at another page."""
        return self._url(self.sort, number)

    def sorted_by(self, sort: str) -> str:
        """This list in another order, from its first page."""
        return self._url(sort, 1)

    def _url(self, sort: str, page: int) -> str:
        return url_for(
            self.endpoint,
            q=self.search or None,
            sort=None if sort == FIRST_ORDER else sort,
            page=page if page > 1 else None,
        )


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
    address = ListAddress(endpoint, search, sort.value)
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
