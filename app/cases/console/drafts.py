"""What an agent is typing on a case, kept until it is sent or discarded."""

from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.cases import draft_forms, policy, queries
from app.cases.actions import drafts as acts
from app.cases.console import routes
from app.cases.console.case import done
from app.cases.drafts import Pen, place_on
from app.extensions import db
from app.web.background import in_background
from app.web.gate import actor


@routes.post("/cases/<number>/drafts/<any(reply, note):pen>")
@requires(Permission.CONSOLE_CASE_UPDATE)
@in_background
def keep_draft(number: str, pen: str) -> Response:
    """Keep the reply or note that is being typed."""
    case = queries.get_for(db.session, actor(), number)
    authorize(policy.can_update(actor(), case))
    return draft_forms.keep(actor(), place_on(case, Pen(pen)))


@routes.post("/cases/<number>/drafts/<any(reply, note):pen>/removal")
@requires(Permission.CONSOLE_CASE_UPDATE)
def discard_draft(number: str, pen: str) -> Response:
    """Discard the reply or note that was not sent."""
    case = queries.get_for(db.session, actor(), number)
    acts.throw_away(db.session, actor=actor(), place=place_on(case, Pen(pen)))
    return done(case)
