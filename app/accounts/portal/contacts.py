"""The users of the own company, for its administrators: the list, and the contact to be edited (S32, S33)."""

from flask import flash, g, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.actions import contacts as actions
from app.accounts.bars import bars_of
from app.accounts.contact_listing import FIRST_ORDER, contact_columns, contact_page
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.forms.contacts import ContactForm, stored_beside
from app.accounts.models import User
from app.accounts.portal import routes
from app.accounts.session import current_row
from app.authz import Permission, authorize, requires
from app.extensions import db
from app.i18n import _
from app.lists.address import ListAddress
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor
from app.web.transaction import keep_writes

ONE = "/contacts/<int(max=9223372036854775807):contact_id>"


@routes.get("/contacts/")
@requires(Permission.PORTAL_CONTACT_MANAGE)
def contacts() -> Response:
    """The contact list (S32)."""
    columns = contact_columns()
    sort = chosen_sort(request.args.get("sort", ""), columns, FIRST_ORDER)
    address = ListAddress(".contacts", sort=sort.value, first_order=FIRST_ORDER)
    wanted = page_number(request.args.get("page", ""))
    page = contact_page(db.session, actor(), sort=sort, wanted=wanted, url=address.page)
    return answers.page(
        "accounts/contacts/index.html", columns=columns, page=page, sort=sort, address=address
    )


@routes.get(ONE)
@requires(Permission.PORTAL_CONTACT_MANAGE)
def contact(contact_id: int) -> Response:
    """One contact (S33)."""
    return show_contact(queries.contact_for(db.session, actor(), contact_id))


@routes.post(ONE)
@requires(Permission.PORTAL_CONTACT_MANAGE)
def save_contact(contact_id: int) -> Response:
    """Save a contact; what touches the way into the account takes a fresh proof (SEC-10)."""
    user = queries.contact_for(db.session, actor(), contact_id)
    authorize(actions.is_theirs(db.session, user, actor=actor()))
    form = ContactForm()
    if not form.validate():
        return show_contact(user, form, status=422)
    try:
        _save(user, form)
    except actions.StaleContact:
        # The form now carries today's version: whoever has read both texts may save over the other one.
        form.version.data = actions.version_of(user)
        return show_contact(user, form, status=409, is_stale=True)
    except actions.LastAdministrator:
        form.is_administrator.errors = [last_administrator()]
        return show_contact(user, form, status=422)
    except actions.LoginIdTaken:
        keep_writes()
        form.login_id.errors = [taken()]
        return show_contact(user, form, status=422)
    except actions.TooManyIds:
        return show_contact(user, form, status=429, refusal=too_many_ids())
    flash(_("The contact was saved."), "success")
    is_out = user.id == actor().user_id and not user.is_administrator
    return answers.see_other(f"/{g.service.slug}/" if is_out else address_of(user))


def _save(user: User, form: ContactForm) -> None:
    version, data = form.version.data or "", form.typed()
    changed = actions.check(db.session, user, actor=actor(), version=version, data=data)
    if changed & actions.SENSITIVE:
        demand_fresh(*form.data)
    keep = current_row() if user.id == actor().user_id else None
    actions.edit(db.session, user, actor=actor(), version=version, data=data, keep=keep)


def show_contact(
    user: User,
    form: ContactForm | None = None,
    *,
    status: int = 200,
    refusal: str | None = None,
    is_stale: bool = False,
) -> Response:
    """The page of a contact; without ``form`` as it is stored."""
    if form is None:
        form = ContactForm(formdata=None)
        form.fill(user)
    return answers.page(
        "accounts/contacts/show.html",
        status=status,
        contact=user,
        form=form,
        holder=queries.own_holder_name(db.session, actor()),
        numbers=queries.numbers_in_reach(db.session, actor(), user),
        bars=bars_of(db.session, user),
        is_theirs=actions.is_theirs(db.session, user, actor=actor()),
        stored=stored_beside(form, user) if is_stale else None,
        refusal=refusal,
    )


def address_of(user: User) -> str:
    """The page of a contact."""
    return url_for(".contact", contact_id=user.id)


def taken() -> str:
    """The message for a user ID that somebody has; whose it is, nobody is told (M-43)."""
    return _("This user ID is already in use.")


def too_many_ids() -> str:
    """The message for whoever has asked for too many new user IDs; it says nothing of the last one (T09)."""
    return _("Too many new user IDs in a short time. Your entries are kept; please try again in an hour.")


def last_administrator() -> str:
    """The message for what would leave the company without an administrator."""
    return _(
        "Your company would have no administrator left who can log in. Make somebody else an administrator first."
    )
