"""POST /<service>/contacts/<id>: an administrator edits a contact (S33)."""

from datetime import UTC, datetime

import pytest

from app import clock
from app.authz import Permission
from app.journal import broken_links
from tests import cast
from tests.cases import bad_texts
from tests.cases.races import at_once
from tests.client import HTML, InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.cases import choose_language
from tests.factories.contacts import LIST, unticked

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
PROFILE = {
    "given_name": "二郎",
    "family_name": "鈴木田",
    "job_title": "情報システム部 部長",
    "language": "en",
    "time_zone": "Europe/London",
    "business_phone": "０３（１２３４）５６７８ 内線12",
    "mobile_phone": "+81 90-1234-5678",
}
KEPT = PROFILE | {"business_phone": "+81312345678;ext=12", "mobile_phone": "+819012345678"}
STALE = (
    "編集中に、ほかの方がこの連絡先を変更しました。両方の内容をご確認ください。保存すると、入力した内容で上書きされます。",
    "Somebody else changed this contact in the meantime. Compare both texts; saving replaces theirs by yours.",
)


@pytest.fixture
def taro(stored: Stored) -> str:
    """The page of Taro."""
    return contacts.path_of(stored, "taro")


@pytest.mark.req("CONTACT-02", "CONTACT-03")
@pytest.mark.parametrize(("person", "save"), [("hanako", "保存 (Ctrl + s)"), ("alice", "Save")])
def test_the_page_has_the_fields_of_the_specification(
    signed_in: SignedIn, given: Given, stored: Stored, person: str, save: str
) -> None:
    given(contacts.set_administrator, "alice")
    address = contacts.path_of(stored, person)
    page = signed_in(person).get(address)
    (form,) = [item for item in page.all("form") if item.get("action") == address]
    labels = [page.words(item).replace(" *", "*") for item in form.iter(HTML + "label")]
    japanese = ["名", "姓*", "役職", "言語", "タイムゾーン", "ユーザーID*", "メール*", "勤務先電話", "携帯", "管理者",
                "マルチファクター認証 (MFA) を有効化"]  # fmt: skip
    english = ["First name", "Last name*", "Job title", "Language", "Time zone", "User ID*", "E-mail*",
               "Business phone", "Mobile", "Administrator", "Enable MFA"]  # fmt: skip
    assert labels == (japanese if person == "hanako" else english)
    (button,) = form.iter(HTML + "button")
    assert page.words(button) == save
    assert button.get("aria-keyshortcuts") == "Control+S Meta+S"
    assert "save-key" in form.get("data-controller").split()
    assert page.words(page.by_id("contact-holder")) in {"株式会社サンプル", "A会社"}


@pytest.mark.req("CONTACT-02", "CONTACT-03")
def test_it_saves_what_was_typed_and_tells_old_and_new(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, taro: str
) -> None:
    client = signed_in("hanako")
    answer = client.submit(client.get(taro), taro, **PROFILE)
    assert (answer.status, answer.location) == (303, taro)
    user = contacts.user_of(stored, "taro")
    assert {name: getattr(user, name) for name in PROFILE} == KEPT
    (event,) = stored(lambda session: contacts.told(session, "taro"))
    assert event[0] == "user.profile_changed"
    changes = {name: (old, new) for name, old, new in event[1]["changes"]}
    assert set(changes) == set(PROFILE)
    assert changes["family_name"] == ("鈴木", "鈴木田")
    assert changes["language"] == ("ja", "en")
    assert changes["business_phone"] == ("", "+81312345678;ext=12")
    assert stored(broken_links) == []
    assert outbox() == []
    page = client.get(taro)
    assert page.value("business_phone") == "03-1234-5678 内線 12"
    assert "連絡先を保存しました。" in page.words()


def test_saving_without_a_change_writes_nothing(signed_in: SignedIn, untouched: Untouched, taro: str) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    with untouched():
        assert client.submit(page, taro).status == 303


@pytest.mark.req("CONTACT-02")
def test_a_first_name_is_required_at_creation_only(signed_in: SignedIn, stored: Stored, taro: str) -> None:
    client = signed_in("hanako")
    assert client.submit(client.get(taro), taro, given_name="").status == 303
    assert contacts.user_of(stored, "taro").display_name == "鈴木"
    answer = client.submit(client.get(taro), taro, family_name="")
    assert answer.status == 422
    assert bad_texts.EMPTY_MESSAGE[0] in answer.error_at("family_name")


