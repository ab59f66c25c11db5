"""The long version of the guessing robot: ``python -m bench.guesses 7`` lets it guess for seven days (SEC-13, M10).

It comes every ten seconds and guesses for as long as it is let, at every door and by every method. Prints what was
posted, what was looked at, the most within each window, and the chance of a hit on the worst day.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from app import create_app
from app.extensions import db
from app.migrate import alembic
from tests import cast
from tests.conftest import settings_for
from tests.factories import robot
from tests.factories.sign_in import NOON, pair_app

STEP, DAY = timedelta(seconds=10), timedelta(days=1)


def main() -> None:
    """Build the cast, let the robot loose, count."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        with app.test_request_context():
            alembic.upgrade()
            cast.build(db.session)
            pair_app(db.session, "hanako")
            db.session.commit()
        for methods in (("app", "mail"), ("app",)):
            before, start = len(robot.accepted(app)), time.perf_counter()
            guesser = robot.Robot(app, "hanako", methods=methods)
            # Each robot has days of its own, so that neither finds the other's guesses in a window.
            first = NOON if methods == ("app", "mail") else NOON + (days + 2) * DAY
            got_in = robot.rob(guesser, robot.every(STEP, start=first, lasting=days * DAY))
            guesses = robot.accepted(app)[before:]
            moments = [moment for moment, _ in guesses]
            most = [
                robot.most_within(moments, window)
                for window in (timedelta(minutes=5), timedelta(hours=1), DAY)
            ]
            per_day = len(guesses) / days
            print(
                f"{' and '.join(methods)}: {next(guesser.posts)} posts in {time.perf_counter() - start:.0f} s, "
                f"{len(guesses)} guesses looked at ({per_day:.0f} a day), at most {most} in 5 min, 1 h, 24 h; "
                f"odds of the worst day {robot.odds(guesses, DAY):.3e}; got in: {got_in}"
            )


if __name__ == "__main__":
    main()
