"""Accepting and rejecting as acts: what becomes of a request, its points and files, and who is told (WR-08, WR-10)."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.authz import Audience, Forbidden
from app.cases.actions import CategoryRefused, StaleEdit
from app.cases.categories import Category, Origin
from app.cases.guard.outgoing import Stopped
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment, CaseFile, ServiceCategory
from app.catalog.actions import deciding
from app.catalog.actions.paying import NoPeriod
from app.catalog.claiming import AlreadyDecided
from app.catalog.ledger import Balances, NotEnough
from app.catalog.lifecycle import RequestState
from app.catalog.models import PointBalance, PointEntry, RequestFile, WorkRequest
from app.journal import JournalEvent
from tests import cast
from tests.factories import cases, catalog, requests
from tests.factories.mails import queued_mails

DECIDED = (RequestState.ACCEPTED, RequestState.REJECTED, RequestState.REFUSED, RequestState.WITHDRAWN)


def balances(session: Session, period_id: int) -> Balances:
    return session.get_one(PointBalance, period_id, populate_existing=True).as_balances()


def decide(
    session: Session, way: str, request: WorkRequest, *, by: str = "agent", version: int | None = None
) -> None:
    actor = cast.actor_of(session, by)
    chosen = request.version if version is None else version
    if way == "accept":
        deciding.accept(session, request, actor=actor, version=chosen)
    else:
        deciding.reject(session, request, actor=actor, version=chosen, reason=requests.REASON)


def put_in(session: Session, request: WorkRequest, state: RequestState) -> None:
    """Set a state past the acts, for those that other tests lead to."""
    if state is RequestState.ACCEPTED:
        requests.accept(session, request.number)
    elif state is RequestState.REJECTED:
        requests.reject(session, request.number)
    else:
        # The row that is decided on was loaded before: the act must look again.
        requests.put(session, request.number, state)


@pytest.mark.req("WR-08", "ROLE-05", "SEC-21")
@pytest.mark.parametrize("way", ["accept", "reject"])
@pytest.mark.parametrize("by", ["hanako", "alice", "cs_agent"])
def test_nobody_else_decides(session: Session, way: str, by: str) -> None:
    """Customers never, and agents of another service neither."""
    number = requests.waiting(session, number=cast.FM_NUMBER)
    with pytest.raises(Forbidden):
        decide(session, way, requests.request_of(session, number), by=by)
    assert requests.request_of(session, number).state is RequestState.WAITING


@pytest.mark.req("WR-08")
@pytest.mark.parametrize("way", ["accept", "reject"])
@pytest.mark.parametrize("state", RequestState)
def test_only_what_waits_is_decided(session: Session, way: str, state: RequestState) -> None:
    request = requests.request_of(session, requests.waiting(session))
    put_in(session, request, state)
    before = len(cases.all_numbers(session))
    if state is RequestState.WAITING:
        decide(session, way, request)
        assert request.state is (RequestState.ACCEPTED if way == "accept" else RequestState.REJECTED)
        return
    with pytest.raises(AlreadyDecided if state in DECIDED else Forbidden):
        decide(session, way, request)
    assert requests.request_of(session, request.number).state is state
    assert len(cases.all_numbers(session)) == before


@pytest.mark.req("WR-09")
@pytest.mark.parametrize(
    ("who", "number", "subject", "label"),
    [
        ("hanako", cast.CS_NUMBER, "1. CSPM 検知ポリシー変更", "依頼内容"),
        ("alice", cast.ALICE_CS_NUMBER, "1. Change detection policy", "Details"),
    ],
)
def test_acceptance_makes_a_case_of_the_requesters_words(
    session: Session, who: str, number: str, subject: str, label: str
) -> None:
    requester = cast.person(session, who)
    asked = requests.waiting(
        session, who=who, number=number, details="一行目\n二行目", file_names=["構成図.txt", "b.log"]
    )
    case = cases.case_of(session, requests.accept(session, asked))
    assert (case.state, case.category, case.origin) == (CaseState.NEW, Category.WORK_REQUEST, Origin.REQUEST)
    assert (case.subject, case.contact_id, case.assignee_id) == (subject, requester.id, None)
    assert case.customer_number_id == cast.number(session, number).id
    words = session.scalars(select(CaseComment).where(CaseComment.case_id == case.id)).one()
    assert words.body == f"{label}\n一行目\n二行目"
    assert (words.author_id, words.audience) == (requester.id, Audience.CUSTOMER)
    # The words of the customer are no reply of the desk.
    assert case.replied_at is None


@pytest.mark.req("WR-09", "WR-04")
def test_the_case_has_the_very_files_of_the_request(session: Session) -> None:
    asked = requests.waiting(session, file_names=["構成図.txt", "b.log", "off.txt"])
    request = requests.request_of(session, asked)
    rows = session.scalars(
        select(RequestFile).where(RequestFile.request_id == request.id).order_by(RequestFile.id)
    ).all()
    # Taken off again by a change of the request: the case does not get it.
    session.execute(update(RequestFile).where(RequestFile.id == rows[2].id).values(removed_at=clock.now()))
    case = cases.case_of(session, requests.accept(session, asked))
    found = session.scalars(select(CaseFile).where(CaseFile.case_id == case.id).order_by(CaseFile.id)).all()
    assert [row.file_id for row in found] == [rows[0].file_id, rows[1].file_id]
    assert {row.audience for row in found} == {Audience.CUSTOMER}
    assert {row.uploader_id for row in found} == {cast.person(session, "hanako").id}


@pytest.mark.req("WR-09")
def test_a_form_without_answers_makes_a_case_all_the_same(session: Session) -> None:
    item = catalog.item(session, fields=())
    request = catalog.request(session, item, answers={})
    case = cases.case_of(session, requests.accept(session, request.number))
    assert cases.bodies(session, case.number) == []
    assert cases.history(session, case.number) == ["case.opened"]


@pytest.mark.req("WR-08", "WR-09")
def test_both_histories_name_the_other_one(session: Session) -> None:
    asked = requests.waiting(session)
    number = requests.accept(session, asked)
    request = requests.request_of(session, asked)
    assert request.case_id == cases.case_of(session, number).id
    assert (request.decided_by_id, request.decided_at) == (
        cast.person(session, "agent").id,
        request.updated_at,
    )
    chosen = select(JournalEvent).order_by(JournalEvent.id.desc())
    told = session.scalars(chosen.where(JournalEvent.kind == "work_request.accepted")).one()
    assert told.data == {"case": number, "overdraft": 0, "overdraft_reason": ""}
    opened = session.scalars(chosen.where(JournalEvent.kind == "case.opened")).one()
    assert (opened.data["request"], opened.actor_id) == (asked, request.decided_by_id)
    words = session.scalars(chosen.where(JournalEvent.kind == "case.comment_added")).one()
    assert words.actor_id == request.requester_id


@pytest.mark.req("WR-10", "MAIL-02", "MAIL-06")
@pytest.mark.parametrize("way", ["accept", "reject"])
def test_the_requester_alone_is_told(session: Session, way: str) -> None:
    asked = requests.waiting(session)
    before = len(queued_mails(session))
    decide(session, way, requests.request_of(session, asked))
    (mail,) = queued_mails(session)[before:]
    assert mail.to == cast.person(session, "hanako").mail
    assert asked in mail.subject + mail.text
    if way == "accept":
        assert cases.all_numbers(session)[-1] in mail.text
    else:
        assert requests.REASON in mail.text


@pytest.mark.req("WR-10")
def test_a_rejection_makes_no_case_and_keeps_its_reason(session: Session) -> None:
    asked = requests.waiting(session)
    requests.reject(session, asked)
    request = requests.request_of(session, asked)
    assert (request.state, request.reason, request.case_id) == (RequestState.REJECTED, requests.REASON, None)
    assert cases.all_numbers(session) == []


@pytest.mark.req("PT-04")
def test_acceptance_uses_what_is_held_and_rejection_releases_it(session: Session) -> None:
    period = requests.period(session)
    first, second = requests.waiting(session, points=8), requests.waiting(session, points=8)
    assert balances(session, period) == Balances(contract=55, free=39, held=16)
    number = requests.accept(session, first)
    assert balances(session, period) == Balances(contract=55, free=39, held=8, used=8)
    used = session.scalars(select(PointEntry).where(PointEntry.kind == "use")).one()
    assert used.case_id == cases.case_of(session, number).id
    requests.reject(session, second)
    assert balances(session, period) == Balances(contract=55, free=47, used=8)
    assert {requests.request_of(session, one).held for one in (first, second)} == {0}


@pytest.mark.req("PT-04")
@pytest.mark.parametrize("is_held", [True, False])
def test_the_points_are_those_of_the_month_in_which_it_was_sent(session: Session, is_held: bool) -> None:  # noqa: FBT001 - pytest hands it over
    plan = 20 if is_held else 5
    october = catalog.period(
        session, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31), plan_points=plan, option_points=0
    )
    november = catalog.period(session, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    # The last second of October at the desk, in Japan.
    with clock.at(datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC)):
        asked = requests.waiting(session, points=8)
    with clock.at(datetime(2026, 11, 2, 3, tzinfo=UTC)):
        requests.accept(session, asked, overdraft_reason="" if is_held else "ご了承済み")
    assert balances(session, october.id).used == 8
    assert balances(session, november.id) == Balances(contract=55, free=55)


@pytest.mark.req("PT-05")
@pytest.mark.parametrize("way", ["", "reason"])
def test_missing_points_are_overdrawn_with_a_reason_alone(session: Session, way: str) -> None:
    period = requests.period(session, plan_points=3, option_points=0)
    asked = requests.waiting(session, points=8)
    if not way:
        with pytest.raises(NotEnough) as refused:
            requests.accept(session, asked)
        assert (refused.value.needed, refused.value.free) == (8, 3)
        assert balances(session, period) == Balances(contract=3, free=3)
        assert cases.all_numbers(session) == []
        return
    requests.accept(session, asked, overdraft_reason="お電話でご了承済み")
    assert balances(session, period) == Balances(contract=3, used=8, overdraft=5)
    request = requests.request_of(session, asked)
    assert (request.overdraft, request.overdraft_reason) == (5, "お電話でご了承済み")
    told = select(JournalEvent.data).where(JournalEvent.kind == "work_request.accepted")
    assert session.scalars(told).one()["overdraft"] == 5


@pytest.mark.req("PT-05")
def test_points_that_came_since_are_used_and_nothing_is_overdrawn(session: Session) -> None:
    """At the boundary: as many are free as are needed, so the reason is not kept."""
    requests.period(session, plan_points=8, option_points=0)
    held = requests.waiting(session, points=8)
    asked = requests.waiting(session, points=8)
    assert requests.request_of(session, asked).held == 0
    requests.reject(session, held)
    requests.accept(session, asked, overdraft_reason="念のため")
    request = requests.request_of(session, asked)
    assert (request.overdraft, request.overdraft_reason) == (0, "")


@pytest.mark.req("PT-05", "PT-06")
def test_without_a_period_the_desk_sets_one_up_first(session: Session) -> None:
    asked = requests.waiting(session, points=8)
    with pytest.raises(NoPeriod):
        requests.accept(session, asked, overdraft_reason="理由があっても")
    assert cases.all_numbers(session) == []
    period = requests.period(session)
    requests.accept(session, asked)
    assert balances(session, period).used == 8


@pytest.mark.req("WR-09")
def test_a_service_without_the_category_refuses(session: Session) -> None:
    asked = requests.waiting(session)
    session.execute(delete(ServiceCategory).where(ServiceCategory.category == Category.WORK_REQUEST))
    with pytest.raises(CategoryRefused):
        requests.accept(session, asked)
    assert session.scalars(select(Case.id)).all() == []


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("way", ["accept", "reject"])
@pytest.mark.parametrize("off_by", [-1, 1])
def test_another_version_than_was_read_is_not_decided(session: Session, way: str, off_by: int) -> None:
    request = requests.request_of(session, requests.waiting(session))
    with pytest.raises(StaleEdit):
        decide(session, way, request, version=request.version + off_by)
    assert requests.request_of(session, request.number).state is RequestState.WAITING


@pytest.mark.req("DESK-04")
@pytest.mark.parametrize("way", ["overdraft", "rejection"])
def test_a_reason_that_names_another_customer_is_stopped(session: Session, way: str) -> None:
    requests.period(session, plan_points=3, option_points=0)
    request = requests.request_of(session, requests.waiting(session, points=8))
    actor, said = cast.actor_of(session, "agent"), f"{cast.HIKARI}様と同じ扱いです。"

    def act(confirmed: str = "") -> None:
        version = request.version
        if way == "overdraft":
            deciding.accept(
                session, request, actor=actor, version=version, overdraft_reason=said, confirmed=confirmed
            )
        else:
            deciding.reject(session, request, actor=actor, version=version, reason=said, confirmed=confirmed)

    with pytest.raises(Stopped) as stop:
        act()
    assert requests.request_of(session, request.number).state is RequestState.WAITING
    act(stop.value.digest)
    told = select(JournalEvent).where(JournalEvent.kind == "work_request.guard_overruled")
    row = session.scalars(told).one()
    assert (row.data["kinds"], row.audience) == (["name"], Audience.DESK)
