"""The evidence pack of an own case, for customers."""

from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import queries
from app.cases.evidence.contents import Kind
from app.cases.packs import pack
from app.cases.portal import routes
from app.extensions import db
from app.web.gate import actor


@routes.post("/cases/<number>/evidence")
@requires(Permission.PORTAL_CASE_READ)
def take_evidence(number: str) -> Response:
    """Download what there is of the case: the thread, the files, the approvals, each with its SHA-256."""
    return pack(queries.get_for(db.session, actor(), number), Kind.CUSTOMER, actor=actor())
