"""The own mail address (S29): a dialog of the profile, and a page of its own for browsers without dialogs."""

from werkzeug.wrappers import Response

from app.accounts.actions import profile as actions
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.entrance.place import here
from app.accounts.forms.profile import MailForm
from app.accounts.own import routes
from app.accounts.own.profile import cautions_mail_change, own_user, profile_url, saved, show_profile
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import N_
from app.web import answers
from app.web.gate import actor


@routes.get("/profile/mail")
@requires(Permission.OWN_ACCOUNT)
def mail() -> Response:
    """The form on a page of its own (PROF-05)."""
    return answers.page(
        "accounts/own/mail.html",
        layout=here().layout,
        base=here().base,
        profile_url=profile_url(),
        form=MailForm(formdata=None, mail=own_user().mail),
        cautions=cautions_mail_change(),
    )


@routes.post("/profile/mail")
@requires(Permission.OWN_ACCOUNT)
def save_mail() -> Response:
    """Let mail go to the new address from now on, once the person has proved to be who signed in (PROF-06, T08)."""
    user, form = own_user(), MailForm()
    if not form.validate():
        return show_profile(user, status=422, mail=form)
    typed = form.mail.data or ""
    if typed != user.mail:
        demand_fresh("mail")
    actions.change_mail(db.session, user, actor=actor(), mail=typed)
    return saved(user, N_("The e-mail address was saved."))
