"""What stands beside a case at the desk: one function for each part in ``templates/cases/console/side/``."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.authz import Actor
from app.cases.forms import AssigneeForm
from app.cases.models import Case

Part = Callable[[Session, Actor, Case], dict[str, Any]]


def beside(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    """The context of all parts; each reads within the actor's scope."""
    return {name: value for part in PARTS for name, value in part(session, actor, case).items()}


def _assignee(session: Session, _actor: Actor, case: Case) -> dict[str, Any]:
    form = AssigneeForm(formdata=None, assignee=str(case.assignee_id or ""))
    form.offer(accounts.agents_of_service(session, case.service_id))
    return {"assignee_form": form}


PARTS: tuple[Part, ...] = (_assignee,)
