"""POST /console/people/new: the first administrator of a customer number, and the activation notice (FIRST-02)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actions import desk_people
from app.accounts.models import Proof, User, UserNumber
from app.authz import Forbidden
from app.contracts import queries as contracts_read
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts

NEW = "/console/people/new"
FORM = f"{NEW}?number={cast.CHARLIE_NUMBER}"
STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
TYPED = {"family_name": "光", "given_name": "次郎", "mail": "jiro@hikari.example"}

pytestmark = pytest.mark.req("FIRST-02", "ROLE-05")


def fill(client: InspectingClient, page: Page, **typed: str) -> Page:
    return client.submit(page, NEW, **{**TYPED, **typed})


def created(session: Session, login_id: str = "jiro@hikari.example.fm") -> User | None:
    return contacts.by_id(session, login_id)


def numbers_of(session: Session, user_id: int) -> list[int]:
    return list(session.scalars(select(UserNumber.number_id).where(UserNumber.user_id == user_id)))


def found(stored: Stored, login_id: str = "jiro@hikari.example.fm") -> User:
    user = stored(lambda session: created(session, login_id))
    assert isinstance(user, User)
    return user


@pytest.mark.parametrize("name", ["agent", "cs_agent", "lead"])
def test_agents_create_nobody(signed_in: SignedIn, untouched: Untouched, name: str) -> None:
    client = signed_in(name)
    with untouched():
        assert client.get(NEW).status == 403
        assert client.act(NEW, number=cast.CHARLIE_NUMBER, **TYPED).status == 403
    assert NEW not in client.get("/console/people/").text


@pytest.mark.parametrize("name", ["agent", "lead", "hanako"])
def test_the_action_refuses_them_too(session: Session, name: str) -> None:
    number = contracts_read.number_for(session, cast.actor_of(session, "admin"), cast.CHARLIE_NUMBER)
    assert number is not None
    told = desk_people.NewPerson(
        login_id="x", mail="x@x.example", family_name="x", given_name="x", language=None
    )
    with pytest.raises(Forbidden):
        desk_people.create_administrator(
            session, actor=cast.actor_of(session, name), number=number, told=told, mfa_enabled=False
        )


def test_it_is_asked_first_for_which_number(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    assert "どのお客様番号の管理者ですか" in client.get(NEW).words()
    page = client.get(f"{NEW}?number=n999")
    assert (page.status, page.value("number")) == (404, "n999")
    assert client.get(f"{NEW}?number={cast.CHARLIE_NUMBER.lower()}").status == 200


@pytest.mark.req("FIRST-03", "CONTACT-06", "PW-09", "CONTACT-12")
def test_the_first_administrator_is_there_without_a_password(
    signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    for text in (cast.CHARLIE_NUMBER, cast.HIKARI, "モバイルセキュリティ"):
        assert text in page.words()
    outbox()
    answer = fill(client, page, language="en")
    user = found(stored)
    assert (answer.status, answer.location) == (303, f"/console/people/{user.id}/notice")
    assert (user.display_name, user.mail, user.language) == ("光 次郎", "jiro@hikari.example", "en")
    assert (user.is_administrator, user.mfa_enabled, user.password_hash) == (True, False, None)
    number_id = stored(lambda session: cast.number(session, cast.CHARLIE_NUMBER).id)
    assert stored(lambda session: numbers_of(session, user.id)) == [number_id]
    assert outbox() == []
    told = [kind for kind, _ in stored(lambda session: contacts.told(session, "", user.login_id))]
    assert told == ["user.created", "user.administrator_set", "user.numbers_linked"]


@pytest.mark.req("MFA-02")
def test_with_the_box_a_code_is_asked_from_the_first_sign_in(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("admin")
    fill(client, client.get(FORM), mfa_enabled="y")
    assert found(stored).mfa_enabled


@pytest.mark.req("CONTACT-06")
@pytest.mark.parametrize(
    ("typed", "login_id"), [("", f"{37 * 'a'}.fm"), ("own-id", "own-id"), ("x" * 40, "x" * 40)]
)
def test_the_user_id_is_the_typed_one_or_the_recommended_one(
    signed_in: SignedIn, stored: Stored, typed: str, login_id: str
) -> None:
    client = signed_in("admin")
    mail = f"{38 * 'a'}@hikari.example"
    assert fill(client, client.get(FORM), mail=mail, login_id=typed).status == 303
    assert found(stored, login_id).mail == mail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login_id", "x" * 41), ("login_id", "HANAKO@sample.example.cs"), ("login_id", "a\0b"),
        ("mail", ""), ("mail", "no address"), ("mail", "a@b.example, c@d.example"),
        ("mail", "a@b.example\r\nBcc: x@y.z"),
        ("family_name", ""), ("family_name", "x" * 61), ("given_name", " "), ("given_name", "a\u202eb"),
        ("language", "fr"),
    ],
)  # fmt: skip
@pytest.mark.req("CONTACT-05")
def test_bad_input_comes_back_at_the_field(
    signed_in: SignedIn, untouched: Untouched, field: str, value: str
) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    with untouched():
        answer = fill(client, page, **{field: value})
    assert answer.status == 422
    assert answer.error_at(field)
    assert answer.value("number") == cast.CHARLIE_NUMBER
    kept = "mail" if field != "mail" else "family_name"
    assert answer.value(kept) == TYPED[kept]


@pytest.mark.req("CONTACT-05")
def test_a_recommended_id_that_is_taken_is_refused_by_name_and_tells_nothing_more(
    signed_in: SignedIn, untouched: Untouched
) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    with untouched():
        answer = fill(client, page, mail="charlie@hikari.example")
    assert answer.error_at("login_id").endswith("このユーザーIDは既に使用されています。")
    assert "光 一郎" not in answer.error_at("login_id")


@pytest.mark.parametrize("number", ["", "N999999999", "\0", "x" * 500])
def test_a_number_that_is_not_there_creates_nobody(
    signed_in: SignedIn, untouched: Untouched, number: str
) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    with untouched():
        assert fill(client, page, number=number).status == 404


@pytest.mark.req("REL-04")
def test_a_second_click_creates_nobody_else(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    first, second = fill(client, page), fill(client, page)
    assert first.location == second.location
    assert fill(client, page, mail="other@hikari.example").status == 422
    holder = found(stored).holder_id
    count = stored(
        lambda session: session.scalar(select(func.count()).select_from(User).where(User.holder_id == holder))
    )
    assert count == 2


@pytest.mark.req("SEC-27")
def test_fields_that_the_form_does_not_have_change_nothing(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("admin")
    page = client.get(FORM)
    extra = {
        "password_hash": "x",
        "desk_role": "admin",
        "realm": "agent",
        "holder_id": "1",
        "is_administrator": "",
    }
    assert client.post(NEW, {**page.form(NEW), **TYPED, **extra}).status == 303
    user = found(stored)
    assert (user.password_hash, user.desk_role, user.realm.value, user.is_administrator) == (
        None,
        None,
        "customer",
        True,
    )


@pytest.mark.req("SEC-10")
@pytest.mark.parametrize(("minutes", "is_fresh"), [(9, True), (10, False)])
def test_it_asks_for_a_fresh_proof_and_keeps_the_form(
    signed_in: SignedIn, stored: Stored, minutes: int, *, is_fresh: bool
) -> None:
    with clock.at(STARTED):
        client = signed_in("admin")
    with clock.at(STARTED + timedelta(minutes=minutes)):
        answer = fill(client, client.get(FORM), mfa_enabled="y")
    user = stored(created)
    assert (user is not None) is is_fresh
    if not is_fresh:
        assert answer.location == "/console/confirm"
        (kept,) = [form for form in stored(lambda session: session.scalars(select(Proof.form)).all()) if form]
        values = dict(kept)
        assert values["number"] == cast.CHARLIE_NUMBER
        assert (values["mail"], values["mfa_enabled"]) == (TYPED["mail"], "y")
        assert len(values["form_key"]) == 32


def test_a_number_that_has_an_administrator_says_so(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    assert "すでに管理者がいます（佐藤 花子）" in client.get(f"{NEW}?number={cast.CS_NUMBER}").words()
    assert "すでに管理者がいます" not in client.get(FORM).words()


@pytest.mark.req("FIRST-01")
@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("hanako", ("佐藤 花子 様", "https://desk.test/cs/", "https://desk.test/fm/", "hanako@sample.example.cs",
                    "「パスワードを忘れた場合」", "（hanako@sample.example）", "パスワードは含まれていません")),
        ("alice", ("Dear Alice Adams,", "https://desk.test/cs/", "alice@a-company.example.cs",
                   "Forgot your password?", "holds no password")),
        ("agent", ("https://desk.test/console/", "agent@desk.example", "認証アプリまたはパスキーを登録")),
    ],
)  # fmt: skip
def test_the_notice_is_in_the_persons_language_and_holds_no_password(
    signed_in: SignedIn, stored: Stored, name: str, texts: tuple[str, ...]
) -> None:
    user_id = stored(lambda session: cast.person(session, name).id)
    page = signed_in("admin").get(f"/console/people/{user_id}/notice")
    text = page.words(page.by_id("notice-text"))
    for part in texts:
        assert part in text
    assert cast.PASSWORD not in page.text
    assert "password/reset" not in page.text


def test_the_notice_is_for_system_administrators(signed_in: SignedIn, stored: Stored) -> None:
    user_id = stored(lambda session: cast.person(session, "hanako").id)
    assert signed_in("agent").get(f"/console/people/{user_id}/notice").status == 403
    assert signed_in("admin").get("/console/people/999999/notice").status == 404


def test_a_person_without_numbers_has_a_notice_without_an_address(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.many, 1)
    user_id = found(stored, "user000.cs").id
    assert stored(lambda session: numbers_of(session, user_id)) == []
    assert signed_in("admin").get(f"/console/people/{user_id}/notice").status == 200
