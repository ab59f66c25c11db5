"""Closing by itself when somebody else was quicker."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden, system_actor
from app.cases import closing, queries
from app.cases.actions.closing import close_unconfirmed
from app.cases.lifecycle import Act, CaseState
from tests.factories import cases

RESOLVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.req("DESK-10", "T9")
def test_a_rejection_just_before_the_end_wins(session: Session) -> None:
    with clock.at(RESOLVED):
        number = cases.in_state(session, CaseState.RESOLVED)
    case = cases.case_of(session, number)
    settings = queries.settings_of(session, case.service_id)
    settings.auto_close_days, case.closes_at = 7, RESOLVED + 7 * DAY
    session.flush()
    with clock.at(RESOLVED + 7 * DAY):
        assert closing.due_to_close(session, case.service_id, clock.now()) == [case.id]
        cases.move(session, number, Act.REJECT, by="hanako")
        with pytest.raises(Forbidden):
            close_unconfirmed(session, case, actor=system_actor("tests"))
    assert case.state is CaseState.IN_PROGRESS
    assert case.closes_at is None
