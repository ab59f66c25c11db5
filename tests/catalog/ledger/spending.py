"""Many people who spend the points of one customer number at the same moment, on whatever database the app has."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from threading import Barrier, Thread
from time import perf_counter

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.authz import Actor
from app.catalog import queries
from app.catalog.actions.deciding import accept, reject
from app.catalog.actions.submitting import submit_request
from app.catalog.ledger import Balances, NotEnough
from app.catalog.models import CatalogItem, PointBalance, WorkRequest
from app.catalog.verifying import compare
from app.contracts.models import CustomerNumber
from app.extensions import db
from tests import cast
from tests.factories import catalog

# What one request costs; it does not divide the totals evenly, so that a rest stays that nobody may take.
COST = 3
# Somebody who waited too long for the database is told so, and nothing was written.
BUSY = (OperationalError, PoolTimeout)


@dataclass(frozen=True)
class Place:
    """Where all of them spend."""

    item_id: int
    number_id: int
    period_id: int
    customer: Actor
    agent: Actor


@dataclass(frozen=True)
class Outcome:
    """What became of the attempts; every attempt is a request, held or refused its points."""

    attempts: int
    held: int
    refused: int
    accepted: int
    rejected: int
    undecided: int
    busy: int
    seconds: float
    total: int
    balances: Balances
    differences: list[str]

    @property
    def overspent(self) -> int:
        """How many points were given away that the period never had."""
        return max(0, self.balances.held + self.balances.used - self.total) + self.balances.overdraft

    def __str__(self) -> str:
        return (
            f"{self.attempts} attempts in {self.seconds:.1f} s: {self.held} held, {self.refused} refused, "
            f"{self.accepted} accepted, {self.rejected} rejected, "
            f"{self.busy} busy, {self.undecided} decisions busy, overspent {self.overspent}, "
            f"differences {len(self.differences)}"
        )


def spend(app: Flask, *, spenders: int, attempts: int, total: int) -> Outcome:
    """Let ``spenders`` threads make ``attempts`` requests in all on a fresh period of ``total`` points.

    The database is migrated and has the cast. Of the requests that hold points, a third is accepted and a third
    rejected at once, so that points come back and are spent again; the others wait.
    """
    place = _prepare(app, total)
    counts: list[Counter[str]] = [Counter() for _ in range(spenders)]
    line = Barrier(spenders, timeout=60)

    def run(index: int) -> None:
        dice = Random(index)  # noqa: S311 - the same race each time, not a secret
        with app.app_context():
            line.wait()
            for _ in range(attempts // spenders):
                _attempt(place, dice, counts[index])

    threads = [Thread(target=run, args=(index,)) for index in range(spenders)]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - begun
    counted = sum(counts, Counter())
    with app.app_context(), db.sessionmaker() as session:
        report = compare(session)
        balances = session.get_one(PointBalance, place.period_id).as_balances()
    return Outcome(
        attempts=counted["attempts"],
        held=counted["held"],
        refused=counted["refused"],
        accepted=counted["accepted"],
        rejected=counted["rejected"],
        undecided=counted["undecided"],
        busy=counted["busy"],
        seconds=seconds,
        total=total,
        balances=balances,
        differences=[str(item) for item in report.differences],
    )


def _prepare(app: Flask, total: int) -> Place:
    with app.test_request_context(), db.sessionmaker() as session, session.begin():
        period = catalog.period(session, plan_points=total, option_points=0)
        item = catalog.item(session, points=COST)
        return Place(
            item_id=item.id,
            number_id=period.customer_number_id,
            period_id=period.id,
            customer=cast.actor_of(session, "hanako", "cs"),
            agent=cast.actor_of(session, "agent"),
        )


def _attempt(place: Place, dice: Random, counted: Counter[str]) -> None:
    counted["attempts"] += 1
    try:
        request_id, is_held = _submit(place)
    except BUSY:
        counted["busy"] += 1
        return
    counted["held" if is_held else "refused"] += 1
    if is_held:
        try:
            done = _decide(place, request_id, dice.choice(("accepted", "rejected", "waiting")))
        except BUSY:
            done = "undecided"
        counted[done] += 1


def _submit(place: Place) -> tuple[int, bool]:
    with db.sessionmaker() as session, session.begin():
        item = session.get_one(CatalogItem, place.item_id)
        slug, service_id = item.slug, item.service_id
        found = queries.item_for(session, place.customer, service_id, slug)
        assert found is not None
        assert found.current is not None
        request = submit_request(
            session,
            actor=place.customer,
            item=found,
            version=found.current,
            number=session.get_one(CustomerNumber, place.number_id),
            answers={"details": "ポリシーの変更をお願いします。"},
            uploads={},
        )
        return request.id, request.held > 0


def _decide(place: Place, request_id: int, what: str) -> str:
    if what == "waiting":
        return what
    with db.sessionmaker() as session, session.begin():
        number = session.scalars(select(WorkRequest.number).where(WorkRequest.id == request_id)).one()
        request = queries.request_for(session, place.agent, number)
        assert request is not None
        try:
            if what == "accepted":
                accept(session, request, actor=place.agent, version=request.version)
            else:
                reject(
                    session, request, actor=place.agent, version=request.version, reason="対応できません。"
                )
        except NotEnough:
            return "missing"
    return what
