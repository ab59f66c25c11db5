"""What each role grants (ROLE-01, ROLE-02, ROLE-05)."""

from app.accounts.models import DeskRole, Realm, User
from app.authz import Permission, permissions_of

GENERAL_USER = permissions_of(
    (
        Permission.PORTAL_USE,
        Permission.OWN_ACCOUNT,
        Permission.OWN_UPLOAD,
        Permission.PORTAL_LOGIN_READ,
        Permission.PORTAL_CASE_READ,
        Permission.PORTAL_CASE_UPDATE,
        Permission.PORTAL_INQUIRY_CREATE,
        Permission.PORTAL_REQUEST_READ,
        Permission.PORTAL_REQUEST_CREATE,
        Permission.PORTAL_POINTS_READ,
        Permission.PORTAL_KNOWLEDGE_READ,
    )
)
ADMINISTRATOR = permissions_of(
    GENERAL_USER, (Permission.PORTAL_CONTACT_MANAGE, Permission.PORTAL_REQUEST_APPROVE)
)

AGENT = permissions_of(
    (
        Permission.CONSOLE_USE,
        Permission.OWN_ACCOUNT,
        Permission.OWN_UPLOAD,
        Permission.CONSOLE_CASE_READ,
        Permission.CONSOLE_CASE_UPDATE,
        Permission.CONSOLE_CASE_CREATE,
        Permission.CONSOLE_MAIL_READ,
        Permission.CONSOLE_PERSON_READ,
        Permission.CONSOLE_PERSON_HELP,
        Permission.CONSOLE_REQUEST_READ,
        Permission.CONSOLE_REQUEST_DECIDE,
        Permission.CONSOLE_POINTS_READ,
        Permission.CONSOLE_POINTS_CORRECT,
        Permission.CONSOLE_KNOWLEDGE_READ,
        Permission.CONSOLE_KNOWLEDGE_WRITE,
    )
)
LEAD = permissions_of(
    AGENT,
    (
        Permission.CONSOLE_MAIL_RETRY,
        Permission.CONSOLE_POSTURE_READ,
        Permission.CONSOLE_ANSWER_MANAGE,
        Permission.CONSOLE_POINTS_MANAGE,
        Permission.CONSOLE_KNOWLEDGE_PUBLISH,
        Permission.CONSOLE_KNOWLEDGE_MANAGE,
        Permission.CONSOLE_ANNOUNCEMENT_MANAGE,
        Permission.CONSOLE_SEARCH_MANAGE,
    ),
)
SYSTEM_ADMINISTRATOR = permissions_of(
    LEAD, (Permission.CONTRACT_MANAGE, Permission.USER_MANAGE, Permission.CATALOG_MANAGE)
)

BY_DESK_ROLE = {
    DeskRole.AGENT: AGENT,
    DeskRole.LEAD: LEAD,
    DeskRole.ADMIN: SYSTEM_ADMINISTRATOR,
}


def permissions_for(user: User) -> frozenset[Permission]:
    """The permissions of a user's roles."""
    if user.realm is Realm.AGENT and user.desk_role is not None:
        return BY_DESK_ROLE[user.desk_role]
    return ADMINISTRATOR if user.is_administrator else GENERAL_USER
