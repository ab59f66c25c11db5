"""Two agents at once lead to one decision and one case (WR-09, F10)."""

import pytest
from flask import Flask

from tests.catalog.pairs import decide_in_pairs


@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_two_agents_one_decides(app: Flask) -> None:
    decisions = decide_in_pairs(app, pairs=16)
    assert decisions.is_right, decisions


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.req("WR-09", "WR-10", "REL-05", "F10")
def test_of_a_thousand_pairs_one_each_decides(app: Flask) -> None:
    decisions = decide_in_pairs(app, pairs=1_000)
    print(f"SQLite: {decisions}")  # noqa: T201 - `make nightly` shows what was measured
    assert decisions.is_right, decisions
