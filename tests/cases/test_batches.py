"""Cases for many customer numbers in one go: previewed, handed to the worker, each number exactly once (DESK-06)."""

import io
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.actions import desk_people
from app.accounts.models import AgentService, DeskRole
from app.authz import Forbidden, system_actor
from app.cases import batch_jobs
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case, CaseBatch, CaseFile
from app.files.models import StoredFile
from app.journal import broken_links
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import TEST_ENVIRONMENT, Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, related
from tests.ground_floor.processes import ROOT, environment, wait_until

# More than a worker opens before its killer has seen the first one.
WAITING = 60
FORM = "/console/cases/new/many?service=cs"
CONFIRM = "/console/cases/new/many/confirmation?service=cs"
FILLED = {
    "numbers": f"{CS_NUMBER}\n{ALICE_CS_NUMBER}",
    "category": "monthly_report",
    "subject": "11月分の月次レポート",
    "details": "月次レポートをお送りします。",
}

pytestmark = pytest.mark.req("DESK-06", "CASE-20", "CASE-21")


def _preview(client: InspectingClient, **typed: object) -> Page:
    fields: dict[str, object] = {"csrf_token": client.token(), "form_key": "0" * 32, **FILLED, **typed}
    return client.post(FORM, fields, content_type="multipart/form-data")


def _order(client: InspectingClient, **typed: object) -> str:
    answer = client.submit(_preview(client, **typed), CONFIRM)
    assert answer.status == 303, answer.alerts()
    return answer.location


def _count(stored: Stored, table: type) -> int:
    return int(stored(lambda session: session.scalar(select(func.count()).select_from(table))))


def _numbers_of_cases(session: Session) -> Sequence[int]:
    return session.scalars(select(Case.customer_number_id).order_by(Case.id)).all()


@pytest.mark.req("ROLE-05")
def test_customers_open_nothing_for_many(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    with pytest.raises(Forbidden):
        given(related.batch, by="hanako")
    client = signed_in("hanako")
    with untouched():
        for path in (FORM, CONFIRM):
            assert client.act(path, **FILLED).location.startswith("/console/login")


@pytest.mark.req("ROLE-05", "SEC-26")
def test_a_service_or_number_out_of_reach_is_as_if_it_were_not_there(
    signed_in: SignedIn, untouched: Untouched
) -> None:
    client = signed_in("cs_agent")
    with untouched():
        answers = [client.get(FORM.replace("=cs", f"={slug}")) for slug in ("fm", "none")]
        assert [answer.status for answer in answers] == [404, 404]
        for number in (FM_NUMBER, "N999999999"):
            answer = _preview(client, numbers=f"{CS_NUMBER} {number}")
            assert answer.status == 422
            assert answer.error_at("numbers") == f"These are no customer numbers of this service: {number}"


@pytest.mark.req("SEC-26")
def test_a_batch_is_its_owners_alone(signed_in: SignedIn, given: Given) -> None:
    token = given(related.batch)
    paths = [f"/console/cases/batches/{token}", f"/console/cases/batches/{token}/progress"]
    lead = signed_in("lead")
    foreign = [lead.get(path).answer.get_data() for path in paths]
    absent = [lead.get(path.replace(token, "0" * 32)).answer.get_data() for path in paths]
    assert [lead.get(path).status for path in paths] == [404, 404]
    assert foreign == absent
    assert [signed_in("agent").get(path).status for path in paths] == [200, 200]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("numbers", "", "1件以上"),
        ("numbers", " ".join(f"N{index:09}" for index in range(1001)), "1000件まで"),
        ("numbers", f"{CS_NUMBER} <b>X</b>", "<B>X</B>"),
        ("numbers", f"{CS_NUMBER}\x00", "制御文字"),
        ("category", "alert", ""),
        ("category", "", ""),
        ("subject", "", ""),
        ("subject", "x" * 201, ""),
        ("details", "", ""),
        ("parent", "CS9999999", "ケースはありません"),
        ("uploads", "0" * 32, ""),
    ],
)
def test_bad_input_is_named_at_its_field_and_kept(
    signed_in: SignedIn, untouched: Untouched, field: str, value: str, named: str
) -> None:
    client = signed_in("agent")
    with untouched():
        answer = _preview(client, **{field: value})
        refused = client.act(CONFIRM, form_key="0" * 32, **{**FILLED, field: value})
    for page in (answer, refused):
        assert page.status == 422
        assert page.error_at(field)
        assert named in page.error_at(field)
        assert page.value("subject") == (value if field == "subject" else FILLED["subject"])


