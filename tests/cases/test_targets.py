"""Response targets: what is due when, and that the kept standing is always the one that the journal gives."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as some
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.authz import system_actor
from app.business_hours import BusinessHours
from app.cases import actions, targets
from app.cases.actions import merging, withdrawing
from app.cases.actions.desk_settings import set_targets
from app.cases.categories import Category
from app.cases.due import Tone, due_of, spell, targets_shown
from app.cases.lifecycle import Act, CaseState, TransitionRefused
from app.cases.models import Case, CaseComment
from app.cases.target_jobs import replay_service
from app.cases.targets import Target, Told, replay
from app.contracts.models import Service
from tests import cast
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases

# Friday, 09:00 in Tokyo; the next working day is Tuesday, since Monday the 23rd is a holiday.
OPENED = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DESK = BusinessHours(540, 1050, "1111100", ZoneInfo("Asia/Tokyo"))
TARGET = Target(reply=4 * HOUR, solution=10 * HOUR)
CS_TARGETS = {None: (240, 600), Category.FAILURE: (60, 120)}


def told(*events: Told) -> targets.Standing:
    return replay([Told(OPENED, opens=True), *events], TARGET, DESK, asks=True, goes_on=True)


def moved(hours: float, state: CaseState, *, by_agent: bool = True) -> Told:
    return Told(OPENED + hours * HOUR, state=state, by_agent=by_agent)


def reply(hours: float) -> Told:
    return Told(OPENED + hours * HOUR, replies=True, by_agent=True)


def test_a_new_case_is_due_in_business_hours() -> None:
    standing = told()
    assert standing.reply_due_at == standing.due_at == OPENED + 4 * HOUR
    # Eight and a half hours of Friday, the rest on Tuesday morning.
    assert standing.solution_due_at == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def test_a_reply_leaves_the_solution_due() -> None:
    standing = told(reply(2))
    assert standing.replied_at == OPENED + 2 * HOUR
    assert standing.due_at == standing.solution_due_at


def test_the_solution_waits_while_the_customer_is_awaited() -> None:
    waiting = told(moved(1, CaseState.IN_PROGRESS), reply(2), moved(2, CaseState.AWAITING_CUSTOMER))
    assert waiting.solution_due_at is None
    assert waiting.solution_seconds_left == 8 * 3_600
    assert waiting.due_at is None

    answered = told(
        moved(1, CaseState.IN_PROGRESS),
        reply(2),
        moved(2, CaseState.AWAITING_CUSTOMER),
        moved(4, CaseState.IN_PROGRESS, by_agent=False),
    )
    # Two hours of Friday did not count.
    assert answered.solution_due_at == answered.due_at == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_an_unanswered_question_of_the_customer_stays_due_while_the_desk_waits() -> None:
    waiting = told(moved(1, CaseState.IN_PROGRESS), moved(2, CaseState.AWAITING_CUSTOMER))
    assert waiting.due_at == waiting.reply_due_at == OPENED + 4 * HOUR


def test_a_resolved_case_is_due_no_more_and_a_rejected_one_runs_on() -> None:
    solved = told(moved(1, CaseState.IN_PROGRESS), moved(3, CaseState.RESOLVED))
    assert (solved.solved_at, solved.replied_at) == (OPENED + 3 * HOUR, OPENED + 3 * HOUR)
    assert (solved.solution_seconds_left, solved.due_at) == (7 * 3_600, None)

    rejected = told(
        moved(1, CaseState.IN_PROGRESS),
        moved(3, CaseState.RESOLVED),
        moved(4, CaseState.IN_PROGRESS, by_agent=False),
    )
    assert rejected.solved_at is None
    assert rejected.due_at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def test_what_was_overdue_before_a_pause_stays_due_at_the_moment_it_was() -> None:
    late = 24 * 5
    standing = told(
        moved(1, CaseState.IN_PROGRESS),
        moved(late, CaseState.AWAITING_CUSTOMER),
        moved(late + 1, CaseState.IN_PROGRESS, by_agent=False),
    )
    assert standing.solution_due_at == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def test_a_customers_comment_and_closure_are_no_reply() -> None:
    standing = told(moved(1, CaseState.CLOSED, by_agent=False))
    assert standing.replied_at is None
    assert standing.due_at is None


def test_a_case_that_the_desk_opened_asks_for_no_reply() -> None:
    standing = replay([Told(OPENED, opens=True)], TARGET, DESK, asks=False, goes_on=True)
    assert standing.reply_due_at is None
    assert standing.due_at == standing.solution_due_at


def test_what_was_merged_is_due_no_more() -> None:
    standing = replay([Told(OPENED, opens=True)], TARGET, DESK, asks=True, goes_on=False)
    assert standing.due_at is None


# --- with the database: the kept standing


def promise(session: Session) -> None:
    service = session.scalars(select(Service).where(Service.slug == "cs")).one()
    set_targets(session, actor=system_actor("tests"), service=service, minutes=CS_TARGETS)


def kept(case: Case) -> targets.Standing:
    return targets.Standing(*(getattr(case, name) for name in targets.STANDING))


def assert_sound(session: Session, number: str) -> None:
    case = cases.case_of(session, number)
    session.flush()
    rules = targets.rules_of(session, case.service_id)
    assert (
        kept(case) == targets.standing_of(session, case, rules) == targets.standing_of(session, case, rules)
    )


def test_an_inquiry_keeps_what_it_is_due(session: Session) -> None:
    promise(session)
    with clock.at(OPENED):
        case = cases.case_of(session, cases.open_inquiry(session))
    assert case.reply_due_at == OPENED + 4 * HOUR
    assert case.due_at == case.reply_due_at


def test_the_category_has_its_own_target_and_an_edit_recomputes(session: Session) -> None:
    promise(session)
    with clock.at(OPENED):
        number = cases.open_inquiry(session, category=Category.FAILURE)
        case = cases.case_of(session, number)
        assert case.due_at == OPENED + HOUR
        actions.edit_details(
            session,
            case,
            actor=cast.actor_of(session, "agent"),
            version=case.version,
            subject="件名",
            category=Category.OTHER,
            contact=None,
        )
    assert case.due_at == OPENED + 4 * HOUR
    assert_sound(session, number)


def test_a_reply_that_was_taken_back_was_none(session: Session) -> None:
    promise(session)
    with clock.at(OPENED):
        number = cases.open_inquiry(session)
    case = cases.case_of(session, number)
    with clock.at(OPENED + HOUR):
        cases.comment(session, number, "回答です。", by="agent")
        assert case.replied_at == OPENED + HOUR
        comment = session.scalars(select(CaseComment).where(CaseComment.case_id == case.id)).one()
        withdrawing.take_back(session, case, actor=cast.actor_of(session, "agent"), comment=comment)
    assert case.replied_at is None
    assert case.due_at == OPENED + 4 * HOUR


def test_a_note_is_no_reply(session: Session) -> None:
    promise(session)
    number = cases.open_inquiry(session)
    cases.note(session, number, "社内の確認です。")
    assert cases.case_of(session, number).replied_at is None


def test_a_merge_ends_what_is_due_and_its_undoing_brings_it_back(session: Session) -> None:
    promise(session)
    with clock.at(OPENED):
        first, second = cases.open_inquiry(session), cases.open_inquiry(session)
        case, into = cases.case_of(session, second), cases.case_of(session, first)
        agent, due = cast.actor_of(session, "agent"), case.due_at
        merging.merge(session, case, actor=agent, into=into)
        assert case.due_at is None
        merging.undo_merge(session, case, actor=agent)
    assert case.due_at == due


ACTS = some.sampled_from(
    ["take_on", "ask", "resume", "resolve", "accept", "reject", "close", "customer", "agent", "note"]
)
HISTORY = some.lists(some.tuples(ACTS, some.integers(1, 5_000)), max_size=14)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(history=HISTORY, category=some.sampled_from([Category.FAILURE, Category.SERVICE]))
@pytest.mark.req("DESK-03")
def test_whatever_happens_the_kept_standing_is_that_of_the_journal(
    session: Session, history: list[tuple[str, int]], category: Category
) -> None:
    session.rollback()
    promise(session)
    moment = OPENED
    with clock.at(moment):
        number = cases.open_inquiry(session, category=category)
    for act, minutes in history:
        moment += timedelta(minutes=minutes)
        with clock.at(moment):
            happen(session, number, act)
            assert_sound(session, number)
    session.rollback()


def happen(session: Session, number: str, act: str) -> None:
    """Do an act if the state allows it; a history is random, the rules are not."""
    case = cases.case_of(session, number)
    if act in {"customer", "agent"}:
        if case.is_open:
            cases.comment(session, number, "追記です。", by="hanako" if act == "customer" else "agent")
        return
    if act == "note":
        cases.note(session, number, "メモです。")
        return
    by = "hanako" if act in {"accept", "reject", "close"} else "agent"
    with suppress(TransitionRefused):
        cases.move(session, number, Act(act), by=by)


@pytest.fixture
def cs_id(stored: Stored) -> int:
    """The id of the service cs."""
    found: int = stored(lambda session: session.scalars(select(Service.id).where(Service.slug == "cs")).one())
    return found


def test_a_change_of_the_rules_reaches_open_cases(
    app: Flask, given: Given, stored: Stored, cs_id: int
) -> None:
    with clock.at(OPENED):
        number = given(cases.open_inquiry)
    assert stored(lambda session: cases.case_of(session, number).due_at) is None
    given(promise)

    with app.app_context():
        assert replay_service(cs_id, is_mended=True) == [number]
        assert replay_service(cs_id, is_mended=True) == []
    assert stored(lambda session: cases.case_of(session, number).due_at) == OPENED + 4 * HOUR


def test_a_standing_changed_behind_the_back_is_found(app: Flask, given: Given, cs_id: int) -> None:
    given(promise)
    number = given(cases.open_inquiry)
    given(
        lambda session: (
            session.execute(update(Case).where(Case.number == number).values(due_at=None)) and None
        )
    )

    with app.app_context():
        assert replay_service(cs_id, is_mended=False) == [number]


# --- in words, and for the desk alone


@pytest.mark.parametrize(
    ("minutes", "tone", "text"),
    [
        (-1, Tone.RUNNING, "残り4時間1分"),
        (0, Tone.RUNNING, "残り4時間"),
        (180, Tone.RUNNING, "残り1時間"),
        (181, Tone.SOON, "残り59分"),
        (240, Tone.SOON, "残り0分"),
        (241, Tone.OVERDUE, "1分超過"),
        (510, Tone.OVERDUE, "4時間30分超過"),
        (600, Tone.OVERDUE, "4時間30分超過"),  # the evening counts for nothing
    ],
)
def test_what_is_left_is_told_in_business_time(session: Session, minutes: int, tone: Tone, text: str) -> None:
    assert session is not None
    now = OPENED + timedelta(minutes=max(minutes, 0))
    due_at = OPENED + 4 * HOUR + (timedelta(minutes=1) if minutes < 0 else timedelta(0))
    due = due_of(due_at, DESK, now)
    assert due is not None
    assert (due.tone, due.text) == (tone, text)


def test_seconds_count_as_the_minute_they_begin(session: Session) -> None:
    assert session is not None
    assert spell(timedelta(seconds=1)) == "1分"
    assert spell(timedelta(hours=2)) == "2時間"


def test_the_page_names_both_targets_and_whether_they_were_kept(session: Session) -> None:
    promise(session)
    with clock.at(OPENED):
        number = cases.open_inquiry(session)
        cases.move(session, number, Act.TAKE_ON, by="agent")
    with clock.at(OPENED + 5 * HOUR):
        cases.comment(session, number, "お待たせしました。")
        cases.move(session, number, Act.ASK, by="agent")
        shown = targets_shown(cases.case_of(session, number), DESK)
    assert [(label, due.tone) for label, due in shown] == [("初回回答", Tone.MISSED), ("解決", Tone.PAUSED)]


@pytest.mark.req("DESK-03")
def test_the_desk_sees_what_is_due_and_sorts_by_it(given: Given, signed_in: SignedIn) -> None:
    given(promise)
    number = given(cases.open_inquiry, category=Category.FAILURE)
    agent = signed_in("agent")
    assert "対応目標" in agent.get(f"/console/cases/{number}").text
    listed = agent.get("/console/cases/?sort=due")
    assert "期限" in listed.text
    assert "残り" in listed.text or "超過" in listed.text
    with clock.at(clock.now() + timedelta(days=9)):
        late = signed_in("agent")
        assert number in late.get("/console/cases/?view=overdue").text
        assert number not in late.get("/console/cases/?view=resolved").text


@pytest.mark.req("DESK-04")
def test_no_customer_learns_of_targets(given: Given, signed_in: SignedIn) -> None:
    given(promise)
    number = given(cases.open_inquiry)
    hanako = signed_in("hanako")
    for path in ("/cs/", "/cs/cases", "/cs/cases?sort=due", "/cs/cases.csv", f"/cs/cases/{number}"):
        page = hanako.get(path).text
        for word in ("期限", "対応目標", "残り", "超過"):
            assert word not in page, f"{word} in {path}"
