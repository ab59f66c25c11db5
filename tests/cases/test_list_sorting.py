"""The order of the case lists: all columns both ways, ties, and what is no order at all (LIST-05)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.cases.categories import Category
from app.cases.lifecycle import Act
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases
from tests.factories.wording import CATEGORIES, STATES

pytestmark = pytest.mark.req("LIST-05")

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
KEYS = (
    "number",
    "status",
    "category",
    "subject",
    "customer-number",
    "holder",
    "service",
    "contact",
    "updated",
)
DESK_KEYS = (
    "number",
    "status",
    "subject",
    "holder",
    "customer-number",
    "assignee",
    "updated",
)
STATE_ORDER = [names[0] for names in STATES.values()]
CATEGORY_ORDER = [row[1] for row in CATEGORIES]
SECOND = "N200000009"


def _column(page: Page, key: str, keys: Sequence[str] = KEYS) -> list[str]:
    label = page.heads()[keys.index(key)]
    return [row[label] for row in page.rows()]


def _order_of(key: str) -> Callable[[str], tuple[int, str]]:
    """The order a reader expects of a column: places for codes, spelling for the rest, nothing before all."""
    places = {"status": STATE_ORDER, "category": CATEGORY_ORDER}.get(key, [])
    # An inquiry's subject is stored as a word of ours, and a case without a subject shows a hyphen.
    stored = {"-": "", "お問い合わせ": "Inquiry"} if key == "subject" else {}
    return lambda text: (places.index(text) if places else 0, stored.get(text, text))


def _varied(given: Given) -> None:
    """Six cases that differ in every column that can differ within one portal, made out of order."""
    given(cases.add_number, SECOND, holder=cast.SAMPLE, service="cs", people=("hanako", "taro"))
    plan = (
        (SECOND, Category.ALARM, "い", "taro", ()),
        (CS_NUMBER, Category.SERVICE, "う", None, (Act.TAKE_ON,)),
        (SECOND, Category.CREDIT_EXCEEDED, None, "hanako", (Act.TAKE_ON, Act.ASK)),
        (CS_NUMBER, Category.OTHER, "あ", "taro", (Act.TAKE_ON, Act.RESOLVE)),
        (CS_NUMBER, Category.ALARM, "い", "hanako", (Act.TAKE_ON,)),
        (SECOND, Category.PRODUCT, "A", None, ()),
    )
    for index, (number, category, subject, contact, acts) in enumerate(plan):
        with clock.at(STARTED + timedelta(minutes=index * 7 % 5)):
            case = given(cases.open_case, number=number, category=category, subject=subject, contact=contact)
            for act in acts:
                given(cases.move, case, act, by="agent")


@pytest.mark.parametrize("key", KEYS)
def test_every_column_sorts_both_ways(signed_in: SignedIn, given: Given, key: str) -> None:
    _varied(given)
    client = signed_in("hanako")
    upward, downward = client.get(f"/cs/cases?sort={key}"), client.get(f"/cs/cases?sort=-{key}")
    values = _column(upward, key)
    assert len(values) == 6
    assert values == sorted(values, key=_order_of(key))
    # Ties are in the order of creation, so the way down is the way up read backwards.
    assert _column(downward, "number") == list(reversed(_column(upward, "number")))


@pytest.mark.parametrize("key", KEYS)
def test_a_click_sorts_another_reverses_and_an_arrow_shows_which(
    signed_in: SignedIn, given: Given, key: str
) -> None:
    given(cases.open_inquiry)
    client = signed_in("hanako")

    def head(page: Page) -> tuple[str | None, str, str]:
        cell = [item for item in page.all("th") if item.get("scope") == "col"][KEYS.index(key)]
        link = next(cell.iter(HTML + "a"))
        arrow = "".join(sign for sign in page.words(cell) if sign in "▲▼")
        return cell.get("aria-sort"), arrow, link.get("href")

    other = "number" if key == "updated" else "updated"
    direction, arrow, address = head(client.get(f"/cs/cases?sort={other}"))
    assert (direction, arrow) == (None, "")
    direction, arrow, address = head(client.get(address))
    assert (direction, arrow) == ("ascending", "▲")
    direction, arrow, address = head(client.get(address))
    assert (direction, arrow) == ("descending", "▼")
    assert head(client.get(address))[:2] == ("ascending", "▲")


def test_at_first_the_newest_update_leads(signed_in: SignedIn, given: Given) -> None:
    _varied(given)
    page = signed_in("hanako").get("/cs/cases")
    times = _column(page, "updated")
    assert times == sorted(times, reverse=True)
    marked = [item.get("aria-sort") for item in page.all("th") if item.get("aria-sort")]
    assert marked == ["descending"]


@pytest.mark.req("LANG-04")
@pytest.mark.parametrize("key", ["status", "category"])
def test_codes_sort_the_same_in_either_language(signed_in: SignedIn, given: Given, key: str) -> None:
    _varied(given)
    client = signed_in("hanako")
    japanese = _column(client.get(f"/cs/cases?sort={key}"), "number")
    given(cases.choose_language, "hanako", "en")
    assert _column(client.get(f"/cs/cases?sort={key}"), "number") == japanese


@pytest.mark.req("SEC-32")
@pytest.mark.parametrize(
    "sort",
    [
        "",
        "-",
        "nonsense",
        "--number",
        "number;drop",
        "id",
        "assignee",
        "state",
        "%00",
        "%FF",
        "Number",
        "number,-",
        "1",
    ],
)
def test_what_is_no_order_is_the_first_order(signed_in: SignedIn, given: Given, sort: str) -> None:
    """The assignee is the desk's matter: a customer cannot even learn an order from it."""
    _varied(given)
    client = signed_in("hanako")
    assert client.get(f"/cs/cases?sort={sort}").rows() == client.get("/cs/cases").rows()


def test_the_order_goes_along_with_pages_and_views(signed_in: SignedIn, given: Given) -> None:
    given(cases.many, 21)
    page = signed_in("hanako").get("/cs/cases?view=all&sort=subject")
    links = [item.get("href") for item in page.all("a") if "sort" in (item.get("href") or "")]
    assert "/cs/cases?sort=subject&page=2" in links
    assert "/cs/cases?view=action&sort=subject" in links


@pytest.mark.req("DESK-03")
@pytest.mark.parametrize("key", DESK_KEYS)
def test_the_desks_list_sorts_by_its_columns(
    signed_in: SignedIn, given: Given, stored: Stored, key: str
) -> None:
    _varied(given)
    given(cases.open_inquiry, number=ALICE_CS_NUMBER)
    for case, agent in zip(stored(cases.all_numbers)[:2], ("agent", "lead"), strict=True):
        given(cases.assign, case, agent)
    client = signed_in("agent")
    upward, downward = client.get(f"/console/cases/?sort={key}"), client.get(f"/console/cases/?sort=-{key}")
    values = _column(upward, key, DESK_KEYS)
    assert len(values) == 7
    assert values == sorted(values, key=_order_of(key))
    numbers = [_column(page, "number", DESK_KEYS) for page in (upward, downward)]
    assert numbers[1] == list(reversed(numbers[0]))
