"""GET and POST /console/cases/new: the desk opens a case for a customer number (DESK-06)."""

import pytest

from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from app.cases.models import COMMENT_LENGTH, SUBJECT_LENGTH
from tests import cast
from tests.cases import bad_texts
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import CATEGORIES

NEW = "/console/cases/new"
FOR_CS = f"{NEW}?number={CS_NUMBER}"
UNKNOWN = (
    "担当サービスにお客様番号 {typed} はありません。",
    "No customer number of your services reads {typed}.",
)

pytestmark = pytest.mark.req("DESK-06")


def _options(page: Page, field: str) -> list[str]:
    return [page.words(item) for item in page.by_id(field).iter(HTML + "option")]


def test_first_the_customer_number_is_asked_for(signed_in: SignedIn) -> None:
    for person, label in (("agent", "お客様番号"), ("cs_agent", "Customer number")):
        page = signed_in(person).get(NEW)
        assert page.words(page.styled("label", "field-label")[0]).startswith(label)
        asking = {item.get("action") for item in page.all("form") if item.get("method") == "get"}
        assert asking == {NEW, "/console/search"}


@pytest.mark.req("CASE-18", "CASE-21")
@pytest.mark.parametrize(
    ("person", "number", "service", "language"),
    [("agent", CS_NUMBER, 3, 1), ("agent", FM_NUMBER, 4, 1), ("cs_agent", ALICE_CS_NUMBER, 3, 2)],
)
def test_the_form_offers_every_category_of_the_service(
    signed_in: SignedIn, person: str, number: str, service: int, language: int
) -> None:
    page = signed_in(person).get(f"{NEW}?number={number}")
    used = [row[language] for row in CATEGORIES if row[service] != "-"]
    assert _options(page, "category")[1:] == used
    assert page.words(page.by_id("open-number")) == number


def test_the_contact_is_one_of_the_numbers_enabled_users(signed_in: SignedIn) -> None:
    """Kaito is linked to the number too, but disabled."""
    page = signed_in("agent").get(FOR_CS)
    assert _options(page, "contact") == ["--なし--", "佐藤 花子", "鈴木 太郎"]


@pytest.mark.req("T3", "CASE-01", "CASE-21")
@pytest.mark.parametrize("category", ["credit_exceeded", "alarm", "health_check", "monthly_report", "other"])
def test_it_works(signed_in: SignedIn, stored: Stored, outbox: Outbox, category: str) -> None:
    client = signed_in("agent")
    taro = stored(lambda session: cast.person(session, "taro").id)
    answer = client.submit(
        client.get(FOR_CS), FOR_CS, category=category, subject="件名", details="本文", contact=str(taro)
    )
    assert (answer.status, answer.location) == (303, "/console/cases/CS0000001")
    assert "ケース CS0000001 を作成しました。" in client.get(answer.location).words()
    case = stored(lambda session: cases.case_of(session, "CS0000001"))
    assert (case.state, case.category, case.contact_id) == (CaseState.NEW, Category(category), taro)
    assert (case.origin.value, case.subject, case.holds_inquiry_slot) == ("desk", "件名", False)
    assert stored(lambda session: cases.bodies(session, "CS0000001")) == ["本文"]
    assert [(mail.to, "CS0000001" in mail.subject) for mail in outbox()] == [("taro@sample.example", True)]
    assert "本文" in signed_in("hanako").get("/cs/cases/CS0000001").words()


def test_the_number_may_be_typed_in_small_letters_with_blanks(signed_in: SignedIn) -> None:
    page = signed_in("agent").get(f"{NEW}?number=%20n200000001%20")
    assert page.words(page.by_id("open-number")) == CS_NUMBER


@pytest.mark.req("ROLE-05", "SEC-26")
@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
@pytest.mark.parametrize("typed", ["N999999999", "x" * 500, "%00", "<b>", "％", "N2000000%202%20"])
def test_an_unknown_number_is_refused_at_the_field_and_kept(
    signed_in: SignedIn, person: str, language: int, typed: str
) -> None:
    page = signed_in(person).get(f"{NEW}?number={typed}")
    assert page.status == 404
    kept = page.by_id("number").get("value")
    assert UNKNOWN[language].format(typed=" ".join(kept.split())) in page.error_at("number")


