"""Spenders and deciders at the same moment on PostgreSQL: no point too many, one decision each (F10, F12, M07).

Each race is run as the application writes, in turns, and once more without them, where rows and constraints alone hold.
"""

from time import monotonic

import pytest
from flask import Flask

from tests.catalog.console.test_decision_races import decide_in_pairs
from tests.catalog.ledger.spending import spend
from tests.catalog.ledger.test_races import holds
from tests.conftest import Given, Stored
from tests.postgresql.turns import without_turns


@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_six_spenders_never_overspend(app: Flask) -> None:
    assert holds(spend(app, spenders=6, attempts=24, total=10))


@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_spenders_who_do_not_take_turns_never_overspend(app: Flask) -> None:
    with without_turns(app):
        assert holds(spend(app, spenders=6, attempts=24, total=10))


@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_two_agents_one_decides(app: Flask, given: Given, stored: Stored) -> None:
    assert decide_in_pairs(app, given, stored, 8)["AlreadyDecided"] == 8


@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_two_agents_who_do_not_take_turns_one_decides(app: Flask, given: Given, stored: Stored) -> None:
    with without_turns(app):
        assert decide_in_pairs(app, given, stored, 8)["AlreadyDecided"] == 8


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixty_four_spenders_never_overspend(app: Flask) -> None:
    outcome = spend(app, spenders=64, attempts=6_400, total=2_000)
    print(f"PostgreSQL, 64 spenders: {outcome}")  # noqa: T201 - `make nightly` shows what was measured
    assert holds(outcome)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixty_four_spenders_who_do_not_take_turns_never_overspend(app: Flask) -> None:
    with without_turns(app):
        outcome = spend(app, spenders=64, attempts=6_400, total=2_000)
    print(f"PostgreSQL without turns, 64 spenders: {outcome}")  # noqa: T201 - likewise
    assert holds(outcome)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_a_thousand_pairs_one_each_decides(app: Flask, given: Given, stored: Stored) -> None:
    begun = monotonic()
    told = decide_in_pairs(app, given, stored, 1_000)
    print(f"PostgreSQL, 1,000 pairs in {monotonic() - begun:.1f} s: {dict(told)}")  # noqa: T201 - likewise
    assert told["AlreadyDecided"] == 1_000


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_a_thousand_pairs_who_do_not_take_turns_one_each_decides(
    app: Flask, given: Given, stored: Stored
) -> None:
    begun = monotonic()
    with without_turns(app):
        told = decide_in_pairs(app, given, stored, 1_000)
    print(f"PostgreSQL without turns, 1,000 pairs in {monotonic() - begun:.1f} s: {dict(told)}")  # noqa: T201 - likewise
    assert told["AlreadyDecided"] == 1_000
