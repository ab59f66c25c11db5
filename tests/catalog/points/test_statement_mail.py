"""The statement of a period that has ended goes to the administrators once, as a PDF in their language."""

import base64
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Forbidden
from app.catalog import periods
from app.catalog.actions.settling import settle
from app.catalog.actions.stating import send_statement
from app.catalog.actions.terms import Terms, set_request_terms
from app.catalog.models import PointPeriod
from app.catalog.statement_jobs import SENDER, send_what_is_due
from app.catalog.statement_mail import recipients_of
from app.outbox import WEIGHTY, OutboxMessage
from tests import cast
from tests.conftest import Given, Outbox, Stored, Untouched
from tests.factories import catalog

pytestmark = pytest.mark.req("PT-08")

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
IN_OCTOBER = datetime(2026, 10, 5, tzinfo=UTC)
# The first of November in Tokyo.
ENDED = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)


def october(
    session: Session, *, mails: bool = True, is_settled: bool = True, has_points: bool = True
) -> None:
    number = cast.number(session, cast.CS_NUMBER)
    terms = Terms(includes_requests=True, includes_points=has_points, mails_statement=mails)
    set_request_terms(session, actor=catalog.MAKER, number=number, terms=terms)
    with clock.at(IN_OCTOBER):
        period = catalog.period(session, starts_on=FIRST, ends_on=LAST)
        catalog.request(session, catalog.item(session, points=8))
    if is_settled:
        settle(session, period, today=LAST + timedelta(days=1), actor=catalog.MAKER)


def second_administrator(session: Session) -> None:
    """Taro, who is an administrator too and reads English in New York."""
    taro = update(User).where(User.login_key == cast.ROLES["taro"].login_id)
    session.execute(taro.values(is_administrator=True, language="en", time_zone="America/New_York"))


def attached(session: Session) -> list[tuple[str, str, bytes]]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [
        (row.payload["to"], item["name"], base64.b64decode(item["content"]))
        for row in rows
        for item in row.payload.get(WEIGHTY, ())
    ]


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def period_of(session: Session) -> PointPeriod:
    return session.scalars(periods.with_balance(SENDER)).one()


def test_nobody_but_the_job_sends_statements(session: Session) -> None:
    october(session)
    with pytest.raises(Forbidden):
        send_statement(
            session,
            period_of(session),
            actor=cast.actor_of(session, "admin"),
            last_entry_id=0,
            recipients=(),
            files={},
        )


@pytest.mark.parametrize(
    ("moment", "options"),
    [
        (ENDED - timedelta(seconds=1), {"is_settled": False}),
        (ENDED, {"is_settled": False}),
        (ENDED + timedelta(hours=23), {"is_settled": False}),
        (ENDED, {"mails": False}),
        (ENDED, {"has_points": False}),
        # Thirty-two days after the last one.
        (ENDED + timedelta(days=31), {}),
    ],
)
def test_what_is_not_due_is_not_sent(
    app: Flask, given: Given, untouched: Untouched, moment: datetime, options: dict[str, bool]
) -> None:
    given(october, **options)
    with untouched(), clock.at(moment):
        assert send_what_is_due(app) == 0


@pytest.mark.req("MAIL-05")
def test_each_administrator_gets_it_once_in_the_own_language(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    given(october)
    outbox()
    with clock.at(ENDED):
        assert send_what_is_due(app) == 1
        assert send_what_is_due(app) == 0
    # Taro is no administrator, and Kaito is disabled.
    [mail] = outbox()
    assert (mail.to, mail.language) == ("hanako@sample.example", "ja")
    assert mail.subject == "[N200000001] ポイント明細のお知らせ（2026-10-01～2026-10-31）"
    assert "期間終了時: 47 失効" in mail.text
    assert "https://desk.test/cs/account/points/N200000001/2026-10-01" in mail.text
    [(to, name, content)] = stored(attached)
    assert (to, name) == (mail.to, "point-statement_N200000001_2026-10-01.pdf")
    words = text_of(content)
    for expected in ("ポイント明細 N200000001", "付与", "予約", "失効", "WR0000001"):
        assert expected in words
    assert stored(period_of).statement_sent_at == ENDED


def test_two_administrators_read_the_same_in_their_own_ways(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    given(october)
    given(second_administrator)
    outbox()
    with clock.at(ENDED):
        send_what_is_due(app)
    assert {mail.to: mail.language for mail in outbox()} == {
        "hanako@sample.example": "ja",
        "taro@sample.example": "en",
    }
    files = {to: text_of(content) for to, _name, content in stored(attached)}
    assert "Point statement N200000001" in files["taro@sample.example"]
    # Midnight in Greenwich, on the clocks of both.
    assert "2026-10-04 20:00:00" in files["taro@sample.example"]
    assert "2026-10-05 09:00:00" in files["hanako@sample.example"]


def test_where_nobody_may_have_it_nothing_is_sent_and_it_is_not_asked_again(
    app: Flask, given: Given, outbox: Outbox, stored: Stored
) -> None:
    given(october)
    given(lambda session: session.execute(update(User).values(is_administrator=False)))
    outbox()
    with clock.at(ENDED):
        assert send_what_is_due(app) == 1
        assert send_what_is_due(app) == 0
    assert outbox() == []
    assert stored(period_of).statement_sent_at == ENDED


def test_what_waits_to_be_carried_holds_it_up_for_a_day_at_most(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(october, is_settled=False)
    outbox()
    with clock.at(ENDED + timedelta(days=1)):
        assert send_what_is_due(app) == 1
    assert len(outbox()) == 1


def test_a_statement_older_than_its_ledger_is_made_anew(session: Session) -> None:
    october(session)
    period = period_of(session)
    seen = period.balance.last_entry_id
    people = recipients_of(session, period)
    options = {"actor": SENDER, "recipients": people, "files": {}}
    assert not send_statement(session, period, last_entry_id=seen - 1, **options)  # type: ignore[arg-type]  # Named above.
    assert period.statement_sent_at is None
    assert send_statement(session, period, last_entry_id=seen, **options)  # type: ignore[arg-type]  # Named above.
    assert not send_statement(session, period, last_entry_id=seen, **options)  # type: ignore[arg-type]  # Named above.
