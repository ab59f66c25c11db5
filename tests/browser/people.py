"""Who works in the browser tests: people of the demo world, and a few more for what it does not hold."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.models import DeskRole
from app.accounts.passwords import CHEAP, PasswordVault
from app.authz import system_actor
from app.contracts import actions as contracts
from app.contracts.models import Service
from tests.cast import PASSWORD, PATTERN, pair_app

__all__ = ["MIDORI_HOLDER", "MIDORI_NUMBERS", "PASSWORD", "PEOPLE", "Person", "add_people"]

MIDORI_HOLDER = "株式会社みどり"
MIDORI_NUMBERS = ("N300000001", "N300000002")


@dataclass(frozen=True)
class Person:
    """What somebody types to sign in, where, their name, and their language."""

    login_id: str
    door: str
    name: str
    language: str


PEOPLE = {
    "hanako": Person("hanako@sample.example.cs", "cs", "佐藤 花子", "ja"),
    "alice": Person("alice@a-company.example.cs", "cs", "Alice Adams", "en"),
    "taro": Person("taro@sample.example.cs", "cs", "鈴木 太郎", "ja"),
    "charlie": Person("charlie@hikari.example.fm", "fm", "光 一郎", "ja"),
    "agent": Person("agent@desk.example", "console", "中村 さくら", "ja"),
    "admin": Person("admin@desk.example", "console", "渡辺 明", "ja"),
    # Not of the demo world: a customer with two numbers in one service, and an agent who reads English.
    "midori": Person("midori@midori.example.cs", "cs", "緑川 みどり", "ja"),
    # She changes what is her own, and ends her sessions: no other test should be signed in as her.
    "wakaba": Person("wakaba@midori.example.cs", "cs", "若葉 つむぎ", "ja"),
    "emily": Person("emily@desk.example", "console", "Emily Evans", "en"),
    "grace": Person("grace@desk.example", "console", "Grace Green", "en"),
}


def add_people(session: Session) -> None:
    """Create the people that the demo world does not hold, as a system administrator would."""
    actor = system_actor("tests")
    vault = PasswordVault(CHEAP)
    services = list(session.scalars(select(Service)))
    cs = next(service for service in services if service.slug == "cs")
    holder = contracts.add_contract_holder(session, actor=actor, name=MIDORI_HOLDER)
    numbers = [
        contracts.add_customer_number(
            session, actor=actor, number=number, holder=holder, service=cs, pattern=PATTERN
        )
        for number in MIDORI_NUMBERS
    ]
    midori = accounts.create_customer(
        session, actor=actor, login_id=PEOPLE["midori"].login_id, mail="midori@midori.example",
        family_name="緑川", given_name="みどり", holder=holder, is_administrator=False, language="ja",
    )  # fmt: skip
    wakaba = accounts.create_customer(
        session, actor=actor, login_id=PEOPLE["wakaba"].login_id, mail="wakaba@midori.example",
        family_name="若葉", given_name="つむぎ", holder=holder, is_administrator=False, language="ja",
    )  # fmt: skip
    for user in (midori, wakaba):
        accounts.link_numbers(session, actor=actor, user=user, numbers=numbers)
    emily = accounts.create_agent(
        session, actor=actor, login_id=PEOPLE["emily"].login_id, mail="emily@desk.example",
        family_name="Evans", given_name="Emily", role=DeskRole.AGENT, language="en",
    )  # fmt: skip
    accounts.assign_services(session, actor=actor, user=emily, services=services)
    grace = accounts.create_agent(
        session, actor=actor, login_id=PEOPLE["grace"].login_id, mail="grace@desk.example",
        family_name="Green", given_name="Grace", role=DeskRole.ADMIN, language="en",
    )  # fmt: skip
    for user in (midori, wakaba, emily, grace):
        accounts.set_password(session, actor=actor, user=user, password=PASSWORD, vault=vault)
    for agent in (emily, grace):
        pair_app(session, agent)
