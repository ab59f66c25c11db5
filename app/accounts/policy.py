"""Who may change accounts in this version: system administrators, and everyone their own language."""

from app.accounts.models import MfaRemoval, Realm, User
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


def can_change_own(actor: Actor, user: User) -> bool:
    """Everyone changes what is their own, also on the way in, before there is a session (PROF-03, MFA-13)."""
    return actor.user_id == user.id


def can_manage_contacts(actor: Actor) -> bool:
    """Administrators of a customer look after the users of their own company (ROLE-02, ROLE-04)."""
    return actor.is_customer and actor.holder_id is not None and actor.may(Permission.PORTAL_CONTACT_MANAGE)


def can_manage_contact(actor: Actor, user: User) -> bool:
    """Nobody beyond the own contract holder is theirs to look after (CONTACT-13, SEC-29)."""
    return can_manage_contacts(actor) and user.realm is Realm.CUSTOMER and user.holder_id == actor.holder_id


def can_disable_contact(actor: Actor, user: User) -> bool:
    """Administrators disable their colleagues, never themselves (CONTACT-13)."""
    return can_manage_contact(actor, user) and user.id != actor.user_id


def can_help(actor: Actor, user: User) -> bool:
    """Agents help the users of their customers, system administrators other agents too; nobody themselves (DESK-08)."""
    if actor.user_id == user.id or not actor.may(Permission.CONSOLE_PERSON_HELP):
        return False
    return user.realm is Realm.CUSTOMER or can_manage(actor)


def can_decide(actor: Actor, removal: MfaRemoval) -> bool:
    """Whoever did not ask may decide: a lost factor takes two agents (SEC-17)."""
    is_second = actor.user_id not in {None, removal.asked_by_id, removal.user_id}
    return is_second and actor.may(Permission.CONSOLE_PERSON_HELP)
