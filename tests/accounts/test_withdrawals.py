"""A right that is withdrawn is withdrawn at the next request in every process (SEC-22, M20)."""

import re
import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

import pyotp
import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import links, passwords
from app.accounts.actions import desk_people
from app.accounts.authenticators import padded
from app.accounts.models import AuthSession, DeskRole, LinkPurpose, TryCount, User, UserNumber
from app.authz import system_actor
from app.contracts.models import CustomerNumber
from tests.cast import AUTHENTICATOR_SECRET, CS_NUMBER, PASSWORD, ROLES, person
from tests.factories.servers import Browser, Desk, at_once
from tests.ground_floor.processes import wait_until

NEW_PASSWORD = "Kx7#mQ2vLp9w"
OFFER = re.compile(r'name="offer"[^>]* value="([^"]+)"')
SECRET = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
POLLERS = 4
# A thousand questions after a withdrawal, over all of them (M20).
GOES_ON, ENOUGH = 0.25, 125

Withdrawal = Callable[[Desk, Browser], None]


def come_in(desk: Desk, name: str, process: int = 0) -> Browser:
    """A browser in which a member of the cast has signed in."""
    browser, door = desk.browser(process), "/console" if ROLES[name].desk_role else "/cs"
    fields = {"login_id": ROLES[name].login_id, "password": PASSWORD, "next": ""}
    answer = browser.post(f"{door}/login", **fields)
    if answer.location.endswith("/method"):
        browser.post(f"{door}/login/method", method="app")
        answer = browser.post(f"{door}/login/app", code=pyotp.TOTP(padded(AUTHENTICATOR_SECRET)).now())
    assert (answer.status, answer.location) == (303, f"{door}/")
    return browser


def logout(_desk: Desk, browser: Browser) -> None:
    # Another tab signs out; the cookie is captured by then (SEC-19).
    assert browser.copy(0).post("/cs/logout").status == 303


def disabling(desk: Desk, _browser: Browser) -> None:
    desk.do(
        lambda session: accounts.disable(session, actor=system_actor("tests"), user=person(session, "alice"))
    )


def brake(desk: Desk, _browser: Browser) -> None:
    token = desk.do(lambda session: links.issue_brake(session, person(session, "taro")))
    assert desk.browser().post(f"/cs/account/not-me/{token}").status == 303


def reset(desk: Desk, _browser: Browser) -> None:
    def issue(session: Session) -> str:
        user, actor = person(session, "hanako"), system_actor("tests")
        return links.issue(session, actor=actor, user=user, purpose=LinkPurpose.RESET)

    path = f"/cs/password/reset/{desk.do(issue)}"
    assert desk.browser().post(path, password=NEW_PASSWORD, again=NEW_PASSWORD).status == 303


def pairing(desk: Desk, _browser: Browser) -> None:
    other = come_in(desk, "hanako")
    page = other.get("/cs/profile/mfa").text
    offer, secret = OFFER.search(page), SECRET.search(page)
    assert offer
    assert secret
    code = pyotp.TOTP(secret.group().replace(" ", "")).now()
    assert other.post("/cs/profile/mfa", offer=offer.group(1), code=code).status == 303


def role(desk: Desk, _browser: Browser) -> None:
    def withdraw(session: Session) -> None:
        user, actor = person(session, "hanako"), system_actor("tests")
        accounts.set_administrator(session, actor=actor, user=user, is_administrator=False)

    desk.do(withdraw)


def number(desk: Desk, _browser: Browser) -> None:
    def unlink(session: Session) -> None:
        of_cs = select(CustomerNumber.id).where(CustomerNumber.number == CS_NUMBER)
        linked = delete(UserNumber).where(
            UserNumber.user_id == person(session, "taro").id, UserNumber.number_id.in_(of_cs)
        )
        session.execute(linked)

    desk.do(unlink)


def rights(desk: Desk, _browser: Browser) -> None:
    def withdraw(session: Session) -> None:
        agent = person(session, "lead")
        desk_people.set_rights(
            session,
            agent,
            actor=system_actor("tests"),
            version=agent.version,
            role=DeskRole.AGENT,
            services=[],
        )

    desk.do(withdraw)


