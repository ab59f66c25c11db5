"""What the portal's layout shows around every page: entries, menus, addresses (UI-01, UI-02)."""

from typing import Any

from flask import g, request, url_for

from app.accounts.own.menu import own_menu, own_picture_url
from app.authz import Permission
from app.i18n import N_, _, current_language
from app.web.gate import may

# Entry: endpoint, permission, icon; entries of pages that do not exist yet come with their pages.
ENTRIES = (
    ("portal.cases.new_inquiry", Permission.PORTAL_INQUIRY_CREATE, "chat-left-text"),
    ("portal.cases.index", Permission.PORTAL_CASE_READ, "card-list"),
)
# Of the account menu, in the order of S10: endpoint, permission, icon, name, and what it is for.
ACCOUNT_ENTRIES = (
    (
        "portal.people.new_contact",
        Permission.PORTAL_CONTACT_MANAGE,
        "plus-lg",
        N_("Create contact"),
        N_("Add a user to your company."),
    ),
    (
        "portal.people.contacts",
        Permission.PORTAL_CONTACT_MANAGE,
        "people",
        N_("Contact list"),
        N_("Look up and change your company's users."),
    ),
    (
        "portal.people.logins",
        Permission.PORTAL_LOGIN_READ,
        "clock-history",
        N_("Login history"),
        N_("Show logins and related events."),
    ),
)


def navigation() -> dict[str, Any]:
    """The context of the portal's layout."""
    if "service" not in g:
        return {}
    base = f"/{g.service.slug}"
    service = {"slug": g.service.slug, "name": g.service.name_in(current_language())}
    return {
        "service": service,
        "home_url": f"/{g.service.slug}/",
        "logout_url": f"/{g.service.slug}/logout",
        "language_url": f"/{g.service.slug}/profile/language",
        "nav": [_entry(*entry) for entry in ENTRIES if may(entry[1])],
        "account_menu": _account_menu(),
        "user_menu": own_menu(base),
        "picture_url": own_picture_url(base),
    }


def _account_menu() -> list[dict[str, str]]:
    return [
        {"label": _(name), "href": url_for(endpoint), "icon": icon, "text": _(text)}
        for endpoint, permission, icon, name, text in ACCOUNT_ENTRIES
        if may(permission)
    ]


def _entry(endpoint: str, _permission: Permission, icon: str) -> dict[str, Any]:
    labels = {
        "portal.cases.new_inquiry": _("Inquiry"),
        "portal.cases.index": _("Case list"),
    }
    return {
        "label": labels[endpoint],
        "href": url_for(endpoint),
        "icon": icon,
        "current": request.endpoint == endpoint,
    }
