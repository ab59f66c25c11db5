"""An installation for tests of the whole application: the cast, signed in, and cases in every state to meet."""

import hashlib
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, create_app
from app.accounts import actions as accounts
from app.accounts import links, proofs
from app.accounts.models import AuthSession, DeskRole, LinkPurpose, Proof, User
from app.accounts.session import COOKIE, TOKEN_BYTES
from app.authz import system_actor
from app.cases.lifecycle import CaseState
from app.cases.models import CaseComment
from app.extensions import db
from app.migrate import alembic
from app.outbox import MessageState, OutboxMessage
from app.search import rebuilding
from tests import cast
from tests.client import InspectingClient
from tests.conftest import settings_for
from tests.factories import (
    alerts,
    announcements,
    cases,
    desk,
    editor,
    files,
    knowledge_desk,
    own_account,
    passkeys,
    points,
    related,
    requests,
    saved_filters,
    shelf,
    words,
    writing,
)
from tests.factories.soft_key import SoftKey
from tests.whole_app import half_way

HOST = "desk.test"
FORM_COOKIE = "__Host-madoguchi-form"
ANONYMOUS = "anonymous"
EVERYBODY = (ANONYMOUS, *cast.ROLES)
# At whose door each person signs in; the disabled one was signed in before that.
DOORS = {"jiro": "fm", "charlie": "fm"}
# A session in use writes its stamp seldom, and each restoring proves everybody anew; both have tests of their own.
PROVED_AGAIN_AFTER = timedelta(minutes=4)
# Views, first readings and searches in vain are written by requests that only read, through a door of their own.
KEPT_OUT = {"auth_session": {"last_seen_at", "proved_at"}}
KEPT_OUT_WHOLE = {"article_views", "article_reader", "missed_search"}


