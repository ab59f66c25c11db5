"""What is asked of the password that one person is about to choose: the rules of their realm, and their own words."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import User
from app.accounts.password_rules import Profile, profile_for
from app.accounts.password_strength import own_words
from app.config import Settings
from app.contracts.models import ContractHolder, Service


@dataclass(frozen=True, slots=True)
class Asked:
    """The rules, and the words that are too easy to guess for this person (SEC-04)."""

    profile: Profile
    own_words: frozenset[str] = frozenset()


def shown_to(user: User, settings: Settings) -> Asked:
    """What the page tells ``user``: the rules alone, which ask nothing of the database."""
    return Asked(profile_for(user.realm, customers=settings.password_profile))


def asked_of(session: Session, user: User, settings: Settings) -> Asked:
    """What is asked of ``user``; the realm of the account picks the rules, never the page (SEC-03).

    The own words are those of the user ID, the mail address before the @, the company and the services.
    """
    holder = session.get(ContractHolder, user.holder_id) if user.holder_id else None
    own_services = queries.actor_for(session, user).services
    services = session.scalars(select(Service).where(Service.id.in_(own_services)).order_by(Service.id)).all()
    names = [name for service in services for name in (service.name_ja, service.name_en)]
    words = own_words(user.login_id, user.mail.rpartition("@")[0], holder.name if holder else "", *names)
    return replace(shown_to(user, settings), own_words=words)