@pytest.mark.parametrize("kind", ["child", "closed", "of another service"])
def test_a_parent_that_cannot_be_one_is_named(
    signed_in: SignedIn, given: Given, untouched: Untouched, kind: str
) -> None:
    _parent, (child,) = given(related.family, CS_NUMBER)
    closed = given(cases.in_state, CaseState.CLOSED)
    other = given(cases.open_case, number=FM_NUMBER)
    client = signed_in("agent")
    with untouched():
        answer = _preview(client, parent={"child": child, "closed": closed}.get(kind, other))
    assert answer.status == 422
    assert answer.error_at("parent")


def test_the_preview_lists_everyone_and_writes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    parent = given(cases.open_case)
    client = signed_in("agent")
    with untouched():
        typed = f" {CS_NUMBER.lower()}、{ALICE_CS_NUMBER}\r\n{CS_NUMBER}"
        page = _preview(client, numbers=typed, ticked=[ALICE_CS_NUMBER], parent=parent)
    words = page.words()
    assert page.status == 200
    assert "お客様番号2件にケースを1件ずつ作成します" in words
    assert [word for word in (CS_NUMBER, "株式会社サンプル", "A会社", parent, FILLED["subject"]) if word in words] == [
        CS_NUMBER, "株式会社サンプル", "A会社", parent, FILLED["subject"],
    ]  # fmt: skip
    again = client.post(FORM, {**page.form(CONFIRM), "again": "1"})
    assert again.status == 200
    assert again.value("details") == FILLED["details"]


