"""Many spenders at once never spend a point that is not there, and the ledger agrees afterwards (F12, M07)."""

import pytest
from flask import Flask

from tests.catalog.ledger.spending import COST, Outcome, spend


def holds(outcome: Outcome) -> bool:
    assert outcome.overspent == 0, outcome
    assert outcome.differences == []
    assert outcome.held + outcome.refused + outcome.busy == outcome.attempts, outcome
    # There were points for some and not for all.
    assert outcome.held > 0, outcome
    assert outcome.refused > 0, outcome
    assert outcome.balances.total == outcome.total
    return outcome.balances.used == outcome.accepted * COST


@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixteen_spenders_never_overspend(app: Flask) -> None:
    outcome = spend(app, spenders=16, attempts=160, total=60)
    assert holds(outcome)
    assert outcome.busy == outcome.undecided == 0


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixty_four_spenders_never_overspend(app: Flask) -> None:
    outcome = spend(app, spenders=64, attempts=6_400, total=2_000)
    print(f"SQLite, 64 spenders: {outcome}")  # noqa: T201 - `make nightly` shows what was measured
    assert holds(outcome)
