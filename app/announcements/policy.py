"""Who may do what with announcements, as pure rules."""

from collections.abc import Collection

from app.authz import Actor, Permission


def can_manage(actor: Actor, service_ids: Collection[int]) -> bool:
    """Leads announce in the portals of their services (ANN-05)."""
    return actor.is_system or (
        actor.may(Permission.CONSOLE_ANNOUNCEMENT_MANAGE) and set(service_ids) <= actor.services
    )


def can_dismiss(actor: Actor) -> bool:
    """A customer's user puts a banner away, for themselves alone (ANN-03)."""
    return actor.is_customer and actor.may(Permission.PORTAL_USE)
