"""GET and POST /<service>/login and /console/login: who comes in by which door."""

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.models import LoginEvent
from app.authz import system_actor
from app.contracts.models import ContractHolder, Service
from app.journal import JournalEvent
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories.wording import message

DOORS = ["/cs/login", "/fm/login", "/console/login"]
LANGUAGES = ["ja", "en"]


def _try(client: InspectingClient, door: str, login_id: str, password: str, **more: str) -> Page:
    fields = client.get(door).form(door) | {"login_id": login_id, "password": password} | more
    return client.post(door, fields)


def _events(session: Session) -> list[tuple[str, str, str]]:
    chosen = select(JournalEvent).where(
        JournalEvent.kind.in_(("login", "session.established", "login.failed"))
    )
    rows = session.scalars(chosen.order_by(JournalEvent.id))
    return [(row.kind, row.actor_name, row.data["door"]) for row in rows]


@pytest.mark.req("AUTH-01", "LANG-03", "SVC-01")
@pytest.mark.parametrize(
    ("language", "labels", "names"),
    [
        ("ja", ["ユーザーID", "パスワード", "ログイン"], ["マネージドCSPM", "モバイルセキュリティ"]),
        ("en", ["User ID", "Password", "Log in"], ["Managed CSPM", "Mobile Security"]),
    ],
)
def test_the_screen_asks_for_id_and_password_in_the_browsers_language(
    app: Flask, language: str, labels: list[str], names: list[str]
) -> None:
    client = InspectingClient(app, language=language)
    for door, name in zip(DOORS, names, strict=False):
        page = client.get(door)
        assert page.language == language
        shown = [page.words(item).removesuffix(" *") for item in page.styled("label", "field-label")]
        assert [*shown, page.words(page.one("button", type="submit"))] == labels
        assert name in page.words()
        assert page.one("input", name="password").get("type") == "password"


@pytest.mark.req("LANG-03")
@pytest.mark.parametrize(
    ("browser", "shown"),
    [
        (None, "ja"),
        ("fr", "ja"),
        ("de,en;q=0.5", "en"),
        ("en-GB", "en"),
        ("ja,en;q=0.9", "ja"),
        ("*", "ja"),
        ("\xff", "ja"),
    ],
)
def test_before_sign_in_the_browser_decides_else_the_system(
    app: Flask, browser: str | None, shown: str
) -> None:
    assert InspectingClient(app, language=browser).get("/cs/login").language == shown


@pytest.mark.req("LANG-03")
def test_a_link_switches_the_language_before_sign_in(app: Flask) -> None:
    client = InspectingClient(app, language="ja")
    page = client.get("/cs/login?next=%2Fcs%2Fcases")
    links = {
        item.get("lang"): item.get("href")
        for item in page.styled("nav", "languages")[0].iter()
        if item.get("href")
    }
    english = client.get(f"/cs/login{links['en']}")
    assert english.language == "en"
    assert english.form("/cs/login")["next"] == "/cs/cases"
    assert client.get("/cs/login?lang=xx").language == "ja"


@pytest.mark.req("AUTH-02")
@pytest.mark.parametrize(
    ("name", "service", "home"),
    [
        ("hanako", "cs", "/cs/"),
        ("hanako", "fm", "/fm/"),
        ("jiro", "fm", "/fm/"),
    ],
)
def test_a_correct_pair_leads_home(app: Flask, name: str, service: str, home: str) -> None:
    client = InspectingClient(app)
    answer = _try(client, f"/{service}/login", ROLES[name].login_id, PASSWORD)
    assert (answer.status, answer.location) == (303, home)
    page = client.get(home)
    assert page.status == 200
    assert ROLES[name].family in page.words()


@pytest.mark.req("AUTH-02", "DESK-01", "SEC-15")
@pytest.mark.parametrize("name", ["agent", "admin"])
def test_an_agents_pair_is_half_the_way(app: Flask, name: str) -> None:
    client = InspectingClient(app)
    answer = _try(client, "/console/login", ROLES[name].login_id, PASSWORD)
    assert (answer.status, answer.location) == (303, "/console/login/method")
    assert client.cookie() is None
    assert client.get("/console/").location == "/console/login?next=%2Fconsole%2F"
    client.give_code(name)
    page = client.get("/console/")
    assert page.status == 200
    assert ROLES[name].family in page.words()


