"""How the people of 株式会社サンプル came and went at the portal of fm: 115 events, always the same.

On working days before the day of loading Hanako looks in each morning and Jiro, who has codes by mail, every other
afternoon; once Jiro forgets his password, and Hanako ends his lock. Nothing of it stands in the accounts today.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from app.accounts import history
from app.accounts.events import (
    CodeFailed,
    CodeVerified,
    PasswordReset,
    PasswordSet,
    SessionEstablished,
    SignedIn,
    SignedOut,
    SignInFailed,
    UserLocked,
    UserUnlocked,
)
from app.accounts.history import Trail
from app.accounts.methods import Method
from app.authz import Actor
from app.demo.plot import Moment
from app.demo.world import World
from app.journal import Event

PORTAL = "fm"
DAYS = 23
SATURDAY = 5
LOCK = timedelta(minutes=20)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
PLACES = {
    "hanako": Trail(address="192.0.2.10", browser=BROWSER),
    "jiro": Trail(address="192.0.2.23", browser=f"{BROWSER} Edg/156.0.0.0"),
}
ENTERED = (SignedIn(PORTAL), SessionEstablished(PORTAL))
ENTERED_BY_CODE = (ENTERED[0], CodeVerified(Method.MAIL.value), ENTERED[1])
# What happened besides, counted in working days back from the one before the loading.
MISTYPED_CODE, FORGOTTEN, MISTYPED, NEW_PASSWORD, LEFT_OPEN = 4, 7, 9, 12, 18
# Jiro began on this one.
FIRST_OF_JIRO = 16


def visits(world: World) -> Iterator[Moment]:
    """All that happened, each at its moment; the plot puts it in order among what happened to the cases."""
    zone = world.calendar.zone
    for back, day in enumerate(islice(_working_days_before(world.calendar.today), DAYS)):
        # Nobody comes at the same minute each day.
        morning = datetime.combine(day, time(8, 40), zone) + timedelta(minutes=back * 17 % 50)
        yield from _told(world, "hanako", morning, _mornings(back))
        afternoon = datetime.combine(day, time(13, 5), zone) + timedelta(minutes=back * 23 % 110)
        yield from _told(world, "jiro", afternoon, _afternoons(back))
        if back == FORGOTTEN:
            yield from _forgotten_password(world, afternoon)


def _mornings(back: int) -> Sequence[Event]:
    before = [SignInFailed(PORTAL)] if back == MISTYPED else []
    within = [PasswordSet()] if back == NEW_PASSWORD else []
    after = [] if back == LEFT_OPEN else [SignedOut()]
    return [*before, *ENTERED, *within, *after]


def _afternoons(back: int) -> Sequence[Event]:
    if back % 2 or back > FIRST_OF_JIRO:
        return []
    wrong = [CodeFailed(Method.MAIL.value)] if back == MISTYPED_CODE else []
    return [ENTERED_BY_CODE[0], *wrong, *ENTERED_BY_CODE[1:], SignedOut()]


def _forgotten_password(world: World, begin: datetime) -> Iterator[Moment]:
    yield from _told(world, "jiro", begin, [SignInFailed(PORTAL)] * 5)
    fifth = begin + timedelta(minutes=5)
    locked = UserLocked((fifth + LOCK).isoformat())
    yield from _told(world, "jiro", fifth - timedelta(minutes=1), [locked])
    yield from _told(world, "jiro", begin + timedelta(minutes=9), [UserUnlocked()], by="hanako")
    yield from _told(world, "jiro", begin + timedelta(minutes=13), [PasswordReset()])


def _told(
    world: World, key: str, begin: datetime, happened: Sequence[Event], *, by: str | None = None
) -> Iterator[Moment]:
    """What happened to one person, a minute apart, leaving last of all and much later."""
    at = begin
    for event in happened:
        at += timedelta(minutes=35 if isinstance(event, SignedOut) else 1)
        yield Moment(at, 0, by or key, _noting(world, key, event))


def _noting(world: World, key: str, event: Event) -> Callable[[Actor], None]:
    place = PLACES[key]
    trail = Trail(world.services[PORTAL].id, place.address, place.browser)

    def happen(actor: Actor) -> None:
        history.note(world.session, actor=actor, user=world.users[key], happened=event, trail=trail)

    return happen


def _working_days_before(today: date) -> Iterator[date]:
    day = today
    while True:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            yield day
