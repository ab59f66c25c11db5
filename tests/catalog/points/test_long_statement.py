"""A statement of more entries than a PDF holds is mailed as a link, in every language of its readers (PT-08)."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import clock
from app.catalog.statement_jobs import send_what_is_due
from app.catalog.statement_mail import files_of, recipients_of
from app.lists.export.answer import FORMATS
from tests.catalog.points.test_statement_mail import (
    ENDED,
    attached,
    october,
    period_of,
    second_administrator,
)
from tests.conftest import Given, Outbox, SignedIn, Stored

pytestmark = pytest.mark.req("PT-08")

STATEMENT = "/cs/account/points/N200000001/2026-10-01"
MOST = FORMATS["pdf"].most
# Moves between the contract and what is free, by turns, so that the balances stay within their bounds.
BOOK = text(
    "WITH RECURSIVE line(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM line WHERE n < :count) "
    "INSERT INTO point_entry (period_id, kind, source, target, amount, reason, actor_kind, actor_name, at, key) "
    "SELECT 1, 'grant', CASE n % 2 WHEN 1 THEN 'contract' ELSE 'free' END, "
    "CASE n % 2 WHEN 1 THEN 'free' ELSE 'contract' END, 1, '', 'system', 'tests', '2026-10-06 00:00:00.000000', "
    "'line:' || n FROM line"
)


def entries(session: Session, count: int) -> None:
    """A period that has ended with so many entries, an even number more than those it has by itself."""
    october(session)
    here = period_of(session).balance.entries
    assert (count - here) % 2 == 0
    session.execute(BOOK, {"count": count - here})
    session.expire_all()


@pytest.mark.req("MAIL-05", "HIST-05")
def test_it_goes_out_as_a_link_to_everybody_and_the_portal_has_all_of_it(
    app: Flask, given: Given, outbox: Outbox, stored: Stored, signed_in: SignedIn
) -> None:
    given(entries, MOST + 1)
    given(second_administrator)
    outbox()
    with clock.at(ENDED):
        assert send_what_is_due(app) == 1
        assert send_what_is_due(app) == 0
    mails = {mail.to: mail for mail in outbox()}
    assert set(mails) == {"hanako@sample.example", "taro@sample.example"}
    assert "PDFを添付できません" in mails["hanako@sample.example"].text
    assert "too long for a PDF by mail" in mails["taro@sample.example"].text
    for mail in mails.values():
        assert f"https://desk.test{STATEMENT}\n" in mail.text
    assert stored(attached) == []
    assert stored(period_of).statement_sent_at == ENDED
    with clock.at(datetime(2026, 11, 2, tzinfo=UTC)):
        page = signed_in("hanako").get(STATEMENT)
    assert "10001 件" in page.words()


def test_the_last_entry_that_fits_still_makes_a_file(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered to what is there, since ten thousand lines of PDF take two seconds."""
    october(session)
    period = period_of(session)
    people, limit = recipients_of(session, period), FORMATS["pdf"]
    assert period.balance.entries > 2
    for most, is_attached in ((period.balance.entries, True), (period.balance.entries - 1, False)):
        lowered = type(limit)(limit.label, limit.media_type, limit.module, most)
        monkeypatch.setitem(FORMATS, "pdf", lowered)
        assert bool(files_of(session, period, people)) is is_attached
