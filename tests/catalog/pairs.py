"""Two agents who have read the same request decide on it at the same moment, on whatever database the app has (F10)."""

from collections import Counter
from dataclasses import dataclass
from itertools import product
from threading import Barrier, Thread
from time import perf_counter

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.authz import Actor
from app.cases.categories import Origin
from app.cases.models import Case
from app.catalog import queries
from app.catalog.actions.deciding import AlreadyDecided, accept, reject
from app.catalog.ledger import EntryKind
from app.catalog.models import PointEntry, WorkRequest
from app.catalog.verifying import compare
from app.extensions import db
from tests import cast
from tests.factories import catalog

COST = 2


@dataclass(frozen=True)
class Decisions:
    """What came of it; ``said`` counts the answers by kind."""

    pairs: int
    said: Counter[str]
    accepted: int
    rejected: int
    cases: int
    uses: int
    releases: int
    differences: int
    seconds: float

    @property
    def is_right(self) -> bool:
        """One decision for each request, the other agent told so; a case and its points for each acceptance only."""
        wanted = Counter(decided=self.pairs, too_late=self.pairs)
        one_each = self.accepted + self.rejected == self.pairs and self.said == wanted
        booked = (self.cases, self.uses, self.releases) == (self.accepted, self.accepted, self.rejected)
        return one_each and booked and self.differences == 0

    def __str__(self) -> str:
        return (
            f"{self.pairs} pairs in {self.seconds:.1f} s: {dict(self.said)}, {self.accepted} accepted, "
            f"{self.rejected} rejected, {self.cases} cases, {self.differences} differences in the ledger"
        )


def decide_in_pairs(app: Flask, *, pairs: int, lanes: int = 4) -> Decisions:
    """File ``pairs`` requests and let two agents decide each, with ``lanes`` pairs at work side by side."""
    numbers, agents = _file(app, pairs)
    said: list[Counter[str]] = [Counter() for _ in range(2 * lanes)]
    lines = [Barrier(2, timeout=60) for _ in range(lanes)]

    def run(lane: int, side: int) -> None:
        with app.test_request_context():
            for index, number in enumerate(numbers[lane::lanes]):
                # Of four pairs, one accepts twice, two are of two minds, one rejects twice.
                does_accept = index % 4 == 0 or (index % 4 != 3 and side == index % 2)
                said[2 * lane + side][
                    _decide(number, agents[side], lines[lane], does_accept=does_accept)
                ] += 1

    threads = [Thread(target=run, args=args) for args in product(range(lanes), range(2))]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _look(app, pairs, sum(said, Counter()), perf_counter() - begun)


def _file(app: Flask, pairs: int) -> tuple[list[str], tuple[Actor, Actor]]:
    with app.test_request_context(), db.sessionmaker() as session, session.begin():
        catalog.period(session, plan_points=COST * pairs, option_points=0)
        item = catalog.item(session, points=COST)
        numbers = [catalog.request(session, item).number for _ in range(pairs)]
        return numbers, (cast.actor_of(session, "agent"), cast.actor_of(session, "lead"))


def _decide(number: str, agent: Actor, line: Barrier, *, does_accept: bool) -> str:
    with db.sessionmaker() as session:
        version = session.scalars(select(WorkRequest.version).where(WorkRequest.number == number)).one()
    line.wait()
    try:
        with db.sessionmaker() as session, session.begin():
            request = queries.request_for(session, agent, number)
            assert request is not None
            if does_accept:
                accept(session, request, actor=agent, version=version)
            else:
                reject(session, request, actor=agent, version=version, reason="対応できません。")
    except AlreadyDecided:
        return "too_late"
    except OperationalError:
        return "busy"
    return "decided"


def _look(app: Flask, pairs: int, said: Counter[str], seconds: float) -> Decisions:
    with app.app_context(), db.sessionmaker() as session:
        differences = len(compare(session).differences)
        states = Counter(state.value for state in session.scalars(select(WorkRequest.state)))
        kinds = Counter(session.scalars(select(PointEntry.kind)))
        cases = session.scalar(select(func.count()).where(Case.origin == Origin.REQUEST))
        return Decisions(
            pairs=pairs,
            said=said,
            accepted=states["accepted"],
            rejected=states["rejected"],
            cases=cases or 0,
            uses=kinds[EntryKind.USE],
            releases=kinds[EntryKind.RELEASE],
            differences=differences,
            seconds=seconds,
        )
