"""GET and POST /<service>/inquiries/new: a customer asks."""

import pytest

from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from app.cases.models import Case
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import CATEGORIES, message

FORM = "/cs/inquiries/new"


def _types(page: Page) -> list[str]:
    options = page.by_id("category").iter("{http://www.w3.org/1999/xhtml}option")
    return [page.words(option) for option in options]


@pytest.mark.req("INQ-01", "INQ-02", "UI-04", "UI-06", "M-48")
@pytest.mark.parametrize(
    ("person", "title", "trail", "labels"),
    [
        (
            "hanako",
            "ケースを作成",
            "ホーム ケースを作成",
            [
                "お客様番号",
                "ご契約者名",
                "サービス名",
                "お問い合わせ種別",
                "お問い合わせ内容",
                "添付ファイル",
            ],
        ),
        (
            "alice",
            "Create case",
            "Home Create case",
            [
                "Customer number",
                "Contract holder",
                "Service name",
                "Inquiry type",
                "Inquiry details",
                "Attachments",
            ],
        ),
    ],
)
def test_the_form_has_its_fields_in_order(
    signed_in: SignedIn, person: str, title: str, trail: str, labels: list[str]
) -> None:
    page = signed_in(person).get(FORM)
    assert page.words(page.one("h1")) == title
    assert page.words(page.styled("nav", "breadcrumb")[0]) == trail
    shown = [
        page.words(item) for item in page.styled("label", "field-label") + page.styled("span", "field-label")
    ]
    required = {labels[0], labels[3]}
    assert sorted(shown) == sorted(f"{label} *" if label in required else label for label in labels)
    text = page.words(page.one("form", action=FORM))
    places = [text.index(label) for label in labels]
    assert places == sorted(places)
    assert page.words(page.styled("p", "required-note")[0]) == message("M-48", page.language)


