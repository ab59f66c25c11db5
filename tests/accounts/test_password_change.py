"""GET and POST /<shell>/profile/password: the own password, and what ends with it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import marks, resets, tries
from app.accounts.models import AuthSession, LoginEvent, MarkKind, SessionEnd, TryCount, User
from app.accounts.passwords import CHEAP, PasswordVault
from app.journal import JournalEvent
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import own_account
from tests.factories.database import contents
from tests.factories.wording import LANGUAGES, message

ADDRESS, OF_DESK = "/cs/profile/password", "/console/profile/password"
NEW = "Kx7#mQ2vLp9w"
NEW_OF_DESK = "a long sentence, 長い文 and nothing else"


def change(
    client: InspectingClient,
    *,
    current: str = PASSWORD,
    new: str = NEW,
    again: str | None = None,
    at: str = ADDRESS,
) -> Page:
    fields = {"current": current, "password": new, "again": new if again is None else again}
    return client.submit(client.get(at), at, **fields)


def is_password_of(session: Session, name: str, password: str) -> bool:
    return PasswordVault(CHEAP).matches(cast.person(session, name).password_hash, password)


def ends_of(session: Session, name: str) -> list[SessionEnd | None]:
    chosen = select(AuthSession.end_reason).where(AuthSession.user_id == cast.person(session, name).id)
    return list(session.scalars(chosen.order_by(AuthSession.id)))


@pytest.mark.req("PW-07", "SEC-01")
@pytest.mark.parametrize(
    "wrong", ["wrong", PASSWORD.lower(), f"{PASSWORD} ", PASSWORD.replace("M", "Ｍ"), "x" * 4_096]
)
def test_a_wrong_current_password_changes_nothing_and_counts(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, wrong: str
) -> None:
    client = signed_in("taro")
    page = change(client, current=wrong)
    assert page.status == 422
    assert "5回連続で間違えると20分間" in page.error_at("current")
    assert stored(lambda session: is_password_of(session, "taro", PASSWORD))
    assert stored(lambda session: session.scalars(select(TryCount.in_a_row)).one()) == 1
    assert (
        stored(lambda session: session.scalars(select(LoginEvent.kind).order_by(LoginEvent.id)).all())[-1]
        == "login.failed"
    )
    assert stored(lambda session: ends_of(session, "taro")) == [None]
    assert outbox() == []


@pytest.mark.req("PW-07", "AUTH-03", "AUTH-05")
def test_five_wrong_ones_close_the_id_for_sign_in_too_and_the_right_one_is_refused(
    app: Flask, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    client, began = signed_in("taro"), clock.now()
    with clock.at(began):
        for _try in range(5):
            assert change(client, current="wrong").status == 422
        assert change(client).status == 422
        assert stored(lambda session: is_password_of(session, "taro", PASSWORD))
        assert stored(lambda session: tries.is_locked(session, cast.person(session, "taro")))
        door = InspectingClient(app)
        fields = door.get("/cs/login").form("/cs/login") | {
            "login_id": "taro@sample.example.cs",
            "password": PASSWORD,
        }
        assert door.post("/cs/login", fields).status == 422
        assert len(outbox()) == 1
    with clock.at(began + timedelta(minutes=20)):
        assert change(client).status == 303


@pytest.mark.req("PW-07", "AUTH-05")
def test_the_right_one_sets_the_count_back(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("taro")
    for _try in range(4):
        change(client, current="wrong")
    assert change(client).status == 303
    assert stored(lambda session: session.scalars(select(TryCount.in_a_row)).one()) == 0


@pytest.mark.req("PW-07", "PW-09", "M-57")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_what_the_specification_names(signed_in: SignedIn, language: str) -> None:
    page = signed_in({"ja": "taro", "en": "alice"}[language]).get(ADDRESS)
    labels = [page.words(item).removesuffix("*").strip() for item in page.styled("label", "field-label")]
    form = next(item for item in page.all("form") if item.get("action") == ADDRESS)
    acts = [page.words(item) for item in page.styled("a", "button") + page.styled("button", "button-primary")]
    if language == "ja":
        assert labels == ["現在のパスワード", "新しいパスワード", "パスワードの確認"]
        assert acts == ["キャンセル", "変更"]
    else:
        assert labels == ["Current password", "New password", "Confirm password"]
        assert acts == ["Cancel", "Change"]
    fields = [item for item in form.iter() if item.get("type") == "password"]
    assert [item.get("autocomplete") for item in fields] == [
        "current-password",
        "new-password",
        "new-password",
    ]
    assert [item.get("aria-required") for item in fields] == ["true"] * 3
    # The list stands in the order of the specification, and the line of equality at the second field.
    told = page.words(page.by_id("password-rules"))
    places = [told.find(message(f"M-{number}", language)) for number in range(10, 17)]
    assert places == sorted(places)
    assert -1 not in places
    assert message("M-17", language) in page.words(page.by_id("again-equal"))


@pytest.mark.req("PW-06")
def test_without_script_the_button_works(signed_in: SignedIn) -> None:
    page = signed_in("taro").get(ADDRESS)
    button = next(item for item in page.styled("button", "button-primary"))
    assert button.get("disabled") is None
    eyes = page.styled("button", "secret-eye")
    assert len(eyes) == 3
    assert all(eye.get("hidden") is not None and eye.get("aria-label") for eye in eyes)
    assert {eye.get("aria-pressed") for eye in eyes} == {"false"}


@pytest.mark.req("PW-01", "PW-02", "PW-03", "PW-06", "SEC-04")
@pytest.mark.parametrize(
    ("name", "at", "new", "told"),
    [
        ("alice", ADDRESS, "Kx7#mQ2vLp9", "The password must have: At least 12 characters"),
        ("alice", ADDRESS, "Kx7#mQ2vLp9w" * 4, "At most 40 characters"),
        ("alice", ADDRESS, "kx7mmq2vlp9w", "At least 1 upper-case letter / At least 1 special character"),
        ("alice", ADDRESS, "Kx7#mQ2vLp9w ", "Nothing but half-width letters"),
        ("alice", ADDRESS, "Password#2026", message("M-18", "en")),
        ("alice", ADDRESS, "Alice-Alice-1", "Its letters are those of your user ID"),
        ("alice", ADDRESS, PASSWORD, "Choose a password that differs"),
        ("cs_agent", OF_DESK, NEW, "At least 15 characters"),
        ("cs_agent", OF_DESK, "長" * 129, "At most 128 characters"),
        ("cs_agent", OF_DESK, "a long sentence\n and a break", "No control characters"),
        ("cs_agent", OF_DESK, "administrator 2026", "common word"),
        ("cs_agent", OF_DESK, "abcdefghijklmnop", "simple patterns"),
        ("cs_agent", OF_DESK, "ichika@desk.example", "Its letters are those of your user ID"),
    ],
)
def test_the_server_checks_the_rules_of_the_realm_and_names_the_reason(
    signed_in: SignedIn, untouched: Untouched, name: str, at: str, new: str, told: str
) -> None:
    client = signed_in(name)
    with untouched():
        page = change(client, new=new, at=at)
    assert page.status == 422
    assert told in page.error_at("password")


@pytest.mark.req("PW-06", "M-17")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"again": NEW + "x"}, {"again": "The passwords must match"}),
        ({"again": ""}, {"again": "Enter this field."}),
        ({"current": ""}, {"current": "Enter this field."}),
        ({"new": "", "again": ""}, {"password": "Enter this field.", "again": "Enter this field."}),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_tries_nothing(
    signed_in: SignedIn, untouched: Untouched, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    client = signed_in("alice")
    with untouched():
        page = change(client, **fields)
    assert page.status == 422
    assert {name: page.error_at(name) for name in wrong} == {
        name: f"Error {text}" if page.error_at(name).startswith("Error") else text
        for name, text in wrong.items()
    }
    assert [page.form(ADDRESS)[name] for name in ("current", "password", "again")] == ["", "", ""]


@pytest.mark.req("PW-07", "PW-08", "SEC-22", "SEC-20", "SEC-09")
def test_the_change_ends_all_but_this_session_and_tells_the_owner(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    elsewhere, client, colleague = signed_in("taro"), signed_in("taro"), signed_in("hanako")
    exempt = given(own_account.mark_browser, "taro", MarkKind.EXEMPTION)
    before = client.cookie()
    answer = change(client)
    assert (answer.status, answer.location) == (303, "/cs/profile")
    assert "パスワードを変更しました。" in client.get("/cs/cases").words()
    assert elsewhere.get("/cs/cases").status == 303
    assert colleague.get("/cs/cases").status == 200
    assert stored(lambda session: ends_of(session, "taro")) == [SessionEnd.PASSWORD, None]
    assert stored(lambda session: marks.find(session, exempt, MarkKind.EXEMPTION)) is None
    # The session goes on under a new identifier, and the old one is worth nothing.
    assert client.cookie() != before
    thief = InspectingClient(app)
    thief.set_cookie(before or "")
    assert thief.get("/cs/cases").status == 303
    mails = outbox()
    assert [mail.to for mail in mails] == ["taro@sample.example"]
    assert stored(lambda session: is_password_of(session, "taro", NEW))
    kinds = stored(lambda session: session.scalars(select(JournalEvent.kind).order_by(JournalEvent.id)).all())
    assert "password.changed" in kinds[-3:]
    seen = stored(lambda session: session.scalars(select(LoginEvent.kind).order_by(LoginEvent.id)).all())
    assert seen[-1] == "password.changed"


@pytest.mark.req("PW-08", "RESET-09")
def test_the_24_hours_of_resets_neither_bar_it_nor_begin(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    moment = clock.now() - timedelta(hours=1)

    def has_just_reset(session: Session) -> None:
        taro = User.id == cast.person(session, "taro").id
        session.execute(update(User).where(taro).values(reset_completed_at=moment))

    given(has_just_reset)
    assert change(signed_in("taro")).status == 303
    assert stored(lambda session: cast.person(session, "taro").reset_completed_at) == moment
    assert change(signed_in("hanako")).status == 303
    assert stored(lambda session: resets.waits_until(cast.person(session, "hanako"))) is None


@pytest.mark.req("PW-07", "SEC-03")
def test_the_new_password_opens_the_door_and_the_old_one_does_not(app: Flask, signed_in: SignedIn) -> None:
    assert change(signed_in("taro")).status == 303
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        door = InspectingClient(app)
        fields = door.get("/cs/login").form("/cs/login") | {
            "login_id": "taro@sample.example.cs",
            "password": password,
        }
        assert door.post("/cs/login", fields).status == status


@pytest.mark.req("SEC-02", "SEC-03")
@pytest.mark.parametrize("typed", [NEW_OF_DESK, NEW_OF_DESK.replace("a long", "ａ　ｌｏｎｇ")])
def test_an_agents_password_may_be_typed_on_another_keyboard(
    app: Flask, signed_in: SignedIn, stored: Stored, typed: str
) -> None:
    assert change(signed_in("lead"), new=NEW_OF_DESK, at=OF_DESK).status == 303
    assert stored(lambda session: is_password_of(session, "lead", typed))
    door = InspectingClient(app)
    fields = door.get("/console/login").form("/console/login") | {
        "login_id": "lead@desk.example",
        "password": typed,
    }
    assert door.post("/console/login", fields).status == 303


@pytest.mark.req("SEC-10")
def test_a_code_that_is_owed_is_asked_for_before_anything_is_typed(
    signed_in: SignedIn,
) -> None:
    client, began = signed_in("lead"), clock.now()
    with clock.at(began + timedelta(minutes=9, seconds=59)):
        assert len(client.get(OF_DESK).styled("button", "secret-eye")) == 3
    with clock.at(began + timedelta(minutes=10)):
        page = client.get(OF_DESK)
        assert page.styled("button", "secret-eye") == []
        answer = client.submit(page, OF_DESK)
        assert (answer.status, answer.location) == (303, "/console/confirm")
        # Whoever had the form open is asked as well, and nothing of what was typed is kept.
        answer = client.act(OF_DESK, current=PASSWORD, password=NEW_OF_DESK, again=NEW_OF_DESK)
        assert answer.location == "/console/confirm"


@pytest.mark.req("SEC-10")
def test_once_proved_the_way_leads_back_to_the_form(signed_in: SignedIn) -> None:
    client = signed_in("lead")
    answer = client.act(OF_DESK)
    assert (answer.status, answer.location) == (303, OF_DESK)


@pytest.mark.req("SEC-10", "PW-07")
def test_without_a_second_proof_the_current_password_is_proof_enough(signed_in: SignedIn) -> None:
    client = signed_in("taro")
    with clock.at(clock.now() + timedelta(minutes=25)):
        assert change(client).status == 303


@pytest.mark.req("SEC-07")
def test_a_network_that_fails_too_often_waits(signed_in: SignedIn, stored: Stored) -> None:
    for name, tries_of in (("taro", 4), ("hanako", 4), ("alice", 2)):
        client = signed_in(name)
        assert [change(client, current="wrong").status for _try in range(tries_of)] == [422] * tries_of
    answer = change(signed_in("alice"))
    assert answer.status == 429
    assert answer.answer.headers["Retry-After"] == "300"
    assert stored(lambda session: is_password_of(session, "alice", PASSWORD))


@pytest.mark.req("PW-09", "SEC-14")
def test_what_was_typed_stands_on_no_page_in_no_log_and_nowhere_in_the_database(
    signed_in: SignedIn, stored: Stored, outbox: Outbox, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = ("Canary-Wrong-71", "Canary-Weak 72", "Canary-Again-73", "Canary-Right-74")
    client = signed_in("taro")
    pages = [
        change(client, current=canaries[0]),
        change(client, new=canaries[1]),
        change(client, new=canaries[3], again=canaries[2]),
        change(client, new=canaries[3]),
        client.get("/cs/cases"),
    ]
    assert [page.status for page in pages] == [422, 422, 422, 303, 200]
    assert stored(lambda session: is_password_of(session, "taro", canaries[3]))
    written = "".join(capfd.readouterr()) + str(stored(contents)) + str(outbox())
    told = written + "".join(f"{page.text}{page.answer.headers}" for page in pages)
    for canary in (*canaries, PASSWORD):
        assert canary not in told


@pytest.mark.req("PW-09")
def test_nobody_elses_password_is_touched(signed_in: SignedIn, stored: Stored) -> None:
    before = stored(lambda session: dict(session.execute(select(User.id, User.password_hash)).all()))
    assert change(signed_in("taro")).status == 303
    after = stored(lambda session: dict(session.execute(select(User.id, User.password_hash)).all()))
    taro = stored(lambda session: cast.person(session, "taro").id)
    assert {user for user, kept in after.items() if kept != before[user]} == {taro}
    assert (
        stored(lambda session: session.scalar(select(func.count()).where(User.password_hash.is_(None)))) == 0
    )


@pytest.mark.req("PW-07", "SEC-10")
def test_the_profile_opens_it_as_a_dialog_unless_a_code_is_owed(signed_in: SignedIn) -> None:
    assert signed_in("taro").get("/cs/profile").offers(ADDRESS)
    agent, began = signed_in("lead"), clock.now()
    assert agent.get("/console/profile").offers(OF_DESK)
    with clock.at(began + timedelta(minutes=10)):
        page = agent.get("/console/profile")
        assert not page.offers(OF_DESK)
        assert page.all("a", href=OF_DESK)
