"""A walk through everything that accounts can do, as customer and agent, and a record of what passed on the way.

It types and receives secrets of every kind; :class:`Recorder` keeps every answer, every cookie and the events that each
act left, so that tests can look for the secrets where they must not be, and for the events that must be there.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp
import pysqlite3
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from werkzeug.test import encode_multipart

from app import clock
from app.config import Settings
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, Stored
from tests.factories import contacts, desk, passkeys
from tests.factories.own_account import image_file
from tests.factories.sign_in import (
    BRAKE_LINK,
    NOON,
    ask_for_reset,
    ask_for_reset_as,
    choose,
    fail,
    give,
    half_way,
    knock,
    knock_as,
    mailed_code,
    mailed_link,
    next_network,
    set_password,
)
from tests.factories.soft_key import SoftKey

SECRET_TEXT = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
RECOVERY_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
ASKED = "お電話でのご依頼。登録番号へ折り返し、担当者本人と確認した。"
# Who is helped, and with what.
HELP = (
    ("charlie", "enabling", "early-reset"),
    ("alice", "enabling"),
    ("taro", "sign-out"),
    ("kaito", "enabling", "disabling"),
)
# What holds nothing secret: the form token and messages, signed for the browser's own eyes.
PLAIN_COOKIES = frozenset({"__Host-madoguchi-form"})


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; ``events`` are the kinds that the journal gained by it."""

    method: str
    path: str
    endpoint: str
    status: int
    text: str
    headers: tuple[tuple[str, str], ...]
    events: tuple[str, ...]


class Recorder:
    """Stands before the application and writes everything down."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inner = app, app.wsgi_app
        settings: Settings = app.config["SETTINGS"]
        self._database = settings.data_dir / "madoguchi.sqlite3"
        self.exchanges: list[Exchange] = []
        self._last = 0
        self._news()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Record in the block."""
        self._app.wsgi_app = self  # type: ignore[method-assign]  # Flask's documented place for middleware.
        try:
            yield
        finally:
            self._app.wsgi_app = self._inner  # type: ignore[method-assign]  # As above.

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
            told[:] = [int(status.split(maxsplit=1)[0]), tuple(headers)]
            return lambda _: None

        answer = self._inner(environ, begin)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        text = body.decode("utf-8", "replace")
        made = Exchange(method, path, self._endpoint(path, method), told[0], text, told[1], self._news())
        self.exchanges.append(made)
        start_response(f"{told[0]} X", list(told[1]))
        return [body]

    def cookies(self) -> dict[str, str]:
        """Every value that a cookie was ever given, with the cookie's name."""
        given = [value for item in self.exchanges for name, value in item.headers if name == "Set-Cookie"]
        pairs = [line.partition(";")[0].partition("=") for line in given]
        return {value: name for name, _, value in pairs if value and name not in PLAIN_COOKIES}

    def _endpoint(self, path: str, method: str) -> str:
        try:
            return str(self._app.url_map.bind("desk.test").match(path, method=method)[0])
        except HTTPException:
            return ""

    def _news(self) -> tuple[str, ...]:
        reader = pysqlite3.connect(str(self._database))
        rows = reader.execute(
            "SELECT id, kind FROM journal_event WHERE id > ? ORDER BY id", (self._last,)
        ).fetchall()
        reader.close()
        self._last = rows[-1][0] if rows else self._last
        return tuple(kind for _, kind in rows)


def canary_code(right: str) -> str:
    """Six digits that are wrong, and that no stamp or number of ours happens to be."""
    return next(code for code in ("730518", "905173") if code != right)


