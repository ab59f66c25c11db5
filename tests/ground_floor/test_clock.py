"""The one clock, and the moments it gives (REL-10)."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.db import UTCDateTime

pytestmark = pytest.mark.req("REL-10")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_the_clock_tells_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    told = clock.now()

    assert told.utcoffset() == timedelta(0)
    assert before <= told <= datetime.now(UTC)


def test_a_held_clock_stands_still_and_goes_on_afterwards() -> None:
    with clock.at(NOON):
        assert clock.now() == clock.now() == NOON
        with clock.at(NOON + timedelta(hours=1)):
            assert clock.now() == NOON + timedelta(hours=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_clock_is_set_free_when_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(NOON):
        raise ZeroDivisionError
    assert clock.now() != NOON


def test_a_clock_held_in_one_thread_is_not_held_in_another() -> None:
    seen: list[datetime] = []
    with clock.at(NOON):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != NOON


def test_moments_of_other_zones_are_told_in_utc() -> None:
    with clock.at(datetime(2026, 11, 20, 21, 0, tzinfo=timezone(timedelta(hours=9)))):
        assert clock.now() == NOON
        assert clock.now().utcoffset() == timedelta(0)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 11, 20)):  # noqa: DTZ001  # The fault.
        raise AssertionError("the clock took a moment without a zone")


@given(st.datetimes(timezones=st.timezones()).filter(lambda moment: 1 < moment.year < 9999))
def test_a_stored_moment_comes_back_as_the_same_moment(moment: datetime) -> None:
    column = UTCDateTime()
    stored = column.process_bind_param(moment, None)  # type: ignore[arg-type]  # No dialect is looked at.

    assert stored is not None
    assert stored.tzinfo is None
    # Python finds an hour that a zone has twice equal to nothing in another zone, so both are told in UTC.
    assert column.process_result_value(stored, None) == moment.astimezone(UTC)  # type: ignore[arg-type]  # As above.


def test_a_moment_without_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="aware"):
        UTCDateTime().process_bind_param(datetime(2026, 11, 20), None)  # type: ignore[arg-type]  # noqa: DTZ001  # The fault.
