"""The cast: named people with fixed relations to each other, the same in every test.

Hanako owns; Taro is her colleague (same number); Jiro is in her company but has another number; Alice is a
stranger of another company on the same services; Charlie is a stranger on ``fm`` alone. Sakura works for both
services, Ichika for ``cs`` alone. Kaito was disabled.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts import actions as accounts
from app.accounts import authenticators, queries
from app.accounts.actions.pairing import pair
from app.accounts.authenticators import padded
from app.accounts.models import Authenticator, DeskRole, User
from app.accounts.passwords import CHEAP, PasswordVault
from app.accounts.sign_in import as_actor
from app.authz import Actor, system_actor
from app.cases.categories import Category
from app.cases.set_up import configure_service
from app.catalog.actions.terms import Terms, set_catalog_settings, set_request_terms
from app.contracts import actions as contracts
from app.contracts.models import ContractHolder, CustomerNumber, Service

SERVICE_NAMES = {
    "cs": ("マネージドCSPM", "Managed CSPM"),
    "fm": ("モバイルセキュリティ", "Mobile Security"),
}
PASSWORD = "Madoguchi#2026"
PATTERN = r"[A-Z][0-9]{9}"
# Every agent of the cast has an app with the secret of the demo world, paired long ago.
AUTHENTICATOR_SECRET = "JBSWY3DPEHPK3PXP"
PAIRED_AT = datetime(2026, 1, 5, tzinfo=UTC)

CS_NUMBER = "N200000001"
FM_NUMBER = "N700000002"
ALICE_CS_NUMBER = "P910000001"
ALICE_FM_NUMBER = "P910000003"
CHARLIE_NUMBER = "N237903144"


@dataclass(frozen=True)
class Role:
    """One member of the cast."""

    login_id: str
    family: str
    given: str
    holder: str | None = None
    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    is_administrator: bool = False
    desk_role: DeskRole | None = None
    language: str | None = None
    is_disabled: bool = False


SAMPLE, A_COMPANY, HIKARI = "株式会社サンプル", "A会社", "株式会社ひかり商事"

ROLES: dict[str, Role] = {
    "hanako": Role(
        "hanako@sample.example.cs",
        "佐藤",
        "花子",
        SAMPLE,
        (CS_NUMBER, FM_NUMBER),
        is_administrator=True,
        language="ja",
    ),
    "taro": Role("taro@sample.example.cs", "鈴木", "太郎", SAMPLE, (CS_NUMBER,), language="ja"),
    "jiro": Role("jiro@sample.example.fm", "田中", "次郎", SAMPLE, (FM_NUMBER,), language="ja"),
    "alice": Role(
        "alice@a-company.example.cs",
        "Adams",
        "Alice",
        A_COMPANY,
        (ALICE_CS_NUMBER, ALICE_FM_NUMBER),
        language="en",
    ),
    "charlie": Role("charlie@hikari.example.fm", "光", "一郎", HIKARI, (CHARLIE_NUMBER,), language="ja"),
    "kaito": Role(
        "kaito@sample.example.cs", "山本", "海斗", SAMPLE, (CS_NUMBER,), language="ja", is_disabled=True
    ),
    "agent": Role(
        "agent@desk.example", "中村", "さくら", services=("cs", "fm"), desk_role=DeskRole.AGENT, language="ja"
    ),
    "cs_agent": Role(
        "ichika@desk.example", "伊藤", "一花", services=("cs",), desk_role=DeskRole.AGENT, language="en"
    ),
    "lead": Role(
        "lead@desk.example", "高橋", "健", services=("cs", "fm"), desk_role=DeskRole.LEAD, language="ja"
    ),
    "admin": Role("admin@desk.example", "渡辺", "明", desk_role=DeskRole.ADMIN, language="ja"),
}

CS_CATEGORIES = (
    *((item, True, False) for item in list(Category)[:6]),
    *((item, False, False) for item in list(Category)[6:11]),
)
FM_CATEGORIES = (
    (Category.SERVICE, True, False),
    (Category.PRODUCT, True, False),
    (Category.FAILURE, True, True),
    (Category.OTHER, True, False),
    (Category.WORK_REQUEST, False, False),
    (Category.ALERT, False, False),
)


def build(session: Session) -> None:
    """Create the cast through the actions, as a system administrator would."""
    actor = system_actor("tests")
    services = {slug: _service(session, actor, slug) for slug in ("cs", "fm")}
    contracts.set_portal_links(session, actor=actor, service=services["cs"], targets=[services["cs"]])
    contracts.set_portal_links(session, actor=actor, service=services["fm"], targets=list(services.values()))
    holders = {
        name: contracts.add_contract_holder(session, actor=actor, name=name)
        for name in (SAMPLE, A_COMPANY, HIKARI)
    }
    numbers = _numbers(session, actor, holders, services)
    _say_what_is_included(session, actor, services, numbers)
    for role in ROLES.values():
        _person(session, actor, role, holders, numbers, services)


def _service(session: Session, actor: Actor, slug: str) -> Service:
    name_ja, name_en = SERVICE_NAMES[slug]
    is_fm = slug == "fm"
    service = contracts.add_service(
        session, actor=actor, slug=slug, name_ja=name_ja, name_en=name_en, user_id_suffix=f".{slug}",
        cautions_mail_change=is_fm,
    )  # fmt: skip
    configure_service(
        session,
        actor=actor,
        service=service,
        categories=FM_CATEGORIES if is_fm else CS_CATEGORIES,
        one_open_inquiry=is_fm,
        third_filter=Category.ALERT if is_fm else Category.MONTHLY_REPORT,
        third_filter_ja="アラート" if is_fm else "月次レポート",
        third_filter_en="Alerts" if is_fm else "Monthly reports",
        desk_mail=f"desk-{slug}@desk.example",
        takes_alerts=is_fm,
    )
    return service


def _numbers(
    session: Session, actor: Actor, holders: dict[str, ContractHolder], services: dict[str, Service]
) -> dict[str, CustomerNumber]:
    plan = (
        (CS_NUMBER, SAMPLE, "cs"),
        (FM_NUMBER, SAMPLE, "fm"),
        (ALICE_CS_NUMBER, A_COMPANY, "cs"),
        (ALICE_FM_NUMBER, A_COMPANY, "fm"),
        (CHARLIE_NUMBER, HIKARI, "fm"),
    )
    return {
        number: contracts.add_customer_number(
            session,
            actor=actor,
            number=number,
            holder=holders[holder],
            service=services[slug],
            pattern=PATTERN,
        )
        for number, holder, slug in plan
    }


def _say_what_is_included(
    session: Session, actor: Actor, services: dict[str, Service], numbers: dict[str, CustomerNumber]
) -> None:
    """On cs contracts decide: Hanako's has requests and points, Alice's requests alone. On fm all may request."""
    for slug, service in services.items():
        is_cs = slug == "cs"
        set_catalog_settings(session, actor=actor, service=service, is_by_contract=is_cs, has_points=is_cs)
    for number, has_points in ((CS_NUMBER, True), (ALICE_CS_NUMBER, False)):
        included = Terms(includes_requests=True, includes_points=has_points)
        set_request_terms(session, actor=actor, number=numbers[number], terms=included)


def _person(
    session: Session,
    actor: Actor,
    role: Role,
    holders: dict[str, ContractHolder],
    numbers: dict[str, CustomerNumber],
    services: dict[str, Service],
) -> None:
    mail = role.login_id.removesuffix(".cs").removesuffix(".fm")
    if role.desk_role is not None:
        user = accounts.create_agent(
            session, actor=actor, login_id=role.login_id, mail=mail, family_name=role.family,
            given_name=role.given, role=role.desk_role, language=role.language,
        )  # fmt: skip
        accounts.assign_services(
            session, actor=actor, user=user, services=[services[slug] for slug in role.services]
        )
    else:
        user = accounts.create_customer(
            session, actor=actor, login_id=role.login_id, mail=mail, family_name=role.family,
            given_name=role.given, holder=holders[role.holder or ""],
            is_administrator=role.is_administrator, language=role.language,
        )  # fmt: skip
        accounts.link_numbers(
            session, actor=actor, user=user, numbers=[numbers[number] for number in role.numbers]
        )
    accounts.set_password(session, actor=actor, user=user, password=PASSWORD, vault=PasswordVault(CHEAP))
    if role.desk_role is not None:
        pair_app(session, user)
    if role.is_disabled:
        accounts.disable(session, actor=actor, user=user)


def pair_app(session: Session, user: User) -> None:
    """Give somebody the app that every agent of the tests has."""
    settings = current_app.config["SETTINGS"]
    offered = authenticators.offer(settings, user, secret=padded(AUTHENTICATOR_SECRET))
    with clock.at(PAIRED_AT), outbox.silenced():
        code = pyotp.TOTP(offered.secret).at(PAIRED_AT)
        pair(session, actor=as_actor(user), user=user, offered=offered, code=code, settings=settings)


def app_code(session: Session, name: str) -> str:
    """A code that the app of an agent shows now, or is about to show, and that has not been used yet."""
    return app_code_of(session, ROLES[name].login_id)


def app_code_of(session: Session, login_id: str) -> str:
    """The same for whoever has a user ID, in the cast or not."""
    owner = select(User.id).where(User.login_key == login_id).scalar_subquery()
    last = session.scalars(select(Authenticator.last_step).where(Authenticator.user_id == owner))
    now = int(clock.now().timestamp()) // 30
    step = max(last.one() + 1, now - 1)
    assert step <= now + 1, f"{login_id} has used up all codes of this minute; set the clock on"
    return pyotp.TOTP(padded(AUTHENTICATOR_SECRET)).generate_otp(step)


def next_codes() -> list[str]:
    """What the app of an agent shows now and next, for whoever cannot look into the database."""
    now = int(clock.now().timestamp()) // 30
    totp = pyotp.TOTP(padded(AUTHENTICATOR_SECRET))
    return [totp.generate_otp(step) for step in (now - 1, now, now + 1)]


def person(session: Session, name: str) -> User:
    """The row of a member of the cast."""
    return session.scalars(select(User).where(User.login_key == ROLES[name].login_id)).one()


def actor_of(session: Session, name: str, service: str | None = None) -> Actor:
    """A member of the cast as actor; a customer within the portal of ``service`` if one is named."""
    actor = queries.actor_for(session, person(session, name))
    if service is None:
        return actor
    return actor.within(session.scalars(select(Service.id).where(Service.slug == service)).one())


def number(session: Session, value: str) -> CustomerNumber:
    """The row of a customer number."""
    return session.scalars(select(CustomerNumber).where(CustomerNumber.number == value)).one()