class Walk:
    """Goes through the pages; what it types and receives in secret is in :attr:`secrets`, with what it is."""

    def __init__(self, app: Flask, given: Given, stored: Stored, outbox: Outbox) -> None:
        self._app, self._given, self._stored, self._outbox = app, given, stored, outbox
        self._moment = NOON
        self.secrets: dict[str, str] = {PASSWORD: "password"}

    @contextmanager
    def later(self, minutes: int = 60) -> Iterator[None]:
        """Some time later, in a browser of another day as far as limits go."""
        self._moment += timedelta(minutes=minutes)
        with clock.at(self._moment):
            yield

    def secret(self, value: str, what: str) -> str:
        """Note a secret and hand it on."""
        self.secrets[value] = what
        return value

    def browser(self) -> InspectingClient:
        """A browser that nobody has used yet."""
        return InspectingClient(self._app, language="ja")

    def whole(self) -> None:
        """All of it."""
        for story in (
            self.doors, self.codes_by_mail, self.proof_anew, self.own_app, self.own_password, self.forgotten,
            self.own_pages, self.colleagues, self.own_passkey, self.help_from_the_desk, self.new_agent,
            self.rights_of_an_agent,
        ):  # fmt: skip
            with self.later():
                story()

    def doors(self) -> None:
        """A password typed into the field for the ID, a wrong one, the right one, and out again."""
        browser = self.browser()
        knock(
            browser,
            "/cs",
            self.secret("typed#into-the-wrong-Field1", "password typed as ID"),
            "x",
            **next_network(),
        )
        knock_as(browser, "taro", self.secret("Wrong#Password-canary1", "wrong password"), **next_network())
        assert knock_as(browser, "taro", **next_network()).location == "/cs/"
        browser.act("/cs/profile/language", language="en", back="/cs/")
        browser.act("/cs/profile/language", language="ja", back="/cs/")
        assert browser.act("/cs/logout").location == "/cs/login?reason=logout"
        knock(
            browser, "/console", ROLES["agent"].login_id, self.secret("Wrong#Agent-canary2", "wrong password")
        )

    def codes_by_mail(self) -> None:
        """Hanako turns MFA on for Taro; he takes a wrong code, another one, and lets the browser skip the next."""
        self._edit("taro", mfa_enabled="y")
        browser = self.browser()
        self._outbox()
        door = half_way(browser, "taro")
        choose(browser, door, "mail")
        first = self._mailed_code()
        wrong = self.secret(canary_code(first), "wrong code")
        assert give(browser, door, "mail", wrong).status == 422
        with self.later(1):
            browser.act(f"{door}/login/mail/codes")
            code = self._mailed_code()
            assert give(browser, door, "mail", code, remember=True).location == "/cs/"
            browser.act("/cs/logout")
            assert knock_as(browser, "taro").location == "/cs/"
            browser.act("/cs/profile/exemptions/revoke")

    def proof_anew(self) -> None:
        """Eleven minutes after signing in a new mail address takes password and code again."""
        browser = self._in_by_mail("taro")
        with self.later(11):
            assert browser.act("/cs/profile/mail", mail="taro2@sample.example").location == "/cs/confirm"
            self._confirm(browser, self.secret("Wrong#Confirm-canary3", "wrong password"))
            assert self._confirm(browser, PASSWORD).location == "/cs/login/method"
            choose(browser, "/cs", "mail")
            assert give(browser, "/cs", "mail", self._mailed_code()).location == "/cs/confirm/continue"
            waiting = browser.get("/cs/confirm/continue")
            assert browser.submit(waiting, "/cs/profile/mail").location.startswith("/cs/profile")

    def own_app(self) -> None:
        """Taro pairs an app at the second try, makes recovery codes, and signs in by either."""
        other, browser = self._in_by_mail("taro"), self._in_by_mail("taro")
        browser.act("/cs/profile/sessions/end-others")
        assert other.get("/cs/").status == 303
        page = browser.get("/cs/profile/mfa")
        app = self._offered(page)
        refused = browser.submit(
            page, "/cs/profile/mfa", code=self.secret(canary_code(self._shown(app)), "wrong code")
        )
        assert refused.status == 422
        code = self.secret(self._shown(app), "code of an app")
        assert browser.submit(refused, "/cs/profile/mfa", code=code).status == 303
        made = browser.act("/cs/profile/recovery-codes")
        codes = sorted({self.secret(found, "recovery code") for found in RECOVERY_CODE.findall(made.text)})
        assert len(codes) == 10
        with self.later(20):
            browser = self.browser()
            door = half_way(browser, "taro")
            choose(browser, door, "app")
            give(browser, door, "app", self.secret(canary_code(self._shown(app)), "wrong code"))
            assert (
                give(browser, door, "app", self.secret(self._shown(app), "code of an app")).location == "/cs/"
            )
            browser = self.browser()
            door = half_way(browser, "taro")
            choose(browser, door, "recovery")
            assert give(browser, door, "recovery", codes[0]).location == "/cs/"

    def own_password(self) -> None:
        """A wrong current one, one that is too weak, a good one."""
        browser, path = self.browser(), "/fm/profile/password"
        knock_as(browser, "jiro", service="fm")
        new = self.secret("Kx7#mQ2vLp9w-canary4", "new password")
        wrong = self.secret("Wrong#Current-canary5", "wrong password")
        weak = self.secret("weakcanary6", "refused password")
        for current, chosen, status in ((wrong, new, 422), (PASSWORD, weak, 422), (PASSWORD, new, 303)):
            fields = {"current": current, "password": chosen, "again": chosen}
            assert browser.submit(browser.get(path), path, **fields).status == status

    def forgotten(self) -> None:
        """Alice resets: a wrong address, the right one, a weak password, a good one; then the brake is pulled."""
        browser = self.browser()
        self._outbox()
        ask_for_reset(browser, "/cs", ROLES["alice"].login_id, "not-hers@a-company.example", **next_network())
        ask_for_reset_as(browser, "alice", **next_network())
        link = mailed_link(self._outbox())
        self.secret(link.rpartition("/")[2], "token of a reset")
        assert set_password(browser, link, self.secret("weakcanary7", "refused password")).status == 422
        assert set_password(browser, link, self.secret("Kx7+mQ2vLp9w=canary8", "new password")).status == 303
        brake = mailed_link(self._outbox(), BRAKE_LINK)
        self.secret(brake.rpartition("/")[2], "token of a brake")
        assert browser.submit(browser.get(brake), brake).status == 303

    def locked_out(self) -> None:
        """Five wrong passwords and five wrong addresses close both ways for Charlie."""
        browser = self.browser()
        fail(browser, "charlie", 5, service="fm")
        for _ in range(5):
            ask_for_reset(browser, "/fm", ROLES["charlie"].login_id, "wrong@hikari.example", **next_network())

    def own_passkey(self) -> None:
        """Hanako adds a passkey, signs in with it, and removes it."""
        browser, key, path = self._in("hanako"), SoftKey(), "/cs/profile/passkeys/new"
        page = browser.get(path)
        added = browser.submit(page, path, name="会社のPC", answer=key.make(passkeys.options_on(page)))
        assert added.location == "/cs/profile/passkeys"
        browser = self.browser()
        asked = passkeys.asked(browser, "hanako")
        passkeys.give(browser, asked, "{}")
        assert passkeys.answer(browser, browser.get("/cs/login/passkey"), key).location == "/cs/"
        page = browser.get("/cs/profile/passkeys")
        removal = next(form.get("action") for form in page.all("form") if "removal" in form.get("action", ""))
        assert browser.act(removal).status == 303
        self._given(passkeys.enrol, "hanako", key)

    def own_pages(self) -> None:
        """Profile, settings, picture and sessions of an agent, whose second proof is an app."""
        browser = self._in("agent")
        page = browser.get("/console/profile/about")
        assert browser.submit(page, "/console/profile/about", about__job_title="主任").status == 303
        page = browser.get("/console/profile")
        assert browser.submit(page, "/console/profile/settings", settings__language="en").status == 303
        picture = {
            "csrf_token": browser.token("/console/login"),
            "picture": FileStorage(io.BytesIO(image_file()), "a.png"),
        }
        boundary, body = encode_multipart(picture)
        kind = f"multipart/form-data; boundary={boundary}"
        assert browser.fetch("POST", "/console/profile/picture", data=body, content_type=kind).status == 303
        assert browser.act("/console/profile/picture/removal").status == 303
        other = self._in("agent")
        page = browser.get("/console/profile/sessions")
        end = next(form.get("action") for form in page.all("form") if form.get("action", "").endswith("/end"))
        assert browser.act(end).status == 303
        assert other.get("/console/").status in {200, 303}

    def colleagues(self) -> None:
        """Hanako adds a user, changes user ID, address and role of another, disables one and enables them again."""
        hanako, new = self._in("hanako"), contacts.NEW
        person = {
            "login_id": "neu@sample.example.cs",
            "family_name": "新",
            "given_name": "人",
            "mail": "neu@sample.example",
        }
        made = hanako.submit(hanako.get(new), new, **person)
        assert made.status == 303
        assert hanako.submit(hanako.get(new), new, **{**person, "mail": "x@sample.example"}).status == 422
        page = hanako.get(made.location)
        change = {
            "login_id": "neu2@sample.example.cs",
            "mail": "neu2@sample.example",
            "is_administrator": "y",
            "job_title": "係長",
        }
        assert hanako.submit(page, made.location, **change).status == 303
        assert hanako.act(f"{made.location}/disablement").status == 303
        enable = f"{made.location}/enablement"
        assert hanako.submit(hanako.get(made.location), enable).status == 303
        self._edit("taro", mfa_enabled=None)

    def help_from_the_desk(self) -> None:
        """One agent helps with everything, and asks to remove a factor; another one decides."""
        self.locked_out()
        agent, second = self._in("agent"), self._in("lead")
        for name, *acts in HELP:
            path = f"/console/people/{self._id(name)}"
            for act in acts:
                asked = {f"{act}-asked": ASKED}
                assert agent.submit(agent.get(path), f"{path}/{act}", **asked).status == 303
        hanako = f"/console/people/{self._id('hanako')}"
        for decision, fields in (("refusal", {"refusal-note": "確認が足りない"}), ("approval", {})):
            asked = {"removal-identity_check": ASKED}
            assert agent.submit(agent.get(hanako), f"{hanako}/removal", **asked).status == 303
            page = second.get(hanako)
            act = next(
                form.get("action") for form in page.all("form") if form.get("action", "").endswith(decision)
            )
            assert second.submit(page, act, **fields).status == 303

    def new_agent(self) -> None:
        """The administrator adds two people; the agent among them chooses a password and pairs an app on the way in."""
        admin = self._in("admin")
        path = "/console/people/agents/new"
        person = {
            "login_id": "new@desk.example",
            "mail": "new@desk.example",
            "family_name": "新",
            "role": "agent",
        }
        assert admin.submit(admin.get(path), path, **person, services="cs").status == 303
        path = f"/console/people/new?number={cast.CS_NUMBER}"
        page = admin.get(path)
        action = next(
            form.get("action")
            for form in page.all("form", method="post")
            if "people/new" in form.get("action", "")
        )
        told = {
            "family_name": "初",
            "given_name": "管理者",
            "mail": "first@sample.example",
            "login_id": "first@sample.example.cs",
        }
        assert admin.submit(page, action, **told).status == 303
        browser = self.browser()
        self._outbox()
        ask_for_reset(browser, "/console", "new@desk.example", "new@desk.example", **next_network())
        link = mailed_link(self._outbox())
        self.secret(link.rpartition("/")[2], "token of a reset")
        chosen = self.secret("Kx7%mQ2vLp9w*canary9", "new password")
        assert set_password(browser, link, chosen).status == 303
        assert knock(browser, "/console", "new@desk.example", chosen).location == "/console/login/method"
        page = browser.get("/console/login/setup")
        app = self._offered(page)
        code = self.secret(self._shown(app), "code of an app")
        assert browser.submit(page, "/console/login/setup", code=code).location == "/console/"

    def rights_of_an_agent(self) -> None:
        """The administrator gives an agent another role, and a service less."""
        admin = self._in("admin")
        path = f"/console/people/{self._id('lead')}/rights"
        assert admin.submit(admin.get(path), path, role="agent").status == 303

    def _in(self, name: str) -> InspectingClient:
        """A browser in which somebody has come in, by the app if they are of the desk."""
        browser = self.browser()
        browser.sign_in(name)
        return browser

    def _in_by_mail(self, name: str) -> InspectingClient:
        browser = self.browser()
        self._outbox()
        door = half_way(browser, name)
        choose(browser, door, "mail")
        assert give(browser, door, "mail", self._mailed_code()).location == "/cs/"
        return browser

    def _id(self, name: str) -> int:
        def look(session: Session) -> int:
            return desk.user_id(session, name)

        found: int = self._stored(look)
        return found

    def _mailed_code(self) -> str:
        return self.secret(mailed_code(self._outbox()), "mailed code")

    def _offered(self, page: Page) -> pyotp.TOTP:
        found = SECRET_TEXT.search(page.words())
        assert found
        secret = found.group().replace(" ", "")
        self.secret(found.group(), "secret of an app")
        return pyotp.TOTP(self.secret(secret, "secret of an app"))

    def _shown(self, app: pyotp.TOTP) -> str:
        return app.at(clock.now())

    def _confirm(self, browser: InspectingClient, password: str) -> Page:
        page = browser.get("/cs/confirm")
        return browser.post(
            "/cs/confirm", page.form("/cs/confirm") | {"password": password}, **next_network()
        )

    def _edit(self, name: str, **fields: str | None) -> None:
        hanako = self._in("hanako")
        path = self._stored(lambda session: contacts.address(session, name))
        page = hanako.get(path)
        typed = {key: value for key, value in {**page.form(path), **fields}.items() if value is not None}
        assert hanako.post(path, typed).status == 303
