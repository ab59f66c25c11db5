"""One open inquiry under a race: many threads and many processes at once, and one case comes of it (INQ-07, INQ-08)."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import actions
from app.cases.actions import merging
from app.cases.categories import Category
from app.cases.lifecycle import Act
from app.cases.models import Case
from app.config import Settings
from app.extensions import db
from tests.cases.races import at_once
from tests.cast import FM_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import TEST_ENVIRONMENT, Given, Outbox, SignedIn, Stored
from tests.factories import cases
from tests.factories.wording import message

FORM = "/fm/inquiries/new"
AT_ONCE = 20
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.req("INQ-07", "REL-04")

# A worker of its own: an application, a line of starters, inquiries until it is told otherwise.
WORKER = """
import json, sys, time
from tests.conftest import settings_for
from pathlib import Path
from app import create_app
from app.cases import actions
from app.cases.actions import merging
from app.cases.categories import Category
from app.extensions import db
from tests.factories import cases

folder, number, category, times = sys.argv[1:]
app = create_app(settings_for(Path(folder)))
print("ready", flush=True)
sys.stdin.readline()
told = []
for _ in range(int(times)):
    with app.test_request_context():
        try:
            told.append(cases.open_inquiry(db.session, number=number, by="jiro", category=Category(category)))
            db.session.commit()
        except actions.OpenInquiryExists as refusal:
            db.session.rollback()
            told.append(f"refused for {refusal.number}")
