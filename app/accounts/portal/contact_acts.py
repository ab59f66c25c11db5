"""Disabling and enabling a colleague's login (CONTACT-08, CONTACT-09)."""

from flask import flash, request
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.actions import contacts as actions
from app.accounts.bars import bars_of
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.portal import routes
from app.accounts.portal.contacts import ONE, address_of, last_administrator, show_contact
from app.authz import Permission, authorize, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.post(f"{ONE}/disablement")
@requires(Permission.PORTAL_CONTACT_MANAGE)
def disable_contact(contact_id: int) -> Response:
    """Bar a colleague from signing in; open sessions end at once (CONTACT-08)."""
    user = queries.contact_for(db.session, actor(), contact_id)
    try:
        actions.disable(db.session, user, actor=actor())
    except actions.OwnLogin:
        return show_contact(user, status=409, refusal=_("You cannot disable your own login."))
    except actions.NothingToDo:
        return show_contact(user, status=409, refusal=_("The login of this user is disabled already."))
    except actions.LastAdministrator:
        return show_contact(user, status=409, refusal=last_administrator())
    flash(_("The login of %(name)s was disabled.", name=user.display_name), "success")
    return answers.see_other(address_of(user))


@routes.post(f"{ONE}/enablement")
@requires(Permission.PORTAL_CONTACT_MANAGE)
def enable_contact(contact_id: int) -> Response:
    """End what the form showed to keep a colleague out, and nothing that came since (CONTACT-09, T18)."""
    user = queries.contact_for(db.session, actor(), contact_id)
    authorize(actions.is_theirs(db.session, user, actor=actor()))
    shown = frozenset(request.form.getlist("shown"))
    if not any(bar.token in shown for bar in bars_of(db.session, user)):
        refusal = _("There is nothing to end any more, or it has changed. Look at the present state below.")
        return show_contact(user, status=409, refusal=refusal)
    demand_fresh("shown")
    actions.enable(db.session, user, actor=actor(), shown=shown)
    left = bars_of(db.session, user)
    if left:
        flash(
            _("What you saw was ended. Something else still keeps %(name)s out.", name=user.display_name),
            "warning",
        )
    else:
        flash(_("The login of %(name)s was enabled.", name=user.display_name), "success")
    return answers.see_other(address_of(user))
