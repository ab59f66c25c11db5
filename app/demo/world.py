"""Founding the demo world: services, companies, numbers and people, through the actions of their slices."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pyotp
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import queries as account_queries
from app.accounts.actions.pairing import pair
from app.accounts.authenticators import offer, padded
from app.accounts.models import DeskRole, User
from app.accounts.passwords import PasswordVault, vault
from app.accounts.sign_in import as_actor
from app.authz import Actor, system_actor
from app.cases import intake_tokens
from app.cases.actions.desk_settings import set_targets
from app.cases.categories import Category
from app.cases.models import Case
from app.cases.set_up import configure_service
from app.config import Settings
from app.contracts import actions as contracts
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.demo import story
from app.demo.moments import Calendar

FOUNDED = "-400d 09:00"
# By what the story names whoever does what no person does.
FOUNDER = "founder"


@dataclass(slots=True)
class World:
    """What is there so far, under the names that the story uses."""

    session: Session
    calendar: Calendar
    founder: Actor = field(default_factory=lambda: system_actor("demo"))
    services: dict[str, Service] = field(default_factory=dict)
    holders: dict[str, ContractHolder] = field(default_factory=dict)
    numbers: dict[str, CustomerNumber] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    # Cases that other cases name.
    cases: dict[str, Case] = field(default_factory=dict)


def found_world(session: Session, settings: Settings, *, now: datetime) -> World:
    """Make everything that cases need, long before ``now``; flushes, never commits."""
    world = World(session, Calendar(now, ZoneInfo(settings.time_zone)))
    world.actors[FOUNDER] = world.founder
    hashing = vault(cheap=settings.cheap_hashes)
    with clock.at(world.calendar.read(FOUNDED)):
        for service in story.services():
            _add_service(world, service)
        for service in story.services():
            _link_portals(world, service)
        for holder in story.holders():
            _add_holder(world, holder, settings.number_pattern)
        for person in story.people():
            _add_person(world, person, hashing, settings)
    return world


def _add_service(world: World, told: story.ServiceStory) -> None:
    service = contracts.add_service(
        world.session,
        actor=world.founder,
        slug=told.slug,
        name_ja=told.name_ja,
        name_en=told.name_en,
        user_id_suffix=told.user_id_suffix,
        cautions_mail_change=told.cautions_mail_change,
    )
    configure_service(
        world.session,
        actor=world.founder,
        service=service,
        one_open_inquiry=told.one_open_inquiry,
        third_filter=Category(told.third_filter),
        third_filter_ja=told.third_filter_ja,
        third_filter_en=told.third_filter_en,
        desk_mail=told.desk_mail,
        takes_alerts=told.takes_alerts,
        categories=[
            (Category(code), code in told.selectable, code in told.exempt)
            for code in (*told.selectable, *told.set_by_desk)
        ],
    )
    set_targets(
        world.session,
        actor=world.founder,
        service=service,
        minutes={
            None if code == "all" else Category(code): (reply * 60, solution * 60)
            for code, (reply, solution) in told.targets.items()
        },
    )
    world.services[told.slug] = service
    if told.takes_alerts:
        world.actors[story.INTAKE] = intake_tokens.actor_of(service.id)


def _link_portals(world: World, told: story.ServiceStory) -> None:
    targets = [world.services[slug] for slug in told.portals]
    service = world.services[told.slug]
    contracts.set_portal_links(world.session, actor=world.founder, service=service, targets=targets)


def _add_holder(world: World, told: story.HolderStory, pattern: str) -> None:
    holder = contracts.add_contract_holder(world.session, actor=world.founder, name=told.name)
    world.holders[told.name] = holder
    for number, slug in told.numbers.items():
        world.numbers[number] = contracts.add_customer_number(
            world.session,
            actor=world.founder,
            number=number,
            holder=holder,
            service=world.services[slug],
            pattern=pattern,
        )


def _add_person(world: World, told: story.PersonStory, hashing: PasswordVault, settings: Settings) -> None:
    user = _add_customer(world, told) if told.holder else _add_agent(world, told)
    accounts.set_password(
        world.session, actor=world.founder, user=user, password=story.PASSWORD, vault=hashing
    )
    if told.mfa_enabled:
        accounts.set_mfa(world.session, actor=world.founder, user=user, is_enabled=True)
    if told.desk_role:
        _pair_app(world, user, settings)
    world.users[told.key] = user
    world.actors[told.key] = account_queries.actor_for(world.session, user)


def _pair_app(world: World, user: User, settings: Settings) -> None:
    """Pair the published secret, as the person would with the code that an app shows for it."""
    offered = offer(settings, user, secret=padded(story.AUTHENTICATOR_SECRET))
    code = pyotp.TOTP(offered.secret).at(clock.now())
    pair(world.session, actor=as_actor(user), user=user, offered=offered, code=code, settings=settings)


def _add_customer(world: World, told: story.PersonStory) -> User:
    user = accounts.create_customer(
        world.session,
        actor=world.founder,
        login_id=told.login_id,
        mail=told.mail,
        family_name=told.family_name,
        given_name=told.given_name,
        holder=world.holders[told.holder or ""],
        is_administrator=told.is_administrator,
        language=told.language,
    )
    numbers = [world.numbers[number] for number in told.numbers]
    accounts.link_numbers(world.session, actor=world.founder, user=user, numbers=numbers)
    return user


def _add_agent(world: World, told: story.PersonStory) -> User:
    user = accounts.create_agent(
        world.session,
        actor=world.founder,
        login_id=told.login_id,
        mail=told.mail,
        family_name=told.family_name,
        given_name=told.given_name,
        role=DeskRole(told.desk_role or ""),
        language=told.language,
    )
    services = [world.services[slug] for slug in told.services]
    accounts.assign_services(world.session, actor=world.founder, user=user, services=services)
    return user
