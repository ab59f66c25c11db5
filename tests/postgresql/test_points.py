"""The pages of points, and the mailing of statements by several workers, with PostgreSQL below (PT-08)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app import clock
from app.catalog.statement_jobs import send_what_is_due
from tests import cast
from tests.catalog.points import test_portal_points, test_statement_mail
from tests.conftest import Given, Outbox, SignedIn

pytestmark = pytest.mark.req("PT-08")


def test_lists_and_statements_say_what_they_say_on_sqlite(given: Given, signed_in: SignedIn) -> None:
    given(test_portal_points.overdrawn)
    customer = signed_in("hanako")
    rows = customer.get(test_portal_points.STATEMENT).rows()
    assert [(row["増減"], row["残数"], row["利用可能"]) for row in rows] == [
        ("+5", "5", "5"),
        ("−5", "0", "0"),
        ("−3", "−3", "−3"),
    ]
    [period] = customer.get(f"{test_portal_points.PAGE}?sort=-left").rows()
    assert period["残数"] == "−3 3 超過"
    with clock.at(test_portal_points.IN_NOVEMBER):
        accounts = signed_in("agent").get("/console/accounts/?q=ｎ２&sort=left").rows()
    assert [row["残数"] for row in accounts if row["お客様番号"] == cast.CS_NUMBER] == ["−3 3 超過"]


@pytest.mark.req("REL-04")
def test_of_two_workers_one_sends_the_statement(app: Flask, given: Given, outbox: Outbox) -> None:
    given(test_statement_mail.october)
    outbox()

    def work(_worker: int) -> int:
        with clock.at(test_statement_mail.ENDED):
            return send_what_is_due(app)

    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(work, range(2))) == 1
    assert len(outbox()) == 1
