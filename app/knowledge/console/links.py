"""Links to articles for a reply: only articles that the case's own customer may read are offered."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.authz import Permission, requires
from app.cases import queries as cases
from app.cases.models import Case
from app.extensions import db
from app.i18n import current_language
from app.knowledge import listing
from app.knowledge.console import routes
from app.knowledge.finding import LEAST_CHARACTERS, LONGEST_TYPED, find
from app.web import answers
from app.web.gate import actor

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Offered:
    """An article that can be linked: its number, title, and address in the customer's portal."""

    number: str
    title: str
    href: str


@routes.get("/knowledge/for-case/<number>")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def find_for_case(number: str) -> Response:
    """Articles that fit ``?q=`` and that the customer of a case may read, with their addresses in the portal."""
    case = cases.get_for(db.session, actor(), number)
    typed = request.args.get("q", "").strip()[:LONGEST_TYPED]
    return answers.page(
        "knowledge/console/for_case.html",
        part="knowledge/console/for_case_found.html",
        case=case,
        typed=typed,
        is_short=bool(typed) and len(typed) < LEAST_CHARACTERS,
        found=_found(case, typed),
    )


def _found(case: Case, typed: str) -> list[Offered]:
    reader = accounts.actor_of_number(case.customer_number)
    ids = find(db.session, reader, typed).ids or ()
    rows = listing.rows_of(db.session, reader, list(ids)[:MOST_OFFERED], language=current_language())
    public_url = current_app.config["SETTINGS"].public_url
    return [
        Offered(row.number, row.title, f"{public_url}/{case.service.slug}/knowledge/{row.number}")
        for row in rows
    ]
