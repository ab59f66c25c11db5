"""Accepting and rejecting work requests as acts: what becomes of the request, its points, its files, and who is told."""

import pytest
from sqlalchemy.orm import Session

from app.catalog.actions import deciding
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from tests import cast
from tests.factories import catalog


@pytest.mark.req("WR-09")
def test_acceptance_makes_a_case(session: Session) -> None:
    catalog.period(session)
    request = catalog.request(session, catalog.item(session, points=8))
    case = deciding.accept(session, request, actor=cast.actor_of(session, "agent"), version=request.version)
    assert request.state is RequestState.ACCEPTED
    assert case.subject == "1. CSPM 検知ポリシー変更"
