"""The own profile (S28): who I am, how pages look to me, and the ways to what protects my account."""

from typing import Any

from flask import flash, g, request
from werkzeug.wrappers import Response

from app.accounts import phones, queries, recovery_codes
from app.accounts.actions import profile as actions
from app.accounts.entrance.place import here
from app.accounts.forms.fields import language_name, zone_name
from app.accounts.forms.profile import AboutForm, MailForm, PictureForm, SettingsForm
from app.accounts.models import User
from app.accounts.own import password, routes
from app.accounts.pictures import LARGEST_FILE
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import N_, _, speaking
from app.web import answers
from app.web.gate import actor

ABOUT, SETTINGS = "about", "settings"
TOO_LARGE = "too-large"


@routes.get("/profile")
@requires(Permission.OWN_ACCOUNT)
def profile() -> Response:
    """The profile to look at (PROF-01)."""
    picture = PictureForm(formdata=None)
    if request.args.get("picture") == TOO_LARGE:
        picture.refuse(too_large())
    return show_profile(own_user(), picture=picture)


@routes.get("/profile/about")
@requires(Permission.OWN_ACCOUNT)
def about() -> Response:
    """The profile with its group 関連情報 open for editing (PROF-03)."""
    user = own_user()
    form = AboutForm(formdata=None, prefix=ABOUT)
    form.fill(user)
    return show_profile(user, about=form)


@routes.post("/profile/about")
@requires(Permission.OWN_ACCOUNT)
def save_about() -> Response:
    """Save the group 関連情報, unless it was changed elsewhere since the form was made."""
    user, form = own_user(), AboutForm(prefix=ABOUT)
    if not form.validate():
        return show_profile(user, status=422, about=form)
    return _save(user, form) or show_profile(user, status=409, about=form, stale=ABOUT)


@routes.post("/profile/settings")
@requires(Permission.OWN_ACCOUNT)
def save_settings() -> Response:
    """Save the settings and load the page anew, in the language chosen (PROF-04, LANG-01)."""
    user, form = own_user(), SettingsForm(prefix=SETTINGS)
    if not form.validate():
        return show_profile(user, status=422, settings=form)
    return _save(user, form) or show_profile(user, status=409, settings=form, stale=SETTINGS)


def own_user() -> User:
    """The row of whoever asks."""
    return queries.own_user(db.session, actor())


def profile_url() -> str:
    """The address of the own profile in this shell."""
    return f"{here().base}/profile"


def saved(user: User, text: str) -> Response:
    """Say what was done, in the language that holds from here on, and show the profile."""
    with speaking(user.language):
        flash(_(text), "success")
    return answers.see_other(profile_url())


def show_profile(user: User, *, status: int = 200, **shown: Any) -> Response:  # noqa: ANN401 - the page's forms, by name
    """The whole page; ``shown`` replaces its forms by refused ones (``about``, ``settings``, ``mail``, ``picture``).

    :param shown: beside the forms ``stale``, the name of the form that was overtaken by another change.
    """
    settings = SettingsForm(formdata=None, prefix=SETTINGS)
    settings.fill(user)
    forms = {
        "about": None,
        "settings": settings,
        "mail": MailForm(formdata=None, mail=user.mail),
        "picture": PictureForm(formdata=None),
        "password": password.dialog_form(user),
        **{name: form for name, form in shown.items() if name != "stale"},
    }
    stale = shown.get("stale")
    return answers.page(
        "accounts/own/profile.html",
        status=status,
        layout=here().layout,
        base=here().base,
        user=user,
        cautions=cautions_mail_change(),
        language_name=language_name,
        zone_name=zone_name,
        phone=phones.shown,
        largest_picture=LARGEST_FILE,
        failed=stale or any(form is not None and form.errors for form in forms.values()),
        stale=stale,
        codes_left=recovery_codes.left(db.session, user),
        **forms,
    )


def too_large() -> str:
    """The message for a file of too many bytes."""
    return _("The file is larger than 5 MB. Choose a smaller one.")


def cautions_mail_change() -> bool:
    """Tell whether this portal warns that an alert may still go to the former address (PROF-07)."""
    service = g.get("service")
    return service is not None and service.cautions_mail_change


def _save(user: User, form: AboutForm | SettingsForm) -> Response | None:
    """Save what was typed, or nothing if the row was changed meanwhile; the form then carries today's version."""
    try:
        actions.edit(db.session, user, actor=actor(), version=form.version_number(), to=form.typed())
    except actions.StaleProfile:
        form.version.data = str(user.version)
        return None
    return saved(user, N_("Your profile was saved."))
