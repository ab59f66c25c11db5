"""Setting up an authenticator app in the profile (S31)."""

from flask import current_app, flash
from werkzeug.wrappers import Response

from app.accounts import authenticators, codes, queries
from app.accounts.actions.pairing import pair
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.entrance.place import here
from app.accounts.forms.codes import PairingForm
from app.accounts.models import User
from app.accounts.own import routes
from app.accounts.session import current_row
from app.authz import Permission, requires
from app.config import Settings
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.get("/profile/mfa")
@requires(Permission.OWN_ACCOUNT)
def mfa() -> Response:
    """The steps, the QR code, its text, and the field for the first code (MFA-14)."""
    user = queries.own_user(db.session, actor())
    return _page(user, PairingForm(formdata=None), authenticators.offer(_settings(), user))


@routes.post("/profile/mfa")
@requires(Permission.OWN_ACCOUNT)
def pair_app() -> Response:
    """Pair the app; it replaces a former one, and a wrong code leaves all as it was (MFA-15, MFA-16)."""
    user, form = queries.own_user(db.session, actor()), PairingForm()
    demand_fresh("offer")
    offered = authenticators.offer_again(_settings(), user, form.offer.data or "")
    code = codes.read_code(form.code.data)
    is_paired = code is not None and pair(
        db.session,
        actor=actor(),
        user=user,
        offered=offered,
        code=code,
        settings=_settings(),
        keep=current_row(),
    )
    if not is_paired:
        return _page(user, form, offered, status=422, refusal=_("The code is wrong or has expired."))
    flash(_("The device was paired. From now on you are asked for a code when you log in."), "success")
    return answers.see_other(f"{here().base}/profile")


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _page(
    user: User,
    form: PairingForm,
    offered: authenticators.Offer,
    *,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    form.show(offered.sealed, refusal)
    answer = answers.page(
        "accounts/own/mfa.html",
        status=status,
        layout=here().layout,
        form=form,
        offered=offered,
        has_app=queries.has_authenticator(db.session, user),
        profile_url=f"{here().base}/profile",
    )
    # The secret stands in the page: its length must not tell anything of it.
    return answers.uncompressed(answer)