@pytest.mark.req("CONTACT-04")
def test_a_new_id_counts_from_the_next_login_and_sessions_go_on(
    signed_in: SignedIn, client: InspectingClient, taro: str
) -> None:
    working, hanako = signed_in("taro"), signed_in("hanako")
    assert hanako.submit(hanako.get(taro), taro, login_id="suzuki.cs").status == 303
    assert working.get("/cs/cases").status == 200
    for login_id, status in (("taro@sample.example.cs", 422), ("SUZUKI.cs", 303)):
        fields = client.get("/cs/login").form("/cs/login")
        typed = {**fields, "login_id": login_id, "password": cast.PASSWORD}
        assert client.post("/cs/login", typed).status == status


@pytest.mark.req("CONTACT-04")
def test_nobody_else_changes_an_id(signed_in: SignedIn, stored: Stored) -> None:
    assert Permission.PORTAL_CONTACT_MANAGE not in stored(lambda s: cast.actor_of(s, "taro")).permissions
    own = contacts.path_of(stored, "taro")
    taro = signed_in("taro")
    assert taro.post(own, {"csrf_token": taro.token(), "login_id": "boss.cs"}).status == 403


@pytest.mark.req("ROLE-03", "SEC-22")
def test_the_box_counts_at_the_next_request(signed_in: SignedIn, taro: str) -> None:
    working, hanako = signed_in("taro"), signed_in("hanako")
    assert working.get(LIST).status == 403
    assert hanako.submit(hanako.get(taro), taro, is_administrator="y").status == 303
    assert working.get(LIST).status == 200
    assert hanako.post(taro, unticked(hanako.get(taro), taro, "is_administrator")).status == 303
    assert working.get(LIST).status == 403


@pytest.mark.req("CONTACT-13")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_last_enabled_administrator_keeps_the_box(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, language: str
) -> None:
    given(choose_language, "hanako", language)
    # Neither a disabled administrator nor a stopped one nor one without a number could take over.
    given(contacts.set_administrator, "kaito")
    given(contacts.set_administrator, "jiro")
    given(contacts.freeze, "jiro")
    given(contacts.many, 1)
    given(contacts.set_administrator_by_id, "user000.cs")
    client = signed_in("hanako")
    own = contacts.path_of(stored, "hanako")
    page = client.get(own)
    with untouched():
        answer = client.post(own, unticked(page, own, "is_administrator"))
    assert answer.status == 422
    reason = {"ja": "管理者が貴社に一人もいなくなります", "en": "would have no administrator left"}[language]
    assert reason in answer.error_at("is_administrator")
    assert "is_administrator" not in answer.form(own)


@pytest.mark.req("CONTACT-13", "ROLE-03")
def test_with_another_administrator_the_box_may_be_given_up(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.set_administrator, "taro")
    client = signed_in("hanako")
    own = contacts.path_of(stored, "hanako")
    answer = client.post(own, unticked(client.get(own), own, "is_administrator"))
    # The contact is not hers to see any more, so it leads home.
    assert (answer.status, answer.location) == (303, "/cs/")
    assert client.get("/cs/").status == 200
    assert client.get(own).status == 403


@pytest.mark.req("CONTACT-13")
def test_two_administrators_who_demote_each_other_at_once_leave_one(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.set_administrator, "taro")
    names = ("hanako", "taro")
    browsers = [signed_in(name) for name in names]
    others = [contacts.path_of(stored, name) for name in reversed(names)]
    forms = [
        unticked(browser.get(path), path, "is_administrator")
        for browser, path in zip(browsers, others, strict=True)
    ]
    answers = at_once(
        lambda: browsers[0].post(others[0], forms[0]), lambda: browsers[1].post(others[1], forms[1])
    )
    assert sorted(answer.status for answer in answers) == [303, 403]
    left = [name for name in names if contacts.user_of(stored, name).is_administrator]
    assert len(left) == 1


@pytest.mark.req("REL-05")
@pytest.mark.parametrize(("person", "language"), [("hanako", 0), ("alice", 1)])
def test_a_stale_edit_shows_both_texts_and_overwrites_nothing(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, person: str, language: int
) -> None:
    given(contacts.set_administrator, "alice")
    address = contacts.path_of(stored, person)
    first, second = signed_in(person), signed_in(person)
    page = first.get(address)
    assert (
        second.submit(second.get(address), address, job_title="先に保存", mobile_phone="090-1111-2222").status
        == 303
    )
    with untouched():
        answer = first.submit(page, address, job_title="後から", business_phone="03-1234-5678")
    assert answer.status == 409
    assert STALE[language] in answer.words()
    (theirs,) = answer.all("section", aria_labelledby="stored-title")
    assert "先に保存" in answer.words(theirs)
    assert "090-1111-2222" in answer.words(theirs)
    assert answer.form(address)["job_title"] == "後から"
    assert answer.form(address)["business_phone"] == "03-1234-5678"
    # Whoever has seen both texts may save.
    assert first.submit(answer, address).status == 303
    assert contacts.user_of(stored, person).job_title == "後から"


