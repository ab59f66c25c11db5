"""Many spenders at once on PostgreSQL never spend a point that is not there, and the ledger agrees (F12, M07)."""

import pytest
from flask import Flask

from tests.catalog.ledger.spending import spend
from tests.catalog.ledger.test_races import holds


@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixteen_spenders_never_overspend(app: Flask) -> None:
    assert holds(spend(app, spenders=16, attempts=160, total=60))