@pytest.mark.req("AUTH-02", "SESS-02")
@pytest.mark.parametrize(
    "asked", ["/cs/cases?view=action&page=2", "/cs/inquiries/new", "/cs/cases/CS0000001"]
)
def test_who_asked_for_a_page_arrives_there(app: Flask, asked: str) -> None:
    client = InspectingClient(app)
    sent = client.get(asked)
    assert (sent.status, sent.location) == (303, f"/cs/login?next={quote(asked, safe='')}")
    fields = client.get(sent.location).form("/cs/login")
    answer = client.post(
        "/cs/login", {**fields, "login_id": "hanako@sample.example.cs", "password": PASSWORD}
    )
    assert answer.location == asked


@pytest.mark.req("AUTH-02", "SEC-37")
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/cs/../console/",
        "/fm/cases",
        "/console/",
        "javascript:alert(1)",
        "/cs/\n/evil",
        "/cs/\0",
        "/%2fevil.example",
        "cs/cases",
        "/cs/" + "x" * 3000,
        "/cs/😀",
    ],
)
def test_nobody_is_sent_anywhere_else(app: Flask, elsewhere: str) -> None:
    client = InspectingClient(app)
    answer = _try(client, "/cs/login", "hanako@sample.example.cs", PASSWORD, next=elsewhere)
    assert (answer.status, answer.location) == (303, "/cs/")
    shown = InspectingClient(app).get(f"/cs/login?next={quote(elsewhere)}")
    assert shown.form("/cs/login")["next"] == ""


@pytest.mark.req("M-01", "SVC-05", "AUTH-07")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("door", "login_id", "password"),
    [
        ("/cs/login", "hanako@sample.example.cs", "wrong"),
        ("/cs/login", "nobody@sample.example.cs", PASSWORD),
        ("/cs/login", "kaito@sample.example.cs", PASSWORD),
        ("/cs/login", "agent@desk.example", PASSWORD),
        ("/cs/login", "charlie@hikari.example.fm", PASSWORD),
        ("/fm/login", "taro@sample.example.cs", PASSWORD),
        ("/console/login", "hanako@sample.example.cs", PASSWORD),
        ("/console/login", "agent@desk.example", PASSWORD.lower()),
    ],
    ids=[
        "wrong password",
        "unknown",
        "disabled",
        "agent",
        "no number",
        "no number fm",
        "customer",
        "agent wrong",
    ],
)
def test_every_failure_reads_the_same(
    app: Flask, language: str, door: str, login_id: str, password: str
) -> None:
    client = InspectingClient(app, language=language)
    answer = _try(client, door, login_id, password)
    assert answer.status == 422
    assert message("M-01", language) in answer.alerts()
    assert client.cookie() is None
    assert answer.form(door)["login_id"] == login_id
    assert answer.form(door)["password"] == ""


@pytest.mark.req("SVC-05")
def test_the_right_password_at_the_wrong_portal_does_not_count_as_a_failure(
    app: Flask, stored: Stored
) -> None:
    client = InspectingClient(app)
    for _ in range(4):
        _try(client, "/fm/login", "charlie@hikari.example.fm", "wrong")
    _try(client, "/cs/login", "charlie@hikari.example.fm", PASSWORD)
    assert stored(_events) == [("login.failed", "光 一郎", "fm")] * 4
    assert _try(client, "/fm/login", "charlie@hikari.example.fm", PASSWORD).status == 303


@pytest.mark.req("SEC-02", "PW-09")
@pytest.mark.parametrize(
    "password",
    [
        PASSWORD + " ",
        " " + PASSWORD,
        PASSWORD[:-1],
        PASSWORD + "x",
        PASSWORD.swapcase(),
        PASSWORD.replace("M", "Ｍ"),
        PASSWORD + "\0",
        PASSWORD + "\n",
    ],
)
def test_the_whole_password_counts(app: Flask, password: str) -> None:
    assert _try(InspectingClient(app), "/cs/login", "hanako@sample.example.cs", password).status == 422


@pytest.mark.req("SEC-02")
@pytest.mark.parametrize("typed", ["HANAKO@sample.example.CS", "  hanako@sample.example.cs "])
def test_the_id_is_compared_without_case_and_outer_blanks(app: Flask, typed: str) -> None:
    assert _try(InspectingClient(app), "/cs/login", typed, PASSWORD).status == 303


