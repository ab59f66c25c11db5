"""Sessions: rows on the server, a random cookie in the browser, and Flask-Login's current user on top.

The cookie holds 256 random bits and is ``__Host-``, Secure, HttpOnly, SameSite=Lax; the database holds only
its hash (SEC-19, SESS-03). Flask's own signed cookie carries nothing but the form token. A session ends when
idle too long, at its absolute age, at sign-out, when another one replaces it, and when its user is disabled
(SESS-01, SEC-21, SEC-22). :func:`establish` is the only way to a session (SEC-15).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask, Request, Response, current_app, g, request
from flask import session as form_cookie
from flask_login import UserMixin, current_user
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, contains_eager

from app import clock
from app.accounts import events, queries
from app.accounts.history import NOWHERE, Trail, note
from app.accounts.models import AuthSession, SessionEnd, User
from app.accounts.sign_in import Door
from app.authz import Actor
from app.db import impatient, writing
from app.extensions import db, login_manager
from app.journal import record
from app.web import cookies
from app.web.background import is_background

log = structlog.get_logger(__name__)

COOKIE = "__Host-madoguchi"
TOKEN_BYTES = 32
STAMP_EVERY = timedelta(minutes=1)
# By how much the clock may be set back without ending the sessions in use.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types.
    """The signed-in person as Flask-Login knows them."""

    user: User
    actor: Actor
    row: AuthSession

    def get_id(self) -> str:
        """The session's own identity, so that ending the row signs out."""
        return self.row.token_hash


def init_app(app: Flask) -> None:
    """Load the person of each request from our cookie and keep the cookie and the stamp up to date."""
    login_manager.session_protection = None
    # Templates read the actor; the library's own variable would ask the database even for an error page.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(lambda _: None)
    login_manager.request_loader(load)
    app.after_request(_clear_browser)
    app.teardown_request(_stamp)


def load(incoming: Request) -> SignedIn | None:
    """Find the person of a request; remembers in ``g.timed_out`` that there was one whose time is over."""
    token = incoming.cookies.get(COOKIE, "")
    if len(token) != 2 * TOKEN_BYTES:
        return None
    row = db.session.scalar(
        select(AuthSession)
        .join(AuthSession.user)
        .options(contains_eager(AuthSession.user).undefer(User.picture_hash))
        .where(AuthSession.token_hash == _hash(token))
    )
    if row is None or not row.user.is_enabled:
        return None
    if row.ended_at is not None or _is_over(row):
        # Where no reason stands, the job that writes down what has run out was there first.
        g.timed_out = row.end_reason is None
        return None
    g.session_row = row
    return SignedIn(row.user, queries.actor_for(db.session, row.user), row)


def establish(
    session: Session,
    *,
    user: User,
    door: Door,
    incoming: Request,
    trail: Trail = NOWHERE,
    proved_at: datetime | None = None,
) -> None:
    """Start a session for a person who has given every proof the door asks for.

    A session the browser held before ends, so that an identifier planted before sign-in is worth nothing
    (SEC-20, C10).

    :param proved_at: when the person last gave every proof, if a browser's exemption stood in for one of them now;
        for a sensitive act it does not (SEC-16).
    """
    end_current(session, incoming=incoming, reason=SessionEnd.REPLACED)
    token = secrets.token_hex(TOKEN_BYTES)
    moment = clock.now()
    session.add(
        AuthSession(
            token_hash=_hash(token),
            user_id=user.id,
            door=door.name,
            created_at=moment,
            last_seen_at=moment,
            proved_at=proved_at or moment,
            address=(incoming.remote_addr or "")[:64],
            browser=incoming.user_agent.string[:300],
        )
    )
    actor = queries.actor_for(session, user)
    note(session, actor=actor, user=user, happened=events.SessionEstablished(door.name), trail=trail)
    form_cookie.clear()
    cookies.give(COOKIE, token)


