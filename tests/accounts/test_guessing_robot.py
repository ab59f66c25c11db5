"""A robot with the password guesses codes for a day: what it gets, and what its chances are (SEC-13, M10)."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Authenticator
from tests.cast import person
from tests.conftest import Given, Stored
from tests.factories import robot
from tests.factories.robot import Robot
from tests.factories.sign_in import NOON, pair_app

DAY = timedelta(days=1)
MOST_ODDS = 1.5e-4


@pytest.mark.req("SEC-13", "M10", "C36", "security:T10")
@pytest.mark.timeout(300)
@pytest.mark.nightly
def test_a_day_of_guessing_leaves_the_robot_outside_with_poor_odds(
    app: Flask, given: Given, stored: Stored
) -> None:
    """It comes each minute, from a thousand addresses in turn, and guesses for as long as it is let.

    More posts would not be looked at: between two visits nothing but a refusal is to be had.
    """
    given(pair_app, "hanako")
    guesser = Robot(app, "hanako")
    # A minute over a day, so that the end of the longest window is seen as well.
    visits = robot.every(timedelta(minutes=1), start=NOON, lasting=DAY + timedelta(minutes=6))
    assert not robot.rob(guesser, visits)

    guesses = robot.accepted(app)
    moments = [moment for moment, _ in guesses]
    odds = robot.odds(guesses, DAY)
    print(f"{next(guesser.posts)} posts, {len(guesses)} guesses in 24 h and 6 min, odds a day {odds:.3e}")  # noqa: T201 - asked for
    assert {method for _, method in guesses} == {"app", "mail"}
    for window, most in ((timedelta(minutes=5), 5), (timedelta(hours=1), 20), (DAY, 50)):
        # Each limit is reached, or the robot would have been too timid to prove anything.
        assert robot.most_within(moments, window) == most
    assert odds <= MOST_ODDS
    used = stored(lambda session: session.get_one(Authenticator, person(session, "hanako").id).last_step)
    assert used < NOON.timestamp() // 30 - 1, "no code of that day was used up"


@pytest.mark.req("SEC-13", "M10")
@pytest.mark.parametrize(("methods", "most"), [(("app",), MOST_ODDS), (("mail",), MOST_ODDS / 3)])
def test_by_one_method_alone_the_odds_are_no_better(
    app: Flask, given: Given, methods: tuple[str, ...], most: float
) -> None:
    """The app has three codes that are right at a time, the mail one."""
    given(pair_app, "hanako")
    visits = robot.every(timedelta(minutes=5), start=NOON, lasting=timedelta(hours=4))
    assert not robot.rob(Robot(app, "hanako", methods=methods), visits)
    guesses = robot.accepted(app)
    assert {method for _, method in guesses} == set(methods)
    print(f"{methods[0]} alone: {len(guesses)} guesses, odds a day {robot.odds(guesses, DAY):.3e}")  # noqa: T201 - asked for
    assert robot.odds(guesses, DAY) <= most
