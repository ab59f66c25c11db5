"""Services, contract holders and customer numbers, as the actions keep them (SVC-01, SVC-03, SVC-07)."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.authz import Actor, Forbidden, system_actor
from app.config import ConfigError
from app.contracts import actions, queries
from app.contracts.actions import RESERVED_SLUGS, BadContractData
from app.contracts.models import ContractHolder, CustomerNumber, Service
from tests import cast
from tests.conftest import Given, SignedIn, settings_for


def _service(session: Session, slug: str = "cs") -> Service:
    found = queries.service_by_slug(session, slug)
    assert found is not None
    return found


def _holder(session: Session) -> ContractHolder:
    found = queries.holder_by_name(session, cast.SAMPLE)
    assert found is not None
    return found


def _add_service(session: Session, slug: str, actor: Actor | None = None) -> Service:
    return actions.add_service(
        session,
        actor=actor or system_actor("tests"),
        slug=slug,
        name_ja="新しいサービス",
        name_en="New service",
        user_id_suffix=f".{slug}",
    )


def _add_number(session: Session, number: str, actor: Actor | None = None) -> CustomerNumber:
    return actions.add_customer_number(
        session,
        actor=actor or system_actor("tests"),
        number=number,
        holder=_holder(session),
        service=_service(session),
        pattern=cast.PATTERN,
    )


@pytest.mark.req("SVC-01")
def test_a_new_service_has_its_portal_at_once(signed_in: SignedIn, given: Given) -> None:
    visitor = signed_in("hanako")
    assert visitor.get("/soar/login").status == 404
    given(lambda session: _add_service(session, "soar").slug)
    page = visitor.get("/soar/login")
    assert page.status == 200
    assert "新しいサービス" in page.words()
    assert visitor.get("/soar/").location == "/soar/login?next=%2Fsoar%2F"


@pytest.mark.req("SVC-01")
@pytest.mark.parametrize(
    "slug", [*sorted(RESERVED_SLUGS), "", "c", "CS", "1a", "a b", "a/b", "あ", "x" * 17, "a\0"]
)
def test_an_address_of_the_installation_is_no_service(session: Session, slug: str) -> None:
    with pytest.raises(BadContractData):
        _add_service(session, slug)


@pytest.mark.req("SVC-01")
def test_a_slug_is_unique(session: Session) -> None:
    with pytest.raises(IntegrityError):
        _add_service(session, "cs")


@pytest.mark.req("SVC-07")
@pytest.mark.parametrize("number", ["N200000009", "A000000000", "Z999999999"])
def test_a_letter_and_nine_digits_make_a_number(session: Session, number: str) -> None:
    assert _add_number(session, number).number == number


@pytest.mark.req("SVC-07")
@pytest.mark.parametrize(
    "number",
    [
        "",
        "N20000000",
        "N2000000090",
        "n200000009",
        "2000000009",
        "N20000000X",
        "N200000009\n",
        " N200000009",
        "Ｎ200000009",
        "N２00000009",
    ],
)
def test_anything_else_is_refused(session: Session, number: str) -> None:
    with pytest.raises(BadContractData, match="pattern"):
        _add_number(session, number)


@pytest.mark.req("SVC-07")
def test_a_number_is_unique_in_the_installation(session: Session) -> None:
    for taken in (cast.CS_NUMBER, cast.FM_NUMBER, cast.ALICE_FM_NUMBER):
        with pytest.raises(BadContractData, match="in use"):
            _add_number(session, taken)
    row = cast.number(session, cast.FM_NUMBER)
    row.number = cast.CS_NUMBER
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.req("SVC-07")
def test_the_pattern_is_a_setting(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("settings")
    assert settings_for(folder).number_pattern == r"[A-Z][0-9]{9}"
    assert settings_for(folder, MADOGUCHI_NUMBER_PATTERN="[0-9]{4}").number_pattern == "[0-9]{4}"


@pytest.mark.req("SVC-07")
def test_a_pattern_that_is_none_stops_the_start(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ConfigError, match="MADOGUCHI_NUMBER_PATTERN"):
        settings_for(tmp_path_factory.mktemp("settings"), MADOGUCHI_NUMBER_PATTERN="[0-9")


@pytest.mark.req("SVC-03")
@pytest.mark.parametrize("name", ["holder_id", "service_id"])
def test_a_number_belongs_to_one_holder_and_one_service(session: Session, name: str) -> None:
    row = cast.number(session, cast.CS_NUMBER)
    assert getattr(row, name) is not None
    setattr(row, name, None)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.req("SVC-04", "ROLE-05")
def test_numbers_within_reach(session: Session) -> None:
    reach = {
        ("hanako", "cs"): [cast.CS_NUMBER],
        ("hanako", "fm"): [cast.FM_NUMBER],
        ("taro", "fm"): [],
        ("alice", "cs"): [cast.ALICE_CS_NUMBER],
        ("cs_agent", None): [cast.CS_NUMBER, cast.ALICE_CS_NUMBER],
    }
    for (name, service), numbers in reach.items():
        actor = cast.actor_of(session, name, service)
        assert [row.number for row in queries.numbers_of(session, actor)] == numbers
        assert queries.number_for(session, actor, cast.CHARLIE_NUMBER) is None


@pytest.mark.req("HOME-04")
def test_the_links_between_portals_are_replaced_in_order(session: Session) -> None:
    cs, fm = _service(session, "cs"), _service(session, "fm")
    actions.set_portal_links(session, actor=system_actor("tests"), service=cs, targets=[fm, cs])
    assert [item.slug for item in queries.linked_portals(session, cs)] == ["fm", "cs"]
    actions.set_portal_links(session, actor=system_actor("tests"), service=cs, targets=[])
    assert queries.linked_portals(session, cs) == []


@pytest.mark.req("ROLE-05")
@pytest.mark.parametrize("name", ["hanako", "agent", "lead"])
def test_only_system_administrators_change_contracts(session: Session, name: str) -> None:
    actor = cast.actor_of(session, name)
    for act in (
        lambda: _add_service(session, "soar", actor),
        lambda: _add_number(session, "N200000009", actor),
        lambda: actions.add_contract_holder(session, actor=actor, name="他社"),
        lambda: actions.set_portal_links(session, actor=actor, service=_service(session), targets=[]),
    ):
        with pytest.raises(Forbidden):
            act()
    admin = cast.actor_of(session, "admin")
    assert _add_number(session, "N200000009", admin).number == "N200000009"
