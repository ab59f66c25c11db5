"""Where a page of accounts stands: the same pages serve every shell, each under its own address."""

from dataclasses import dataclass

from flask import g, request

from app.accounts.history import Trail
from app.accounts.models import Realm
from app.accounts.sign_in import Door

CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Place:
    """A shell as the visitor sees it: its door, its base address, and the layout of its pages."""

    door: Door
    layout: str

    @property
    def is_for_customers(self) -> bool:
        """Tell whether this is a portal."""
        return self.door.realm is Realm.CUSTOMER

    @property
    def base(self) -> str:
        """The first part of every address here, such as ``/cs``."""
        return f"/{self.door.name}"

    @property
    def home(self) -> str:
        """The first page after sign-in."""
        return f"{self.base}/"

    @property
    def login(self) -> str:
        """The sign-in form."""
        return f"{self.base}/login"


def here() -> Place:
    """The place of this request; a shell's gate has said by now which one it is."""
    if g.get("shell") == CONSOLE:
        return Place(Door(Realm.AGENT, CONSOLE), "layouts/console.html")
    return Place(Door(Realm.CUSTOMER, g.service.slug, g.service.id), "layouts/portal.html")


def trail() -> Trail:
    """Where this request came from, for the login history."""
    return Trail(here().door.service_id, request.remote_addr or "", request.user_agent.string)
