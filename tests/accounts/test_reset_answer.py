"""What the pages of a reset tell: within a budget whether an address matched, else the same of all (T03)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.throttle import ThrottleHit
from tests import cast
from tests.cast import ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    NOON,
    ask_for_reset,
    ask_for_reset_as,
    bare,
    from_address,
    mailed_link,
    next_network,
    set_password,
    setting,
)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SENT = "/cs/password/sent"
TARO, MAIL = ROLES["taro"].login_id, "taro@sample.example"
NEW_PASSWORD = "Blue*Harbour7417"


def wrong(client: InspectingClient) -> Page:
    return ask_for_reset(client, "/cs", TARO, "x@x.example", **next_network())


def silent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    setting(app, monkeypatch, reset_answer="neutral")


def spent(app: Flask, _: pytest.MonkeyPatch) -> None:
    """The network has asked about ten other IDs within the hour."""
    client = InspectingClient(app)
    for number in range(10):
        ask_for_reset(client, "/cs", f"nobody{number}", MAIL)


@pytest.mark.req("security:T03", "RESET-06", "RESET-10")
@pytest.mark.parametrize("way", [silent, spent])
def test_where_the_page_says_nothing_it_says_the_same_of_all(
    app: Flask,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
    given: Given,
    way: Callable[[Flask, pytest.MonkeyPatch], None],
) -> None:
    def elsewhere(session: Session) -> None:
        cast.person(session, "taro").time_zone = "America/New_York"
        # This tells the journal of the change, which it wants.
        choose_language(session, "taro", "en")

    given(elsewhere)
    client = InspectingClient(app)
    with clock.at(NOON - HOUR):
        ask_for_reset_as(client, "taro", **next_network())
        set_password(client, mailed_link(outbox()), NEW_PASSWORD)
    outbox()
    with clock.at(NOON):
        way(app, monkeypatch)
        asked = [
            ask_for_reset_as(client, "taro"),
            ask_for_reset_as(client, "hanako"),
            ask_for_reset_as(client, "kaito"),
            ask_for_reset(client, "/cs", ROLES["hanako"].login_id, "x@x.example"),
            ask_for_reset(client, "/cs", "nobody@x.example", "x@x.example"),
        ]
        assert len({str(bare(page)) for page in asked}) == 1
        assert asked[0].location == SENT
        wait, link = outbox()
    # The wait is told by mail then, with the time of its reader.
    assert (wait.to, link.to) == (MAIL, "hanako@sample.example")
    assert "2026-11-20 21:00:00" in wait.text
    assert mailed_link([link])


@pytest.mark.req("security:T03", "RESET-05")
def test_there_too_the_count_closes(app: Flask, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    silent(app, monkeypatch)
    client = InspectingClient(app)
    with clock.at(NOON):
        for _ in range(5):
            assert wrong(client).location == SENT
        assert ask_for_reset_as(client, "taro").location == SENT
        assert outbox() == []


@pytest.mark.req("security:T03")
def test_the_budget_counts_ids_for_each_network_and_an_hour(app: Flask, outbox: Outbox) -> None:
    client, here = InspectingClient(app, language="en"), from_address("192.0.2.1")

    def tells(login_id: str, address: str = "192.0.2.1") -> bool:
        page = ask_for_reset(client, "/cs", login_id, "x@x.example", **from_address(address))
        return page.status == 422

    with clock.at(NOON):
        for number in range(10):
            # Asking again about the same one is a matter of its own count.
            assert [tells(f"nobody{number}") for _ in range(6)] == [True] * 6
        assert not tells("one more")
        assert tells("nobody3")
        assert tells("one more", "192.0.2.2")
        assert ask_for_reset_as(client, "taro", **here).location == SENT
        assert [mail.to for mail in outbox()] == [MAIL], "who knows both gets the mail all the same"
    with clock.at(NOON + HOUR - SECOND):
        assert not tells("one more")
    with clock.at(NOON + HOUR):
        assert tells("one more")


@pytest.mark.req("security:T03")
@pytest.mark.parametrize(("already", "status"), [(299, 422), (300, 303)])
def test_all_networks_together_have_one_too(app: Flask, given: Given, already: int, status: int) -> None:
    def ask(session: Session) -> None:
        row = {"bucket": "reset:all", "at": NOON, "expires_at": NOON + HOUR}
        session.execute(ThrottleHit.__table__.insert(), [row] * already)  # type: ignore[attr-defined]  # A table, though typed as less.

    with clock.at(NOON):
        given(ask)
        assert wrong(InspectingClient(app)).status == status
