"""The categories and the states: their codes, names, and what each service uses (section 3 and 4)."""

import pytest
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.cases import actions, queries
from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from tests import cast
from tests.factories import cases
from tests.factories.wording import CATEGORIES, LANGUAGES, STATES


@pytest.mark.req("CASE-18", "LANG-02", "LANG-04")
def test_the_seventeen_categories_are_those_of_the_specification(session: Session) -> None:
    del session
    shown = []
    for language in LANGUAGES:
        with force_locale(language):
            shown.append([str(category.label) for category in Category])
    codes = [category.value for category in Category]
    assert list(zip(codes, *shown, strict=True)) == [row[:3] for row in CATEGORIES]


@pytest.mark.req("CASE-12", "LANG-02", "LANG-04")
def test_the_five_states_are_those_of_the_specification(session: Session) -> None:
    del session
    shown = {}
    for state in CaseState:
        with force_locale("ja"):
            japanese = str(state.label)
        with force_locale("en"):
            shown[state.value] = (japanese, str(state.label))
    assert shown == STATES
    assert list(shown) == list(STATES)


@pytest.mark.req("CASE-18", "CASE-21", "INQ-04")
@pytest.mark.parametrize(("slug", "column"), [("cs", 3), ("fm", 4)])
def test_each_service_uses_its_own(session: Session, slug: str, column: int) -> None:
    service_id = cast.number(session, cast.CS_NUMBER if slug == "cs" else cast.FM_NUMBER).service_id
    used = [row[0] for row in CATEGORIES if row[column] != "-"]
    chosen = [row[0] for row in CATEGORIES if row[column] == "S"]
    assert [item.value for item in queries.categories_of(session, service_id)] == used
    assert [item.value for item in queries.selectable_categories(session, service_id)] == chosen


@pytest.mark.req("CASE-18", "CASE-21")
@pytest.mark.parametrize("row", CATEGORIES, ids=lambda row: row[0])
@pytest.mark.parametrize(("number", "column"), [(cast.CS_NUMBER, 3), (cast.FM_NUMBER, 4)])
def test_an_inquiry_takes_only_what_users_may_choose_and_the_desk_what_the_service_uses(
    session: Session, row: tuple[str, ...], number: str, column: int
) -> None:
    category = Category(row[0])
    if row[column] == "S":
        inquiry = cases.case_of(session, cases.open_inquiry(session, number=number, category=category))
        assert inquiry.category is category
    else:
        with pytest.raises(actions.CategoryRefused):
            cases.open_inquiry(session, number=number, category=category)
    if row[column] == "-":
        with pytest.raises(actions.CategoryRefused):
            cases.open_case(session, number=number, category=category)
    else:
        opened = cases.case_of(session, cases.open_case(session, number=number, category=category))
        assert opened.category is category


@pytest.mark.req("CASE-02")
def test_numbers_rise_by_creation_over_all_services(session: Session) -> None:
    made = [
        cases.open_inquiry(session),
        cases.open_case(session, number=cast.FM_NUMBER),
        cases.open_inquiry(session, number=cast.ALICE_CS_NUMBER),
    ]
    assert made == ["CS0000001", "CS0000002", "CS0000003"]


@pytest.mark.req("CASE-02")
def test_a_refused_inquiry_uses_up_no_number(session: Session) -> None:
    cases.open_inquiry(session, number=cast.FM_NUMBER)
    with pytest.raises(actions.OpenInquiryExists):
        cases.open_inquiry(session, number=cast.FM_NUMBER)
    assert cases.open_inquiry(session) == "CS0000002"
