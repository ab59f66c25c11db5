"""People whom the desk helps: in the states that help is for, and the requests that wait for a second agent."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions, bars, events, tries
from app.accounts.actions import mfa_removal
from app.accounts.models import MfaRemoval, TryKind, User
from app.authz import system_actor
from app.contracts.models import ContractHolder
from app.journal import record
from tests import cast

ACTOR = system_actor("tests")
CHECK = "契約書の番号に折り返し、直近のケースの内容を確認した。"


def newcomer(session: Session, login_id: str, number: str, *, family: str = "紛失") -> int:
    """A further user of the number's company, without a password but asked for codes; the id."""
    row = cast.number(session, number)
    user = actions.create_customer(
        session, actor=ACTOR, login_id=login_id, mail=f"{login_id}@lost.example", family_name=family,
        given_name="", holder=session.get_one(ContractHolder, row.holder_id), language="ja",
    )  # fmt: skip
    actions.link_numbers(session, actor=ACTOR, user=user, numbers=[row])
    turn_mfa_on(session, user)
    return user.id


def turn_mfa_on(session: Session, user: User) -> None:
    """Let somebody be asked for codes by mail, without any set-up."""
    user.mfa_enabled = True
    record(session, actor=ACTOR, subject=user, happened=events.MfaSet(is_enabled=True))


def ask_removal(session: Session, user_id: int, by: str = "agent") -> int:
    """An agent asks for the removal of somebody's second proof; the request's id."""
    removal = mfa_removal.ask(
        session,
        actor=cast.actor_of(session, by),
        user=session.get_one(User, user_id),
        identity_check=CHECK,
    )
    session.flush()
    return removal.id


def removals(session: Session) -> list[tuple[int | None, bool | None]]:
    """Who decided each request, and how."""
    rows = session.scalars(select(MfaRemoval).order_by(MfaRemoval.id))
    return [(row.decided_by_id, row.is_approved) for row in rows]


def reset_ago(session: Session, name: str, *, hours: float = 1) -> None:
    """Somebody completed a password reset some hours ago."""
    user = cast.person(session, name)
    user.reset_completed_at = clock.now() - timedelta(hours=hours)
    record(session, actor=ACTOR, subject=user, happened=events.PasswordReset())


def close_reset(session: Session, name: str) -> None:
    """Close somebody's reset by five wrong addresses."""
    for _ in range(tries.MOST):
        tries.charge(session, TryKind.RESET, cast.person(session, name).subject_for_tries)


def tokens(session: Session, name: str) -> list[str]:
    """What a form names to end all that keeps somebody out just now."""
    return [bar.token for bar in bars.bars_of(session, cast.person(session, name))]


def user_id(session: Session, name: str) -> int:
    """The id of a member of the cast."""
    return cast.person(session, name).id
