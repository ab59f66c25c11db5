"""Who may change accounts in this version: system administrators, and everyone their own language."""

from app.accounts.models import Realm, User
from app.authz import Actor, Permission


def can_manage(actor: Actor) -> bool:
    """Tell whether ``actor`` may create users and change what they are linked to."""
    return actor.may(Permission.USER_MANAGE)


def can_choose_language(actor: Actor, user: User) -> bool:
    """Everyone chooses their own language (LANG-01)."""
    return actor.user_id == user.id


def can_enter(user: User, realm: Realm) -> bool:
    """Tell whether ``user`` may use the door of ``realm``: agents never enter as customers (DESK-01)."""
    return user.realm is realm and user.is_enabled
