"""GET /<service>/work-requests/sent/<number>: a request that was sent, its files and its history."""

import pytest

from tests import cast
from tests.catalog.portal.steps import LIST, SENT, publish_anew
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import catalog, requests

LEAD = "事前にご連絡のあった分のため。"


def facts(page: Page) -> dict[str, str]:
    """Names and values of the page."""
    names, values = page.all("dt"), page.all("dd")
    return {page.words(name): page.words(value) for name, value in zip(names, values, strict=True)}


@pytest.mark.req("WR-11", "PT-04")
def test_a_waiting_request_shows_its_content_state_and_points(given: Given, signed_in: SignedIn) -> None:
    given(requests.period)
    number = given(requests.waiting, points=8, details="<b>一行目</b>\n二行目", file_names=["構成図.txt"])
    page = signed_in("taro").get(f"{SENT}/{number}")
    assert page.words(page.one("h1")) == "1. CSPM 検知ポリシー変更"
    shown = facts(page)
    assert shown["依頼内容"] == "<b>一行目</b> 二行目"
    assert (shown["状況"], shown["依頼者"], shown["お客様番号"]) == ("受理待ち", "佐藤 花子", cast.CS_NUMBER)
    assert (shown["必要ポイント"], shown["この依頼の予約"], shown["消化数"]) == ("8", "8", "0")
    assert [page.words(link) for link in page.all("a") if "/files/" in link.get("href", "")] == ["構成図.txt"]
    assert "佐藤 花子" in page.words(page.one("ol", class_="timeline"))
    assert page.words(page.styled("nav", "breadcrumb")[0]) == f"ホーム 作業依頼 {number}"


@pytest.mark.req("WR-08", "WR-10", "WR-11")
def test_a_rejected_request_says_why(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting)
    given(requests.reject, number)
    page = signed_in("hanako").get(f"{SENT}/{number}")
    assert (facts(page)["状況"], facts(page)["理由"]) == ("不受理", requests.REASON)
    assert "/cs/cases/" not in page.text


@pytest.mark.req("WR-09", "WR-10", "PT-04", "PT-05")
def test_an_accepted_request_leads_to_its_case_and_tells_an_overdraft(
    given: Given, signed_in: SignedIn
) -> None:
    given(requests.period, plan_points=5, option_points=0)
    number = given(requests.waiting, points=8)
    case = given(requests.accept, number, overdraft_reason=LEAD)
    page = signed_in("hanako").get(f"{SENT}/{number}")
    shown = facts(page)
    assert (shown["必要ポイント"], shown["この依頼の予約"], shown["消化数"]) == ("8", "0", "8")
    assert (shown["この依頼による超過利用"], shown["超過利用の理由"]) == ("3", LEAD)
    assert page.words(page.one("a", href=f"/cs/cases/{case}")) == case
    assert number not in signed_in("hanako").get(LIST).words()


@pytest.mark.req("WR-11", "PT-05")
def test_a_request_without_held_points_says_so(given: Given, signed_in: SignedIn) -> None:
    given(requests.period, plan_points=5, option_points=0)
    number = given(requests.waiting, points=8)
    assert "この依頼のポイントは予約されていません。" in signed_in("hanako").get(f"{SENT}/{number}").words()


@pytest.mark.req("WR-11")
def test_where_points_pay_for_nothing_none_are_named(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting, number=cast.ALICE_CS_NUMBER, who="alice", points=8)
    page = signed_in("alice").get(f"{SENT}/{number}")
    assert "Points needed" not in page.words()
    assert facts(page)["Status"] == "Awaiting decision"


@pytest.mark.req("SEC-26", "SVC-04")
def test_a_foreign_request_is_like_one_that_does_not_exist(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting)
    fm_number = given(requests.waiting, number=cast.FM_NUMBER)
    stranger = signed_in("alice")
    answers = [stranger.get(f"{SENT}/{one}") for one in (number, "WR9999999", "x" * 300)]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    # One's own request of another service stands in that service's portal.
    assert signed_in("hanako").get(f"{SENT}/{fm_number}").status == 404
    assert signed_in("hanako").get(f"/fm/work-requests/sent/{fm_number}").status == 200


@pytest.mark.req("SEC-43", "SEC-44", "WR-04")
def test_a_file_goes_out_as_a_download_to_whoever_may_read_the_request(
    given: Given, signed_in: SignedIn
) -> None:
    number = given(requests.waiting, file_names=["構成図.txt"])
    other = given(requests.waiting)
    token = given(requests.file_token, number)
    answer = signed_in("taro").get(f"{SENT}/{number}/files/{token}")
    assert answer.status == 200
    assert answer.answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.answer.mimetype == "application/octet-stream"
    assert signed_in("alice").get(f"{SENT}/{number}/files/{token}").status == 404
    for wrong in (f"{number}/files/none", f"{number}/files/{token[:-1]}", f"{other}/files/{token}"):
        assert signed_in("hanako").get(f"{SENT}/{wrong}").status == 404


@pytest.mark.req("WR-11")
def test_a_request_keeps_what_its_item_said_when_it_was_sent(given: Given, signed_in: SignedIn) -> None:
    item = given(catalog.item)
    made = given(lambda session: catalog.request(session, item).number)
    given(publish_anew, fields=())
    page = signed_in("hanako").get(f"{SENT}/{made}")
    assert page.words(page.one("h1")) == "1. CSPM 検知ポリシー変更"
    assert facts(page)["依頼内容"] == "ポリシーの変更をお願いします。"
