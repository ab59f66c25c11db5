"""Who may find what, inside the query (SEC-48): documents carry readers, askers carry the same words.

A document names who may find it: ``s3`` the users of service 3, ``s3h12`` those of contract holder 12 there, ``n45``
those of customer number 45, ``d3`` the agents of service 3, ``desk`` every agent. Whoever carries none of a document's
words finds nothing of it, in rows, counts and suggestions alike; a document without readers is found by nobody.
"""

from app.authz import Actor
from app.search.documents import Tag, TextField
from app.search.query import EVERYTHING, NOTHING, Query, Tagged, all_of

OPEN_FIELDS = frozenset({TextField.TITLE, TextField.TEXT, TextField.FILES})
DESK_FIELDS = OPEN_FIELDS | {TextField.NOTES}
EVERY_AGENT = "desk"


def users_of_service(service_id: int) -> str:
    """The word for all customers' users of a service."""
    return f"s{service_id}"


def users_of_holder(service_id: int, holder_id: int) -> str:
    """The word for one contract holder's users of a service."""
    return f"s{service_id}h{holder_id}"


def users_of_number(customer_number_id: int) -> str:
    """The word for the users of one customer number."""
    return f"n{customer_number_id}"


def agents_of(service_id: int) -> str:
    """The word for the agents of a service."""
    return f"d{service_id}"


def readers_of(actor: Actor) -> frozenset[str]:
    """The words that an actor carries; none for the system, which :func:`within_reach` lets see everything."""
    if actor.is_agent:
        return frozenset({EVERY_AGENT, *(agents_of(service) for service in actor.services)})
    if not actor.is_customer or not actor.numbers:
        return frozenset()
    holders = (
        {users_of_holder(service, actor.holder_id) for service in actor.services}
        if actor.holder_id
        else set()
    )
    return frozenset(
        {
            *(users_of_service(service) for service in actor.services),
            *holders,
            *(users_of_number(number) for number in actor.numbers),
        }
    )


def within_reach(actor: Actor, query: Query) -> Query:
    """The query with the actor's rights in it; for an actor without any it finds nothing."""
    if actor.is_system:
        return all_of((query, EVERYTHING))
    readers = readers_of(actor)
    return all_of((query, Tagged(Tag.READERS, readers))) if readers else NOTHING


def fields_for(actor: Actor) -> frozenset[TextField]:
    """The texts that an actor may look into; internal notes are the desk's (DESK-04)."""
    return OPEN_FIELDS if actor.is_customer else DESK_FIELDS
