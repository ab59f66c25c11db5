"""Moments relative to the loading, and dates in texts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.demo.moments import BadMoment, Calendar, months_from

TOKYO = ZoneInfo("Asia/Tokyo")
# 00:30 on 1 March in Tokyo is still February in UTC: days are those of the zone.
NOW = datetime(2028, 2, 29, 15, 30, tzinfo=UTC)
CALENDAR = Calendar(NOW, TOKYO)
STEP_BEFORE = datetime(2028, 2, 20, 22, 15, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("-1d 14:05", datetime(2028, 2, 29, 14, 5, tzinfo=TOKYO)),
        ("-60d 09:00", datetime(2028, 1, 1, 9, 0, tzinfo=TOKYO)),
        ("m-1/05 10:00", datetime(2028, 2, 5, 10, 0, tzinfo=TOKYO)),
        ("m-3/05 10:00", datetime(2027, 12, 5, 10, 0, tzinfo=TOKYO)),
        ("-40m", datetime(2028, 2, 29, 23, 50, tzinfo=TOKYO)),
        ("-3h", datetime(2028, 2, 29, 21, 30, tzinfo=TOKYO)),
        ("+25m", datetime(2028, 2, 20, 22, 40, tzinfo=TOKYO)),
        ("+3h", datetime(2028, 2, 21, 1, 15, tzinfo=TOKYO)),
        ("+0d 23:00", datetime(2028, 2, 20, 23, 0, tzinfo=TOKYO)),
        ("+9d 09:30", datetime(2028, 2, 29, 9, 30, tzinfo=TOKYO)),
    ],
)
def test_reads_a_moment(written: str, meant: datetime) -> None:
    assert CALENDAR.read(written, after=STEP_BEFORE) == meant


@pytest.mark.parametrize("written", ["", "yesterday", "-1d", "12d 14:05", "-1d 25:00", "m-1/31 10:00"])
def test_refuses_what_is_no_moment(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CALENDAR.read(written)


def test_refuses_to_count_from_no_step() -> None:
    with pytest.raises(BadMoment, match="no step before"):
        CALENDAR.read("+5m")


@pytest.mark.parametrize(
    ("language", "filled"),
    [
        ("ja", "2月18日、2028-02-21、2028年1月、2027年12月"),
        ("en", "18 February、2028-02-21、January 2028、December 2027"),
    ],
)
def test_fills_dates_into_a_text(language: str, filled: str) -> None:
    text = "[[day -2d]]、[[date +1d]]、[[month -1]]、[[month -2]]"
    assert CALENDAR.fill(text, at=STEP_BEFORE, language=language) == filled


def test_counts_months_over_the_year() -> None:
    assert months_from(datetime(2027, 1, 31, tzinfo=TOKYO).date(), -13).isoformat() == "2025-12-01"
