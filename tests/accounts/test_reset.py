"""The wizard of a forgotten or first password: who gets a link, what the pages tell, how often one may ask."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import LoginEvent, MarkKind, TryCount, TryKind
from app.accounts.tries import INVENTED
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.cases import choose_language
from tests.factories.sign_in import (
    BRAKE_LINK,
    NOON,
    app_code,
    ask_for_reset,
    ask_for_reset_as,
    bare,
    count_of,
    fail,
    freeze,
    give,
    half_way,
    is_in,
    kinds,
    knock,
    knock_as,
    mailed_link,
    marked,
    new_customer,
    next_network,
    open_sessions,
    pair_app,
    set_password,
    setting,
)
from tests.factories.wording import message

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LANGUAGES = ("ja", "en")
SENT = "/cs/password/sent"
TARO, MAIL = ROLES["taro"].login_id, "taro@sample.example"
NEW_PASSWORD, ANOTHER = "Blue*Harbour7417", "Green+Meadow2958"


def wrong(
    client: InspectingClient, login_id: str = TARO, door: str = "/cs", mail: str = "x@x.example"
) -> Page:
    return ask_for_reset(client, door, login_id, mail, **next_network())


@pytest.mark.req("RESET-05", "M-35")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "mail",
    [
        "jiro@sample.example",
        "taro@sample.example.evil.example",
        "taro@sample.exampl",
        "aro@sample.example",
        "taro@sample.example,x@evil.example",
        "taro@sample.example x@evil.example",
        "ｔaro@sample.example",
        "taro",
        "%",
        "' OR 1=1 --",
        "x" * 200 + "@x.example",
    ],
)
def test_a_wrong_address_sends_nothing(app: Flask, outbox: Outbox, language: str, mail: str) -> None:
    page = wrong(InspectingClient(app, language=language), mail=mail)
    assert page.status == 422
    assert message("M-35", language) in page.alerts()
    assert outbox() == []


@pytest.mark.req("RESET-05", "SEC-05")
@pytest.mark.parametrize(
    ("after", "status"), [(timedelta(), 422), (20 * MINUTE - SECOND, 422), (20 * MINUTE, 303)]
)
def test_after_five_even_the_right_one_sends_nothing_for_20_minutes(
    app: Flask, outbox: Outbox, after: timedelta, status: int
) -> None:
    client = InspectingClient(app, language="ja")
    with clock.at(NOON):
        for _ in range(5):
            wrong(client)
    with clock.at(NOON + after):
        page = ask_for_reset_as(client, "taro", **next_network())
        assert page.status == status
        assert len(outbox()) == (status == 303)
        if status == 422:
            assert message("M-35", "ja") in page.alerts()


@pytest.mark.req("RESET-05")
def test_four_are_no_reason_and_tries_while_it_is_closed_do_not_lengthen_it(
    app: Flask, outbox: Outbox
) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        for _ in range(2):
            for _ in range(4):
                wrong(client)
            assert ask_for_reset_as(client, "taro", **next_network()).location == SENT
        for _ in range(5):
            wrong(client)
    outbox()
    with clock.at(NOON + 20 * MINUTE - SECOND):
        wrong(client)
        assert ask_for_reset_as(client, "taro", **next_network()).status == 422
    with clock.at(NOON + 20 * MINUTE):
        assert ask_for_reset_as(client, "taro", **next_network()).location == SENT
        assert len(outbox()) == 1


@pytest.mark.req("RESET-05", "AUTH-03")
def test_addresses_and_passwords_are_counted_apart(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    for _ in range(5):
        wrong(client)
    fail(client, "taro", 4)
    assert knock_as(client, "taro", **next_network()).location == "/cs/"
    assert stored(lambda session: count_of(session, "taro", TryKind.RESET).in_a_row) == 5


@pytest.mark.req("RESET-06", "C38", "SEC-05")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_id_that_nobody_has_goes_the_same_way_and_is_counted(
    app: Flask, outbox: Outbox, stored: Stored, language: str
) -> None:
    """So do those of people who may not use this portal, even with the right address."""
    client = InspectingClient(app, language=language)
    asked = (
        (TARO, "x@sample.example"),
        ("nobody@sample.example.cs", "x@sample.example"),
        (ROLES["charlie"].login_id, "charlie@hikari.example"),
        (ROLES["agent"].login_id, "agent@desk.example"),
        (ROLES["kaito"].login_id, "x@sample.example"),
    )
    for times in range(7):
        answers = set()
        for login_id, mail in asked:
            status, text, headers = bare(wrong(client, login_id, mail=mail))
            answers.add(str((status, text.replace(mail, "…"), headers)))
        assert len(answers) == 1, f"at try {times + 1}"
    assert outbox() == []

    def counted(session: Session) -> list[int]:
        invented = TryCount.subject.startswith(INVENTED)
        return list(session.scalars(select(TryCount.in_a_row).where(invented)))

    assert stored(counted) == [5, 5, 5]


@pytest.mark.req("RESET-06", "DESK-01")
@pytest.mark.parametrize(
    ("door", "name", "mail"),
    [
        ("/fm", "taro", MAIL),
        ("/cs", "charlie", "charlie@hikari.example"),
        ("/cs", "agent", "agent@desk.example"),
        ("/console", "taro", MAIL),
    ],
)
def test_at_a_door_that_is_not_theirs_people_are_nobody(
    app: Flask, outbox: Outbox, door: str, name: str, mail: str
) -> None:
    assert wrong(InspectingClient(app), ROLES[name].login_id, door, mail).status == 422
    assert outbox() == []


@pytest.mark.req("RESET-06", "M-34")
def test_who_is_disabled_or_frozen_sees_the_page_and_gets_no_mail(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(freeze, "taro")
    for name in ("kaito", "taro"):
        answers = [ask_for_reset_as(InspectingClient(app), who) for who in (name, "hanako")]
        assert [bare(page) for page in answers[:1]] == [bare(page) for page in answers[1:]]
        assert [mail.to for mail in outbox()] == ["hanako@sample.example"]


@pytest.mark.req("RESET-04", "M-34", "MAIL-02", "MAIL-05", "SEC-18")
@pytest.mark.parametrize(
    ("language", "subject", "validity", "done"),
    [
        ("ja", "パスワードのリセット", "60分", "完了"),
        ("en", "Resetting your password", "60 minutes", "Done"),
    ],
)
def test_id_and_address_together_bring_a_link(
    app: Flask, given: Given, outbox: Outbox, language: str, subject: str, validity: str, done: str
) -> None:
    given(choose_language, "taro", language)
    client = InspectingClient(app, language=language)
    answer = ask_for_reset(client, "/cs", f" {TARO.upper()} ", " Taro@SAMPLE.example ")
    assert (answer.status, answer.location) == (303, SENT)
    page = client.get(SENT)
    assert message("M-34", language) in page.words()
    (link,) = page.all("a", href="/cs/login")
    assert page.words(link) == done
    (mail,) = outbox()
    assert (mail.to, mail.language) == (MAIL, language), "to the registered address, not to what was typed"
    assert subject in mail.subject
    assert validity in mail.text
    link_path = mailed_link([mail])
    assert link_path.startswith("/cs/password/reset/")
    assert link_path.rpartition("/")[2] not in mail.subject


@pytest.mark.req("RESET-01", "RESET-02", "RESET-03", "RESET-12", "M-38")
@pytest.mark.parametrize(
    ("language", "steps", "titles", "labels", "back", "following"),
    [
        (
            "ja",
            ["特定", "検証", "リセット"],
            ["パスワードを忘れた場合", "パーソナルデータ検証 - メールアドレス"],
            ["ユーザーID", "メール"],
            "ユーザー名とパスワードでログイン",
            "次へ",
        ),
        (
            "en",
            ["Identify", "Verify", "Reset"],
            ["Forgot your password?", "Personal data check – e-mail address"],
            ["User ID", "E-mail"],
            "Log in with user name and password",
            "Next",
        ),
    ],
)
def test_the_steps_of_the_wizard(
    app: Flask,
    language: str,
    steps: list[str],
    titles: list[str],
    labels: list[str],
    back: str,
    following: str,
) -> None:
    client = InspectingClient(app, language=language)
    (link,) = client.get("/cs/login").all("a", href="/cs/password/forgot")
    pages = [client.get(link.get("href"))]
    pages.append(client.get(client.submit(pages[0], "/cs/password/forgot", login_id="x").location))
    for number, page in enumerate(pages):
        shown = [page.words(item) for item in page.styled("span", "step-label")]
        assert shown == steps
        current = [
            page.words(item) for item in page.styled("li", "step") if item.get("aria-current") == "step"
        ]
        assert current == [f"{number + 1} {steps[number]}"]
        assert page.words(page.one("h1")) == titles[number]
        (label,) = page.styled("label", "field-label")
        assert page.words(label).removesuffix("*").strip() == labels[number]
        assert page.words(page.one("button", type="submit")) == following
        (login,) = page.all("a", href="/cs/login")
        assert page.words(login) == back
        assert message("M-38", language) in page.words()


@pytest.mark.req("RESET-12")
def test_the_desk_has_no_administrator_of_a_company_to_ask(app: Flask) -> None:
    page = InspectingClient(app, language="en").get("/console/password/forgot")
    assert message("M-38", "en") not in page.words()


@pytest.mark.req("RESET-01", "RESET-02")
def test_the_second_step_without_the_first_begins_again(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app)
    assert client.get("/cs/password/verify").location == "/cs/password/forgot"
    assert client.act("/cs/password/verify", mail=MAIL).location == "/cs/password/forgot"
    for login_id in ("", "   "):
        page = client.submit(client.get("/cs/password/forgot"), "/cs/password/forgot", login_id=login_id)
        assert page.status == 422
        assert page.error_at("login_id")
    empty = ask_for_reset(client, "/cs", TARO, " ")
    assert empty.status == 422
    assert empty.error_at("mail")
    assert outbox() == []


@pytest.mark.parametrize(
    "login_id", ["\0", "x" * 5_000, "😀" * 2_000, "%", "İ" * 120, "' OR 1=1 --", "\u202e"]
)
def test_odd_ids_go_on_to_the_second_step_or_are_refused(app: Flask, login_id: str) -> None:
    client = InspectingClient(app)
    page = client.submit(client.get("/cs/password/forgot"), "/cs/password/forgot", login_id=login_id)
    assert page.status in {303, 422}
    if page.status == 303:
        second = client.get(page.location)
        assert client.submit(second, "/cs/password/verify", mail=MAIL).status == 422


@pytest.mark.req("FIRST-01", "FIRST-02", "PW-09", "RESET-07", "M-57")
def test_a_first_password_goes_the_same_way(app: Flask, given: Given, outbox: Outbox) -> None:
    given(new_customer, "new@sample.example.cs")
    client = InspectingClient(app, language="ja")
    ask_for_reset(client, "/cs", "new@sample.example.cs", "new@sample.example")
    answer = set_password(client, mailed_link(outbox()), NEW_PASSWORD)
    assert answer.location == "/cs/login?reason=password"
    assert message("M-57", "ja") in client.get(answer.location).words()
    assert knock(client, "/cs", "new@sample.example.cs", NEW_PASSWORD).location == "/cs/"


@pytest.mark.req("RESET-09", "RESET-10", "M-36")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_reset_is_possible_24_hours_after_the_last_was_completed(
    app: Flask, outbox: Outbox, language: str
) -> None:
    client = InspectingClient(app, language=language)
    with clock.at(NOON - 50 * MINUTE):
        ask_for_reset_as(client, "taro")
    with clock.at(NOON):
        set_password(client, mailed_link(outbox()), NEW_PASSWORD)
    outbox()
    day = timedelta(hours=24)
    for after in (SECOND, day - SECOND):
        with clock.at(NOON + after):
            unmatched = wrong(client)
            assert message("M-35", language) in unmatched.alerts(), "it is told after a match alone"
            page = ask_for_reset_as(client, "taro")
            assert page.status == 422
            # Before sign-in times are those of the system: Tokyo.
            assert message("M-36", language, time="2026-11-21 12:00:00") in page.alerts()
            assert outbox() == []
    with clock.at(NOON + day):
        assert ask_for_reset_as(client, "taro").location == SENT
        assert len(outbox()) == 1


@pytest.mark.req("RESET-09", "Q12")
def test_a_request_that_was_never_completed_starts_no_wait(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app)
    for minutes in (0, 30, 90):
        with clock.at(NOON + minutes * MINUTE):
            assert ask_for_reset_as(client, "taro").location == SENT
    assert len(outbox()) == 3


@pytest.mark.req("security:T12", "RESET-09", "FIRST-01")
@pytest.mark.parametrize(("counts", "status"), [(True, 422), (False, 303)])
def test_whether_a_first_password_counts_is_a_setting(
    app: Flask, given: Given, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, *, counts: bool, status: int
) -> None:
    setting(app, monkeypatch, first_password_counts=counts)
    given(new_customer, "new@sample.example.cs")
    client = InspectingClient(app)

    def ask() -> Page:
        return ask_for_reset(client, "/cs", "new@sample.example.cs", "new@sample.example")

    with clock.at(NOON):
        ask()
        set_password(client, mailed_link(outbox()), NEW_PASSWORD)
    with clock.at(NOON + HOUR):
        assert ask().status == status
        if status == 303:
            set_password(client, mailed_link(outbox()), ANOTHER)
    with clock.at(NOON + 2 * HOUR):
        assert ask().status == 422, "a second one within the day waits in any case"


@pytest.mark.req("RESET-11", "SEC-22", "SEC-09", "HIST-03")
def test_a_completed_reset_ends_sessions_and_exemptions_and_lifts_the_lock(
    app: Flask, given: Given, signed_in: SignedIn, outbox: Outbox, stored: Stored
) -> None:
    given(pair_app, "taro")
    browser = InspectingClient(app)
    with clock.at(NOON):
        give(browser, half_way(browser, "taro"), "app", app_code(), remember=True)
        assert marked(browser, MarkKind.EXEMPTION)
        other, colleague = signed_in("taro"), signed_in("hanako")
        fail(InspectingClient(app), "taro", 5)
        outbox()
        client = InspectingClient(app)
        ask_for_reset_as(client, "taro")
        answer = set_password(client, mailed_link(outbox()), NEW_PASSWORD)
        assert answer.location == "/cs/login?reason=password"
        assert client.cookie() is None, "the way leads to the login, not past it"
        assert [is_in(item) for item in (browser, other, colleague)] == [False, False, True]
        assert stored(lambda session: open_sessions(session, "taro")) == 0
        (mail,) = outbox()
        assert (mail.to, mailed_link([mail], BRAKE_LINK)[:3]) == (MAIL, "/cs")
        assert knock_as(browser, "taro", PASSWORD).status == 422, "the old password"
        assert knock(browser, "/cs", TARO, NEW_PASSWORD).location == "/cs/login/method"
        ways = browser.get("/cs/login/method").all("button", name="method")
        assert [item.get("value") for item in ways] == ["app"], "the mailbox is not the second proof too"
    told = stored(lambda session: list(session.scalars(select(LoginEvent.kind).order_by(LoginEvent.id))))
    assert told[-4:-2] == ["password.reset", "user.unlocked"]


@pytest.mark.req("RESET-11", "AUTH-07", "M-37")
def test_it_does_not_lift_a_disabling(app: Flask, given: Given, outbox: Outbox) -> None:
    client = InspectingClient(app, language="ja")
    ask_for_reset_as(client, "taro")
    link = mailed_link(outbox())
    page = client.get(link)
    given(freeze, "taro")
    answer = client.submit(page, link, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert answer.status == 404
    assert message("M-37", "ja") in answer.words()
    assert knock(client, "/cs", TARO, NEW_PASSWORD).status == 422


@pytest.mark.req("SEC-14", "SEC-18")
def test_a_mailbox_is_not_filled_and_the_last_link_stays_good(app: Flask, outbox: Outbox) -> None:
    client = InspectingClient(app)
    with clock.at(NOON):
        for _ in range(7):
            assert ask_for_reset_as(client, "taro").location == SENT, "nothing is told of it"
        mails = outbox()
        assert len(mails) == 5
        assert client.get(mailed_link(mails)).status == 200
    with clock.at(NOON + 15 * MINUTE):
        ask_for_reset_as(client, "taro")
        assert len(outbox()) == 1


@pytest.mark.req("SEC-55", "RESET-05")
def test_the_journal_tells_what_was_asked_and_when_it_closed(app: Flask, stored: Stored) -> None:
    client = InspectingClient(app)
    ask_for_reset_as(client, "taro")
    for _ in range(5):
        wrong(client)
    told = [kind for kind in stored(kinds) if kind.startswith("password.reset")]
    assert told == ["password.reset_asked", *["password.reset_failed"] * 5, "password.reset_closed"]
