"""What stands beside a case at the desk: one function for each part in ``templates/cases/console/side/``."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.authz import Actor
from app.cases import answers, mentions, policy, presence, queries, relations, targets
from app.cases.actions.merging import TELLING_WAITS
from app.cases.due import targets_shown
from app.cases.forms import AssigneeForm, CaseNumberForm, ChildrenForm, FilesForm, LinkForm
from app.cases.models import Case

Part = Callable[[Session, Actor, Case], dict[str, Any]]


def beside(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    """The context of all parts; each reads within the actor's scope."""
    return {name: value for part in PARTS for name, value in part(session, actor, case).items()}


def _assignee(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    form = AssigneeForm(formdata=None, assignee=str(case.assignee_id or ""))
    agents = accounts.agents_of_service(session, case.service_id)
    form.offer(agents)
    return {"assignee_form": form, "colleagues": [user for user in agents if user.id != actor.user_id]}


def _customer(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    return {
        "contracts": relations.contracts_of(session, actor, case),
        "open_cases": relations.open_cases_of_holder(session, actor, case),
    }


def _relations(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    family = relations.family_of(session, actor, case)
    counts = relations.children_by_state(session, actor, case) if family.children else {}
    children_form = ChildrenForm(formdata=None, prefix="children")
    children_form.prepare()
    return {
        "links": relations.links_of(session, actor, case),
        "family": family,
        "children_counts": counts,
        "merge_can_be_undone": case.is_merged
        and relations.is_merge_untold(session, case, waits=TELLING_WAITS),
        "link_form": LinkForm(formdata=None, prefix="link"),
        "merge_form": CaseNumberForm(formdata=None, prefix="merge"),
        "parent_form": CaseNumberForm(formdata=None, prefix="parent"),
        "children_form": children_form,
    }


def _mentions(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    return {"mentions_here": mentions.unread_on(session, actor, case)}


def _answers(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    return {"canned_answers": answers.of_service(session, actor, case.service_id) if case.is_open else ()}


def _files(_session: Session, _actor: Actor, _case: Case) -> dict[str, Any]:
    form = FilesForm(formdata=None, prefix="files")
    form.prepare()
    return {"files_form": form}


def _present(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    present = presence.others_at(session, actor, case)
    return {"present": present, "sign": presence.sign_of(present)}


def _targets(session: Session, actor: Actor, case: Case) -> dict[str, Any]:
    settings = queries.settings_of(session, case.service_id)
    hours = targets.hours_by_service(session, (case.service_id,)).get(case.service_id)
    return {
        "targets": targets_shown(case, hours) if hours else [],
        "hours": hours,
        "can_close_unconfirmed": policy.can_close_unconfirmed(actor, case, settings),
    }


PARTS: tuple[Part, ...] = (_targets, _answers, _mentions, _present, _assignee, _files, _customer, _relations)
