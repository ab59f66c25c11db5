"""What an enhanced request gets that no page can be swapped for: the text being written must survive it."""

import pytest

from app.cases.lifecycle import CaseState
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn
from tests.factories import cases

ENHANCED = {"HX-Request": "true"}


@pytest.mark.req("SESS-02")
def test_whoever_is_signed_out_gets_no_page_to_swap(client: InspectingClient) -> None:
    fields = {"csrf_token": client.token()}
    answer = client.post("/cs/cases/CS0000001/comments", fields, headers=ENHANCED)
    assert (answer.status, answer.text) == (401, "")


@pytest.mark.req("SESS-02", "CASE-05")
def test_every_page_carries_what_the_script_says_then(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.NEW)
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "ログアウトしています。入力した内容は残っています。" in page.text
    told = {item.get("id") for item in page.all("template")}
    assert {"refused", "refused-gone", "refused-signed-out"} <= told