@pytest.mark.req("REL-04")
def test_the_worker_opens_each_once_with_the_same_files(
    app: Flask, signed_in: SignedIn, stored: Stored, outbox: Outbox
) -> None:
    client = signed_in("agent")
    preview = _preview(client, files=[(io.BytesIO(b"PDF"), "report.pdf"), (io.BytesIO(b"CSV"), "data.csv")])
    uploads = [item.get("value") for item in preview.all("input", name="uploads")]
    answers = [client.post(CONFIRM, {**preview.form(CONFIRM), "uploads": uploads}) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert (_count(stored, CaseBatch), _count(stored, Case)) == (1, 0)
    assert outbox() == []
    assert "2件中0件完了" in client.get(answers[0].location).words()
    assert [batch_jobs.open_waiting(app) for _ in range(2)] == [2, 0]
    assert len(set(stored(_numbers_of_cases))) == _count(stored, Case) == 2
    assert (_count(stored, CaseFile), _count(stored, StoredFile)) == (4, 2)
    page = client.get(answers[0].location)
    assert [row["結果"] for row in page.rows()] == ["CS0000001", "CS0000002"]
    for person, number in (("hanako", "CS0000001"), ("alice", "CS0000002")):
        shown = signed_in(person).get(f"/cs/cases/{number}")
        assert [name for name in ("report.pdf", "data.csv", FILLED["details"]) if name in shown.words()] == [
            "report.pdf", "data.csv", FILLED["details"],
        ]  # fmt: skip
    assert sorted(mail.to for mail in outbox()) == [
        "alice@a-company.example", "hanako@sample.example", "taro@sample.example",
    ]  # fmt: skip


def test_a_text_that_names_a_customer_is_stopped_until_somebody_has_looked(
    signed_in: SignedIn, untouched: Untouched
) -> None:
    client = signed_in("agent")
    preview = _preview(client, details="株式会社サンプル様の月次レポートです。")
    assert "株式会社サンプル" in preview.words(preview.styled("fieldset", "guard")[0])
    with untouched():
        answer = client.submit(preview, CONFIRM)
    assert answer.status == 422
    box = answer.one("input", name="confirmed")
    assert client.post(CONFIRM, {**answer.form(CONFIRM), "confirmed": box.get("value")}).status == 303


def test_cases_of_a_batch_stand_under_its_parent(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    parent = given(cases.open_case)
    _order(signed_in("agent"), parent=parent)
    batch_jobs.open_waiting(app)
    parents = stored(lambda session: session.scalars(select(Case.parent_id).order_by(Case.id)).all())
    assert list(parents) == [None, 1, 1]


@pytest.mark.req("ROLE-03")
@pytest.mark.parametrize("what", ["disabled", "withdrawn"])
def test_a_right_withdrawn_meanwhile_opens_nothing(
    app: Flask, signed_in: SignedIn, given: Given, stored: Stored, what: str
) -> None:
    location = _order(signed_in("cs_agent"))

    def withdraw(session: Session) -> None:
        user = cast.person(session, "cs_agent")
        if what == "disabled":
            accounts.disable(session, actor=system_actor("tests"), user=user)
        else:
            admin = cast.actor_of(session, "admin")
            desk_people.set_rights(
                session, user, actor=admin, version=user.version, role=DeskRole.AGENT, services=[]
            )

    given(withdraw)
    batch_jobs.open_waiting(app)
    assert stored(lambda session: related.items(session, location[-32:])) == [(None, "forbidden")] * 2
    assert _count(stored, Case) == 0


def test_a_parent_closed_meanwhile_is_told_for_each_number(
    app: Flask, signed_in: SignedIn, given: Given
) -> None:
    parent = given(cases.open_inquiry)
    client = signed_in("agent")
    location = _order(client, parent=parent)
    given(cases.move, parent, Act.CLOSE, by="hanako")
    batch_jobs.open_waiting(app)
    page = client.get(location)
    assert "失敗: 2件" in page.words()
    assert all("親ケースが未クローズではなくなりました" in row["結果"] for row in page.rows())


@pytest.mark.req("SEC-21")
def test_the_page_that_asks_by_itself_gets_the_part_alone(
    app: Flask, signed_in: SignedIn, client: InspectingClient, given: Given
) -> None:
    token = given(related.batch)
    path = f"/console/cases/batches/{token}/progress"
    headers = {"HX-Request": "true"}
    agent = signed_in("agent")
    part = agent.get(path, headers=headers)
    assert (part.is_part, "hx-trigger" in part.text) == (True, True)
    assert client.get(path, headers=headers).status == 401
    batch_jobs.open_waiting(app)
    assert "hx-trigger" not in agent.get(path, headers=headers).text


@pytest.mark.req("DESK-04")
def test_no_customer_sees_who_else_got_a_case(
    app: Flask, signed_in: SignedIn, given: Given, outbox: Outbox
) -> None:
    parent = given(cases.open_case, number=ALICE_CS_NUMBER, subject="カナリア親")
    outbox()
    location = _order(signed_in("agent"), parent=parent)
    batch_jobs.open_waiting(app)
    hidden = ("カナリア", ALICE_CS_NUMBER, "A会社", location[-32:], "CS0000003", parent)
    hanako = signed_in("hanako")
    for path in ("/cs/", "/cs/cases", "/cs/cases/CS0000002"):
        assert not [word for word in hidden if word in hanako.get(path).text], path
    mails = [mail for mail in outbox() if "sample" in mail.to]
    assert len(mails) == 2
    assert not [word for word in hidden for mail in mails if word in mail.text + mail.subject]


@pytest.mark.req("REL-07", "F03")
@pytest.mark.timeout(120)
def test_a_killed_worker_and_two_at_once_leave_each_number_one_case(
    app: Flask, given: Given, stored: Stored
) -> None:
    numbers = [
        given(cases.add_number, f"N210000{index:03}", holder=cast.SAMPLE, service="cs")
        for index in range(WAITING)
    ]
    token = given(related.batch, numbers)
    first = _worker(app)
    wait_until(lambda: _opened(app) >= 1, seconds=40, what="the first case is open")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _count(stored, Case) < WAITING, "the worker was quicker than its killer; let it have more numbers"
    both = [_worker(app) for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in both] == [0, 0]
    opened = stored(lambda session: related.items(session, token))
    assert all(number and failure is None for number, failure in opened)
    assert len(set(stored(_numbers_of_cases))) == _count(stored, Case) == WAITING
    assert stored(lambda session: session.scalars(select(CaseBatch.finished_at)).one()) is not None
    assert stored(broken_links) == []


def _opened(app: Flask) -> int:
    """How many cases are open, read without standing in the writers' line."""
    database = app.config["SETTINGS"].data_dir / "madoguchi.sqlite3"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        return int(reader.execute('SELECT count(*) FROM "case"').fetchone()[0])


def _worker(app: Flask) -> "subprocess.Popen[bytes]":
    code = "from app import create_app; from app.cases.batch_jobs import open_waiting; open_waiting(create_app())"
    environ = environment(app.config["SETTINGS"].data_dir, **TEST_ENVIRONMENT)
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environ)


@pytest.mark.req("SEC-22", "SEC-26", "SEC-28")
def test_whoever_has_left_the_service_sees_its_customers_in_no_batch_of_theirs(
    given: Given, signed_in: SignedIn
) -> None:
    token = given(related.batch)
    agent = signed_in("agent")
    pages = [f"/console/cases/batches/{token}", f"/console/cases/batches/{token}/progress"]
    assert [agent.get(page).status for page in pages] == [200, 200]
    assert "10月分のご報告" in agent.get("/console/cases/new/many").words()

    def leave(session: Session) -> None:
        of_cs = AgentService.service_id == cast.number(session, CS_NUMBER).service_id
        session.execute(
            delete(AgentService).where(AgentService.user_id == cast.person(session, "agent").id, of_cs)
        )

    given(leave)
    assert [agent.get(page).status for page in pages] == [404, 404]
    # With one service left the form itself opens; its own page is asked for without one.
    assert "10月分のご報告" not in agent.get("/console/cases/new/many?service=").words()
