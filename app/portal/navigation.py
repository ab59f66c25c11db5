"""What the portal's layout shows around every page: entries, menus, addresses (UI-01, UI-02)."""

from typing import Any

from flask import g, request, url_for
from werkzeug.local import LocalProxy

from app.accounts.own.menu import own_menu, own_picture_url
from app.authz import Permission
from app.catalog.portal.offer import offered
from app.i18n import N_, _, current_language
from app.web.gate import may

REQUESTS, POINTS = "portal.catalog.show_catalog", "portal.catalog.points"
# Entry: endpoint, permission, icon, name, in the order of UI-01; entries of pages that do not exist yet come with them.
ENTRIES = (
    ("portal.cases.new_inquiry", Permission.PORTAL_INQUIRY_CREATE, "chat-left-text", N_("Inquiry")),
    (REQUESTS, Permission.PORTAL_REQUEST_READ, "clipboard-check", N_("Work request")),
    ("portal.cases.index", Permission.PORTAL_CASE_READ, "card-list", N_("Case list")),
    ("portal.knowledge.home", Permission.PORTAL_KNOWLEDGE_READ, "journal-text", N_("Knowledge")),
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
    (
        POINTS,
        Permission.PORTAL_POINTS_READ,
        "coin",
        N_("Point management"),
        N_("Show the points used and left."),
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
        # Made where a layout shows them: a part of a page has none, and a page of an error asks the database nothing.
        "nav": LocalProxy(_nav),
        "account_menu": LocalProxy(_account_menu),
        "user_menu": own_menu(base),
        "picture_url": own_picture_url(base),
    }


def is_offered(endpoint: str) -> bool:
    """Whether the contracts of whoever asks include what a page is for (SVC-06)."""
    if endpoint not in {REQUESTS, POINTS}:
        return True
    requests, points = offered()
    return requests if endpoint == REQUESTS else points


def _nav() -> list[dict[str, Any]]:
    return [
        {
            "label": _(name),
            "href": url_for(endpoint),
            "icon": icon,
            "current": request.endpoint == endpoint,
        }
        for endpoint, permission, icon, name in ENTRIES
        if may(permission) and is_offered(endpoint)
    ]


def _account_menu() -> list[dict[str, str]]:
    return [
        {"label": _(name), "href": url_for(endpoint), "icon": icon, "text": _(text)}
        for endpoint, permission, icon, name, text in ACCOUNT_ENTRIES
        if may(permission) and is_offered(endpoint)
    ]
