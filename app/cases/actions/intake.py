"""Alerts that programs bring in: a new one makes a case, one that came before is noted on its case (DESK-07)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import events, notifications, policy, queries
from app.cases.actions.opening import CategoryRefused, begin
from app.cases.alerts import AlertDetails
from app.cases.categories import Origin
from app.cases.models import Alert, Case
from app.contracts.models import CustomerNumber
from app.journal import record


class NumberUnknown(Exception):
    """The service has no such customer number; one of another service does not exist here either."""


class OtherNumber(Exception):
    """An alert of this identifier came before, for another customer number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an alert: the case it made, or the one it was noted on, and how often it has come."""

    case: Case
    times: int

    @property
    def is_new(self) -> bool:
        """Tell whether it made the case."""
        return self.times == 1


def take_alert(session: Session, *, actor: Actor, service_id: int, alert: AlertDetails) -> Taken:
    """Make a case of a new alert, or note a repeated one; an identifier never makes two cases (DESK-07).

    :raises NumberUnknown: for a customer number that the service does not have.
    :raises CategoryRefused: for a category that the service does not use.
    :raises OtherNumber: if the identifier belongs to an alert for another customer number.
    """
    authorize(policy.can_take_alerts(actor, service_id))
    number = _number_of(session, service_id, alert.customer_number)
    known = _known(session, service_id, alert.identifier)
    if known is None:
        try:
            with session.begin_nested():
                return _open(session, actor, number, alert)
        except IntegrityError:
            # Where writers do not stand in line, another one may have taken the identifier since our look.
            known = _known(session, service_id, alert.identifier)
            if known is None:
                raise
    return _repeat(session, actor, known, number, alert)


def _number_of(session: Session, service_id: int, number: str) -> CustomerNumber:
    found = session.scalar(
        select(CustomerNumber).where(CustomerNumber.number == number, CustomerNumber.service_id == service_id)
    )
    if found is None:
        raise NumberUnknown
    return found


def _known(session: Session, service_id: int, identifier: str) -> Alert | None:
    chosen = select(Alert).where(Alert.service_id == service_id, Alert.identifier == identifier)
    return session.scalar(chosen.with_for_update())


def _open(session: Session, actor: Actor, number: CustomerNumber, alert: AlertDetails) -> Taken:
    if alert.category not in queries.categories_of(session, number.service_id):
        raise CategoryRefused(alert.category)
    case = Case(
        service_id=number.service_id,
        customer_number_id=number.id,
        category=alert.category,
        subject=alert.title,
        origin=Origin.ALERT,
    )
    begin(session, case, alert.description, actor=actor)
    moment = clock.now()
    session.add(
        Alert(
            service_id=number.service_id,
            identifier=alert.identifier,
            case_id=case.id,
            content_hash=alert.content_hash(),
            times=1,
            first_at=moment,
            last_at=moment,
        )
    )
    told = events.AlertReceived(
        identifier=alert.identifier,
        severity=alert.severity.value,
        detected_at=alert.detected_at.isoformat(),
        details=alert.details,
        link=alert.link,
    )
    record(session, actor=actor, subject=case, happened=told)
    notifications.alert_received(session, case, actor=actor, alert=alert)
    return Taken(case, 1)


def _repeat(
    session: Session, actor: Actor, known: Alert, number: CustomerNumber, alert: AlertDetails
) -> Taken:
    first, *later = _way(session, known.case_id)
    case = [first, *later][-1]
    if first.customer_number_id != number.id:
        raise OtherNumber
    tells_desk = case.closed_at is not None and known.last_at <= case.closed_at
    is_changed = known.content_hash != alert.content_hash()
    moment = clock.now()
    known.times += 1
    # A clock that was set back takes nothing back (REL-10).
    known.last_at, known.content_hash = max(known.last_at, moment), alert.content_hash()
    if case.is_open:
        case.updated_at = max(case.updated_at, moment)
    told = _told(known.times, alert, is_changed=is_changed)
    # The row belongs to the case that the alert made, whose history tells its changes too.
    for shown_on in [case] if case is first else [first, case]:
        record(session, actor=actor, subject=shown_on, happened=told)
    if tells_desk:
        notifications.alert_after_closure(session, case, actor=actor, alert=alert)
    return Taken(case, known.times)


def _told(times: int, alert: AlertDetails, *, is_changed: bool) -> events.AlertRepeated:
    """A mere repetition says only that; one that says something else says all of it."""
    return events.AlertRepeated(
        times=times,
        severity=alert.severity.value,
        detected_at=alert.detected_at.isoformat(),
        title=alert.title if is_changed else "",
        description=alert.description if is_changed else "",
        details=alert.details if is_changed else (),
        link=alert.link if is_changed else "",
        is_changed=is_changed,
    )


def _way(session: Session, case_id: int) -> Sequence[Case]:
    """The case that the alert made, and those into which it was merged since; the matter goes on in the last one."""
    way = [session.get_one(Case, case_id)]
    while (following := way[-1].merged_into_id) is not None:
        way.append(session.get_one(Case, following))
    return way