@pytest.mark.req("REL-05")
def test_what_no_contact_shows_makes_no_edit_stale(
    signed_in: SignedIn, given: Given, stored: Stored, taro: str
) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    given(contacts.lock, "taro")
    given(contacts.freeze, "taro")
    assert client.submit(page, taro, job_title="主任").status == 303
    assert contacts.user_of(stored, "taro").job_title == "主任"


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("version", ["", "x", "1", "\0", "0" * 32, "長" * 5_000])
def test_a_version_that_was_never_shown_is_stale(
    signed_in: SignedIn, untouched: Untouched, taro: str, version: str
) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    with untouched():
        assert client.submit(page, taro, job_title="当てずっぽう", version=version).status == 409


@pytest.mark.req("REL-05")
def test_of_two_edits_at_once_one_is_stale(signed_in: SignedIn, stored: Stored, taro: str) -> None:
    clients = [signed_in("hanako") for _ in range(2)]
    pages = [client.get(taro) for client in clients]
    answers = at_once(
        lambda: clients[0].submit(pages[0], taro, job_title="甲"),
        lambda: clients[1].submit(pages[1], taro, job_title="乙"),
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    winner = "甲" if answers[0].status == 303 else "乙"
    assert contacts.user_of(stored, "taro").job_title == winner


@pytest.mark.parametrize(
    "field", ["given_name", "family_name", "job_title", "login_id", "mail", "business_phone"]
)
@bad_texts.each_invisible
def test_signs_that_cannot_be_seen_are_refused_at_the_field(
    signed_in: SignedIn, untouched: Untouched, taro: str, field: str, typed: str
) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    with untouched():
        answer = client.submit(page, taro, **{field: typed})
    assert answer.status == 422
    assert bad_texts.CONTROL_MESSAGE[0] in answer.error_at(field)
    assert answer.form(taro)[field] == bad_texts.shown(typed)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *((field, "長" * 5_000) for field in ("given_name", "family_name", "job_title", "login_id", "mail")),
        ("business_phone", "0" * 5_000),
        ("business_phone", "電話はありません"),
        ("mobile_phone", "123"),
        ("language", "fr"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field_and_kept(
    signed_in: SignedIn, untouched: Untouched, taro: str, field: str, typed: str
) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    with untouched():
        answer = (
            client.submit(page, taro, **{field: typed}, job_title="残る")
            if field != "job_title"
            else client.submit(page, taro, job_title=typed)
        )
    assert answer.status == 422
    assert answer.error_at(field)
    if field not in {"language", "time_zone"}:
        assert answer.form(taro)[field] == typed


@bad_texts.each_odd
def test_odd_names_are_kept_and_break_no_page(
    signed_in: SignedIn, stored: Stored, taro: str, typed: str
) -> None:
    client = signed_in("hanako")
    assert client.submit(client.get(taro), taro, family_name=typed, job_title=typed).status == 303
    assert contacts.user_of(stored, "taro").job_title == typed
    for path in (taro, LIST):
        assert client.get(path).status == 200


@pytest.mark.req("SEC-27")
def test_fields_that_the_form_has_not_change_nothing(
    signed_in: SignedIn, untouched: Untouched, taro: str
) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    extra = {
        "password_hash": "x",
        "holder_id": "2",
        "realm": "agent",
        "disabled_at": "2026-01-01",
        "proof_epoch": "9",
    }
    with untouched():
        assert client.submit(page, taro, **extra).status == 303


@pytest.mark.req("CONTACT-10")
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_there_is_no_way_to_delete(signed_in: SignedIn, taro: str, method: str) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    assert "削除する" not in page.words()
    assert client.fetch(method, taro, data={"csrf_token": client.token()}).status == 405
    assert client.post(f"{taro}/deletion", {"csrf_token": client.token()}).status == 404


def test_the_time_of_change_is_that_of_the_edit(signed_in: SignedIn, stored: Stored, taro: str) -> None:
    client = signed_in("hanako")
    page = client.get(taro)
    with clock.at(STARTED):
        other = signed_in("hanako")
        assert other.submit(page, taro, job_title="主任", csrf_token=other.token()).status == 303
    assert contacts.user_of(stored, "taro").updated_at == STARTED
