"""GET and POST /<service>/contacts/new: an administrator adds a user of the own company (S34)."""

import pytest

from app.journal import broken_links
from tests import cast
from tests.cases import bad_texts
from tests.cases.races import at_once
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.cases import add_number
from tests.factories.contacts import NEW
from tests.factories.wording import message

NEWCOMER = {
    "login_id": "Neu@Sample.example.cs",
    "given_name": "新",
    "family_name": "人",
    "mail": "neu@sample.example",
}
KEY = "neu@sample.example.cs"


def _create(client: InspectingClient, service: str = "cs", **typed: str) -> Page:
    new = f"/{service}/contacts/new"
    return client.submit(client.get(new), new, **{**NEWCOMER, **typed})


@pytest.mark.req("CONTACT-11", "CONTACT-12", "FIRST-01", "PW-09", "MFA-03")
def test_the_new_user_has_what_was_entered_and_no_password(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, client: InspectingClient
) -> None:
    hanako = signed_in("hanako")
    page = hanako.get(NEW)
    action = page.form(NEW)
    assert action["numbers"] == cast.CS_NUMBER
    answer = hanako.submit(page, NEW, **NEWCOMER, language="en", time_zone="Europe/London")
    user = stored(lambda session: contacts.by_id(session, KEY))
    assert (answer.status, answer.location) == (303, f"/cs/contacts/{user.id}")
    assert (user.login_id, user.login_key) == (NEWCOMER["login_id"], KEY)
    assert (user.given_name, user.family_name, user.mail) == ("新", "人", "neu@sample.example")
    assert (user.language, user.time_zone) == ("en", "Europe/London")
    assert (user.holder_id, user.realm) == (contacts.user_of(stored, "hanako").holder_id, "customer")
    assert (user.password_hash, user.is_administrator, user.mfa_enabled) == (None, False, False)
    assert stored(lambda session: contacts.numbers_of(session, KEY)) == [cast.CS_NUMBER]
    assert [kind for kind, _ in stored(lambda s: contacts.told(s, "", KEY))] == [
        "user.created", "user.numbers_linked",
    ]  # fmt: skip
    assert stored(broken_links) == []
    assert outbox() == []
    # Without a password nobody comes in, whatever is typed; the way leads through the reset (FIRST-01).
    door = client.get("/cs/login").form("/cs/login")
    assert client.post("/cs/login", {**door, "login_id": KEY, "password": ""}).status == 422
    assert client.post("/cs/login", {**door, "login_id": KEY, "password": cast.PASSWORD}).status == 422


@pytest.mark.req("FIRST-01", "CONTACT-12", "MFA-02", "RESET-01")
def test_the_new_user_comes_in_through_the_reset_and_is_asked_for_a_code_if_the_box_says_so(
    signed_in: SignedIn, outbox: Outbox, client: InspectingClient
) -> None:
    _create(signed_in("hanako"), mfa_enabled="y")
    forgot, verify, login = "/cs/password/forgot", "/cs/password/verify", "/cs/login"
    client.submit(client.get(forgot), forgot, login_id=KEY)
    client.submit(client.get(verify), verify, mail=NEWCOMER["mail"])
    (mail,) = outbox()
    assert mail.to == NEWCOMER["mail"]
    path = "/cs/password/reset/" + mail.text.split("/password/reset/")[1].split()[0]
    chosen = "Kx7#mQ2vLp9w-Zr"
    assert client.submit(client.get(path), path, password=chosen, again=chosen).status == 303
    answer = client.submit(client.get(login), login, login_id=KEY, password=chosen)
    assert (answer.status, answer.location) == (303, "/cs/login/method")