@pytest.mark.req("ROLE-05", "SEC-26")
def test_a_number_of_another_service_is_as_unknown_as_none(signed_in: SignedIn) -> None:
    client = signed_in("cs_agent")
    foreign, absent = (client.get(f"{NEW}?number={number}").words() for number in (FM_NUMBER, "N999999999"))
    assert foreign.replace(FM_NUMBER, "N999999999") == absent


@pytest.mark.req("ROLE-05")
@pytest.mark.parametrize("number", [FM_NUMBER, "N999999999", "", "%00"])
def test_stranger(signed_in: SignedIn, untouched: Untouched, number: str) -> None:
    client = signed_in("cs_agent")
    fields = client.get(FOR_CS).form(FOR_CS) | {"category": "other", "subject": "越境"}
    with untouched():
        assert client.post(f"{NEW}?number={number}", fields).status == 404


def test_wrong_role(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = client.act(FOR_CS, category="other", subject="x", form_key="0" * 32)
    assert (answer.status, answer.location) == (303, "/console/login")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_wrong_method(signed_in: SignedIn, untouched: Untouched, method: str) -> None:
    client = signed_in("agent")
    fields = {"csrf_token": client.token()}
    with untouched():
        assert client.fetch(method, FOR_CS, data=fields).status == 405


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", ""),
        ("category", "alert"),
        ("category", "nonsense"),
        ("category", "\0"),
        ("subject", ""),
        ("subject", " \n "),
        ("subject", "a\0b"),
        ("subject", "a\u202eb"),
        ("subject", "件" * (SUBJECT_LENGTH + 1)),
        ("contact", "999999"),
        ("contact", "kaito"),
        ("contact", "alice"),
        ("contact", "abc"),
        ("details", "a\x1bb"),
        ("details", "文" * (COMMENT_LENGTH + 1)),
    ],
)
def test_bad_input_is_refused_at_the_field_and_the_rest_kept(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, field: str, value: str
) -> None:
    typed = str(stored(lambda session: cast.person(session, value).id)) if value in cast.ROLES else value
    client = signed_in("agent")
    good = {"category": "other", "subject": "件名はここ", "contact": "", "details": "本文はここ"}
    fields = client.get(FOR_CS).form(FOR_CS) | good | {field: typed}
    with untouched():
        answer = client.post(FOR_CS, fields)
    assert answer.status == 422
    assert answer.error_at(field)
    kept = answer.form(FOR_CS)
    assert {name: kept[name] for name in good if name != field} == {
        name: text for name, text in good.items() if name != field
    }


@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
def test_messages_at_the_fields_are_in_the_agents_language(
    signed_in: SignedIn, person: str, language: int
) -> None:
    client = signed_in(person)
    answer = client.submit(client.get(FOR_CS), FOR_CS, category="", subject="")
    assert bad_texts.EMPTY_MESSAGE[language] in answer.error_at("subject")
    assert bad_texts.EMPTY_MESSAGE[language] in answer.error_at("category")


@pytest.mark.req("MAIL-04")
def test_without_a_contact_all_enabled_users_are_told(
    signed_in: SignedIn, outbox: Outbox, given: Given
) -> None:
    del given
    client = signed_in("agent")
    client.submit(client.get(FOR_CS), FOR_CS, category="alarm", subject="件名")
    assert [mail.to for mail in outbox()] == ["hanako@sample.example", "taro@sample.example"]


@pytest.mark.req("REL-04")
def test_repeated_with_other_content(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("agent")
    page = client.get(FOR_CS)
    client.submit(page, FOR_CS, category="alarm", subject="一件目")
    answer = client.submit(page, FOR_CS, category="alarm", subject="二件目")
    assert answer.status == 422
    assert answer.form(FOR_CS)["subject"] == "二件目"
    fields = page.form(FOR_CS) | {"category": "alarm", "subject": "鍵なし"}
    del fields["form_key"]
    assert client.post(FOR_CS, fields).status == 422
    assert stored(cases.all_numbers) == ["CS0000001"]
