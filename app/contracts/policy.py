"""Who may change contract data: the system administrators of the desk (ROLE-05)."""

from app.authz import Actor, Permission


def can_manage(actor: Actor) -> bool:
    """Tell whether ``actor`` may add or change services, contract holders and customer numbers."""
    return actor.may(Permission.CONTRACT_MANAGE)