class Town:
    """The application, what is in it, and everybody's cookies; :meth:`restore` undoes what a request did."""

    def __init__(self, folder: Path) -> None:
        self.app: Flask = create_app(settings_for(folder, MADOGUCHI_DEMO="on", MADOGUCHI_THROTTLE="off"))
        self.database = folder / "madoguchi.sqlite3"
        self._master = folder / "town.master"
        self._cookies: dict[str, dict[str, str]] = {}
        self._reader: sqlite3.Connection | None = None
        self._seen = self._print = ""
        self._proved_at = clock.now()
        self.tokens: dict[str, str] = {}
        with self.app.test_request_context():
            alembic.upgrade()
            cast.build(db.session)
            self.places = _build(db.session)
            half_way_people = dict(half_way.people(db.session))
            db.session.commit()
        rebuilding.rebuild(self.app)
        for name in EVERYBODY:
            self._let_in(name)
        for name, token in half_way_people.items():
            self._let_half_way_in(name, token)
        self._let_forget("forgetful")
        for name, who, base in (("asked", "hanako", "/cs"), ("asked_agent", "agent", "/console")):
            self._let_be_asked(name, who, base)
        self._let_be_asked("confirmed", "hanako", "/cs", proves=True)
        self._let_go()
        shutil.copy(self.database, self._master)

    def restore(self) -> None:
        """Bring the database back to how it was built."""
        self._let_go()
        self._prove_anew()
        shutil.copy(self._master, self.database)

    def _prove_anew(self) -> None:
        """Let everybody have signed in just now: the town is looked at for longer than a proof is fresh."""
        now = clock.now()
        if now - self._proved_at < PROVED_AGAIN_AFTER:
            return
        self._proved_at = now
        stamp = now.replace(tzinfo=None).isoformat(" ")
        writer = sqlite3.connect(self._master)
        writer.execute(
            "UPDATE auth_session SET proved_at = ?, last_seen_at = ? WHERE ended_at IS NULL", (stamp, stamp)
        )
        writer.commit()
        writer.close()

    def browser(self, name: str, *, language: str | None = None) -> InspectingClient:
        """A browser with somebody's cookies; what happens in it reaches no other browser."""
        browser = InspectingClient(self.app, language=language)
        for cookie, value in self._cookies[name].items():
            browser._client.set_cookie(cookie, value, domain=HOST, secure=True)
        return browser

    def fingerprint(self) -> str:
        """A hash over every row of every table, the two stamps of the sessions aside.

        The database itself tells a reader whether anybody has committed since it last looked.
        """
        if self._reader is None:
            self._reader = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
            self._seen = ""
        version = str(self._reader.execute("PRAGMA data_version").fetchone())
        if self._seen != version:
            self._seen, self._print = version, self._hash_of_all(self._reader)
        return self._print

    def _hash_of_all(self, reader: sqlite3.Connection) -> str:
        digest = hashlib.sha256()
        tables = [
            name
            for (name,) in reader.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
            if name not in KEPT_OUT_WHOLE
        ]
        for table in tables:
            known = [str(row[1]) for row in reader.execute(f'PRAGMA table_info("{table}")')]
            columns = ", ".join(f'"{name}"' for name in known if name not in KEPT_OUT.get(table, ()))
            for row in reader.execute(f'SELECT {columns} FROM "{table}" ORDER BY rowid'):  # Our own names.
                digest.update(repr((table, row)).encode())
        return digest.hexdigest()

    def address(self, pattern: str) -> str:
        """An address with the names of places filled in."""
        return pattern.format(**self.places)

    def end(self) -> None:
        """Close the database for good."""
        with self.app.app_context():
            db.engine.dispose()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _let_in(self, name: str) -> None:
        browser = InspectingClient(self.app)
        if name == ANONYMOUS:
            pass
        elif cast.ROLES[name].is_disabled:
            browser.set_cookie(self._session_of_before(name))
        else:
            browser.sign_in(name, DOORS.get(name, "cs"))
        self.tokens[name] = browser.token()
        found = {cookie: browser._client.get_cookie(cookie, domain=HOST) for cookie in (COOKIE, FORM_COOKIE)}
        self._cookies[name] = {cookie: item.value for cookie, item in found.items() if item is not None}

    def _let_half_way_in(self, name: str, token: str) -> None:
        browser = InspectingClient(self.app)
        self.tokens[name] = browser.token()
        form = browser._client.get_cookie(FORM_COOKIE, domain=HOST)
        assert form is not None
        self._cookies[name] = {FORM_COOKIE: form.value, proofs.COOKIE: token}

    def _let_forget(self, name: str) -> None:
        """Somebody who has typed a user ID into the wizard of a forgotten password."""
        browser = InspectingClient(self.app)
        browser.act("/cs/password/forgot", login_id="nobody@sample.example.cs")
        self._keep(name, browser)

    def _let_be_asked(self, name: str, who: str, base: str, *, proves: bool = False) -> None:
        """Somebody signed in for long, whose act waits for a fresh proof, or for the click after it."""
        browser = InspectingClient(self.app).enter(who)
        long_ago = clock.now() - timedelta(hours=1)
        with self.app.test_request_context():
            newest = select(AuthSession.id).order_by(AuthSession.id.desc()).limit(1).scalar_subquery()
            db.session.execute(update(AuthSession).where(AuthSession.id == newest).values(proved_at=long_ago))
            db.session.commit()
        asked = browser.act(f"{base}/profile/mail", mail="elsewhere@sample.example")
        assert asked.location == f"{base}/confirm"
        if proves:
            proved = browser.act(asked.location, password=cast.PASSWORD)
            assert proved.location == f"{base}/confirm/continue"
        with self.app.test_request_context():
            later = clock.now() + half_way.AT_LEISURE
            db.session.execute(update(Proof).where(Proof.form.is_not(None)).values(expires_at=later))
            db.session.commit()
        self._keep(name, browser)

    def _keep(self, name: str, browser: InspectingClient) -> None:
        self.tokens[name] = browser.token()
        self._cookies[name] = {item.key: item.value for item in (browser._client._cookies or {}).values()}

    def _session_of_before(self, name: str) -> str:
        token = "ab" * TOKEN_BYTES
        with self.app.test_request_context():
            user = db.session.scalars(select(User).where(User.login_key == cast.ROLES[name].login_id)).one()
            db.session.add(
                AuthSession(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(), user_id=user.id, created_at=clock.now(),
                    last_seen_at=clock.now(), proved_at=clock.now(), door="cs", address="", browser="",
                )
            )  # fmt: skip
            db.session.commit()
        return token

    def _let_go(self) -> None:
        self.end()
        for leftover in (f"{self.database}-wal", f"{self.database}-shm"):
            Path(leftover).unlink(missing_ok=True)


