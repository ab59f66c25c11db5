"""The login history when it is long: what it asks of the database, and what it holds in memory."""

import tracemalloc
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from app import clock
from app.accounts import login_listing
from app.accounts.login_listing import COLUMNS, FIRST_ORDER
from app.accounts.models import LoginEvent
from app.lists.export import as_csv
from app.lists.sorting import chosen_sort
from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import logins
from tests.lists.readers import sheet

LOGINS = "/fm/account/logins"
MANY = 20_000


def fill(session: Session, count: int) -> None:
    """Events as rows: what is looked at is how they are read."""
    user, begin = cast.person(session, "jiro"), clock.now() - timedelta(days=90)
    row = {
        "kind": "login", "user_id": user.id, "login_id": user.login_id, "holder_id": user.holder_id,
        "service_id": logins.service_id(session, "fm"), "address": "", "browser": "",
    }  # fmt: skip
    session.execute(
        insert(LoginEvent), [{**row, "at": begin + timedelta(minutes=index)} for index in range(count)]
    )


@pytest.mark.parametrize("name", ["hanako", "jiro"])
@pytest.mark.parametrize("address", [LOGINS, f"{LOGINS}?page=7", f"{LOGINS}.csv", f"{LOGINS}.xlsx"])
def test_more_events_need_no_more_queries(signed_in: SignedIn, given: Given, name: str, address: str) -> None:
    browser = signed_in(name)
    few = len(browser.get(address).queries)
    given(fill, 200)
    many = len(browser.get(address).queries)

    # Session and person, service, count and rows; a file's count of its own maker besides.
    assert few == many
    assert many <= (6 if "." not in address else 12)


@pytest.mark.req("HIST-05")
def test_a_file_never_holds_the_whole_list_in_memory(session: Session) -> None:
    fill(session, MANY)
    actor = cast.actor_of(session, "hanako", "fm")
    of = login_listing.login_table(session, actor, sort=chosen_sort("", COLUMNS, FIRST_ORDER))
    assert of.total == MANY
    file = BytesIO()
    as_csv.write(sheet(of), file)  # What is loaded once, such as the zone's table, is loaded now.
    file.seek(0)
    tracemalloc.start()
    as_csv.write(sheet(of), file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert file.getvalue().count(b"\r\n") == MANY + 1
    assert most < 2_000_000


@pytest.mark.parametrize("name", ["hanako", "jiro"])
def test_the_newest_events_come_straight_out_of_an_index(session: Session, name: str) -> None:
    actor = cast.actor_of(session, name, "fm")
    sort = chosen_sort(FIRST_ORDER, COLUMNS, FIRST_ORDER)
    newest = sort.apply(
        select(LoginEvent.at, LoginEvent.kind).where(login_listing.visible_to(actor)), LoginEvent.id
    ).limit(5)
    statement = newest.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = " | ".join(str(row[3]) for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))

    assert "USING INDEX ix_login_event_" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN login_event" not in plan
