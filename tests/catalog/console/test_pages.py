"""The queue of work requests and the page of one, as agents see them (D03, D04)."""

import pytest

from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import catalog

QUEUE = "/console/work-requests/"


@pytest.mark.req("DESK-02")
def test_look(signed_in: SignedIn, given: Given) -> None:
    given(lambda session: catalog.period(session).id)
    number = given(lambda session: catalog.request(session, catalog.item(session, points=8)).number)
    page = signed_in("agent").get(QUEUE)
    print(page.rows())
    page = signed_in("agent").get(f"{QUEUE}{number}")
    print(page.words())
    page = signed_in("cs_agent").get(f"{QUEUE}{number}")
    page = signed_in("cs_agent").get("/console/")
    print(page.words())
