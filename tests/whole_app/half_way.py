"""People who have given their password and owe the second proof; every way of it is open to them."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from app import outbox
from app.accounts import actions as accounts
from app.accounts import authenticators, codes, proofs, recovery_codes
from app.accounts.models import DeskRole, User
from app.accounts.passkeys import proving
from app.accounts.sign_in import as_actor
from app.authz import system_actor
from app.contracts.models import ContractHolder
from tests import cast
from tests.factories import passkeys
from tests.factories.soft_key import SoftKey

# The tests of the town may take longer than a sign-in.
AT_LEISURE = timedelta(days=1)


def people(session: Session) -> Iterator[tuple[str, str]]:
    """Make them; the name of each and the token of their half-way proof."""
    holder = session.get_one(ContractHolder, cast.person(session, "hanako").holder_id)
    agent = _agent(session, "halfway@desk.example")
    customer = accounts.create_customer(
        session, actor=system_actor("tests"), login_id="halfway@sample.example.cs", mail="halfway@sample.example",
        family_name="途中", given_name="花", holder=holder,
    )  # fmt: skip
    with outbox.silenced():
        for user in (agent, customer):
            _give_all(session, user)
        yield "halfway", _token(session, customer, "cs")
        yield "halfway_agent", _token(session, agent, "console")
        yield "unlocking_agent", _token(session, agent, "console", needs_unlock=True)
        yield "setting_up", _token(session, _agent(session, "bare@desk.example"), "console")


def _agent(session: Session, mail: str) -> User:
    return accounts.create_agent(
        session, actor=system_actor("tests"), login_id=mail, mail=mail,
        family_name="途中", given_name="担当", role=DeskRole.AGENT,
    )  # fmt: skip


def _give_all(session: Session, user: User) -> None:
    settings = current_app.config["SETTINGS"]
    authenticators.store(session, user, authenticators.offer(settings, user), step=0, settings=settings)
    passkeys.enrol(session, user, SoftKey())
    recovery_codes.make(session, actor=as_actor(user), user=user)


def _token(session: Session, user: User, door: str, *, needs_unlock: bool = False) -> str:
    proof, token = proofs.begin_sign_in(
        session, user, door=door, following=f"/{door}/", needs_unlock=needs_unlock
    )
    proof.expires_at += AT_LEISURE
    proving.put_challenge(session, proof)
    if needs_unlock or door != "console":
        codes.send_mail_code(session, proof, settings=current_app.config["SETTINGS"])
    return token
