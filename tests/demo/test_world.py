"""The loaded world: what outside tests and first visitors count on is there."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, journal
from app.accounts import sign_in
from app.accounts.history import NOWHERE
from app.accounts.methods import Method, methods_of
from app.accounts.models import Realm, User
from app.accounts.queries import actor_for
from app.accounts.sign_in import Door
from app.authz import Audience
from app.cases import queries as cases
from app.cases.alerts import INTAKE
from app.cases.categories import Category, Origin
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment, CaseLink, IntakeToken
from app.cases.timeline import timeline_of
from app.contracts import queries as contracts
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.demo.story import PASSWORD
from app.i18n import speaking
from app.outbox import OutboxMessage

NUMBERS = {
    "N200000001": ("株式会社サンプル", "cs"),
    "N700000002": ("株式会社サンプル", "fm"),
    "P910000001": ("A会社", "cs"),
    "P910000003": ("A会社", "fm"),
    "N237903144": ("株式会社ひかり商事", "fm"),
}
PEOPLE = {
    "hanako@sample.example.cs": ("佐藤 花子", ("N200000001", "N700000002"), True, "ja"),
    "taro@sample.example.cs": ("鈴木 太郎", ("N200000001",), False, "ja"),
    "jiro@sample.example.fm": ("田中 次郎", ("N700000002",), False, "ja"),
    "alice@a-company.example.cs": ("Alice Adams", ("P910000001", "P910000003"), True, "en"),
    "charlie@hikari.example.fm": ("光 一郎", ("N237903144",), False, "ja"),
}
DESK = {
    "agent@desk.example": ("中村 さくら", "agent"),
    "lead@desk.example": ("高橋 健", "lead"),
    "admin@desk.example": ("渡辺 明", "admin"),
}
WORDS = "不審なログイン"


def by_number(session: Session) -> dict[str, list[Case]]:
    """All cases, by customer number, in order of creation."""
    found: dict[str, list[Case]] = defaultdict(list)
    rows = session.execute(
        select(CustomerNumber.number, Case)
        .join(Case, Case.customer_number_id == CustomerNumber.id)
        .order_by(Case.id)
    )
    for number, case in rows:
        found[number].append(case)
    return found


def all_cases(session: Session) -> Sequence[Case]:
    """All cases in order of creation."""
    return session.scalars(select(Case).order_by(Case.id)).all()


@pytest.mark.req("SVC-01", "SVC-03", "SVC-07")
def test_numbers_belong_to_their_holder_and_service(world: Session) -> None:
    rows = world.execute(
        select(CustomerNumber.number, ContractHolder.name, Service.slug)
        .join(ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
        .join(Service, Service.id == CustomerNumber.service_id)
    )
    assert {number: (holder, slug) for number, holder, slug in rows} == NUMBERS


@pytest.mark.req("SVC-01", "INQ-04", "INQ-07", "INQ-08", "CASE-18", "LIST-03")
def test_services_have_the_settings_of_the_specification(world: Session) -> None:
    cs, fm = contracts.services(world)
    assert (cs.slug, cs.name_ja, cs.name_en, cs.user_id_suffix) == (
        "cs",
        "マネージドCSPM",
        "Managed CSPM",
        ".cs",
    )
    assert (fm.slug, fm.name_ja, fm.name_en, fm.user_id_suffix) == (
        "fm",
        "モバイルセキュリティ",
        "Mobile Security",
        ".fm",
    )
    assert [category.value for category in cases.categories_of(world, cs.id)] == [
        category.value for category in list(Category)[:11]
    ]
    assert list(cases.selectable_categories(world, cs.id)) == list(Category)[:6]
    assert [category.value for category in cases.selectable_categories(world, fm.id)] == [
        "service",
        "product",
        "failure",
        "other",
    ]
    assert set(cases.categories_of(world, fm.id)) - set(cases.selectable_categories(world, fm.id)) == {
        Category.WORK_REQUEST,
        Category.ALERT,
    }
    exempt = cases.selectable(world, fm.id, Category.FAILURE)
    assert exempt is not None
    assert exempt.is_exempt
    assert not cases.settings_of(world, cs.id).one_open_inquiry
    assert cases.settings_of(world, fm.id).one_open_inquiry
    assert cases.settings_of(world, cs.id).third_filter is Category.MONTHLY_REPORT
    assert cases.settings_of(world, cs.id).third_filter_in("ja") == "月次レポート"
    assert cases.settings_of(world, fm.id).third_filter is Category.ALERT
    assert cases.settings_of(world, fm.id).third_filter_in("en") == "Alerts"


@pytest.mark.req("HOME-04")
def test_portals_link_to_services_that_exist(world: Session) -> None:
    cs, fm = contracts.services(world)
    assert [service.slug for service in contracts.linked_portals(world, cs)] == ["cs"]
    assert [service.slug for service in contracts.linked_portals(world, fm)] == ["cs", "fm"]


def prove(world: Session, login_id: str, door: Door) -> User | None:
    """Whom the password of the world lets through a door, as far as the password goes."""
    vault = current_app.extensions["vault"]
    tried = sign_in.begin(world, login_id=login_id, settings=current_app.config["SETTINGS"])
    settled = sign_in.settle(
        world,
        tried,
        is_right=vault.matches(tried.password_hash, PASSWORD),
        password=PASSWORD,
        door=door,
        trail=NOWHERE,
        vault=vault,
    )
    return settled.user if settled else None


@pytest.mark.req("ROLE-01", "ROLE-02", "SVC-03")
@pytest.mark.parametrize("login_id", PEOPLE)
def test_customers_are_proved_at_the_doors_of_their_services(world: Session, login_id: str) -> None:
    name, numbers, is_administrator, language = PEOPLE[login_id]
    for service in contracts.services(world):
        door = Door(Realm.CUSTOMER, service.slug, service.id)
        user = prove(world, login_id, door)
        if service.slug not in {NUMBERS[number][1] for number in numbers}:
            assert user is None
            continue
        assert user is not None
        assert (user.display_name, user.is_administrator, user.language) == (name, is_administrator, language)
        assert user.mail == login_id.removesuffix(".cs").removesuffix(".fm")
        actor = actor_for(world, user)
        assert tuple(number.number for number in contracts.numbers_of(world, actor)) == numbers


@pytest.mark.req("ROLE-05")
@pytest.mark.parametrize("login_id", DESK)
def test_agents_are_proved_at_the_console(world: Session, login_id: str) -> None:
    user = prove(world, login_id, Door(Realm.AGENT, "console"))
    assert user is not None
    assert user.desk_role is not None
    assert (user.display_name, user.desk_role.value) == DESK[login_id]
    assert {service.slug for service in contracts.services_of(world, actor_for(world, user))} == {"cs", "fm"}
    assert methods_of(world, user, current_app.config["SETTINGS"]) == [Method.APP]


@pytest.mark.req("MFA-01", "MFA-02", "MFA-03")
def test_jiro_alone_of_the_customers_is_asked_for_a_code(world: Session) -> None:
    people = list(world.scalars(select(User).where(User.realm == Realm.CUSTOMER)))
    assert [user.login_id for user in people if user.needs_code] == ["jiro@sample.example.fm"]
    for user in people:
        assert methods_of(world, user, current_app.config["SETTINGS"]) == [Method.MAIL]


def test_at_least_sixty_cases_over_all_numbers_in_all_states(world: Session) -> None:
    found = by_number(world)
    assert set(found) == set(NUMBERS)
    assert sum(len(rows) for rows in found.values()) >= 60
    for number, rows in found.items():
        assert {case.state for case in rows} == set(CaseState), number


@pytest.mark.req("CASE-18", "CASE-20", "CASE-21")
def test_every_category_a_service_uses_occurs(world: Session) -> None:
    for service in contracts.services(world):
        occurring = {case.category for case in all_cases(world) if case.service_id == service.id}
        assert occurring == set(cases.categories_of(world, service.id))


def test_each_case_has_two_to_twelve_entries_and_the_customer_sees_two_at_least(world: Session) -> None:
    actors = [actor_for(world, user) for user in world.scalars(select(User).order_by(User.id))]
    agent = next(actor for actor in actors if actor.is_agent)
    customers = {number: actor for actor in actors for number in actor.numbers}
    for case in all_cases(world):
        assert 2 <= len(timeline_of(world, agent, case).entries) <= 12, case.number
        assert len(timeline_of(world, customers[case.customer_number_id], case).entries) >= 2, case.number


def test_some_cases_wait_for_the_customer(world: Session) -> None:
    found = by_number(world)
    for number in ("N200000001", "N700000002"):
        states = Counter(case.state for case in found[number])
        assert states[CaseState.AWAITING_CUSTOMER] >= 1
        assert states[CaseState.RESOLVED] >= 1


def test_the_words_that_searches_look_for_occur_in_comments_customers_read(world: Session) -> None:
    with_words = set(
        world.scalars(
            select(CustomerNumber.number)
            .join(Case, Case.customer_number_id == CustomerNumber.id)
            .join(CaseComment, CaseComment.case_id == Case.id)
            .where(CaseComment.audience == Audience.CUSTOMER, CaseComment.body.contains(WORDS))
        )
    )
    assert with_words == {"N200000001", "N700000002", "P910000001"}


@pytest.mark.req("CASE-23")
def test_some_cases_have_no_contact_and_some_no_subject(world: Session) -> None:
    rows = all_cases(world)
    assert any(case.contact_id is None for case in rows)
    assert any(case.subject is None for case in rows)


@pytest.mark.req("INQ-06")
def test_an_inquiry_nobody_has_taken_is_called_one_in_every_language(world: Session) -> None:
    fresh = [
        case for case in all_cases(world) if case.state is CaseState.NEW and case.origin is Origin.INQUIRY
    ]
    assert len(fresh) > 3
    for language, word in (("ja", "お問い合わせ"), ("en", "Inquiry")):
        with speaking(language):
            assert {case.shown_subject for case in fresh} == {word}
    assert all(case.contact_id is not None for case in fresh)


@pytest.mark.req("CASE-02")
def test_numbers_and_journal_rise_with_time(world: Session) -> None:
    rows = all_cases(world)
    assert [case.number for case in rows] == [f"CS{count:07d}" for count in range(1, len(rows) + 1)]
    created = [case.created_at for case in rows]
    assert created == sorted(created)
    assert created[-1] <= clock.now()
    told = world.scalars(select(journal.JournalEvent.at).order_by(journal.JournalEvent.id)).all()
    assert list(told) == sorted(told)
    assert journal.broken_links(world) == []


def test_both_sides_write_and_the_desk_keeps_notes(world: Session) -> None:
    authors = world.execute(
        select(User.realm, CaseComment.audience).join(User, User.id == CaseComment.author_id)
    ).all()
    count = Counter((realm, audience) for realm, audience in authors)
    assert count[Realm.CUSTOMER, Audience.CUSTOMER] > 80
    assert count[Realm.AGENT, Audience.CUSTOMER] > 80
    assert count[Realm.AGENT, Audience.DESK] > 10
    assert count[Realm.CUSTOMER, Audience.DESK] == 0


def test_no_place_for_a_date_is_left_in_a_text(world: Session) -> None:
    texts = [*world.scalars(select(CaseComment.body)), *(case.subject or "" for case in all_cases(world))]
    assert not [text for text in texts if "[[" in text or "]]" in text]


def test_the_past_sends_no_mail(world: Session) -> None:
    assert world.scalars(select(OutboxMessage)).all() == []


def test_everything_about_a_case_was_done_by_a_person_or_came_as_an_alert(world: Session) -> None:
    rows = world.execute(
        select(journal.JournalEvent.actor_kind, journal.JournalEvent.actor_name).where(
            journal.JournalEvent.subject_type == Case.subject_type
        )
    ).all()
    assert {kind.value for kind, _ in rows} == {"customer", "agent", "system"}
    assert {name for kind, name in rows if kind.value == "system"} == {INTAKE}


@pytest.mark.req("CASE-19")
def test_alerts_of_fm_came_through_its_intake_and_cs_takes_none(world: Session) -> None:
    cs, fm = contracts.services(world)
    assert not cases.settings_of(world, cs.id).takes_alerts
    assert cases.settings_of(world, fm.id).takes_alerts
    came = [case for case in all_cases(world) if case.origin is Origin.ALERT]
    assert len(came) == 4
    assert {case.service_id for case in came} == {fm.id}
    # Tokens are secrets: whoever wants to bring an alert makes one.
    assert world.scalars(select(IntakeToken)).all() == []


@pytest.mark.req("DESK-03", "DESK-06")
def test_some_cases_belong_together(world: Session) -> None:
    rows = all_cases(world)
    parents = [case.parent_id for case in rows if case.parent_id is not None]
    assert (len(parents), len(set(parents))) == (2, 1)
    assert len([case for case in rows if case.is_merged]) == 1
    assert len(world.scalars(select(CaseLink)).all()) == 1
