"""Failures of a network, and of all networks together, beside the lock of the ID (SEC-07)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, create_app
from app.throttle import ThrottleHit
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Stored, settings_for
from tests.factories.sign_in import (
    NOON,
    bare,
    count_of,
    fail,
    from_address,
    hits,
    knock,
    knock_as,
    next_network,
)

pytestmark = pytest.mark.req("SEC-07")
SECOND, MINUTES = timedelta(seconds=1), timedelta(minutes=5)
HERE = from_address("192.0.2.1")


def spray(client: InspectingClient, times: int, address: str = "192.0.2.1") -> list[int]:
    """Wrong passwords for as many IDs, so that no ID is locked."""
    return [
        knock(client, "/cs", f"nobody{number}", "wrong", **from_address(address)).status
        for number in range(times)
    ]


@pytest.mark.parametrize(("after", "status"), [(timedelta(), 429), (MINUTES - SECOND, 429), (MINUTES, 303)])
def test_after_ten_failures_a_network_waits_five_minutes(app: Flask, after: timedelta, status: int) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        assert spray(client, 10) == [422] * 10
    with clock.at(NOON + after):
        page = knock_as(client, "hanako", **HERE)
        assert page.status == status
        if status == 429:
            assert page.answer.headers["Retry-After"] == "300"
            assert page.form("/cs/login")["login_id"] == ROLES["hanako"].login_id
            assert page.form("/cs/login")["password"] == ""
        assert knock_as(client, "hanako", **from_address("192.0.2.2")).status == 303


def test_the_window_moves(app: Flask) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        spray(client, 5)
    with clock.at(NOON + MINUTES - SECOND):
        assert spray(client, 6) == [422] * 5 + [429]
    with clock.at(NOON + MINUTES):
        assert spray(client, 6) == [422] * 5 + [429]


def test_what_it_says_tells_nothing_of_an_account_and_counts_for_none(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        spray(client, 10)
        answers = set()
        for login_id, password in (
            (ROLES["hanako"].login_id, PASSWORD),
            (ROLES["hanako"].login_id, "wrong"),
            ("nobody@sample.example.cs", "wrong"),
            (ROLES["kaito"].login_id, PASSWORD),
        ):
            status, text, headers = bare(knock(client, "/cs", login_id, password, **HERE))
            answers.add(str((status, text.replace(login_id, "…"), headers)))
        assert len(answers) == 1
        assert client.cookie() is None
    assert stored(lambda session: count_of(session, "hanako").since_success) == 0


def test_right_passwords_are_no_failures(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        for _ in range(12):
            assert knock_as(client, "hanako", **HERE).status == 303
        spray(client, 9)
        assert knock_as(client, "hanako", **HERE).status == 303
    assert stored(lambda session: hits(session, "signin:net:192.0.2.1")) == 9


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", 429),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", 303),
        ("::ffff:192.0.2.1", "192.0.2.1", 429),
        ("192.0.2.1", "192.0.2.2", 303),
        # A server behind a socket knows no address; then all share one count.
        ("unix:", "", 429),
    ],
)
def test_a_network_is_an_ipv4_address_or_a_64(app: Flask, first: str, second: str, status: int) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        spray(client, 10, first)
        assert knock_as(client, "hanako", **from_address(second)).status == status


@pytest.mark.parametrize(("already", "status"), [(998, 303), (999, 429)])
def test_after_a_thousand_failures_of_all_networks_everybody_waits(
    app: Flask, given: Given, already: int, status: int
) -> None:
    def flood(session: Session) -> None:
        until = NOON + MINUTES
        rows = [{"bucket": "signin:all", "at": NOON, "expires_at": until} for _ in range(already)]
        session.execute(ThrottleHit.__table__.insert(), rows)  # type: ignore[attr-defined]  # A table, though typed as less.

    with clock.at(NOON):
        given(flood)
        client = InspectingClient(app)
        fail(client, "taro", 1)
        assert knock_as(client, "hanako", **next_network()).status == status
    with clock.at(NOON + MINUTES):
        assert knock_as(client, "hanako", **next_network()).status == 303


FORGED = {
    "X-Forwarded-For": "203.0.113.{}",
    "X-Real-IP": "203.0.113.{}",
    "Forwarded": "for=203.0.113.{}",
    "X-Client-IP": "203.0.113.{}",
    "CF-Connecting-IP": "203.0.113.{}",
    "True-Client-IP": "203.0.113.{}",
}


def from_behind(client: InspectingClient, number: int, password: str, **headers: str) -> Page:
    told = {name.replace("_", "-"): value.format(number) for name, value in headers.items()}
    return knock(client, "/cs", f"nobody{number}", password, headers=told, **HERE)


def test_a_forged_forwarding_header_changes_nothing(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        statuses = [from_behind(client, number, "wrong", **FORGED).status for number in range(11)]
    assert statuses == [422] * 10 + [429]
    assert stored(lambda session: hits(session, "signin:net:203")) == 0


def behind_a_proxy(app: Flask) -> Flask:
    """The same installation with one proxy in front of it."""
    folder: Path = app.config["SETTINGS"].data_dir
    return create_app(settings_for(folder, MADOGUCHI_TRUSTED_PROXIES="1"))


def test_behind_a_proxy_its_own_word_counts_and_nobody_elses(app: Flask) -> None:
    client = InspectingClient(behind_a_proxy(app))
    with clock.at(NOON):
        forged = {"X_Forwarded_For": "203.0.113.{}, 198.51.100.7"}
        statuses = [from_behind(client, number, "wrong", **forged).status for number in range(11)]
        assert statuses == [422] * 10 + [429]
        other = {"X-Forwarded-For": "198.51.100.7, 198.51.100.8"}
        assert knock_as(client, "hanako", headers=other, **HERE).status == 303


def test_all_processes_share_the_count(app: Flask) -> None:
    here, there = InspectingClient(app), InspectingClient(behind_a_proxy(app))
    with clock.at(NOON):
        spray(here, 6)
        assert spray(there, 5) == [422] * 4 + [429]
        assert spray(here, 1) == [429]


@pytest.mark.parametrize("value", ["on", "off"])
def test_the_throttles_can_be_turned_off_in_a_demo_alone(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    folder = tmp_path_factory.mktemp("x")
    assert settings_for(folder, MADOGUCHI_THROTTLE=value).is_throttled
    demo = settings_for(folder, MADOGUCHI_THROTTLE=value, MADOGUCHI_DEMO="on")
    assert demo.is_throttled == (value == "on")


@pytest.mark.req("AUTH-03")
def test_even_there_the_lock_of_the_id_holds(app: Flask) -> None:
    folder: Path = app.config["SETTINGS"].data_dir
    demo = create_app(settings_for(folder, MADOGUCHI_THROTTLE="off", MADOGUCHI_DEMO="on"))
    client = InspectingClient(demo)
    with clock.at(NOON):
        assert spray(client, 12) == [422] * 12
        for _ in range(5):
            knock_as(client, "hanako", "wrong")
        assert knock_as(client, "hanako").status == 422


@pytest.mark.req("REL-10")
def test_a_clock_set_back_does_not_keep_a_network_waiting(app: Flask) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        spray(client, 10)
    with clock.at(NOON - timedelta(hours=1)):
        assert knock_as(client, "hanako", **HERE).status == 303
