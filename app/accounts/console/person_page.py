"""One person as the desk sees them, with the help that is open to the agent (D11)."""

import re

from flask import current_app, request
from werkzeug.wrappers import Response

from app.accounts import audit, browsers, people, person, policy
from app.accounts.console import routes
from app.accounts.forms.desk import AskedForm, IdentityCheckForm, RefusalForm
from app.accounts.models import Realm, User
from app.authz import Permission, requires
from app.extensions import db
from app.web import answers
from app.web.forms import PlainForm
from app.web.gate import actor

ENTRY = re.compile(r"[0-9]{1,15}")
PERSON = "/people/<int(max=9223372036854775807):user_id>"
# The acts that want to know how the customer asked; each has its form, led by its name.
ASKED = ("enabling", "disabling", "early-reset", "sign-out")


@routes.get(PERSON)
@requires(Permission.CONSOLE_PERSON_READ)
def show(user_id: int) -> Response:
    """Facts, state, sign-ins, history and open sessions of a person within reach."""
    return show_person(people.get_for(db.session, actor(), user_id))


def asked_form(act: str) -> AskedForm:
    """The form of an act, as it was posted."""
    return AskedForm(prefix=act)


def show_person(
    user: User,
    *,
    refused: tuple[str, PlainForm] | None = None,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    """Show the page; with the act whose form was refused, or with a message why an act cannot be done."""
    standing = person.standing_of(db.session, actor(), user)
    forms: dict[str, PlainForm] = {act: AskedForm(formdata=None, prefix=act) for act in ASKED}
    forms["removal"] = IdentityCheckForm(formdata=None, prefix="removal")
    forms["refusal"] = RefusalForm(formdata=None, prefix="refusal")
    if refused is not None:
        forms[refused[0]] = refused[1]
    is_agent = user.realm is Realm.AGENT
    asked_before = request.args.get("before", "")
    before = int(asked_before) if ENTRY.fullmatch(asked_before) else None
    return answers.page(
        "accounts/console/person.html",
        status=status,
        user=user,
        is_agent=is_agent,
        holder=person.holder_of(db.session, user),
        numbers=[] if is_agent else person.numbers_of(db.session, actor(), user),
        services=person.services_of_agent(db.session, user) if is_agent else [],
        standing=standing,
        mfa=standing.mfa(is_agent=is_agent),
        sessions=person.sessions_of(db.session, actor(), user, current_app.config["SETTINGS"]),
        login_events=person.login_events_of(db.session, actor(), user),
        in_words=browsers.in_words,
        words_of=audit.words_of,
        audit=audit.audit_of(db.session, actor(), user, before=before),
        helps=policy.can_help(actor(), user),
        decides=standing.removal is not None and policy.can_decide(actor(), standing.removal.removal),
        forms=forms,
        open_act=refused[0] if refused else None,
        is_older_part=before is not None,
        refusal=refusal,
    )
