"""Who may do what with the catalogue, its requests and its points, as pure rules.

The reach of an actor is the query's business; these rules repeat it, so that an action called from anywhere holds too.
"""

from app.authz import Actor, Permission
from app.catalog.lifecycle import Act, is_allowed
from app.catalog.models import CorrectionState, PointCorrection, WorkRequest
from app.contracts.models import CustomerNumber


def can_manage_catalog(actor: Actor) -> bool:
    """System administrators keep categories, items and settings (D13, ROLE-05)."""
    return actor.is_system or actor.may(Permission.CATALOG_MANAGE)


def can_read(actor: Actor, request: WorkRequest) -> bool:
    """Customers read the requests of their numbers, agents those of their services (SVC-04, ROLE-05)."""
    if actor.is_customer:
        return actor.may(Permission.PORTAL_REQUEST_READ) and request.customer_number_id in actor.numbers
    if actor.is_agent:
        return actor.may(Permission.CONSOLE_REQUEST_READ) and request.service_id in actor.services
    return actor.is_system


def can_submit(actor: Actor, number_id: int) -> bool:
    """A customer requests for one of the own numbers (WR-03); whether its contract includes that, the query knows."""
    return actor.is_customer and actor.may(Permission.PORTAL_REQUEST_CREATE) and number_id in actor.numbers


def can_amend(actor: Actor, request: WorkRequest) -> bool:
    """Every user of the number changes a request that nobody has decided yet (ROLE-06)."""
    return _may_act(actor, request, Permission.PORTAL_REQUEST_CREATE, Act.AMEND)


def can_withdraw(actor: Actor, request: WorkRequest) -> bool:
    """Every user of the number withdraws a request that nobody has decided yet (ROLE-06)."""
    return _may_act(actor, request, Permission.PORTAL_REQUEST_CREATE, Act.WITHDRAW)


def is_maker(actor: Actor, request: WorkRequest) -> bool:
    """The users of a number change and withdraw its requests, whatever has become of this one (ROLE-06)."""
    return actor.is_customer and can_read(actor, request) and actor.may(Permission.PORTAL_REQUEST_CREATE)


def is_approver(actor: Actor, request: WorkRequest) -> bool:
    """The administrators of a number approve its requests, whatever has become of this one."""
    return actor.is_customer and can_read(actor, request) and actor.may(Permission.PORTAL_REQUEST_APPROVE)


def can_approve(actor: Actor, request: WorkRequest) -> bool:
    """An administrator of the customer approves or refuses what waits for that."""
    return _may_act(actor, request, Permission.PORTAL_REQUEST_APPROVE, Act.APPROVE)


def is_decider(actor: Actor, request: WorkRequest) -> bool:
    """The agents of a service are those who decide on its requests, whatever has become of this one (WR-08)."""
    return actor.is_agent and can_read(actor, request) and actor.may(Permission.CONSOLE_REQUEST_DECIDE)


def can_decide(actor: Actor, request: WorkRequest) -> bool:
    """An agent of the service accepts or rejects what waits for the desk (WR-08)."""
    return _may_act(actor, request, Permission.CONSOLE_REQUEST_DECIDE, Act.ACCEPT)


def can_ask_again(actor: Actor, request: WorkRequest) -> bool:
    """An agent of the service asks the customer's administrators once more for their approval; never gives it."""
    return _may_act(actor, request, Permission.CONSOLE_REQUEST_DECIDE, Act.ASK_AGAIN)


def can_settle(actor: Actor) -> bool:
    """Periods are settled by a job when they have ended (PT-09)."""
    return actor.is_system


def can_read_points(actor: Actor, number: CustomerNumber) -> bool:
    """Customers read the points of their numbers, agents those of their services (PT-01, PT-08)."""
    if actor.is_customer:
        return actor.may(Permission.PORTAL_POINTS_READ) and number.id in actor.numbers
    if actor.is_agent:
        return actor.may(Permission.CONSOLE_POINTS_READ) and number.service_id in actor.services
    return actor.is_system


def can_manage_points(actor: Actor, number: CustomerNumber) -> bool:
    """Leads and system administrators set terms, periods and totals in their services (PT-06)."""
    is_here = number.service_id in actor.services
    return actor.is_system or (actor.may(Permission.CONSOLE_POINTS_MANAGE) and is_here)


def can_correct_points(actor: Actor, number: CustomerNumber) -> bool:
    """Agents propose and book corrections in their services; never both the same one (PT-06)."""
    return (
        actor.is_agent
        and actor.may(Permission.CONSOLE_POINTS_CORRECT)
        and number.service_id in actor.services
    )


def can_decide_correction(actor: Actor, correction: PointCorrection, number: CustomerNumber) -> bool:
    """Another person than the one who proposed it books or refuses a correction, once (PT-06)."""
    return (
        can_correct_points(actor, number)
        and correction.state is CorrectionState.PROPOSED
        and correction.customer_number_id == number.id
        and actor.user_id != correction.proposed_by_id
    )


def can_withdraw_correction(actor: Actor, correction: PointCorrection, number: CustomerNumber) -> bool:
    """Whoever proposed a correction takes it back as long as nobody has decided on it (PT-06)."""
    return (
        can_correct_points(actor, number)
        and correction.state is CorrectionState.PROPOSED
        and correction.customer_number_id == number.id
        and actor.user_id == correction.proposed_by_id
    )


def can_keep_checks(actor: Actor) -> bool:
    """The ledger is compared by a job or from the command line (PT-07)."""
    return actor.is_system


def can_read_checks(actor: Actor) -> bool:
    """The desk sees whether entries and balances agreed when they were last compared (PT-07)."""
    return actor.is_system or (actor.is_agent and actor.may(Permission.CONSOLE_POINTS_READ))


def _may_act(actor: Actor, request: WorkRequest, permission: Permission, act: Act) -> bool:
    return can_read(actor, request) and actor.may(permission) and is_allowed(act, request.state, actor.kind)