@pytest.mark.req("INQ-02", "INQ-03")
def test_a_single_number_is_preset_with_its_holder_and_service(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(FORM)
    assert page.form(FORM)["number"] == CS_NUMBER
    assert page.words(page.by_id("inquiry-holder")) == "株式会社サンプル"
    assert page.words(page.by_id("inquiry-service")) == "マネージドCSPM"


@pytest.mark.req("INQ-02", "INQ-03", "SVC-03")
@pytest.mark.parametrize(("language", "none"), [("ja", "--なし--"), ("en", "--None--")])
def test_with_several_numbers_none_is_preset(
    signed_in: SignedIn, given: Given, language: str, none: str
) -> None:
    given(cases.add_number, "N200000009", holder=cast.SAMPLE, service="cs", people=("hanako",))
    given(cases.choose_language, "hanako", language)
    page = signed_in("hanako").get(FORM)
    options = list(page.by_id("number").iter("{http://www.w3.org/1999/xhtml}option"))
    assert [page.words(option) for option in options] == [none, CS_NUMBER, "N200000009"]
    assert page.form(FORM)["number"] == ""
    assert page.words(page.by_id("inquiry-holder")) == ""
    assert [option.get("data-holder") for option in options] == [None, cast.SAMPLE, cast.SAMPLE]


@pytest.mark.req("INQ-02", "INQ-04", "CASE-18", "LANG-02")
@pytest.mark.parametrize(
    ("person", "service", "language"),
    [("hanako", "cs", "ja"), ("alice", "cs", "en"), ("hanako", "fm", "ja"), ("alice", "fm", "en")],
)
def test_the_types_are_those_of_the_service_and_none_at_first(
    signed_in: SignedIn, person: str, service: str, language: str
) -> None:
    page = signed_in(person).get(f"/{service}/inquiries/new")
    name = 1 if language == "ja" else 2
    selectable = [row[name] for row in CATEGORIES if row[3 if service == "cs" else 4] == "S"]
    assert _types(page) == ["なし" if language == "ja" else "None", *selectable]
    assert page.form(f"/{service}/inquiries/new")["category"] == ""


@pytest.mark.req("INQ-05")
@pytest.mark.parametrize(
    ("person", "holder", "title", "names"),
    [
        ("hanako", "株式会社サンプル", "必須情報", ["お客様番号", "お問い合わせ種別"]),
        ("alice", "A会社", "Required information", ["Customer number", "Inquiry type"]),
    ],
)
def test_a_panel_names_the_empty_required_fields_and_leads_to_them(
    signed_in: SignedIn, given: Given, person: str, holder: str, title: str, names: list[str]
) -> None:
    client = signed_in(person)
    # A single customer number is preset, and what is preset is not asked for.
    page = client.get(FORM)
    assert page.words(page.by_id("required-panel-title")) == title
    assert _asked_for(page) == {names[1]: "category"}
    given(cases.add_number, "N210000009", holder=holder, service="cs", people=[person])
    assert _asked_for(client.get(FORM)) == {names[0]: "number", names[1]: "category"}


@pytest.mark.req("INQ-05")
def test_after_a_refusal_the_panel_names_what_is_still_empty(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    refused = client.submit(client.get(FORM), FORM, category="product", details="a\x00b")
    assert refused.status == 422
    assert _asked_for(refused) == {}
    # The script brings a name back once its field is emptied; it finds name and field beside it.
    places = [item for item in refused.all("li") if item.get("data-name")]
    assert [(item.get("data-name"), item.get("data-field")) for item in places] == [
        ("お客様番号", "number"),
        ("お問い合わせ種別", "category"),
    ]


def _asked_for(page: Page) -> dict[str, str]:
    """The names in the panel of required fields, and the field that each leads to."""
    panel = page.styled("section", "required-panel")[0]
    links = list(panel.iter("{http://www.w3.org/1999/xhtml}a"))
    return {page.words(link): page.by_id(link.get("href")[1:]).get("name") for link in links}


@pytest.mark.req("INQ-06", "CASE-01", "CASE-02", "CASE-18", "T1")
def test_sending_opens_a_case_and_shows_its_page(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    answer = client.submit(page, FORM, category="product", details="1行目\n2行目")
    assert (answer.status, answer.location) == (303, "/cs/cases/CS0000001")
    shown = client.get(answer.location)
    assert "CS0000001" in shown.words(shown.one("title"))
    assert shown.words(shown.one("h1")) == "お問い合わせ"
    assert "1行目\n2行目" in "".join(shown.styled("p", "as-typed")[0].itertext())

    def facts(case: Case) -> tuple[object, ...]:
        return (case.state, case.category, case.contact_id, case.origin.value, case.assignee_id)

    hanako = stored(lambda session: cast.person(session, "hanako").id)
    expected = (CaseState.NEW, Category.PRODUCT, hanako, "inquiry", None)
    assert stored(lambda session: facts(cases.case_of(session, "CS0000001"))) == expected


@pytest.mark.req("INQ-06", "LANG-02")
@pytest.mark.parametrize(("language", "subject"), [("ja", "お問い合わせ"), ("en", "Inquiry")])
def test_the_subject_is_said_in_the_readers_language(
    signed_in: SignedIn, given: Given, language: str, subject: str
) -> None:
    number = given(cases.open_inquiry)
    given(cases.choose_language, "taro", language)
    client = signed_in("taro")
    page = client.get(f"/cs/cases/{number}")
    assert page.words(page.one("h1")) == subject
    assert subject in client.get("/cs/cases").rows()[0].values()


@pytest.mark.req("INQ-02")
def test_the_details_may_be_left_out(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    answer = client.submit(client.get(FORM), FORM, category="other", details="  \n ")
    assert answer.status == 303
    assert stored(lambda session: cases.bodies(session, "CS0000001")) == []


@pytest.mark.req("INQ-09", "INQ-10", "MAIL-06")
def test_the_inquirer_gets_a_receipt_and_the_desk_is_told(signed_in: SignedIn, outbox: Outbox) -> None:
    client = signed_in("hanako")
    client.submit(client.get(FORM), FORM, category="other", details="ポータルの使い方を教えてください")
    receipt, told = outbox()
    assert (receipt.to, receipt.language) == ("hanako@sample.example", "ja")
    assert "CS0000001" in receipt.subject
    assert told.to == "desk-cs@desk.example"
    assert "CS0000001" in told.subject
    assert "ポータルの使い方を教えてください" in told.text


@pytest.mark.req("INQ-06")
def test_a_message_says_that_it_was_sent(signed_in: SignedIn) -> None:
    for person, words in (("hanako", "お問い合わせを送信しました（"), ("alice", "Your inquiry was sent (")):
        client = signed_in(person)
        page = client.get(client.submit(client.get(FORM), FORM, category="other").location)
        assert words in page.words()


@pytest.mark.req("SVC-04")
@pytest.mark.parametrize("number", [ALICE_CS_NUMBER, FM_NUMBER, "N999999999", "", "N200000001 ", "\0"])
def test_a_number_that_is_not_the_own_is_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, number: str
) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    with untouched():
        answer = client.submit(page, FORM, number=number, category="other", details="書いた内容")
    assert answer.status == 422
    assert answer.error_at("number")
    assert answer.form(FORM)["details"] == "書いた内容"
    assert answer.form(FORM)["category"] == "other"


@pytest.mark.req("SVC-04", "LANG-02")
@pytest.mark.parametrize(
    ("person", "text"), [("hanako", "選択肢が正しくありません。"), ("alice", "Not a valid choice.")]
)
def test_an_unknown_number_is_refused_in_both_languages(signed_in: SignedIn, person: str, text: str) -> None:
    client = signed_in(person)
    answer = client.submit(client.get(FORM), FORM, number="N999999999", category="other")
    assert text in answer.error_at("number")


@pytest.mark.req("INQ-04", "CASE-18")
@pytest.mark.parametrize(
    "category", ["monthly_report", "alert", "work_request", "incident", "nonsense", "SERVICE", "", "\0", "0"]
)
def test_a_type_that_customers_may_not_choose_is_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, category: str
) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    with untouched():
        answer = client.submit(page, FORM, category=category, details="書いた内容")
    assert answer.status == 422
    assert answer.error_at("category")
    assert answer.form(FORM)["details"] == "書いた内容"


@pytest.mark.req("INQ-04")
def test_a_type_of_another_service_is_refused(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    page = client.get("/fm/inquiries/new")
    with untouched():
        answer = client.submit(page, "/fm/inquiries/new", category="about_report")
    assert answer.status == 422


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_wrong_method(signed_in: SignedIn, method: str) -> None:
    client = signed_in("hanako")
    assert client.fetch(method, FORM, data={"csrf_token": client.token()}).status == 405


@pytest.mark.req("SVC-04")
@pytest.mark.parametrize("person", ["charlie", "agent"])
def test_stranger_and_agent_are_sent_to_sign_in(
    signed_in: SignedIn, untouched: Untouched, person: str
) -> None:
    client = signed_in(person)
    fields = {"csrf_token": client.token(), "number": CS_NUMBER, "category": "other"}
    with untouched():
        assert client.get(FORM).location == "/cs/login?next=%2Fcs%2Finquiries%2Fnew"
        assert client.post(FORM, fields).location == "/cs/login"


@pytest.mark.req("REL-04")
def test_repeated(signed_in: SignedIn, stored: Stored, outbox: Outbox) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    first = client.submit(page, FORM, category="other", details="一度だけ")
    assert len(outbox()) == 2
    again = client.submit(page, FORM, category="other", details="一度だけ")
    assert (again.status, again.location) == (303, first.location)
    assert stored(cases.all_numbers) == ["CS0000001"]
    assert outbox() == []


@pytest.mark.req("SESS-03")
@pytest.mark.parametrize("token", ["", "wrong", None])
def test_without_the_form_token_nothing_happens(
    signed_in: SignedIn, untouched: Untouched, token: str | None
) -> None:
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM) | {"category": "other", "csrf_token": token or ""}
    if token is None:
        fields.pop("csrf_token")
    with untouched():
        answer = client.post(FORM, fields)
    assert answer.status == 400
    assert answer.language == "ja"
