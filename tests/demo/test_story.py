"""The data files: whatever the day of loading, nothing lies in the future and nothing is left unfilled."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.demo import story
from app.demo.moments import Calendar
from app.demo.orders import REQUEST_VERBS
from app.demo.plot import VERBS

LEAP_YEAR = [datetime(2027, 12, 31, 15, 0, tzinfo=UTC) + timedelta(days=day) for day in range(366)]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_nothing_lies_in_the_future_on_any_day(zone: str) -> None:
    cases = [*story.cases(), *story.requests()]
    for day in LEAP_YEAR:
        # The hardest moment of a day is its first: yesterday's last step is then the nearest.
        first = day.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0)
        calendar = Calendar(first, ZoneInfo(zone))
        for told in cases:
            moments = [*told.moments(calendar), first]
            assert all(one <= other for one, other in pairwise(moments)), (told.number, told.at, day)


def test_steps_name_known_people_and_verbs() -> None:
    keys = {story.INTAKE, *(person.key for person in story.people())}
    for told in (*story.cases(), *story.requests()):
        assert {told.by, *(step.by for step in told.steps)} <= keys
        known = {*VERBS, *REQUEST_VERBS} if isinstance(told, story.RequestStory) else set(VERBS)
        assert {verb for step in told.steps for verb, _ in step.acts} <= known
        assert all(step.acts for step in told.steps)


def test_customers_act_on_their_own_numbers_alone() -> None:
    numbers = {person.key: person.numbers for person in story.people() if person.holder}
    for told in (*story.cases(), *story.requests()):
        for by in {told.by, *(step.by for step in told.steps)} & numbers.keys():
            assert told.number in numbers[by]


def test_no_text_is_written_twice() -> None:
    texts = [told.says for told in story.cases() if told.says]
    texts += [
        what for told in story.cases() for step in told.steps for verb, what in step.acts if verb == "says"
    ]
    assert len(texts) > 200
    assert len(texts) == len(set(texts))


def test_mail_addresses_and_hosts_are_those_of_documentation() -> None:
    texts = " ".join(path.read_text("utf-8") for path in sorted(story.DATA.rglob("*.yaml")))
    mailed = re.findall(r"[\w.-]+@[\w.-]+\w", texts)
    assert mailed
    # The user IDs of customers are their address with the service's suffix.
    assert all(re.search(r"\.example(\.cs|\.fm)?$", address) for address in mailed)
    hosts = re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", texts)
    assert hosts
    assert all(host.startswith(("192.0.2.", "198.51.100.", "203.0.113.")) for host in hosts)