def _build(session: Session) -> dict[str, str]:
    """A case in every state at two numbers, one of a stranger, and mails that did not go out."""
    places = {"missing": "CS9999999", "missing_mail": "999999"}
    for state in CaseState:
        places[state.value] = cases.in_state(session, state, number=cast.CS_NUMBER)
        # On fm a number has one open inquiry at most, so the desk opens the others.
        places[f"fm_{state.value}"] = _fm_case(session, state)
    places["watched"] = cases.open_inquiry(session, number=cast.CS_NUMBER)
    cases.watch(session, places["watched"], "taro")
    places["alices"] = cases.open_inquiry(session, number=cast.ALICE_CS_NUMBER)
    cases.note(session, places["in_progress"], "社内メモ")
    cases.comment(session, places["in_progress"], "ご返答です。")
    places |= _files(session, places)
    places |= _reply(session)
    places |= writing.answers(session)
    places |= writing.mentions(session, places["answered"])
    places["link"] = _first_link(session)
    places["portal_link"] = links.issue_reset(session, cast.person(session, "taro"))
    places["brake"] = links.issue_brake(session, cast.person(session, "hanako"))
    places["agents_passkey"] = str(passkeys.enrol(session, "agent", SoftKey()))
    places |= {f"{name}s_session": own_account.another_browser(session, name) for name in ("taro", "agent")}
    places |= _people(session)
    places["intake_token"] = str(alerts.token(session).row.id)
    places |= related.places(session, places["new"], places["fm_new"])
    places |= saved_filters.places(session)
    places |= requests.places(session)
    places |= points.places(session)
    places |= announcements.places(session)
    places |= shelf.places(session)
    places |= knowledge_desk.places(session)
    places |= editor.places(session)
    places |= words.places(session)
    places["sent_mail"] = _sent_mail(session, places["in_progress"])
    places["dead_mail"] = _dead_mail(session, places["in_progress"])
    places["dead_fm_mail"] = _dead_mail(session, places["fm_in_progress"])
    return places


def _reply(session: Session) -> dict[str, str]:
    """A reply that can still be taken back however long the tests take: it was sent in an hour from now."""
    number = cases.open_inquiry(session, number=cast.CS_NUMBER)
    with clock.at(clock.now() + timedelta(hours=1)):
        cases.comment(session, number, "取り消せる返信です。")
    reply = select(CaseComment.id).where(CaseComment.body == "取り消せる返信です。")
    return {"answered": number, "reply": str(session.scalars(reply).one())}


def _files(session: Session, places: dict[str, str]) -> dict[str, str]:
    """The tokens of files that both sides see, of one that the desk alone sees, and of uploads."""
    content = files.picture()
    return {
        "file": files.on_case(session, places["in_progress"], name="shot.png", content=content),
        "note_file": files.on_note(session, places["in_progress"], name="shot.png", content=content),
        "fm_file": files.on_case(session, places["fm_new"]),
        "hanakos_upload": files.whole_of(session, "hanako", name="shot.png", content=content),
        "agents_upload": files.whole_of(session, "agent", name="shot.png", content=content),
        "kaitos_upload": files.begun(session, "kaito"),
    }


def _people(session: Session) -> dict[str, str]:
    """The ids of people whom the desk helps, and of requests of one agent that wait for another."""
    ids: dict[str, int] = {f"{name}_id": desk.user_id(session, name) for name in cast.ROLES}
    ids["lost_id"] = desk.newcomer(session, "lost.cs", cast.CS_NUMBER)
    ids["lost_fm_id"] = desk.newcomer(session, "lost.fm", cast.FM_NUMBER)
    for place, number in (("removal", cast.CS_NUMBER), ("fm_removal", cast.FM_NUMBER)):
        ids[place] = desk.ask_removal(session, desk.newcomer(session, f"{place}@lost.example", number))
    desk.close_reset(session, "kaito")
    return {
        **{name: str(value) for name, value in ids.items()},
        "kaitos_bar": desk.tokens(session, "kaito")[0],
    }


def _first_link(session: Session) -> str:
    """The token of a link for somebody who has no password yet."""
    actor = system_actor("tests")
    user = accounts.create_agent(
        session, actor=actor, login_id="new@desk.example", mail="new@desk.example", family_name="新",
        given_name="人", role=DeskRole.AGENT,
    )  # fmt: skip
    return links.issue(session, actor=actor, user=user, purpose=LinkPurpose.FIRST_PASSWORD)


def _fm_case(session: Session, state: CaseState) -> str:
    number = cases.open_case(session, number=cast.FM_NUMBER)
    for act, who in cases.WAYS[state]:
        cases.move(session, number, act, by="jiro" if who == "owner" else who)
    return number


def _sent_mail(session: Session, case_number: str) -> str:
    """The newest mail about a case; the one beside it, which is the oldest, does not arrive."""
    about = OutboxMessage.payload["thread"].as_string() == case_number
    chosen = select(OutboxMessage.id).where(about).order_by(OutboxMessage.id.desc()).limit(1)
    identity = session.scalars(chosen).one()
    sent = update(OutboxMessage).where(OutboxMessage.id == identity)
    session.execute(sent.values(state=MessageState.SENT, settled_at=clock.now(), attempts=1))
    return str(identity)


def _dead_mail(session: Session, case_number: str) -> str:
    chosen = (
        select(OutboxMessage.id).where(OutboxMessage.payload["thread"].as_string() == case_number).limit(1)
    )
    identity = session.scalars(chosen.order_by(OutboxMessage.id)).one()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == identity)
        .values(state=MessageState.DEAD, settled_at=clock.now(), attempts=3, last_error="550 No such user")
    )
    return str(identity)
