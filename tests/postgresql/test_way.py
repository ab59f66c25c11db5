"""The whole way of a work request through the pages, with PostgreSQL below (WR-06, WR-09, WR-10, PT-04)."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.catalog.ledger import Balances
from app.catalog.models import PointBalance, PointEntry, WorkRequest
from app.catalog.verifying import Difference, compare
from app.journal import broken_links
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import catalog

REASON = "対象のサーバーが契約に含まれていないため。"


def send(customer: InspectingClient) -> None:
    page = customer.get("/cs/work-requests/policy")
    customer.submit(page, "/cs/work-requests/policy", f__details="ポリシーの変更をお願いします。")


def last_number(session: Session) -> str:
    return session.scalars(select(WorkRequest.number).order_by(WorkRequest.id.desc())).first() or ""


def booked(session: Session) -> tuple[Balances, list[str], list[Difference], list[int]]:
    # First, since it begins a transaction of a kind of its own.
    differences = list(compare(session).differences)
    kinds = [kind.value for kind in session.scalars(select(PointEntry.kind).order_by(PointEntry.id))]
    balances = session.scalars(select(PointBalance)).one().as_balances()
    return balances, kinds, differences, broken_links(session)


@pytest.mark.req("WR-06", "WR-09", "WR-10", "PT-04")
def test_a_request_is_held_accepted_and_used_another_rejected_and_released(
    given: Given, stored: Stored, signed_in: SignedIn, outbox: Outbox
) -> None:
    given(catalog.period)
    given(catalog.item, points=8)
    customer, agent = signed_in("hanako"), signed_in("agent")

    send(customer)
    accepted = stored(last_number)
    page = agent.get(f"/console/work-requests/{accepted}")
    agent.submit(page, f"/console/work-requests/{accepted}/acceptance")
    case = stored(lambda session: session.scalars(select(Case)).one())
    assert case.number in agent.get(f"/console/work-requests/{accepted}").text
    assert "ポリシーの変更をお願いします。" in customer.get(f"/cs/cases/{case.number}").text

    send(customer)
    rejected = stored(last_number)
    page = agent.get(f"/console/work-requests/{rejected}")
    agent.submit(page, f"/console/work-requests/{rejected}/rejection", reason=REASON)
    assert REASON in customer.get(f"/cs/work-requests/sent/{rejected}").text

    used = Balances(contract=55, free=47, used=8)
    assert stored(booked) == (used, ["grant", "hold", "use", "hold", "release"], [], [])
    assert [mail.subject for mail in outbox() if rejected in mail.subject]
    assert "47" in customer.get("/cs/account/points").text
