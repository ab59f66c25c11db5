"""A customer's work request: filed under a number of its own, its points held (WR-06, PT-04)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, notifications, policy, queries
from app.catalog.actions.approving import approves_own, note_approval
from app.catalog.actions.paying import hold_for
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItem, CatalogItemVersion, RequestFile, WorkRequest
from app.contracts.models import CustomerNumber
from app.files.actions import keep
from app.files.models import Upload
from app.journal import record
from app.numbering import next_number


class ItemGone(Exception):
    """The item was withdrawn, or is not there for this customer number (any more)."""


class ItemChanged(Exception):
    """The item has a newer version than the one whose form was filled in."""


def submit_request(
    session: Session,
    *,
    actor: Actor,
    item: CatalogItem,
    version: CatalogItemVersion,
    number: CustomerNumber,
    answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Upload]],
) -> WorkRequest:
    """File a request with answers that the form has checked, and hold its points.

    Where the item asks for it, the request first waits for an administrator of the customer; an administrator's own
    request is approved by that.

    :param uploads: whole uploads of the actor by the key of the field they answer; under ``""`` the attachments.
    :raises ItemGone: if the item cannot be requested for this number.
    :raises ItemChanged: if the item was published anew meanwhile.
    """
    authorize(policy.can_submit(actor, number.id))
    if not queries.is_open_to(session, item, number):
        raise ItemGone
    if item.current_id != version.id:
        raise ItemChanged
    moment = clock.now()
    asks_approval = version.needs_approval and not approves_own(actor)
    request = WorkRequest(
        number=next_number(session, "work_request", prefix="WR", digits=7),
        service_id=number.service_id,
        customer_number_id=number.id,
        requester_id=actor.user_id,
        item_id=item.id,
        item_version=version,
        answers=dict(answers),
        state=RequestState.APPROVAL if asks_approval else RequestState.WAITING,
        points=version.points if queries.is_paid_with_points(session, number) else 0,
        created_at=moment,
        updated_at=moment,
    )
    session.add(request)
    session.flush()
    add_request_files(session, request, uploads, actor=actor)
    hold_for(session, request, actor=actor)
    happened = events.RequestSubmitted(request.number, request.points, request.held)
    record(session, actor=actor, subject=request, happened=happened)
    if version.needs_approval and not asks_approval:
        note_approval(session, request, actor=actor)
    notifications.request_received(session, request, actor=actor)
    if not asks_approval:
        notifications.request_waiting(session, request, actor=actor)
    elif not notifications.approval_asked(session, request, actor=actor):
        notifications.approval_impossible(session, request, actor=actor)
    return request


def add_request_files(
    session: Session, request: WorkRequest, uploads: Mapping[str, Sequence[Upload]], *, actor: Actor
) -> Sequence[RequestFile]:
    """Turn whole uploads of the actor into files of a request; rules and the event are the caller's."""
    rows = [
        RequestFile(
            request_id=request.id,
            file=keep(session, upload, actor=actor),
            field_key=key,
            uploader_id=actor.user_id,
            created_at=clock.now(),
        )
        for key, some in uploads.items()
        for upload in some
    ]
    session.add_all(rows)
    session.flush()
    return rows
