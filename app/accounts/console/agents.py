"""Agents, as system administrators bring them in and change their rights (ROLE-05)."""

from collections.abc import Sequence

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.accounts import people, person
from app.accounts.actions import desk_people
from app.accounts.administrators import LastAdministrator
from app.accounts.console import routes
from app.accounts.console.creating import is_taken
from app.accounts.console.help_acts import last_administrator_text
from app.accounts.console.person_page import PERSON
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.forms.desk import NewAgentForm, RightsFields, RightsForm
from app.accounts.models import DeskRole, Realm, User
from app.accounts.policy import can_help
from app.authz import Forbidden, NotFound, Permission, requires
from app.contracts import queries as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.gate import actor

FIELDS = ("login_id", "mail", "family_name", "given_name", "language", "role", "services", "form_key")


@routes.get("/people/agents/new")
@requires(Permission.USER_MANAGE)
def new_agent() -> Response:
    """The form of a further agent."""
    form = NewAgentForm(formdata=None)
    _offer(form)
    return _show_new(form)


@routes.post("/people/agents/new")
@requires(Permission.USER_MANAGE)
def create_agent() -> Response:
    """Create the agent; a second click leads to the same one."""
    form = NewAgentForm()
    _offer(form)
    form.is_taken = is_taken
    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=lambda: _create(form),
        done=answers.see_other,
        refuse=lambda message: _show_new(form, status=422, refusal=message),
    )


@routes.get(f"{PERSON}/rights")
@requires(Permission.USER_MANAGE)
def rights(user_id: int) -> Response:
    """The form of an agent's role and services."""
    agent = _agent(user_id)
    form = RightsForm(formdata=None)
    _offer(form)
    form.fill(agent, person.services_of_agent(db.session, agent))
    return _show_rights(agent, form)


@routes.post(f"{PERSON}/rights")
@requires(Permission.USER_MANAGE)
def save_rights(user_id: int) -> Response:
    """Give the agent other rights, unless somebody else changed them since the form was made (REL-05)."""
    agent, form = _agent(user_id), RightsForm()
    _offer(form)
    if not form.validate():
        return _show_rights(agent, form, status=422)
    demand_fresh("version", "role", "services")
    try:
        desk_people.set_rights(
            db.session,
            agent,
            actor=actor(),
            version=form.version_number(),
            role=DeskRole(form.role.data),
            services=_chosen(form),
        )
    except desk_people.StaleRights:
        return _stale(agent, form)
    except LastAdministrator:
        return _show_rights(agent, form, status=409, refusal=last_administrator_text())
    flash(_("The rights of %(name)s were saved.", name=agent.display_name), "success")
    return answers.see_other(url_for(".show", user_id=agent.id))


def _create(form: NewAgentForm) -> str:
    demand_fresh(*FIELDS)
    agent = desk_people.add_agent(
        db.session,
        actor=actor(),
        told=desk_people.NewPerson(
            login_id=form.login_id.data or "",
            mail=form.mail.data or "",
            family_name=form.family_name.data or "",
            given_name=form.given_name.data or "",
            language=form.language.data or None,
        ),
        role=DeskRole(form.role.data),
        services=_chosen(form),
    )
    flash(_("%(name)s was created.", name=agent.display_name), "success")
    return url_for(".notice", user_id=agent.id)


def _agent(user_id: int) -> User:
    """An agent whose rights the actor may change; a customer's user has none of this kind."""
    user = people.get_for(db.session, actor(), user_id)
    if user.realm is not Realm.AGENT:
        raise NotFound
    if not can_help(actor(), user):
        raise Forbidden
    return user


def _offer(form: RightsFields) -> None:
    form.offer(contracts.services(db.session), current_language())


def _chosen(form: RightsFields) -> list[Service]:
    return [
        service for service in contracts.services(db.session) if service.slug in (form.services.data or [])
    ]


def _stale(agent: User, form: RightsForm) -> Response:
    """Show both: what stands now, and what was chosen; saving again replaces the one by the other."""
    form.version.data = str(agent.version)
    return _show_rights(agent, form, status=409, stored=person.services_of_agent(db.session, agent))


def _show_new(form: NewAgentForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    return answers.page("accounts/console/new_agent.html", status=status, form=form, refusal=refusal)


def _show_rights(
    agent: User,
    form: RightsForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    stored: Sequence[Service] | None = None,
) -> Response:
    return answers.page(
        "accounts/console/rights.html",
        status=status,
        agent=agent,
        form=form,
        refusal=refusal,
        stored=stored,
    )
