"""Evidence packs at the desk: one for the customer, one for an auditor."""

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import queries
from app.cases.console import routes
from app.cases.evidence.contents import Kind
from app.cases.packs import pack
from app.extensions import db
from app.web.gate import actor


@routes.post("/cases/<number>/evidence")
@requires(Permission.CONSOLE_CASE_READ)
def take_evidence(number: str) -> Response:
    """Download the pack of a case; the case's history tells who took which.

    :raises BadRequest: for a kind of pack that no button names.
    """
    case = queries.get_for(db.session, actor(), number)
    kind = request.form.get("kind")
    if kind not in set(Kind):
        raise BadRequest
    return pack(case, Kind(kind), actor=actor())
