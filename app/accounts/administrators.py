"""An installation is never left without a system administrator who can sign in (ROLE-05)."""

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import User


class LastAdministrator(Exception):
    """The act would leave the installation without a system administrator who can sign in."""


def keep_an_administrator(session: Session, user: User) -> None:
    """Refuse to take away the last system administrator who can sign in (ROLE-05).

    :raises LastAdministrator: if nobody but ``user`` is one.
    """
    enabled = queries.enabled_administrators(session)
    if enabled == {user.id}:
        raise LastAdministrator