@pytest.mark.parametrize(
    ("language", "text"), [("ja", "この項目を入力してください。"), ("en", "Enter this field.")]
)
def test_empty_fields_have_their_message(app: Flask, untouched: Untouched, language: str, text: str) -> None:
    client = InspectingClient(app, language=language)
    page = client.get("/cs/login")
    with untouched():
        answer = client.post("/cs/login", page.form("/cs/login"))
    assert answer.status == 422
    assert text in answer.error_at("login_id")
    assert text in answer.error_at("password")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    ["\0", "a\0b", "x" * 5000, "😀" * 100, "' OR 1=1 --", "%", "\u202e", "İ" * 120, "\ufffd", "ﬀ", "\ud7ff"],
)
def test_odd_ids_and_passwords_are_simply_wrong(app: Flask, language: str, typed: str) -> None:
    for login_id, password in ((typed, PASSWORD), ("hanako@sample.example.cs", typed)):
        answer = _try(InspectingClient(app, language=language), "/cs/login", login_id, password)
        assert answer.status == 422
        assert message("M-01", language) in answer.alerts()


@pytest.mark.req("AUTH-02", "SEC-15")
def test_the_history_tells_sign_ins_and_failures(app: Flask, stored: Stored) -> None:
    _try(InspectingClient(app), "/cs/login", "hanako@sample.example.cs", "wrong")
    _try(InspectingClient(app), "/cs/login", "hanako@sample.example.cs", PASSWORD)
    _try(InspectingClient(app), "/console/login", "agent@desk.example", PASSWORD)
    assert stored(_events) == [
        ("login.failed", "佐藤 花子", "cs"),
        ("login", "佐藤 花子", "cs"),
        ("session.established", "佐藤 花子", "cs"),
        ("login", "中村 さくら", "console"),
    ]


@pytest.mark.req("HIST-03")
def test_the_login_history_tells_where_from(app: Flask, stored: Stored) -> None:
    _try(InspectingClient(app), "/cs/login", "hanako@sample.example.cs", "wrong")
    InspectingClient(app).sign_in("hanako", "fm")

    def told(session: Session) -> list[tuple[str, str, str, str]]:
        rows = session.execute(
            select(LoginEvent, Service.slug)
            .join(Service, Service.id == LoginEvent.service_id)
            .order_by(LoginEvent.id)
        )
        return [(row.kind, row.login_id, slug, row.address) for row, slug in rows]

    who = ("hanako@sample.example.cs",)
    assert stored(told) == [
        ("login.failed", *who, "cs", "127.0.0.1"),
        ("login", *who, "fm", "127.0.0.1"),
        ("session.established", *who, "fm", "127.0.0.1"),
    ]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_wrong_method(client: InspectingClient, door: str, method: str) -> None:
    token = client.get(door).form(door)["csrf_token"]
    assert client.fetch(method, door, data={"csrf_token": token}).status == 405


@pytest.mark.req("SESS-03")
@pytest.mark.parametrize("door", DOORS)
def test_without_the_form_token_nobody_comes_in(client: InspectingClient, door: str) -> None:
    answer = client.post(door, {"login_id": "hanako@sample.example.cs", "password": PASSWORD})
    assert answer.status == 400
    assert client.cookie() is None


@pytest.mark.req("SVC-01")
@pytest.mark.parametrize("path", ["/xx/login", "/CS/login", "/cs%00/login", "/apply/login", "/😀/login"])
def test_an_unknown_service_has_no_door(client: InspectingClient, path: str) -> None:
    assert client.get(path).status == 404


@pytest.mark.req("AUTH-02")
def test_repeated_the_second_sign_in_replaces_the_first(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    first = client.cookie()
    client.sign_in("hanako")
    assert client.cookie() != first
    assert client.get("/cs/").status == 200


@pytest.mark.req("AUTH-02", "HOME-04", "SVC-04")
def test_one_session_serves_both_portals_of_a_user_with_numbers_of_both(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    assert client.get("/fm/").status == 200
    assert signed_in("taro").get("/fm/").location.startswith("/fm/login")


@pytest.mark.req("PW-09")
@pytest.mark.parametrize("password", ["", "None", "null", PASSWORD])
def test_an_id_without_a_password_comes_in_with_none(app: Flask, given: Given, password: str) -> None:
    def create(session: Session) -> None:
        number = cast.number(session, cast.CS_NUMBER)
        holder = session.get_one(ContractHolder, number.holder_id)
        user = accounts.create_customer(
            session,
            actor=system_actor("tests"),
            login_id="new@sample.example.cs",
            mail="new@sample.example",
            family_name="新人",
            given_name="",
            holder=holder,
        )
        accounts.link_numbers(session, actor=system_actor("tests"), user=user, numbers=[number])

    given(create)
    assert _try(InspectingClient(app), "/cs/login", "new@sample.example.cs", password).status == 422
