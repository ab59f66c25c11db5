"""What the check of the ledger reads: periods and entries to compute anew, and what was paid otherwise (PT-07)."""

from typing import Any, TypeAlias

from sqlalchemy import Select, String, case, func, or_, select, type_coerce

from app.catalog.ledger import Account, EntryKind
from app.catalog.lifecycle import RequestState
from app.catalog.models import (
    CorrectionState,
    PointBalance,
    PointCorrection,
    PointEntry,
    PointPeriod,
    WorkRequest,
)

Chosen: TypeAlias = Select[*tuple[Any, ...]]


def periods(*, after: int, limit: int) -> Chosen:
    """The next periods after one, each with its balances, what the desk has set, and what requests hold in it."""
    requested = (
        select(func.coalesce(func.sum(WorkRequest.held), 0))
        .where(WorkRequest.period_id == PointPeriod.id)
        .scalar_subquery()
    )
    return (
        select(
            PointPeriod.id,
            (PointPeriod.plan_points + PointPeriod.option_points).label("given"),
            requested.label("requested"),
            PointBalance.period_id.label("balance_id"),
            PointBalance.entries,
            PointBalance.last_entry_id,
            *(getattr(PointBalance, account) for account in Account),
        )
        .join(PointBalance, PointBalance.period_id == PointPeriod.id, isouter=True)
        .where(PointPeriod.id > after)
        .order_by(PointPeriod.id)
        .limit(limit)
    )


def entries(first: int, last: int) -> Chosen:
    """The entries of a range of periods, period by period as they were booked."""
    return (
        select(
            PointEntry.id,
            PointEntry.period_id,
            # As text, since a code that does not exist is something to find.
            type_coerce(PointEntry.kind, String).label("kind"),
            PointEntry.source,
            PointEntry.target,
            PointEntry.amount,
            PointEntry.reason,
        )
        .where(PointEntry.period_id.between(first, last))
        .order_by(PointEntry.period_id, PointEntry.id)
    )


def requests_paid_otherwise() -> Chosen:
    """Requests whose entries are not those of their state: held while they wait, used when they were accepted."""
    amount, kind = PointEntry.amount, PointEntry.kind
    is_from_held = (kind == EntryKind.USE) & (PointEntry.source == Account.HELD)
    held = case(
        (kind == EntryKind.HOLD, amount), ((kind == EntryKind.RELEASE) | is_from_held, -amount), else_=0
    )
    used = case((kind.in_([EntryKind.USE, EntryKind.OVERDRAFT]), amount), else_=0)
    overdraft = case((kind == EntryKind.OVERDRAFT, amount), else_=0)
    of_entries = (
        select(
            PointEntry.request_id,
            func.sum(held).label("held"),
            func.sum(used).label("used"),
            func.sum(overdraft).label("overdraft"),
            func.min(PointEntry.period_id).label("first_period"),
            func.max(PointEntry.period_id).label("last_period"),
        )
        .where(PointEntry.request_id.is_not(None))
        .group_by(PointEntry.request_id)
        .subquery()
    )
    expected = {
        "held": WorkRequest.held,
        "used": case((WorkRequest.state == RequestState.ACCEPTED, WorkRequest.points), else_=0),
        "overdraft": WorkRequest.overdraft,
    }
    found = {name: func.coalesce(of_entries.c[name], 0) for name in expected}
    return (
        select(
            WorkRequest.number,
            WorkRequest.period_id,
            of_entries.c.first_period,
            of_entries.c.last_period,
            *(expected[name].label(f"{name}_expected") for name in expected),
            *(found[name].label(f"{name}_found") for name in expected),
        )
        .join(of_entries, of_entries.c.request_id == WorkRequest.id, isouter=True)
        .where(
            or_(
                *(expected[name] != found[name] for name in expected),
                of_entries.c.first_period != WorkRequest.period_id,
                of_entries.c.last_period != WorkRequest.period_id,
            )
        )
        .order_by(WorkRequest.id)
    )


def corrections_booked_otherwise() -> Chosen:
    """Corrections whose entries are not their difference, or that have some though nobody booked them."""
    signed = case((PointEntry.target == Account.USED, PointEntry.amount), else_=-PointEntry.amount)
    of_entries = (
        select(PointEntry.correction_id, func.sum(signed).label("found"))
        .where(PointEntry.correction_id.is_not(None))
        .group_by(PointEntry.correction_id)
        .subquery()
    )
    is_booked = PointCorrection.state == CorrectionState.BOOKED
    expected = case((is_booked, PointCorrection.difference), else_=0)
    found = func.coalesce(of_entries.c.found, 0)
    return (
        select(PointCorrection.id, expected.label("expected"), found.label("found"))
        .join(of_entries, of_entries.c.correction_id == PointCorrection.id, isouter=True)
        .where(expected != found)
        .order_by(PointCorrection.id)
    )
