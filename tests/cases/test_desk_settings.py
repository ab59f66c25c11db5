"""The page on which system administrators say when the desk is open, what it promises, and how cases close."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.categories import Category
from app.cases.models import CaseSettings, ClosedDay, ResponseTarget
from app.contracts.models import Service
from app.journal import JournalEvent
from tests.conftest import SignedIn, Stored, Untouched

PAGE = "/console/services/cs/desk"
HOURS: dict[str, Any] = {
    "hours-opens": "08:30",
    "hours-closes": "18:00",
    "hours-workdays": ["0", "1", "2", "3", "4", "5"],
    "hours-agents_may_close": "y",
    "hours-auto_close_days": "14",
    "hours-version": "1",
}
# The version of targets that nobody has set yet.
FIRST = {"version": "1"}


def settings(session: Session) -> tuple[int, int, str, bool, int | None]:
    row = session.scalars(select(CaseSettings).join(Service).where(Service.slug == "cs")).one()
    return row.opens_minute, row.closes_minute, row.workdays, row.agents_may_close, row.auto_close_days


def targets(session: Session) -> dict[Category | None, tuple[int | None, int | None]]:
    rows = session.scalars(select(ResponseTarget).join(Service).where(Service.slug == "cs"))
    return {row.category: (row.reply_minutes, row.solution_minutes) for row in rows}


def closed(session: Session) -> list[tuple[date, str, int]]:
    rows = session.scalars(
        select(ClosedDay).join(Service).where(Service.slug == "cs").order_by(ClosedDay.day)
    )
    return [(row.day, row.name, row.id) for row in rows]


def told(session: Session) -> list[str]:
    return list(
        session.scalars(
            select(JournalEvent.kind).where(JournalEvent.subject_type == "service").order_by(JournalEvent.id)
        )
    )


@pytest.mark.req("DESK-10")
def test_hours_are_saved_and_told(signed_in: SignedIn, stored: Stored) -> None:
    admin = signed_in("admin")
    assert admin.act(f"{PAGE}/hours", **HOURS).status == 303
    assert stored(settings) == (510, 1080, "1111110", True, 14)
    assert stored(told)[-1] == "service.desk_hours_set"
    page = admin.get(PAGE).text
    assert 'value="08:30"' in page
    assert 'value="14"' in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("hours-opens", "nine", "09:00 のように時刻を入力してください。"),
        ("hours-opens", "25:00", "09:00 のように時刻を入力してください。"),
        ("hours-closes", "08:30", "開始時刻より後の時刻にしてください。"),
        ("hours-closes", "24:01", "09:00 のように時刻を入力してください。"),
        ("hours-workdays", [], "曜日を1つ以上選んでください。"),
        ("hours-auto_close_days", "0", "1 から 365 までの整数を入力してください。"),
        ("hours-auto_close_days", "366", "1 から 365 までの整数を入力してください。"),
        ("hours-auto_close_days", "七", "1 から 365 までの整数を入力してください。"),
    ],
)
def test_wrong_hours_come_back_with_what_is_wrong(
    signed_in: SignedIn, untouched: Untouched, field: str, value: object, message: str
) -> None:
    admin = signed_in("admin")
    with untouched():
        answer = admin.act(f"{PAGE}/hours", **{**HOURS, field: value})
    assert answer.status == 422
    assert message in answer.text
    if isinstance(value, str) and field != "hours-workdays":
        assert f'value="{value}"' in answer.text


@pytest.mark.parametrize(("typed", "days"), [("1", 1), ("365", 365), ("", None)])
def test_the_days_until_a_case_closes_have_bounds(
    signed_in: SignedIn, stored: Stored, typed: str, days: int | None
) -> None:
    signed_in("admin").act(f"{PAGE}/hours", **{**HOURS, "hours-auto_close_days": typed})
    assert stored(settings)[4] == days


def test_a_desk_may_be_open_all_day(signed_in: SignedIn, stored: Stored) -> None:
    answer = signed_in("admin").act(
        f"{PAGE}/hours", **{**HOURS, "hours-opens": "0:00", "hours-closes": "24:00"}
    )
    assert answer.status == 303
    assert stored(settings)[:2] == (0, 1_440)


def test_targets_are_saved_by_category(signed_in: SignedIn, stored: Stored) -> None:
    admin = signed_in("admin")
    answer = admin.act(
        f"{PAGE}/targets",
        **{"reply-all": "8", "solution-all": "40", "reply-failure": "2", "solution-failure": "", **FIRST},
    )
    assert answer.status == 303
    assert stored(targets) == {None: (480, 2_400), Category.FAILURE: (120, None)}
    assert stored(told)[-1] == "service.response_targets_set"
    admin.act(f"{PAGE}/targets", **{"reply-all": "", "version": "2"})
    assert stored(targets) == {}


def test_a_target_may_be_a_part_of_an_hour(signed_in: SignedIn, stored: Stored) -> None:
    admin = signed_in("admin")
    admin.act(f"{PAGE}/targets", **{"reply-all": "0.5", "solution-all": "1.25", **FIRST})
    assert stored(targets) == {None: (30, 75)}
    page = admin.get(PAGE).text
    assert 'value="0.5"' in page
    assert 'value="1.25"' in page


@pytest.mark.parametrize("value", ["0", "-1", "2.555", "soon", "20001", "9" * 7])
def test_a_wrong_target_is_named_at_its_field(signed_in: SignedIn, untouched: Untouched, value: str) -> None:
    admin = signed_in("admin")
    with untouched():
        answer = admin.act(f"{PAGE}/targets", **{"reply-all": "8", "solution-failure": value})
    assert answer.status == 422
    assert 'id="solution-failure-error"' in answer.text
    assert f'value="{value}"' in answer.text
    assert 'value="8"' in answer.text


def test_days_are_closed_and_opened_again(signed_in: SignedIn, stored: Stored) -> None:
    admin = signed_in("admin")
    added = admin.act(f"{PAGE}/closed-days", **{"closed-day": "2026-12-29", "closed-name": "年末休業"})
    assert added.status == 303
    [(day, name, day_id)] = stored(closed)
    assert (day, name) == (date(2026, 12, 29), "年末休業")

    again = admin.act(f"{PAGE}/closed-days", **{"closed-day": "2026-12-29"})
    assert again.status == 422
    assert "この日はすでに休業日です。" in again.text

    # The day of one service is none of another.
    assert admin.act(f"/console/services/fm/desk/closed-days/{day_id}/removal").status == 404
    assert admin.act(f"{PAGE}/closed-days/{day_id}/removal").status == 303
    assert stored(closed) == []


@pytest.mark.parametrize("value", ["", "2026-02-30", "2026/12/29", "29.12.2026", "2026-12-29T00:00"])
def test_what_is_no_day_is_refused(signed_in: SignedIn, untouched: Untouched, value: str) -> None:
    admin = signed_in("admin")
    with untouched():
        answer = admin.act(f"{PAGE}/closed-days", **{"closed-day": value})
    assert answer.status == 422


def test_the_list_of_services_leads_there(signed_in: SignedIn) -> None:
    assert f'href="{PAGE}"' in signed_in("admin").get("/console/services/").text
