"""The number of queries of a page does not grow with what it shows."""

import pytest

from app.cases.lifecycle import CaseState
from tests.conftest import Given, SignedIn
from tests.factories import cases

ONE, MANY = 1, 60


@pytest.mark.parametrize(
    ("person", "path", "most"),
    [
        ("hanako", "/cs/", 10),
        ("hanako", "/cs/cases", 8),
        ("hanako", "/cs/cases?view=action", 8),
        ("agent", "/console/", 17),
        ("agent", "/console/cases/", 10),
    ],
)
def test_a_list_asks_as_often_for_sixty_rows_as_for_one(
    signed_in: SignedIn, given: Given, person: str, path: str, most: int
) -> None:
    given(cases.in_state, CaseState.RESOLVED)
    client = signed_in(person)
    client.get(path)
    few = len(client.get(path).queries)
    for contact in ("hanako", "taro", None):
        given(cases.many, MANY // 6, contact=contact, resolved=True)
        given(cases.many, MANY // 6, contact=contact)
    assert len(client.get(path).queries) == few <= most


@pytest.mark.parametrize(("person", "shell", "most"), [("hanako", "cs", 10), ("agent", "console", 22)])
def test_a_case_asks_as_often_for_sixty_entries_as_for_one(
    signed_in: SignedIn, given: Given, person: str, shell: str, most: int
) -> None:
    number = given(cases.open_inquiry, details="一件目")
    client = signed_in(person)
    client.get(f"/{shell}/cases/{number}")
    few = len(client.get(f"/{shell}/cases/{number}").queries)
    for who in ("agent", "hanako", "lead", "taro"):
        given(cases.comments, number, [f"{who} {index}" for index in range(MANY // 4)], by=who)
    given(cases.notes, number, [f"メモ{index}" for index in range(MANY // 4)])
    assert len(client.get(f"/{shell}/cases/{number}").queries) == few <= most
