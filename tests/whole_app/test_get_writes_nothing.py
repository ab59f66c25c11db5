"""A GET changes nothing: every page as everybody, links included, leaves the database as it was (SEC-36, C20)."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.accounts.models import AuthSession
from app.extensions import db
from tests.client import BASE_URL
from tests.whole_app.access import MATRIX
from tests.whole_app.town import EVERYBODY, Town

PAGES_ENOUGH = 60
# By day a few people follow the links, at night everybody.
BY_DAY = {"anonymous", "hanako", "alice", "agent", "admin"}
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')


def links(text: str) -> set[str]:
    """The addresses of this site that a page leads to by GET."""
    found = {html.unescape(link) for link in LINK.findall(text)}
    return {link for link in found if not link.startswith(("//", "/static/"))}


@pytest.mark.req("SEC-36")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in BY_DAY else pytest.mark.nightly) for name in EVERYBODY],
)
def test_a_crawl_through_all_pages_changes_no_row(town: Town, name: str) -> None:
    """From the first pages of all shells along the links; the pages of the matrix are looked at in test_access."""
    clean = town.fingerprint()
    browser = town.browser(name)._client
    waiting = ["/", "/console/", "/fm/", "/cs/"]
    seen: set[str] = set()
    while waiting and len(seen) < PAGES_ENOUGH:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = browser.get(path, base_url=BASE_URL)
        assert answer.status_code in {200, 303, 401, 403, 404, 405}, f"{path}: {answer.status_code}"
        if answer.mimetype == "text/html":
            # In an order of their own, so that all kinds of pages come before the many of one kind.
            waiting += sorted(
                links(answer.get_data(as_text=True)) - seen, key=lambda link: (-len(link), link)
            )

    assert len(seen) > 4
    assert town.fingerprint() == clean


@pytest.mark.req("SEC-21")
def test_the_last_seen_stamp_is_the_one_exception(town: Town) -> None:
    with town.app.test_request_context():
        earlier = clock.now() - timedelta(minutes=5)
        db.session.execute(update(AuthSession).values(last_seen_at=earlier))
        db.session.commit()
    clean = town.fingerprint()
    town.browser("hanako").get("/cs/cases")

    assert town.fingerprint() == clean
    with town.app.test_request_context():
        stamps = list(db.session.scalars(select(AuthSession.last_seen_at)))
    assert sum(stamp > earlier for stamp in stamps) == 1, "exactly one session is in use"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_neither_do_the_other_safe_methods(town: Town, method: str) -> None:
    clean = town.fingerprint()
    for row in MATRIX:
        answer = town.browser("admin")._client.open(
            town.address(row.address), method=method, base_url=BASE_URL
        )
        assert answer.status_code < 500
        assert method != "HEAD" or answer.get_data() == b""
    assert town.fingerprint() == clean
