"""Who may do what to a case, as pure rules over the actor and the case; pages, actions and jobs ask here.

The reach of an actor (which cases exist for them) is the query's business; these rules repeat it all the
same, so that an action called from anywhere else holds too.
"""

from app import clock
from app.authz import Actor, Audience, Permission
from app.cases.lifecycle import Act, is_allowed, offered
from app.cases.models import Case, CaseComment, CaseSettings, SavedFilter, Visibility


def can_read(actor: Actor, case: Case) -> bool:
    """Customers read the cases of their numbers, agents those of their services (SVC-04, ROLE-05, ROLE-06)."""
    if actor.is_customer:
        return actor.may(Permission.PORTAL_CASE_READ) and case.customer_number_id in actor.numbers
    if actor.is_agent:
        return actor.may(Permission.CONSOLE_CASE_READ) and case.service_id in actor.services
    return actor.is_system


def can_update(actor: Actor, case: Case) -> bool:
    """Whoever reads a case and may work on cases at all; every user of the number alike (ROLE-06)."""
    if actor.is_customer:
        return can_read(actor, case) and actor.may(Permission.PORTAL_CASE_UPDATE)
    return can_read(actor, case) and actor.may(Permission.CONSOLE_CASE_UPDATE)


def can_comment(actor: Actor, case: Case) -> bool:
    """Both sides comment while the case is neither closed nor merged into another (CASE-05, CASE-16)."""
    return can_update(actor, case) and case.is_open


def can_close_unconfirmed(actor: Actor, case: Case, settings: CaseSettings) -> bool:
    """A resolved case that nobody confirms: by an agent or when its time is over, each if the service says so (T11)."""
    if case.is_merged or not is_allowed(Act.CLOSE_UNCONFIRMED, case.state, actor.kind):
        return False
    if actor.is_system:
        return (
            settings.auto_close_days is not None
            and case.closes_at is not None
            and case.closes_at <= clock.now()
        )
    return can_update(actor, case) and settings.agents_may_close


def can_take_back(actor: Actor, case: Case, comment: CaseComment) -> bool:
    """An agent takes back an own public reply, whatever became of the case; for how long, the action decides.

    The first message of a case opened by the desk is no reply: the case itself tells of it.
    """
    is_own_reply = (
        comment.case_id == case.id
        and comment.author_id == actor.user_id
        and comment.audience is Audience.CUSTOMER
        and comment.created_at != case.created_at
    )
    return actor.is_agent and can_update(actor, case) and is_own_reply


def can_manage_answers(actor: Actor, service_id: int) -> bool:
    """Leads and system administrators keep the canned answers of their services."""
    return actor.is_system or (actor.may(Permission.CONSOLE_ANSWER_MANAGE) and service_id in actor.services)


def can_note(actor: Actor, case: Case) -> bool:
    """Only the desk writes internal notes; also on a closed case, for whoever looks into it later.

    What was merged goes on elsewhere, notes too.
    """
    return can_update(actor, case) and not actor.is_customer and not case.is_merged


def can_assign(actor: Actor, case: Case) -> bool:
    """Only the desk assigns, and only what is open."""
    return can_note(actor, case) and case.is_open


def can_relate(actor: Actor, case: Case) -> bool:
    """Only the desk says which cases belong together; what was merged stays as it is."""
    return can_note(actor, case)


def can_merge(actor: Actor, case: Case) -> bool:
    """Only the desk merges, and only what is open; with what, the action decides."""
    return can_assign(actor, case)


def can_parent(actor: Actor, case: Case) -> bool:
    """Only the desk puts cases under one another, and only what is open."""
    return can_assign(actor, case)


def can_undo_merge(actor: Actor, case: Case) -> bool:
    """Only the desk undoes a merge; until when, the action decides."""
    return can_update(actor, case) and not actor.is_customer and case.is_merged


def can_edit(actor: Actor, case: Case) -> bool:
    """Only the desk edits subject, category and contact, and only while the case is open (CASE-18)."""
    return can_assign(actor, case)


def can_watch(actor: Actor, case: Case) -> bool:
    """Both sides keep the watch list while the case is open; every user of the number alike (CASE-24, ROLE-06)."""
    return can_update(actor, case) and case.is_open


def can_be_present(actor: Actor, case: Case) -> bool:
    """Agents see of each other who has a case open; customers neither see it nor are seen."""
    return actor.is_agent and can_read(actor, case)


def can_move(actor: Actor, case: Case) -> bool:
    """Tell whether any act is open to the actor, so that the page shows the actions at all."""
    return can_update(actor, case) and not case.is_merged and bool(offered(case.state, actor.kind))


def can_open_inquiry(actor: Actor, number_id: int) -> bool:
    """A customer inquires for one of the own numbers (INQ-02)."""
    return actor.is_customer and actor.may(Permission.PORTAL_INQUIRY_CREATE) and number_id in actor.numbers


def can_take_evidence(actor: Actor, case: Case, *, for_desk: bool = False) -> bool:
    """Whoever reads a case takes evidence of it; what only the desk reads, the desk alone (DESK-04)."""
    return can_read(actor, case) and not (for_desk and actor.is_customer)


def can_take_alerts(actor: Actor, service_id: int) -> bool:
    """The intake brings alerts into the service of the token that was shown, and into no other (DESK-07)."""
    return actor.is_system and service_id in actor.services


def can_open_for(actor: Actor, service_id: int) -> bool:
    """An agent opens cases for the numbers of the own services (DESK-06)."""
    return (actor.may(Permission.CONSOLE_CASE_CREATE) and service_id in actor.services) or actor.is_system


def filter_visibilities(actor: Actor) -> tuple[Visibility, ...]:
    """To whom an actor may show a filter: administrators to the users of their numbers too, agents to the desk."""
    if actor.is_customer and actor.may(Permission.PORTAL_CASE_READ):
        is_administrator = actor.may(Permission.PORTAL_CONTACT_MANAGE)
        return (Visibility.ME, Visibility.NUMBERS) if is_administrator else (Visibility.ME,)
    if actor.is_agent and actor.may(Permission.CONSOLE_CASE_READ):
        return (Visibility.ME, Visibility.DESK)
    return ()


def can_save_filter(actor: Actor, service_id: int | None, visibility: Visibility) -> bool:
    """Everybody saves filters for themselves: customers in a portal of theirs, agents at the desk (FILTER-10)."""
    is_here = service_id in actor.services if actor.is_customer else service_id is None
    return is_here and visibility in filter_visibilities(actor)


def can_remove_filter(actor: Actor, saved: SavedFilter) -> bool:
    """Only the owner removes a saved filter (FILTER-12)."""
    return saved.owner_id == actor.user_id