def confirm(session: Session, row: AuthSession, *, actor: Actor, user: User) -> None:
    """Note that the person of a session has just given every proof again (SEC-10).

    The session goes on under a new identifier, and the old one is dead (SEC-20); its absolute end stays.
    """
    row.proved_at = clock.now()
    renew(row)
    record(session, actor=actor, subject=user, happened=events.ProofConfirmed(row.door))


def renew(row: AuthSession) -> None:
    """Let the session of this request go on under a new identifier; the old one is dead (SEC-20)."""
    token = secrets.token_hex(TOKEN_BYTES)
    row.token_hash = _hash(token)
    cookies.give(COOKIE, token)


def row_of_cookie(incoming: Request) -> AuthSession | None:
    """The living session whose cookie came with a request that no gate has let in yet."""
    signed_in = load(incoming)
    return signed_in.row if signed_in is not None else None


def current_row() -> AuthSession:
    """The session of this request; only views that have declared a permission may ask."""
    row: AuthSession = current_user.row
    return row


def picture_hash() -> str | None:
    """The hash of the picture of whoever has entered; it came with their session, and costs no question of its own."""
    if g.get("actor") is None or not current_user.is_authenticated:
        return None
    found: str | None = current_user.user.picture_hash
    return found


def end_all(session: Session, user: User, *, reason: SessionEnd, keep: AuthSession | None = None) -> int:
    """End the open sessions of ``user`` at once, in every process, and tell how many there were (SEC-22).

    :param keep: the session that goes on, such as the one in which a password was changed (PW-08).
    """
    ended = (
        update(AuthSession)
        .where(AuthSession.user_id == user.id, AuthSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
        .returning(AuthSession.id)
    )
    if keep is not None:
        ended = ended.where(AuthSession.id != keep.id)
    return len(session.execute(ended).all())


def sign_out(
    session: Session, *, actor: Actor, user: User, incoming: Request, trail: Trail = NOWHERE
) -> None:
    """End the session on the server and take the cookie back (AUTH-08)."""
    end_current(session, incoming=incoming, reason=SessionEnd.LOGOUT)
    note(session, actor=actor, user=user, happened=events.SignedOut(), trail=trail)
    form_cookie.clear()
    cookies.take_back(COOKIE)
    # The browser forgets what it kept of the signed-in pages (SEC-23).
    g.clears_browser = True


def end_current(session: Session, *, incoming: Request, reason: SessionEnd) -> None:
    """End the session whose cookie came with the request, if there is one."""
    token = incoming.cookies.get(COOKIE, "")
    session.execute(
        update(AuthSession)
        .where(AuthSession.token_hash == _hash(token), AuthSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
    )


def _hash(token: str) -> str:
    # The token has 256 random bits: a plain hash of it cannot be searched for, and costs no time.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_over(row: AuthSession) -> bool:
    settings = current_app.config["SETTINGS"]
    moment = clock.now()
    idle = moment - row.last_seen_at >= timedelta(minutes=settings.idle_minutes)
    # A session that was seen later than now would outlive its time by as much as the clock was set back (REL-10).
    return (
        idle
        or row.last_seen_at > moment + AHEAD
        or moment - row.created_at >= timedelta(hours=settings.session_hours)
    )


def _clear_browser(response: Response) -> Response:
    if g.pop("clears_browser", False):
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _stamp(_: BaseException | None) -> None:
    """Note that the session is in use, at most once a minute, through a door of its own.

    This runs after the request's transaction has ended, so that a page that only reads stays one, and a
    refused form still counts as use; what a page sends by itself does not. Where another writer holds the
    database, the stamp is left to the next request: no answer waits for it.
    """
    row: AuthSession | None = g.pop("session_row", None)
    moment = clock.now()
    if row is None or moment - row.last_seen_at < STAMP_EVERY or request.endpoint is None or is_background():
        return
    db.session.close()
    stamped = update(AuthSession).where(AuthSession.id == row.id, AuthSession.ended_at.is_(None))
    try:
        with writing(), impatient(), db.sessionmaker() as session, session.begin():
            session.execute(stamped.values(last_seen_at=moment))
    except OperationalError:
        log.warning("session.not_stamped")