print(json.dumps(told), flush=True)
"""


def open_inquiries(session: Session) -> list[str]:
    """The numbers of the open inquiries that hold a place."""
    held = select(Case.number).where(Case.holds_inquiry_slot, Case.still_open()).order_by(Case.id)
    return list(session.scalars(held))


def browsers(signed_in: SignedIn, count: int = AT_ONCE) -> list[InspectingClient]:
    """As many browsers, of two people of the same number in turn."""
    return [signed_in(("jiro", "hanako")[place % 2]) for place in range(count)]


def send(clients: Sequence[InspectingClient], pages: Sequence[Page], **typed: str) -> list[Page]:
    """Let all send their forms at the same moment."""
    return at_once(
        *(
            lambda client=client, page=page: client.submit(page, FORM, **typed)
            for client, page in zip(clients, pages, strict=True)
        )
    )


def test_of_twenty_forms_at_once_one_opens_a_case_and_the_others_are_told_its_number(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    clients = browsers(signed_in)
    outbox()
    for number in ("CS0000001", "CS0000002", "CS0000003"):
        answers = send(clients, [client.get(FORM) for client in clients], category="other", details="質問")
        assert Counter(answer.status for answer in answers) == {303: 1, 422: AT_ONCE - 1}
        for answer in answers:
            if answer.status == 422:
                assert message("M-25", answer.language, number=number) in answer.alerts()
                assert answer.form(FORM)["details"] == "質問"
        assert stored(open_inquiries) == [number]
        # One receipt for the inquirer and one mail for the desk, however many pressed the button.
        assert sorted(number in mail.subject for mail in outbox()) == [True, True]
        given(cases.move, number, Act.CLOSE, by="jiro")
        outbox()
    assert len(stored(cases.all_numbers)) == 3


def test_one_form_sent_twenty_times_at_once_opens_one_case_and_all_are_led_to_it(
    app: Flask, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    first = signed_in("jiro")
    page = first.get(FORM)
    clients = [first]
    for _ in range(AT_ONCE - 1):
        clone = InspectingClient(app)
        for cookie in (first._client._cookies or {}).values():
            clone._client.set_cookie(cookie.key, cookie.value, domain="desk.test", secure=True)
        clients.append(clone)
    outbox()
    answers = send(clients, [page] * AT_ONCE, category="other", details="同じ内容")
    assert Counter((answer.status, answer.location) for answer in answers) == {
        (303, "/fm/cases/CS0000001"): AT_ONCE
    }
    assert stored(cases.all_numbers) == ["CS0000001"]
    assert len(outbox()) == 2


@pytest.mark.req("INQ-08")
def test_failures_sent_among_them_are_all_accepted(signed_in: SignedIn, stored: Stored) -> None:
    clients = browsers(signed_in)
    pages = [client.get(FORM) for client in clients]
    kinds = ["failure" if place % 2 else "other" for place in range(AT_ONCE)]
    answers = at_once(
        *(
            lambda client=client, page=page, kind=kind: client.submit(page, FORM, category=kind)
            for client, page, kind in zip(clients, pages, kinds, strict=True)
        )
    )
    by_kind = Counter((kind, answer.status) for kind, answer in zip(kinds, answers, strict=True))
    assert by_kind == {("failure", 303): 10, ("other", 303): 1, ("other", 422): 9}
    assert len(stored(open_inquiries)) == 1
    assert len(stored(cases.all_numbers)) == 11


def test_while_one_is_closed_and_many_press_there_is_never_a_second(app: Flask, stored: Stored) -> None:
    """Eight people inquire and close as fast as they can; whoever looks sees one open inquiry at most."""

    def inquire_and_close(person: str) -> list[int]:
        seen = []
        for _ in range(6):
            with app.test_request_context():
                try:
                    number = cases.open_inquiry(db.session, number=FM_NUMBER, by=person)
                    db.session.commit()
                except actions.OpenInquiryExists:
                    db.session.rollback()
                    continue
                finally:
                    seen.append(len(open_inquiries(db.session)))
                    db.session.rollback()
                cases.move(db.session, number, Act.CLOSE, by=person)
                db.session.commit()
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = [n for part in pool.map(inquire_and_close, ["jiro", "hanako"] * 4) for n in part]
    assert max(seen) <= 1
    assert stored(open_inquiries) == []
    assert stored(cases.all_numbers)


def race(app: Flask, category: Category, *, workers: int, times: int) -> list[str]:
    """Let processes of their own inquire at the same moment, and return what each try came to."""
    settings: Settings = app.config["SETTINGS"]
    arguments = [str(settings.data_dir), FM_NUMBER, category.value, str(times)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, *arguments],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=TEST_ENVIRONMENT,
        )
        for _ in range(workers)
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told = []
    for process in running:
        out, _ = process.communicate(timeout=60)
        told += json.loads(out.strip().splitlines()[-1])
    return told


def test_processes_of_their_own_open_one_case_together(app: Flask, stored: Stored) -> None:
    told = race(app, Category.OTHER, workers=4, times=10)
    assert Counter(told) == {"CS0000001": 1, "refused for CS0000001": 39}
    assert stored(cases.all_numbers) == ["CS0000001"]


@pytest.mark.req("INQ-08", "CASE-02")
@pytest.mark.nightly
def test_processes_of_their_own_open_all_failures_with_numbers_of_their_own(
    app: Flask, stored: Stored
) -> None:
    told = race(app, Category.FAILURE, workers=4, times=5)
    assert sorted(told) == [f"CS{number:07}" for number in range(1, 21)]
    assert stored(open_inquiries) == []


def test_a_merged_inquiry_gives_its_place_free_and_takes_it_back_only_if_it_is_free(
    given: Given, stored: Stored
) -> None:
    """The place is what counts, not the state: a merged inquiry is still New, and holds nothing any more."""
    target = given(cases.open_case, number=FM_NUMBER)
    first = given(cases.open_inquiry, number=FM_NUMBER)

    def merge(session: Session) -> None:
        case, into = cases.case_of(session, first), cases.case_of(session, target)
        merging.merge(session, case, actor=cases.actor_for(session, "agent", case), into=into)

    def undo(session: Session) -> None:
        case = cases.case_of(session, first)
        merging.undo_merge(session, case, actor=cases.actor_for(session, "agent", case))

    given(merge)
    second = given(cases.open_inquiry, number=FM_NUMBER)
    assert stored(open_inquiries) == [second]
    given(undo)
    assert stored(open_inquiries) == [second]
    with pytest.raises(actions.OpenInquiryExists):
        given(cases.open_inquiry, number=FM_NUMBER)