@pytest.mark.req("CONTACT-11", "M-45", "M-46", "FIRST-03")
@pytest.mark.parametrize(("person", "language"), [("hanako", "ja"), ("alice", "en")])
@pytest.mark.parametrize("service", ["cs", "fm"])
def test_the_form_has_its_words_and_proposes_the_recommended_id(
    signed_in: SignedIn, given: Given, person: str, language: str, service: str
) -> None:
    given(contacts.set_administrator, "alice")
    page = signed_in(person).get(f"/{service}/contacts/new")
    words = page.words()
    assert message("M-45", language) in words
    assert message("M-46", language, suffix=f".{service}") in words
    (form,) = [item for item in page.all("form") if item.get("action") == f"/{service}/contacts/new"]
    assert form.get("data-propose-id-suffix-value") == f".{service}"
    assert form.get("data-propose-id-longest-value") == "40"
    labels = {
        "ja": [
            "ユーザーID*",
            "名*",
            "姓*",
            "メール*",
            "管理者",
            "ご契約者名*",
            "お客様番号*",
            "タイムゾーン",
            "言語",
        ],
        "en": ["User ID*", "First name*", "Last name*", "E-mail*", "Administrator", "Contract holder*"],
    }[language]
    for label in labels:
        assert label in words.replace(" *", "*")
    mfa = {"ja": "マルチファクター認証を有効にする", "en": "Enable multi-factor authentication"}[language]
    assert mfa in words
    submit = {"ja": "送信", "en": "Submit"}[language]
    assert [page.words(item) for item in form.iter("{http://www.w3.org/1999/xhtml}button")] == [submit]
    assert page.words(page.by_id("contact-holder")) == {"ja": "株式会社サンプル", "en": "A会社"}[language]
    assert page.value("time_zone") == page.value("language") == ""
    assert "System (Asia/Tokyo)" in words
    assert "System (日本語)" in words


@pytest.mark.req("MFA-02", "ROLE-03", "CONTACT-11")
def test_the_boxes_make_an_administrator_who_is_asked_for_a_code(signed_in: SignedIn, stored: Stored) -> None:
    assert _create(signed_in("hanako"), is_administrator="y", mfa_enabled="y").status == 303
    user = stored(lambda session: contacts.by_id(session, KEY))
    assert (user.is_administrator, user.mfa_enabled, user.needs_code) == (True, True, True)
    told = dict(stored(lambda session: contacts.told(session, "", KEY)))
    assert told["user.administrator_set"] == {"is_administrator": True}
    assert told["mfa.set"] == {"is_enabled": True}


