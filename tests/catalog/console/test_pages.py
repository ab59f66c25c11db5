"""The queue of work requests and the page of one, as agents see them (D03, D04)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.catalog.actions.items import publish, save_draft
from app.catalog.content import content_of
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItem, CatalogItemVersion, RequestApproval, RequestFile
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases, catalog, requests

QUEUE = "/console/work-requests/"
MORNING = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def numbers(page: Page) -> list[str]:
    return [row[next(iter(row))] for row in page.rows()]


@pytest.mark.req("DESK-02")
def test_the_queue_holds_what_waits_oldest_first(signed_in: SignedIn, given: Given) -> None:
    given(requests.period)
    with clock.at(MORNING + HOUR):
        second = given(requests.waiting, number=cast.ALICE_CS_NUMBER, who="alice")
    with clock.at(MORNING):
        first = given(requests.waiting, points=8)
    given(requests.accept, given(requests.waiting))
    given(requests.reject, given(requests.waiting))
    hidden = given(requests.waiting)
    given(requests.put, hidden, RequestState.APPROVAL)
    with clock.at(MORNING + 3 * HOUR):
        page = signed_in("agent").get(QUEUE)
    assert page.rows() == [
        {
            "依頼番号": first,
            "アイテム": "1. CSPM 検知ポリシー変更",
            "サービス名": "マネージドCSPM",
            "お客様番号": cast.CS_NUMBER,
            "ご契約者名": cast.SAMPLE,
            "依頼者": "佐藤 花子",
            "送信日時": "3時間前",
            "変更": "",
            "必要ポイント": "8",
            "残りポイント": "55",
        },
        {
            "依頼番号": second,
            "アイテム": "1. CSPM 検知ポリシー変更",
            "サービス名": "マネージドCSPM",
            "お客様番号": cast.ALICE_CS_NUMBER,
            "ご契約者名": cast.A_COMPANY,
            "依頼者": "Alice Adams",
            "送信日時": "2時間前",
            "変更": "",
            "必要ポイント": "",
            "残りポイント": "",
        },
    ]
    assert {item.get("title") for item in page.all("time")} == {
        "2026年11月20日(金) 09:00:00",
        "2026年11月20日(金) 10:00:00",
    }


@pytest.mark.req("DESK-02", "ROLE-05")
def test_agents_see_the_queues_of_their_services(signed_in: SignedIn, given: Given) -> None:
    on_cs, on_fm = given(requests.waiting), given(requests.waiting, number=cast.FM_NUMBER)
    assert numbers(signed_in("agent").get(QUEUE)) == [on_cs, on_fm]
    page = signed_in("cs_agent").get(QUEUE)
    assert numbers(page) == [on_cs]
    assert page.heads()[:3] == ["Request number", "Item", "Service name"]
    entry = next(item for item in page.all("a", href=QUEUE) if "Work requests" in page.words(item))
    assert page.words(entry) == "Work requests 1"


@pytest.mark.req("DESK-02")
def test_views_show_what_was_decided_and_everything_that_came_to_the_desk(
    signed_in: SignedIn, given: Given
) -> None:
    waits, accepted, rejected, withdrawn, refused = (given(requests.waiting) for _ in range(5))
    with clock.at(clock.now() - HOUR):
        given(requests.accept, accepted)
    given(requests.reject, rejected)
    given(requests.put, withdrawn, RequestState.WITHDRAWN)
    given(requests.put, refused, RequestState.REFUSED)
    client = signed_in("agent")
    page = client.get(f"{QUEUE}?view=decided")
    assert [(row["依頼番号"], row["状況"]) for row in page.rows()] == [
        (rejected, "不受理"),
        (accepted, "受理"),
    ]
    assert numbers(client.get(f"{QUEUE}?view=all&sort=number")) == [waits, accepted, rejected, withdrawn]
    assert numbers(client.get(f"{QUEUE}?view=none")) == [waits]


@pytest.mark.req("DESK-02", "LIST-05")
def test_it_sorts_by_its_columns_both_ways(signed_in: SignedIn, given: Given) -> None:
    first = given(requests.waiting)
    second = given(requests.waiting, number=cast.FM_NUMBER, who="jiro", points=3)
    client = signed_in("agent")
    for key in ("number", "item", "service", "customer-number", "holder", "requester", "points", "sent"):
        up, down = (numbers(client.get(f"{QUEUE}?sort={sign}{key}")) for sign in ("", "-"))
        assert set(up) == {first, second}
        assert down == up[::-1]


@pytest.mark.req("LIST-07")
def test_a_page_has_twenty_rows_and_asks_as_much_as_one_row_does(signed_in: SignedIn, given: Given) -> None:
    given(requests.waiting)
    client = signed_in("agent")
    client.get(QUEUE)
    one = len(client.get(QUEUE).queries)
    for _ in range(20):
        given(requests.waiting)
    page = client.get(QUEUE)
    assert len(page.rows()) == 20
    assert len(page.queries) == one
    assert numbers(client.get(f"{QUEUE}?page=2")) == ["WR0000021"]
    assert numbers(client.get(f"{QUEUE}?page=99")) == ["WR0000021"]


@pytest.mark.req("DESK-02", "PT-05")
@pytest.mark.parametrize(("plan", "words"), [(7, "8 不足"), (8, "8")])
def test_the_queue_marks_what_has_too_few_points(
    signed_in: SignedIn, given: Given, plan: int, words: str
) -> None:
    given(requests.period, plan_points=plan, option_points=0)
    given(requests.waiting, points=8)
    assert signed_in("agent").get(QUEUE).rows()[0]["必要ポイント"] == words


@pytest.mark.req("DESK-02", "PT-06")
def test_a_period_that_was_set_up_later_counts_by_the_days_of_the_desk(
    signed_in: SignedIn, given: Given
) -> None:
    """It was sent in the first second of November in Japan, which is October elsewhere."""
    with clock.at(datetime(2026, 10, 31, 15, 0, tzinfo=UTC)):
        given(requests.waiting, points=8)
    client = signed_in("agent")
    assert client.get(QUEUE).rows()[0]["残りポイント"] == ""
    for month, points in ((10, 10), (11, 11)):
        start, end = date(2026, month, 1), date(2026, month, 30)
        given(
            lambda session, a=start, b=end, p=points: (
                catalog.period(session, starts_on=a, ends_on=b, plan_points=p).id
            )
        )
    assert client.get(QUEUE).rows()[0]["残りポイント"] == "16"
    assert "2026-11-01 – 2026-11-30" in client.get(f"{QUEUE}WR0000001").words()


@pytest.mark.req("DESK-02")
def test_an_empty_queue_says_so(signed_in: SignedIn) -> None:
    assert "受理待ちの作業依頼はありません。" in signed_in("agent").get(QUEUE).words()
    assert "No work request awaits a decision." in signed_in("cs_agent").get(QUEUE).words()


@pytest.mark.req("DESK-02")
def test_the_overview_shows_what_waits_longest(signed_in: SignedIn, given: Given) -> None:
    client = signed_in("agent")
    assert "受理待ち" not in client.get("/console/").words()
    for index in range(11):
        with clock.at(MORNING - index * HOUR):
            given(requests.waiting)
    page = client.get("/console/")
    assert "受理待ちの作業依頼 11" in page.words()
    assert numbers(page)[:2] == ["WR0000011", "WR0000010"]
    assert len(page.rows()) == 10
    assert page.all("a", href=QUEUE)[-1].text == "11件すべてを表示"


@pytest.mark.req("DESK-02", "WR-04")
def test_the_page_shows_content_files_points_and_what_else_is_open(signed_in: SignedIn, given: Given) -> None:
    given(requests.period)
    number = given(requests.waiting, points=8, details="一行目\n<b>二行目</b>", file_names=["構成図.txt"])
    other, foreign = (
        given(requests.waiting),
        given(requests.waiting, number=cast.ALICE_CS_NUMBER, who="alice"),
    )
    case = given(cases.open_inquiry, number=cast.CS_NUMBER)
    token = given(requests.file_token, number)
    client = signed_in("agent")
    page = client.get(f"{QUEUE}{number}")
    words = page.words()
    for told in (
        "依頼内容 一行目 <b>二行目</b>",
        "構成図.txt",
        "佐藤 花子",
        cast.SAMPLE,
        "（第1版）",
        other,
        case,
    ):
        assert told in words
    for told in ("必要ポイント 8", "作業依頼契約ポイント合計 55", "残数 55", "予約 8", "利用可能 47"):
        assert told in words
    assert foreign not in words
    assert "新しい版" not in words
    assert "ポイントが不足していても" not in words
    answer = client.get(f"{QUEUE}{number}/files/{token}")
    assert answer.status == 200
    assert answer.answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.req("SEC-44")
def test_a_file_that_was_taken_off_is_not_there(signed_in: SignedIn, given: Given) -> None:
    number = given(requests.waiting, file_names=["a.txt"])
    token = given(requests.file_token, number)
    given(lambda session: session.execute(update(RequestFile).values(removed_at=clock.now())) and None)
    client = signed_in("agent")
    assert client.get(f"{QUEUE}{number}/files/{token}").status == 404
    assert "a.txt" not in client.get(f"{QUEUE}{number}").words()


@pytest.mark.req("DESK-02")
def test_the_page_tells_of_a_newer_version_and_of_approvals(signed_in: SignedIn, given: Given) -> None:
    number = given(requests.waiting)

    def change(session: Session) -> None:
        request = requests.request_of(session, number)
        item = session.get_one(CatalogItem, request.item_id)
        version = session.get_one(CatalogItemVersion, request.item_version_id)
        save_draft(session, item, actor=catalog.MAKER, content=content_of(version))
        publish(session, item, actor=catalog.MAKER)
        approver = cast.person(session, "hanako").id
        session.add(RequestApproval(request_id=request.id, approver_id=approver, content_hash="0" * 64))
        requests.resubmitted(session, request)

    given(change)
    words = signed_in("agent").get(f"{QUEUE}{number}").words()
    assert "このアイテムには新しい版があります。" in words
    assert "お客様による承認 佐藤 花子" in words


@pytest.mark.req("DESK-02")
@pytest.mark.parametrize(
    ("state", "words"),
    [(RequestState.APPROVAL, "お客様の承認待ち"), (RequestState.WITHDRAWN, "取り下げ")],
)
def test_what_does_not_wait_for_the_desk_offers_no_decision(
    signed_in: SignedIn, given: Given, state: RequestState, words: str
) -> None:
    number = given(requests.waiting)
    given(requests.put, number, state)
    page = signed_in("agent").get(f"{QUEUE}{number}")
    assert words in page.words()
    assert not page.offers(f"{QUEUE}{number}/acceptance")
    assert not page.offers(f"{QUEUE}{number}/rejection")


@pytest.mark.req("WR-07")
def test_no_list_of_cases_knows_a_request_before_it_is_accepted(signed_in: SignedIn, given: Given) -> None:
    number = given(requests.waiting)
    places = [("hanako", "/cs/cases"), ("hanako", f"/cs/search?q={number}"), ("agent", "/console/cases/")]
    for who, address in places:
        assert signed_in(who).get(address).rows() == []
    case = given(requests.accept, number)
    for who, address in (places[0], places[2]):
        assert numbers(signed_in(who).get(address)) == [case]
    page = signed_in("agent").get(f"/console/cases/{case}")
    (entry,) = page.all("a", href=f"{QUEUE}{number}")
    assert entry.text == number
    own = signed_in("hanako").get(f"/cs/cases/{case}")
    assert number in own.words()
    assert f"{QUEUE}{number}" not in own.text
