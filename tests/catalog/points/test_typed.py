"""Numbers and days as people type them."""

from datetime import date

import pytest

from app.catalog.days import written_day
from app.catalog.forms.points import written_points

pytestmark = pytest.mark.req("PT-06")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("55", 55),
        ("５５", 55),
        (" ５５　", 55),
        ("1,000", 1_000),
        ("１，０００，０００", 1_000_000),
        ("+2", 2),
        ("-2", -2),
        ("－２", -2),
        ("−2", -2),
        ("", None),
        ("-", None),
        ("--2", None),
        ("1,00", None),
        ("1.5", None),
        ("1e3", None),
        ("0x10", None),
        ("五", None),
        ("٣", None),
        ("9999999999", None),
    ],
)
def test_points(typed: str, number: int | None) -> None:
    assert written_points(typed) == number


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("２０２６－１２－０１", date(2026, 12, 1)),
        ("2026-02-29", None),
        ("2026-1-1", None),
        ("2026/12/01", None),
        ("٢٠٢٦-١٢-٠١", None),
        ("", None),
    ],
)
def test_days(typed: str, day: date | None) -> None:
    assert written_day(typed) == day
