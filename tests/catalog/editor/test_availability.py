"""For whom an item is there; chosen numbers are searched for, and both hold at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CatalogItemNumber
from app.contracts.models import CustomerNumber
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog

PAGE = "/console/catalog/cs/items/policy/availability"
ORDER = "/cs/work-requests/policy"


def chosen(session: Session) -> list[str]:
    rows = select(CustomerNumber.number).join(CatalogItemNumber)
    return list(session.scalars(rows.order_by(CustomerNumber.number)))


@pytest.mark.req("WR-03", "SVC-06")
def test_a_restricted_item_is_there_for_the_chosen_numbers_alone(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(catalog.item)
    admin, hanako, alice = signed_in("admin"), signed_in("hanako"), signed_in("alice")
    assert admin.act(f"{PAGE}/numbers/{CS_NUMBER}").status == 303
    assert alice.get(ORDER).status == 200
    page = admin.get(PAGE)
    assert admin.submit(page, PAGE, available="chosen").location == PAGE
    assert (hanako.get(ORDER).status, alice.get(ORDER).status) == (200, 404)
    with untouched():
        # The form was made before; a number that is chosen already is no change.
        assert admin.submit(page, PAGE, available="all").status == 409
        assert admin.act(f"{PAGE}/numbers/{CS_NUMBER}").status == 303
        assert admin.act(f"{PAGE}/numbers/{ALICE_CS_NUMBER}/removal").status == 303
        assert admin.act(f"{PAGE}/numbers/{FM_NUMBER}").status == 404
        assert admin.act(f"{PAGE}/numbers/nothing").status == 404
    admin.act(f"{PAGE}/numbers/{CS_NUMBER}/removal")
    assert stored(chosen) == []
    assert hanako.get(ORDER).status == 404
    assert "依頼できません" in admin.get(PAGE).words()


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("N2000", [CS_NUMBER]),
        ("n2000", [CS_NUMBER]),
        ("a会社", [ALICE_CS_NUMBER]),
        ("会社 000001", [ALICE_CS_NUMBER, CS_NUMBER]),
        (FM_NUMBER, []),
        ("%", []),
        ("\x00'", []),
    ],
)
def test_numbers_are_found_by_number_or_holder(
    given: Given, signed_in: SignedIn, words: str, found: list[str]
) -> None:
    given(catalog.item)
    page = signed_in("admin").get(PAGE, query_string={"q": words})
    offered = [number for number in (ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER) if f"{number} ·" in page.text]
    assert sorted(offered) == sorted(found)


@pytest.mark.req("WR-03")
def test_without_words_no_number_is_loaded(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    admin = signed_in("admin")
    assert CS_NUMBER not in admin.get(PAGE).text
    assert admin.submit(admin.get(PAGE), PAGE, available="some").status == 422