# In this order, since some of them leave their person without a way back: who, which page, what is withdrawn how.
WITHDRAWALS: list[tuple[str, str, Withdrawal]] = [
    ("taro", "/cs/cases", logout),
    ("hanako", "/cs/contacts/", role),
    ("hanako", "/cs/cases", pairing),
    ("taro", "/cs/cases", number),
    ("alice", "/cs/cases", disabling),
    ("lead", "/console/people/", rights),
]


def reopen(session: Session) -> None:
    """Put everybody back to what the cast has them as."""
    hashed = passwords.STRONG.hash(PASSWORD)
    for name in ("taro", "hanako", "alice"):
        back = {"disabled_at": None, "frozen_at": None, "mfa_enabled": False, "password_hash": hashed}
        changed = update(User).where(User.id == person(session, name).id)
        session.execute(changed.values(**back, is_administrator=name == "hanako"))
    of_cs = session.scalars(select(CustomerNumber.id).where(CustomerNumber.number == CS_NUMBER)).one()
    linked = {"user_id": person(session, "taro").id, "number_id": of_cs}
    if session.get(UserNumber, tuple(linked.values())) is None:
        session.execute(insert(UserNumber).values(**linked))
    session.execute(delete(TryCount))


@pytest.fixture
def restored(desk: Desk) -> Desk:
    """The desk with everybody as the cast has them."""
    desk.do(reopen)
    return desk


@pytest.mark.req("SEC-22", "ROLE-03", "AUTH-07", "C11")
@pytest.mark.parametrize(
    ("name", "path", "withdraw"),
    [*WITHDRAWALS, ("taro", "/cs/cases", brake), ("hanako", "/cs/cases", reset)],
    ids=lambda item: item.__name__ if callable(item) else None,
)
def test_no_process_serves_what_was_withdrawn(
    restored: Desk, name: str, path: str, withdraw: Withdrawal
) -> None:
    browser = come_in(restored, name)
    served: list[tuple[float, int]] = []
    over = Event()

    def poll(index: int) -> None:
        tab = browser.copy(index % 2)
        while not over.is_set():
            start = time.monotonic()
            served.append((start, tab.get(path).status))

    pollers = [Thread(target=poll, args=(index,)) for index in range(POLLERS)]
    for poller in pollers:
        poller.start()
    time.sleep(GOES_ON)
    withdraw(restored, browser)
    done = time.monotonic()
    wait_until(lambda: sum(start > done for start, _ in list(served)) >= ENOUGH)
    over.set()
    for poller in pollers:
        poller.join()

    afterwards = [status for start, status in served if start > done]
    print(f"{len(served)} asked, {len(afterwards)} of them afterwards")  # noqa: T201 - counted for the report
    assert 200 in {status for start, status in served if start < done}
    assert 200 not in afterwards


@pytest.mark.req("SEC-22", "AUTH-07")
@pytest.mark.parametrize("withdrawn", ["enabling", "password"])
def test_no_sign_in_that_is_under_way_outlives_a_withdrawal(restored: Desk, withdrawn: str) -> None:
    """A password is checked while nothing is held; what happens in that time has the last word."""
    actor, vault = system_actor("tests"), passwords.PasswordVault(passwords.STRONG)

    def withdraw(session: Session) -> None:
        user = person(session, "alice")
        if withdrawn == "enabling":
            accounts.disable(session, actor=actor, user=user)
            return
        accounts.set_password(session, actor=actor, user=user, password=NEW_PASSWORD, vault=vault)
        session.execute(
            update(AuthSession).where(AuthSession.user_id == user.id).values(ended_at=clock.now())
        )

    def still_in(session: Session) -> int:
        of_alice = AuthSession.user_id == person(session, "alice").id
        return session.scalar(select(func.count()).where(of_alice, AuthSession.ended_at.is_(None))) or 0

    def later(delay: float) -> None:
        time.sleep(delay)
        restored.do(withdraw)

    def sign_in(tab: Browser) -> None:
        tab.post_ready("/cs/login", fields)

    first = restored.browser()
    fields = {
        "csrf_token": first.token("/cs/login"),
        "login_id": ROLES["alice"].login_id,
        "password": PASSWORD,
    }
    for delay in (0.05, 0.1, 0.2):
        tabs = [first.copy(index % 2) for index in range(5)]
        for tab in tabs:
            tab.address = restored.browser().address
        at_once([*(partial(sign_in, tab) for tab in tabs), partial(later, delay)])
        assert restored.do(still_in) == 0
        restored.do(reopen)
