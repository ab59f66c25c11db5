"""Who may: permissions, the actor, and the default refusal. Knows no feature.

Of the four layers of authorization this module holds the second one, the route's permission, and the type
that all layers speak of, the actor. The shell's gate, the query's scope and the policy's rule live with
their owners (``design: house``, "Who may").
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from types import ModuleType
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a role may do, as ``shell:resource:action``."""

    PORTAL_USE = "portal:home:read"
    # What everybody may do about their own account, in whatever shell.
    OWN_ACCOUNT = "own:account:update"
    # Sending files, in whatever shell; what they belong to then has rules of its own.
    OWN_UPLOAD = "own:upload:create"
    PORTAL_LOGIN_READ = "portal:login:read"
    PORTAL_CONTACT_MANAGE = "portal:contact:manage"
    PORTAL_CASE_READ = "portal:case:read"
    PORTAL_CASE_UPDATE = "portal:case:update"
    PORTAL_INQUIRY_CREATE = "portal:inquiry:create"
    PORTAL_REQUEST_READ = "portal:request:read"
    PORTAL_REQUEST_CREATE = "portal:request:create"
    PORTAL_REQUEST_APPROVE = "portal:request:approve"
    PORTAL_POINTS_READ = "portal:points:read"
    PORTAL_KNOWLEDGE_READ = "portal:knowledge:read"
    CONSOLE_USE = "console:home:read"
    CONSOLE_PERSON_READ = "console:person:read"
    CONSOLE_PERSON_HELP = "console:person:help"
    CONSOLE_POSTURE_READ = "console:posture:read"
    CONSOLE_CASE_READ = "console:case:read"
    CONSOLE_CASE_UPDATE = "console:case:update"
    CONSOLE_CASE_CREATE = "console:case:create"
    CONSOLE_ANSWER_MANAGE = "console:answer:manage"
    CONSOLE_MAIL_READ = "console:mail:read"
    CONSOLE_MAIL_RETRY = "console:mail:retry"
    CONSOLE_REQUEST_READ = "console:request:read"
    CONSOLE_REQUEST_DECIDE = "console:request:decide"
    CONSOLE_POINTS_READ = "console:points:read"
    # Proposing and booking corrections; the two are never the same person.
    CONSOLE_POINTS_CORRECT = "console:points:correct"
    CONSOLE_POINTS_MANAGE = "console:points:manage"
    CONSOLE_KNOWLEDGE_READ = "console:knowledge:read"
    CONSOLE_KNOWLEDGE_WRITE = "console:knowledge:write"
    CONSOLE_KNOWLEDGE_PUBLISH = "console:knowledge:publish"
    CONSOLE_KNOWLEDGE_MANAGE = "console:knowledge:manage"
    CONSOLE_ANNOUNCEMENT_MANAGE = "console:announcement:manage"
    # The words that the search takes as the same or as one, and what was looked for in vain.
    CONSOLE_SEARCH_MANAGE = "console:search:manage"
    CATALOG_MANAGE = "console:catalog:manage"
    CONTRACT_MANAGE = "console:contract:manage"
    USER_MANAGE = "console:user:manage"


class ActorKind(StrEnum):
    """The three kinds of doers; transitions and audiences are decided by kind."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Audience(StrEnum):
    """Who may read a record: the customer and the desk, or the desk alone."""

    CUSTOMER = "customer"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something, with everything that decides what they may do.

    ``services`` and ``numbers`` are ids; for a customer both are narrowed to the portal in use by
    :meth:`within`, for an agent ``services`` are the assigned ones. An actor is built afresh for each request,
    so that a right withdrawn is withdrawn at the next one (ROLE-03, SEC-22).
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    permissions: frozenset[Permission] = frozenset()
    services: frozenset[int] = frozenset()
    numbers: frozenset[int] = frozenset()
    numbers_by_service: tuple[tuple[int, int], ...] = ()
    holder_id: int | None = None
    has_accessibility: bool = False
    language: str | None = None
    time_zone: str | None = None

    @property
    def is_customer(self) -> bool:
        """Tell whether this is a customer's user."""
        return self.kind is ActorKind.CUSTOMER

    @property
    def is_agent(self) -> bool:
        """Tell whether this is a person of the desk."""
        return self.kind is ActorKind.AGENT

    @property
    def is_system(self) -> bool:
        """Tell whether no person stands behind the work."""
        return self.kind is ActorKind.SYSTEM

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the actor's roles grants ``permission``."""
        return permission in self.permissions

    def audiences(self) -> tuple[Audience, ...]:
        """The audiences whose records this actor reads; a customer never reads the desk's (DESK-04)."""
        return (Audience.CUSTOMER,) if self.is_customer else (Audience.CUSTOMER, Audience.DESK)

    def within(self, service_id: int) -> "Actor":
        """Narrow a customer to one service: in its portal nothing of another service exists (SVC-04)."""
        numbers = frozenset(number for service, number in self.numbers_by_service if service == service_id)
        return replace(self, services=self.services & {service_id}, numbers=numbers)


def system_actor(name: str) -> Actor:
    """The actor of work that no person started: jobs, set-up, intake."""
    return Actor(kind=ActorKind.SYSTEM, name=name, permissions=frozenset(Permission))


class Forbidden(Exception):
    """A known person asked for an act that is not theirs; the web answers 403."""


class NotFound(Exception):
    """There is nothing here for this actor; the web answers 404, the same for absent and foreign (SEC-26)."""


_policies: dict[type[Any], ModuleType] = {}


def register_policy(subject_type: type[Any], policy: ModuleType) -> None:
    """Let :func:`can` find the rules for objects of ``subject_type`` in ``policy`` (functions ``can_…``)."""
    _policies[subject_type] = policy


def can(actor: Actor | None, act: str, subject: object) -> bool:
    """Ask the subject's policy whether ``actor`` may do ``act``; nobody may what no rule allows."""
    policy = _policies.get(type(subject))
    rule = getattr(policy, f"can_{act}", None)
    if actor is None or rule is None:
        return False
    return bool(rule(actor, subject))


def authorize(allowed: bool) -> None:  # noqa: FBT001 - the whole call reads "authorize(policy.can_…)"
    """Turn a rule's answer into a refusal.

    :raises Forbidden: unless ``allowed``.
    """
    if not allowed:
        raise Forbidden


@dataclass(frozen=True, slots=True)
class Access:
    """A route's rule as data on its view: a permission, or open to everyone for a stated reason."""

    permission: Permission | None
    reason: str = ""


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a route; the web layer refuses a route that declares none."""
    return _declare(Access(permission))


def open_to_all(reason: str) -> Callable[[View], View]:
    """Declare that a route needs no permission, and why."""
    return _declare(Access(None, reason))


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        vars(view)["access"] = access
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """Read the rule a route declares, or ``None``."""
    return getattr(view, "access", None)


def permissions_of(*groups: Iterable[Permission]) -> frozenset[Permission]:
    """Join groups of permissions into what a role grants."""
    return frozenset(permission for group in groups for permission in group)
