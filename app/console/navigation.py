"""What the console's layout shows around every page: the rail and the agent's menu."""

from collections.abc import Callable
from typing import Any

from flask import g, request, url_for

from app.accounts.own.menu import own_menu, own_picture_url
from app.authz import Permission
from app.cases import mentions
from app.catalog import request_list
from app.extensions import db
from app.i18n import _
from app.knowledge import desk_list
from app.web.gate import actor, may

# Entry: endpoint, permission, icon, key; entries of pages that do not exist yet come with their pages.
ENTRIES = (
    ("console.overview.show", Permission.CONSOLE_USE, "grid-1x2", "g o"),
    ("console.cases.index", Permission.CONSOLE_CASE_READ, "card-list", "g c"),
    ("console.cases.list_mentions", Permission.CONSOLE_CASE_READ, "at", "g n"),
    ("console.catalog.list_requests", Permission.CONSOLE_REQUEST_READ, "clipboard-check", "g w"),
    ("console.knowledge.index", Permission.CONSOLE_KNOWLEDGE_READ, "journal-text", "g b"),
    ("console.announcements.index", Permission.CONSOLE_ANNOUNCEMENT_MANAGE, "megaphone", "g e"),
    ("console.cases.new", Permission.CONSOLE_CASE_CREATE, "plus-lg", "c"),
    ("console.people.index", Permission.CONSOLE_PERSON_READ, "people", "g p"),
    ("console.catalog.accounts", Permission.CONSOLE_POINTS_READ, "coin", "g k"),
    ("console.cases.list_answers", Permission.CONSOLE_ANSWER_MANAGE, "chat-left-text", "g a"),
    ("console.search.list_synonyms", Permission.CONSOLE_SEARCH_MANAGE, "search", "g d"),
    ("console.mails.index", Permission.CONSOLE_MAIL_READ, "envelope", "g m"),
    ("console.catalog.catalogs", Permission.CATALOG_MANAGE, "list-check", "g t"),
    ("console.cases.services", Permission.CONTRACT_MANAGE, "gear", "g v"),
    ("console.people.show_posture", Permission.CONSOLE_POSTURE_READ, "shield-check", "g s"),
)


def unread_mentions() -> int:
    """How many mentions wait to be read; asked by the layout alone, so that parts of pages do not ask it."""
    return mentions.count_unread(db.session, actor())


def waiting_requests() -> int:
    """How many work requests await a decision (DESK-02)."""
    return request_list.count_waiting(db.session, actor())


def articles_in_review() -> int:
    """How many articles wait for whoever may publish them (KB-15)."""
    return desk_list.count_in_review(db.session, actor()) if may(Permission.CONSOLE_KNOWLEDGE_PUBLISH) else 0


COUNTS: dict[str, Callable[[], int]] = {
    "console.cases.list_mentions": unread_mentions,
    "console.catalog.list_requests": waiting_requests,
    "console.knowledge.index": articles_in_review,
}


def navigation() -> dict[str, Any]:
    """The context of the console's layout."""
    return {
        "service": None,
        "home_url": "/console/",
        "logout_url": "/console/logout",
        "language_url": "/console/profile/language",
        "search_url": url_for("console.search.show") if may(Permission.CONSOLE_CASE_READ) else None,
        "nav": [_entry(*entry) for entry in ENTRIES if may(entry[1])] if g.get("actor") else [],
        "account_menu": [],
        "user_menu": own_menu("/console"),
        "picture_url": own_picture_url("/console"),
    }


def _entry(endpoint: str, _permission: Permission, icon: str, key: str) -> dict[str, Any]:
    labels = {
        "console.overview.show": _("Overview"),
        "console.cases.index": _("Cases"),
        "console.cases.list_mentions": _("Mentions"),
        "console.catalog.list_requests": _("Work requests"),
        "console.knowledge.index": _("Knowledge"),
        "console.announcements.index": _("Announcements"),
        "console.cases.new": _("Open a case"),
        "console.people.index": _("People"),
        "console.catalog.accounts": _("Contracts, points"),
        "console.cases.list_answers": _("Canned answers"),
        "console.search.list_synonyms": _("Words of the search"),
        "console.mails.index": _("Mail"),
        "console.catalog.catalogs": _("Catalogue"),
        "console.cases.services": _("Services"),
        "console.people.show_posture": _("Security posture"),
    }
    return {
        "label": labels[endpoint],
        "href": url_for(endpoint),
        "icon": icon,
        "key": key,
        "count": COUNTS.get(endpoint),
        "current": request.endpoint == endpoint,
    }
