"""Unsafe requests that do not come from our own pages are refused and write nothing (SEC-36)."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.client import BASE_URL
from tests.whole_app.access import MATRIX
from tests.whole_app.rows import Row
from tests.whole_app.town import EVERYBODY, Town

pytestmark = pytest.mark.req("SEC-36")

# Programs come here, no cookie counts, and every request proves itself: there is nothing to forge (tests/intake).
FOR_PROGRAMS = {"intake.cases.bring_alert"}


def acts() -> Iterator[Row]:
    """One row of each unsafe route, as somebody may do it if anybody of the town may."""
    unsafe = [row for row in MATRIX if row.method != "GET" and row.endpoint not in FOR_PROGRAMS]
    chosen = {row.endpoint: row for row in reversed(unsafe)}
    chosen |= {row.endpoint: row for row in reversed(unsafe) if _is_open(row)}
    yield from chosen.values()


def _is_open(row: Row) -> bool:
    return bool(row.done or row.typed or row.otherwise in {"typed", "done"})


ACTS = list(acts())
FORGERIES: dict[str, tuple[dict[str, str | None], dict[str, str]]] = {
    "no token": ({"csrf_token": None}, {}),
    "empty token": ({"csrf_token": ""}, {}),
    "made-up token": ({"csrf_token": "IjAxMjM0NTY3ODlhYmNkZWYi.aR_x.AAAA"}, {}),
    "another origin": ({}, {"Origin": "https://evil.example"}),
    "an origin that looks like ours": ({}, {"Origin": "https://desk.test.evil.example"}),
    "our name without encryption": ({}, {"Origin": "http://desk.test"}),
    "our name at another port": ({}, {"Origin": "https://desk.test:8443"}),
    "no origin to speak of": ({}, {"Origin": "null"}),
    "an origin that is none": ({}, {"Origin": "https://[desk.test"}),
    "another site": ({}, {"Sec-Fetch-Site": "cross-site"}),
    "a sister site": ({}, {"Sec-Fetch-Site": "same-site"}),
    "plain text": ({}, {"Content-Type": "text/plain"}),
    "JSON": ({}, {"Content-Type": "application/json"}),
}


def doer(row: Row) -> str:
    answers = {"done", "typed", "kept"} if _is_open(row) else {"ok", "gone", "late", "kept"}
    return next(name for name in EVERYBODY if row.answer_for(name) in answers)


@pytest.mark.parametrize("row", ACTS, ids=lambda row: row.endpoint)
def test_no_unsafe_route_takes_a_forged_request(town: Town, row: Row) -> None:
    name = doer(row)
    clean = town.fingerprint()
    for what, (fields, headers) in FORGERIES.items():
        sent: dict[str, str | None] = {"csrf_token": town.tokens[name], **row.fields, **fields}
        data = {key: value for key, value in sent.items() if value is not None}
        page = town.browser(name).fetch(row.method, town.address(row.address), data=data, headers=headers)
        assert page.status in {400, 403}, f"{what}: {page.status}"
    assert town.fingerprint() == clean


@pytest.mark.parametrize("row", ACTS, ids=lambda row: row.endpoint)
def test_a_token_of_somebody_else_is_no_token(town: Town, row: Row) -> None:
    name = doer(row)
    other = next(person for person in EVERYBODY if person != name)
    clean = town.fingerprint()
    fields = {"csrf_token": town.tokens[other], **row.fields}

    page = town.browser(name).fetch(row.method, town.address(row.address), data=fields)
    assert page.status == 400
    assert town.fingerprint() == clean


def test_every_unsafe_route_is_tried(built_town: Town) -> None:
    unsafe = {
        rule.endpoint
        for rule in built_town.app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert {row.endpoint for row in ACTS} == unsafe - FOR_PROGRAMS


def test_our_own_pages_may(town: Town) -> None:
    headers = {"Origin": "https://desk.test", "Sec-Fetch-Site": "same-origin"}
    page = town.browser("taro").post("/cs/logout", {"csrf_token": town.tokens["taro"]}, headers=headers)
    assert page.status == 303


def test_so_may_those_of_the_public_address_behind_a_proxy(town: Town) -> None:
    """The proxy takes the encryption off; the browser still names the address it knows."""
    page = town.browser("taro")._client.post(
        "/cs/logout", base_url="https://10.0.0.7:8000", data={"csrf_token": town.tokens["taro"]},
        headers={"Origin": "https://desk.test"},
    )  # fmt: skip
    # The cookies belong to desk.test, so the token is missing; the origin was no hindrance.
    assert page.status_code == 400


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
@example("https://[")
@example("https://desk.test@evil.example")
@example("https://evil.example#desk.test")
@example("https://evil.example\\desk.test")
@example("//desk.test")
@example("desk.test")
def test_whatever_calls_itself_an_origin_is_refused_and_breaks_nothing(built_town: Town, origin: str) -> None:
    answer = built_town.browser("hanako")._client.post(
        "/cs/logout",
        base_url=BASE_URL,
        data={"csrf_token": built_town.tokens["hanako"]},
        headers={"Origin": origin},
    )
    assert answer.status_code == 403
