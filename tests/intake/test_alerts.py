"""Alerts that programs bring in: a new one makes a case, a repeated one updates it (CASE-19, DESK-07, SEC-50)."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.authz import system_actor
from app.cases.actions import merging
from app.cases.categories import Category, Origin
from app.cases.lifecycle import Act, CaseState
from app.cases.set_up import configure_service
from app.journal import broken_links
from tests import cast
from tests.cast import ALICE_FM_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import alerts, cases

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HANAKO, JIRO, DESK = "hanako@sample.example", "jiro@sample.example", "desk-fm@desk.example"


@pytest.fixture
def shown(given: Given) -> str:
    return str(given(alerts.token).token)


@pytest.mark.req("CASE-19", "DESK-07")
def test_an_alert_makes_a_case(app: Flask, shown: str, stored: Stored) -> None:
    answer = alerts.bring(app, shown)

    [case] = stored(alerts.alert_cases)
    assert answer.status_code == 201
    assert answer.get_json() == {"case": case.number, "state": "new", "times": 1}
    assert case.category is Category.ALERT
    assert case.origin is Origin.ALERT
    assert case.state is CaseState.NEW
    assert case.subject == "不審なサイトへの接続を遮断しました"
    assert case.contact_id is None
    assert stored(lambda session: cases.history(session, case.number)) == [
        "case.opened", "case.comment_added", "case.alert_received"
    ]  # fmt: skip
    assert stored(lambda session: cases.bodies(session, case.number)) == [
        "端末がフィッシングサイトへ接続しようとしたため、遮断しました。"
    ]
    assert stored(broken_links) == []


@pytest.mark.req("MAIL-02", "MAIL-04", "MAIL-05", "MAIL-06", "CASE-19")
def test_all_users_of_the_number_are_told_and_the_desk_is(app: Flask, shown: str, outbox: Outbox) -> None:
    alerts.bring(app, shown)
    mails = {mail.to: mail for mail in outbox()}

    assert set(mails) == {HANAKO, JIRO, DESK}
    assert "アラート（重大）" in mails[HANAKO].subject
    for word in (
        "検知日時: 2026-03-02 09:41:00",
        "端末: Pixel 8",
        "https://detector.example/alerts/123",
        "遮断しました。",
    ):
        assert word in mails[HANAKO].text
    assert "/fm/cases/" in mails[HANAKO].text
    assert "/console/cases/" in mails[DESK].text


@pytest.mark.req("MAIL-05", "LANG-02")
def test_a_reader_of_english_is_told_in_english(
    app: Flask, shown: str, outbox: Outbox, signed_in: SignedIn, stored: Stored
) -> None:
    alerts.bring(app, shown, alerts.body(customer_number=ALICE_FM_NUMBER, title="Phishing blocked"))
    [mail] = [mail for mail in outbox() if mail.to.startswith("alice")]
    assert "Alert (High): Phishing blocked" in mail.subject
    assert "Detected: 2026-03-02 09:41:00" in mail.text

    [case] = stored(alerts.alert_cases)
    page = signed_in("alice").get(f"/fm/cases/{case.number}")
    assert "Alert intake" in page.words()
    assert "Severity High" in page.words()


@pytest.mark.req("SEC-34", "MAIL-02")
def test_what_a_program_sends_is_text_in_both_parts_of_a_mail(app: Flask, shown: str, outbox: Outbox) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    alerts.bring(app, shown, alerts.body(title=hostile, description=hostile, details={hostile: hostile}))
    for mail in outbox():
        assert hostile in mail.text
        assert "<img" not in mail.html
        assert "&lt;img" in mail.html


@pytest.mark.req("CASE-19")
def test_customer_and_desk_read_what_the_alert_says(
    app: Flask, shown: str, signed_in: SignedIn, stored: Stored
) -> None:
    alerts.bring(app, shown, alerts.body(details={"<b>端末</b>": "<script>alert(1)</script>"}))
    [case] = stored(alerts.alert_cases)
    for name, place in (("jiro", "fm"), ("agent", "console")):
        page = signed_in(name).get(f"/{place}/cases/{case.number}")
        words = page.words()
        assert "アラート受付" in words
        assert "重要度 重大" in words
        assert "<script>alert(1)</script>" in words
        [link] = page.all("a", href="https://detector.example/alerts/123")
        assert "noopener" in link.get("rel")


@pytest.mark.req("CASE-19", "SVC-04")
def test_strangers_do_not_see_the_case(app: Flask, shown: str, signed_in: SignedIn, stored: Stored) -> None:
    alerts.bring(app, shown)
    [case] = stored(alerts.alert_cases)
    assert signed_in("charlie").get(f"/fm/cases/{case.number}").status == 404
    assert signed_in("cs_agent").get(f"/console/cases/{case.number}").status == 404


@pytest.mark.req("DESK-07", "CASE-22")
def test_a_repeated_alert_updates_its_case(
    app: Flask, shown: str, stored: Stored, signed_in: SignedIn, outbox: Outbox
) -> None:
    with clock.at(MOMENT):
        number = alerts.bring(app, shown).get_json()["case"]
    outbox()
    with clock.at(MOMENT + timedelta(hours=2)):
        answer = alerts.bring(app, shown)

    assert answer.status_code == 200
    assert answer.get_json() == {"case": number, "state": "new", "times": 2}
    assert stored(alerts.times) == 2
    [case] = stored(alerts.alert_cases)
    assert case.updated_at == MOMENT + timedelta(hours=2)
    assert stored(lambda session: cases.history(session, number))[-1] == "case.alert_repeated"
    assert "アラートが再度発生しました（2回目）" in signed_in("jiro").get(f"/fm/cases/{number}").words()
    assert outbox() == []


@pytest.mark.req("DESK-07")
def test_a_repeated_alert_that_says_something_else_shows_it(
    app: Flask, shown: str, stored: Stored, signed_in: SignedIn
) -> None:
    number = alerts.bring(app, shown).get_json()["case"]
    alerts.bring(app, shown, alerts.body(severity="critical", description="別の端末でも検知しました。"))

    [case] = stored(alerts.alert_cases)
    words = signed_in("jiro").get(f"/fm/cases/{number}").words()
    assert "重要度 緊急" in words
    assert "別の端末でも検知しました。" in words
    assert case.subject == "不審なサイトへの接続を遮断しました"


@pytest.mark.req("DESK-07", "CASE-16")
def test_a_repeat_after_the_closure_stays_on_the_closed_case_and_the_desk_is_told_once(
    app: Flask, shown: str, given: Given, stored: Stored, outbox: Outbox
) -> None:
    with clock.at(MOMENT):
        number = alerts.bring(app, shown).get_json()["case"]
    with clock.at(MOMENT + timedelta(hours=1)):
        given(cases.move, number, Act.CLOSE, by="jiro")
    outbox()
    with clock.at(MOMENT + timedelta(hours=2)):
        answer = alerts.bring(app, shown)
        again = alerts.bring(app, shown)

    assert (answer.status_code, answer.get_json()) == (200, {"case": number, "state": "closed", "times": 2})
    assert again.get_json()["times"] == 3
    [mail] = outbox()
    assert mail.to == DESK
    assert "再発しました" in mail.subject
    [case] = stored(alerts.alert_cases)
    assert case.state is CaseState.CLOSED
    assert case.updated_at == MOMENT + timedelta(hours=1)


@pytest.mark.req("DESK-07")
def test_a_repeat_of_a_merged_case_belongs_to_where_the_matter_goes_on(
    app: Flask, shown: str, given: Given, stored: Stored
) -> None:
    number = alerts.bring(app, shown).get_json()["case"]
    other = given(cases.open_case, number=FM_NUMBER)

    def merge(session: Session) -> None:
        merging.merge(
            session, cases.case_of(session, number), into=cases.case_of(session, other),
            actor=cast.actor_of(session, "agent"),
        )  # fmt: skip

    given(merge)
    answer = alerts.bring(app, shown)
    assert answer.get_json()["case"] == other
    assert stored(lambda session: cases.history(session, other))[-1] == "case.alert_repeated"
    assert stored(lambda session: cases.history(session, number))[-1] == "case.alert_repeated"


@pytest.mark.req("DESK-07", "SVC-04")
def test_an_identifier_belongs_to_one_customer_number(app: Flask, shown: str, stored: Stored) -> None:
    alerts.bring(app, shown)
    answer = alerts.bring(app, shown, alerts.body(customer_number=ALICE_FM_NUMBER))
    assert answer.status_code == 409
    assert stored(alerts.times) == 1
    assert len(stored(alerts.alert_cases)) == 1
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["type"] == "urn:madoguchi:problem:other-number"
    assert FM_NUMBER not in answer.get_data(as_text=True)


@pytest.mark.req("DESK-07")
def test_another_service_has_identifiers_of_its_own(
    app: Flask, given: Given, shown: str, stored: Stored
) -> None:
    given(alerts.switch, "cs", is_on=True)
    given(_use_alerts, "cs")
    other = given(alerts.token, "cs").token
    alerts.bring(app, shown)
    answer = alerts.bring(app, other, alerts.body(customer_number=CS_NUMBER), address="/intake/cs/alerts")
    assert answer.status_code == 201
    assert len(stored(alerts.alert_cases)) == 2


@pytest.mark.req("CASE-21")
@pytest.mark.parametrize("code", ["credit_exceeded", "alarm", "health_check"])
def test_a_program_opens_cases_of_other_categories_that_the_service_uses(
    app: Flask, given: Given, stored: Stored, code: str
) -> None:
    given(alerts.switch, "cs", is_on=True)
    shown = given(alerts.token, "cs").token
    told = alerts.body(customer_number=CS_NUMBER, category=code)
    assert alerts.bring(app, shown, told, address="/intake/cs/alerts").status_code == 201
    [case] = stored(alerts.alert_cases)
    assert case.category == Category(code)


@pytest.mark.req("CASE-21")
@pytest.mark.parametrize("code", ["alarm", "incident"])
def test_but_none_that_it_does_not_use(app: Flask, shown: str, stored: Stored, code: str) -> None:
    answer = alerts.bring(app, shown, alerts.body(category=code))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/category"]
    assert stored(alerts.count) == 0


@pytest.mark.req("INQ-08")
def test_an_alert_is_no_inquiry(app: Flask, given: Given, shown: str) -> None:
    given(cases.open_inquiry, number=FM_NUMBER)
    assert alerts.bring(app, shown).status_code == 201
    given(cases.open_inquiry, number=ALICE_FM_NUMBER)


@pytest.mark.req("MAIL-04", "AUTH-07")
def test_who_was_disabled_is_told_nothing(app: Flask, given: Given, shown: str, outbox: Outbox) -> None:
    given(
        lambda session: accounts.disable(
            session, actor=system_actor("tests"), user=cast.person(session, "jiro")
        )
    )
    outbox()
    alerts.bring(app, shown)
    assert JIRO not in {mail.to for mail in outbox()}


def _use_alerts(session: Session, slug: str) -> None:
    service = alerts.service_of(session, slug)
    configure_service(
        session, actor=system_actor("tests"), service=service, takes_alerts=True,
        categories=[(Category.ALERT, False, False), (Category.SERVICE, True, False)],
    )  # fmt: skip


def test_an_alerts_own_text_is_no_reply_of_the_desk(app: Flask, shown: str, stored: Stored) -> None:
    alerts.bring(app, shown)
    [case] = stored(alerts.alert_cases)
    assert case.replied_at is None
