"""Which policy holds the rules for which kind of object, so that templates can ask ``can()``."""

from app.accounts import policy as accounts
from app.accounts.models import User
from app.announcements import policy as announcements
from app.announcements.models import Announcement
from app.authz import register_policy
from app.cases import policy as cases
from app.cases.models import Case
from app.catalog import policy as catalog
from app.catalog.models import WorkRequest
from app.knowledge import policy as knowledge
from app.knowledge.models import Article


def init_app() -> None:
    """Register the policies of all slices."""
    register_policy(User, accounts)
    register_policy(Case, cases)
    register_policy(WorkRequest, catalog)
    register_policy(Article, knowledge)
    register_policy(Announcement, announcements)
