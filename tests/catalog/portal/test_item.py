"""GET /<service>/work-requests/<item>: what an item says and costs, and its form."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.catalog.fields import FieldDefinition, FieldKind
from tests import cast
from tests.catalog.portal.steps import FORM, contract, restrict, withdraw_item
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases, catalog
from tests.factories.wording import message

MAIL = FieldDefinition(
    key="mail",
    kind=FieldKind.EMAIL,
    label_ja="通知先",
    label_en="Notify",
    help_ja="一つだけ",
    help_en="One only",
)
TWO_NUMBERS = "N210000009"


def panel(page: Page) -> str:
    """The words of the panel of points, empty if there is none."""
    found = [item for item in page.all("section") if item.get("aria-labelledby") == "item-points"]
    return page.words(found[0]) if found else ""


@pytest.mark.req("WR-03", "WR-04", "UI-06", "INQ-02", "INQ-03", "INQ-05")
@pytest.mark.parametrize(
    ("person", "labels", "panel_title", "send"),
    [
        (
            "hanako",
            ["お客様番号 *", "ご契約者名", "サービス名", "依頼内容 *", "通知先", "ファイルを選択"],
            "必須情報 依頼内容",
            "送信",
        ),
        (
            "alice",
            ["Customer number *", "Contract holder", "Service name", "Details *", "Notify", "Choose files"],
            "Required information Details",
            "Submit",
        ),
    ],
)
def test_the_form_has_the_fields_of_its_item(
    given: Given, signed_in: SignedIn, person: str, labels: list[str], panel_title: str, send: str
) -> None:
    given(catalog.item, fields=(catalog.DETAILS, MAIL))
    page = signed_in(person).get(FORM)
    shown = [
        page.words(one) for one in (*page.styled("label", "field-label"), *page.styled("span", "field-label"))
    ]
    assert sorted(shown) == sorted(labels)
    text = page.words(page.one("form", action=FORM))
    places = [text.index(label.removesuffix(" *")) for label in labels]
    assert places == sorted(places)
    assert page.words(page.styled("section", "required-panel")[0]).startswith(panel_title)
    assert text.endswith(send)
    assert message("M-48", page.language) in text


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("person", "name"), [("hanako", "1. CSPM 検知ポリシー変更"), ("alice", "1. Change detection policy")]
)
def test_the_item_is_named_in_the_readers_language(
    given: Given, signed_in: SignedIn, person: str, name: str
) -> None:
    given(catalog.item)
    page = signed_in(person).get(FORM)
    assert page.words(page.one("h1")) == name
    assert name in page.words(page.one("title"))


@pytest.mark.req("WR-03", "INQ-02", "INQ-03")
def test_of_several_numbers_one_is_chosen_and_its_holder_follows(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    given(_second_number)
    page = signed_in("hanako").get(FORM)
    assert page.form(FORM)["number"] == ""
    options = page.by_id("number").iter("{http://www.w3.org/1999/xhtml}option")
    assert [(one.get("value"), one.get("data-holder")) for one in options] == [
        ("", None),
        (cast.CS_NUMBER, cast.SAMPLE),
        (TWO_NUMBERS, cast.SAMPLE),
    ]


@pytest.mark.req("WR-03", "SVC-06")
def test_only_numbers_for_which_the_item_is_there_can_be_chosen(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item)
    given(_second_number)
    given(restrict, to=TWO_NUMBERS)
    assert signed_in("hanako").get(FORM).form(FORM)["number"] == TWO_NUMBERS
    assert signed_in("taro").get(FORM).status == 404


@pytest.mark.req("PT-03", "SVC-06")
def test_points_needed_left_and_free_are_shown(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, points=8)
    given(catalog.period)
    page = signed_in("hanako").get(FORM)
    assert panel(page) == "ポイント 必要ポイント 8 残りポイント 55 利用可能 55"
    given(_hold_eight)
    assert panel(signed_in("hanako").get(FORM)) == "ポイント 必要ポイント 8 残りポイント 55 利用可能 47"
    # Whose contract has no points reads nothing of them.
    assert panel(signed_in("alice").get(FORM)) == ""


@pytest.mark.req("PT-05", "M-28")
@pytest.mark.parametrize(("person", "needed", "warns"), [("hanako", 55, False), ("hanako", 56, True)])
def test_whoever_has_too_few_points_is_warned_and_may_send(
    given: Given, signed_in: SignedIn, person: str, needed: int, *, warns: bool
) -> None:
    given(catalog.item, points=needed)
    given(catalog.period)
    page = signed_in(person).get(FORM)
    assert (message("M-28", "ja", n=needed, m=55) in page.words()) is warns
    assert "送信" in page.words(page.one("form", action=FORM))


@pytest.mark.req("M-28")
def test_the_warning_is_in_the_readers_language(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, points=3)
    given(contract, includes_requests=True, includes_points=True, number=cast.ALICE_CS_NUMBER)
    assert message("M-28", "en", n=3, m=0) in signed_in("alice").get(FORM).words()


@pytest.mark.req("PT-03", "M-28")
@pytest.mark.parametrize(("offset", "left"), [(-1, "0"), (0, "55"), (1, "0")])
def test_only_the_period_of_today_counts(given: Given, signed_in: SignedIn, offset: int, left: str) -> None:
    """The day is the desk's: at 15:00 UTC it is the next one in Tokyo."""
    given(catalog.item, points=1)
    noon = clock.now().replace(hour=3, minute=0)
    with clock.at(noon):
        day = date(noon.year, noon.month, noon.day) + timedelta(days=offset)
        given(catalog.period, starts_on=day, ends_on=day)
        assert f"残りポイント {left}" in panel(signed_in("hanako").get(FORM))


@pytest.mark.req("PT-03")
def test_each_of_several_numbers_has_its_points(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, points=1)
    given(catalog.period)
    given(_second_number)
    page = signed_in("hanako").get(FORM)
    parts = [item for item in page.all("div") if item.get("data-follow-number-target") == "part"]
    assert [part.get("data-number") for part in parts] == [cast.CS_NUMBER, TWO_NUMBERS]
    assert page.words(parts[0]).startswith(f"{cast.CS_NUMBER} 残りポイント 55")
    assert message("M-28", "ja", n=1, m=0) in page.words(parts[1])


@pytest.mark.req("WR-03", "SEC-26")
def test_what_is_not_there_for_a_customer_is_not_there(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, slug="draft", is_published=False)
    given(catalog.item, slug="fm", service="fm")
    given(catalog.item)
    given(withdraw_item)
    client = signed_in("hanako")
    answers = [client.get(f"/cs/work-requests/{slug}") for slug in ("draft", "fm", "policy", "none")]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.req("WR-03")
def test_an_approval_by_the_own_administrator_is_said_before(given: Given, signed_in: SignedIn) -> None:
    given(catalog.item, needs_approval=True)
    assert "貴社の管理者が承認した後に" in signed_in("taro").get(FORM).words()


def _second_number(session: Session) -> None:
    cases.add_number(session, TWO_NUMBERS, holder=cast.SAMPLE, service="cs", people=["hanako"])
    contract(session, includes_requests=True, includes_points=True, number=TWO_NUMBERS)


def _hold_eight(session: Session) -> None:
    item = catalog.item(session, slug="other", points=8)
    catalog.request(session, item)