@pytest.mark.req("CONTACT-12")
def test_of_several_numbers_none_is_preset_and_at_least_one_is_picked(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    given(add_number, "N210000000", holder=cast.SAMPLE, service="cs", people=["hanako"])
    client = signed_in("hanako")
    page = client.get(NEW)
    assert "numbers" not in page.form(NEW)
    with untouched():
        answer = client.submit(page, NEW, **NEWCOMER)
    assert answer.status == 422
    assert "この項目を入力してください。" in answer.alerts()
    fields = {**answer.form(NEW), "numbers": ["N210000000", cast.CS_NUMBER]}
    assert client.post(NEW, fields).status == 303
    told = dict(stored(lambda session: contacts.told(session, "", KEY)))
    assert sorted(told["user.numbers_linked"]["numbers"]) == [cast.CS_NUMBER, "N210000000"]


@pytest.mark.req("CONTACT-12", "SVC-04", "SEC-29")
@pytest.mark.parametrize("number", [cast.FM_NUMBER, cast.ALICE_CS_NUMBER, "N999999999", "", "\0"])
def test_numbers_that_the_administrator_has_not_here_are_no_choice(
    signed_in: SignedIn, untouched: Untouched, number: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, numbers=number)
    assert answer.status == 422
    # The same words for a foreign number and for none, so that no number can be probed.
    expected = "一覧から選択してください。" if number else "この項目を入力してください。"
    assert expected in answer.alerts() or number == ""


@pytest.mark.req("CONTACT-12", "MAIL-05")
@pytest.mark.parametrize(("language", "subject"), [("ja", "モバイルセキュリティ"), ("en", "Mobile Security")])
def test_a_mail_goes_out_only_where_the_service_says_so(
    signed_in: SignedIn, given: Given, outbox: Outbox, language: str, subject: str
) -> None:
    client = signed_in("hanako")
    assert _create(client, "fm", login_id="first.fm", language=language).status == 303
    assert outbox() == []
    given(contacts.mail_new_contacts, "fm")
    assert _create(client, "fm", language=language).status == 303
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("neu@sample.example", language)
    assert subject in mail.subject
    assert "https://desk.test/fm/" in mail.text
    assert NEWCOMER["login_id"] in mail.text
    assert "reset/" not in mail.text


@pytest.mark.req("REL-04")
def test_a_double_click_creates_one_user(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(NEW)
    answers = [client.submit(page, NEW, **NEWCOMER) for _ in range(3)]
    assert len({(answer.status, answer.location) for answer in answers}) == 1
    assert answers[0].status == 303
    assert len(stored(lambda session: contacts.told(session, "", KEY))) == 2
    other = client.submit(page, NEW, **{**NEWCOMER, "login_id": "other.cs"})
    assert other.status == 422
    assert stored(lambda session: contacts.by_id(session, "other.cs")) is None


@pytest.mark.req("REL-04", "CONTACT-05")
def test_two_clicks_at_once_create_one_user(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(NEW)
    answers = at_once(*[lambda: client.submit(page, NEW, **NEWCOMER)] * 2)
    assert {answer.location for answer in answers} == {answers[0].location}
    assert {answer.status for answer in answers} == {303}
    assert len(stored(lambda session: contacts.told(session, "", KEY))) == 2


@pytest.mark.req("CONTACT-11", "UI-06")
@pytest.mark.parametrize("field", ["login_id", "given_name", "family_name", "mail"])
@pytest.mark.parametrize("typed", ["", "   ", "\u3000"])
def test_required_means_something_that_can_be_seen(
    signed_in: SignedIn, untouched: Untouched, field: str, typed: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, **{field: typed})
    assert answer.status == 422
    assert answer.error_at(field)
    others = {name: value for name, value in NEWCOMER.items() if name != field}
    assert {name: answer.form(NEW)[name] for name in others} == others


@pytest.mark.parametrize("field", ["login_id", "given_name", "family_name", "mail"])
@bad_texts.each_invisible
def test_signs_that_cannot_be_seen_are_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, field: str, typed: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, **{field: typed})
    assert answer.status == 422
    assert bad_texts.CONTROL_MESSAGE[0] in answer.error_at(field)
    assert answer.form(NEW)[field] == bad_texts.shown(typed)


@bad_texts.each_odd
def test_odd_names_are_kept_as_typed_and_break_no_page(
    signed_in: SignedIn, stored: Stored, typed: str
) -> None:
    client = signed_in("hanako")
    answer = _create(client, given_name=typed, family_name=typed)
    assert answer.status == 303
    user = stored(lambda session: contacts.by_id(session, KEY))
    assert user.family_name == typed.replace("\u2028", " ")
    assert client.get(answer.location).status == 200
    assert client.get(contacts.LIST).status == 200


@pytest.mark.parametrize("field", ["login_id", "given_name", "family_name", "mail"])
def test_five_thousand_signs_are_refused_and_kept(
    signed_in: SignedIn, untouched: Untouched, field: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, **{field: "長" * 5_000})
    assert answer.status == 422
    assert answer.error_at(field)
    assert answer.form(NEW)[field] == "長" * 5_000


@pytest.mark.req("SEC-38", "CONTACT-11")
@pytest.mark.parametrize(
    "mail",
    ["nobody", "a@b", "a@b.example,c@d.example", "a@b.example c@d.example", "x\r\nBcc: y@z.example", "名@例.jp",
     "<a@b.example>", f"{'a' * 65}@b.example", f"a@{'b' * 250}.jp", "a@-b.example"],
)  # fmt: skip
def test_what_is_not_one_address_is_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, mail: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, mail=mail)
    assert answer.status == 422
    assert answer.error_at("mail")


@pytest.mark.parametrize(
    ("field", "value"), [("language", "fr"), ("time_zone", "Asia/Nowhere"), ("time_zone", "\0")]
)
def test_choices_that_are_none_are_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, field: str, value: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        answer = _create(client, **{field: value})
    assert answer.status == 422
    assert "一覧から選択してください。" in answer.error_at(field)


@pytest.mark.req("SEC-27")
def test_fields_that_the_form_has_not_change_nothing(signed_in: SignedIn, stored: Stored) -> None:
    extra = {
        "password_hash": "x", "holder_id": "2", "realm": "agent", "desk_role": "admin", "disabled_at": "2026-01-01",
        "job_title": "社長", "business_phone": "03-1234-5678", "has_accessibility": "y", "id": "1", "version": "7",
    }  # fmt: skip
    assert _create(signed_in("hanako"), **extra).status == 303
    user = stored(lambda session: contacts.by_id(session, KEY))
    assert (user.password_hash, user.desk_role, user.disabled_at, user.has_accessibility) == (
        None,
        None,
        None,
        False,
    )
    assert (user.job_title, user.business_phone, user.realm) == ("", "", "customer")
