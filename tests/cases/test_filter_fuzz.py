"""Filters as nobody would enter them: as large as they may be, and put together at random; never a fault of ours."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lists.filtering.operators import Operator
from app.lists.filtering.problems import LONGEST_FILTER
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn
from tests.factories import cases

pytestmark = [pytest.mark.req("SEC-32", "SEC-39"), pytest.mark.timeout(300)]

FIELDS = (
    "contact", "holder", "watchers", "category", "number", "service", "service-name", "status", "subject",
    "customer-number", "updated", "created", "assignee", "due", "keyword", "",
)  # fmt: skip
SIGNS = "abc０Ａ%_~;/,:' \"\\\x00\u202e\U0001f600"
VALUES = st.text(SIGNS, max_size=8) | st.sampled_from(
    ["none", "me", "new", "service", "1", "2026-04-01", "2026-04-01T09:30", "7", "fm", "N200000001"]
)
OPERATORS = st.sampled_from([*(operator.value for operator in Operator), "nonsense", ""])


@pytest.mark.parametrize(
    "condition",
    [
        "subject:any-of:" + ",".join("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN"),
        "subject:none-of:" + ",".join("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN"),
        "service-name:contains:a",
        "watchers:none-of:me",
        "updated:not-on:2026-04-01",
    ],
)
def test_as_large_as_a_filter_may_be(signed_in: SignedIn, given: Given, condition: str) -> None:
    given(cases.open_inquiry)
    row = "/".join([condition] * min(10, LONGEST_FILTER // (len(condition) + 1)))
    rows = [row] * min(20, LONGEST_FILTER // (len(row) + 1))
    client = signed_in("hanako")
    assert client.get(f"/cs/cases?f={quote(';'.join(rows))}").status == 200
    assert client.get(f"/cs/cases.csv?f={quote(';'.join(rows))}").status == 200


@pytest.fixture
def browsers(signed_in: SignedIn) -> list[tuple[InspectingClient, str]]:
    return [(signed_in("hanako"), "/cs/cases"), (signed_in("agent"), "/console/cases/")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    condition=st.tuples(st.sampled_from(FIELDS), OPERATORS, st.lists(VALUES, max_size=3)),
    who=st.sampled_from([0, 1]),
)
def test_any_condition_is_run_or_refused(
    browsers: list[tuple[InspectingClient, str]], condition: tuple[str, str, list[str]], who: int
) -> None:
    field, operator, values = condition
    client, address = browsers[who]
    written = f"{field}:{operator}" + (f":{','.join(values)}" if values else "")
    assert client.get(f"{address}?f={quote(written)}").status in {200, 422}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conditions=st.lists(
        st.tuples(st.sampled_from(FIELDS), OPERATORS, st.lists(VALUES, max_size=3)), max_size=3
    ),
    act=st.sampled_from(
        [
            "run",
            "save",
            "load",
            "show",
            "and:0:0",
            "or:1:0",
            "remove:0:0",
            "sort",
            "clear",
            "columns",
            "close",
        ]
    )
    | st.text(SIGNS, max_size=6),
    who=st.sampled_from([0, 1]),
)
def test_any_press_of_the_panel_is_answered(
    browsers: list[tuple[InspectingClient, str]],
    conditions: list[tuple[str, str, list[str]]],
    act: str,
    who: int,
) -> None:
    client, address = browsers[who]
    entered: list[tuple[str, str]] = [("do", act), ("s-0-column", "updated"), ("s-1-column", "updated")]
    for row, (field, operator, values) in enumerate(conditions):
        entered += [(f"c-{row}-0-field", field), (f"c-{row}-0-operator", operator)]
        entered += [(f"c-{row}-0-value", value) for value in values]
    assert client.get(f"{address.rstrip('/')}/filter?{urlencode(entered)}").status in {200, 303, 422}
