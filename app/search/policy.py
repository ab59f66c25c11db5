"""Who may do what with the search's words and with the list of searches in vain, as pure rules."""

from app.authz import Actor, Permission
from app.search.models import MissedSearch


def can_manage_words(actor: Actor) -> bool:
    """Leads keep the words; they hold for the whole installation."""
    return actor.is_system or actor.may(Permission.CONSOLE_SEARCH_MANAGE)


def can_take_off(actor: Actor, missed: MissedSearch) -> bool:
    """Leads take off what was looked for in the portals of their services, or at the desk."""
    is_in_reach = missed.service_id is None or missed.service_id in actor.services
    return actor.is_system or (actor.may(Permission.CONSOLE_SEARCH_MANAGE) and is_in_reach)
