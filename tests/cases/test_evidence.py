"""Evidence packs: what is in them for whom, and that each part can be checked (DESK-04, DESK-09)."""

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import storage
from app.cases import events
from app.cases.actions.withdrawing import take_back
from app.cases.evidence.verify import verify
from app.cases.evidence.words import WORDS
from app.cases.evidence.zipping import Damaged
from app.cases.lifecycle import Act, CaseState
from app.cases.models import CaseComment
from app.cases.packs import LIMITS
from app.files.models import Scan, StoredFile
from app.journal import JournalEvent
from app.throttle import charge
from tests import cast
from tests.cast import CS_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases, files

CANARY = "カナリア-7f3a"
ALWAYS = ["README.txt", "case.json", "thread.pdf", "approvals.json"]


@pytest.fixture
def number(given: Given) -> str:
    """A case with texts and files of both audiences, led to its closure."""
    made = given(cases.in_state, CaseState.RESOLVED, details="ログインできません。")
    given(files.on_comment, made, by="hanako", name="画面.txt", content="見えているもの".encode())
    given(files.on_case, made, by="agent", name="../../etc/passwd", content=b"root")
    given(files.on_note, made, name=f"{CANARY}.txt", content=f"{CANARY} in a file".encode())
    given(cases.note, made, f"{CANARY} in a note")
    given(cases.assign, made, "lead")
    given(cases.move, made, Act.ACCEPT, by="hanako")
    return str(made)


def take(browser: InspectingClient, address: str, **fields: str) -> Page:
    return browser.act(address, **fields)


def of_customer(signed_in: SignedIn, number: str, name: str = "hanako") -> bytes:
    page = take(signed_in(name), f"/cs/cases/{number}/evidence")
    assert page.status == 200, page.text
    return page.answer.get_data()


def of_desk(signed_in: SignedIn, number: str, kind: str = "auditor") -> bytes:
    page = take(signed_in("agent"), f"/console/cases/{number}/evidence", kind=kind)
    assert page.status == 200, page.text
    return page.answer.get_data()


def opened(pack: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(pack))


def told(pack: bytes, part: str = "case.json") -> Any:
    return json.loads(opened(pack).read(part))


def words(pack: bytes) -> str:
    reader = PdfReader(io.BytesIO(opened(pack).read("thread.pdf")))
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.req("SVC-04", "SEC-26")
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("alice", "/cs/cases/{}/evidence"),
        ("jiro", "/fm/cases/{}/evidence"),
        ("hanako", "/fm/cases/{}/evidence"),
    ],
)
def test_strangers_get_nothing(
    signed_in: SignedIn, number: str, untouched: Untouched, name: str, path: str
) -> None:
    browser = signed_in(name)
    with untouched():
        assert take(browser, path.format(number)).status == 404


@pytest.mark.req("DESK-04")
def test_a_customer_gets_no_auditors_pack_whatever_is_sent(signed_in: SignedIn, number: str) -> None:
    page = take(signed_in("hanako"), f"/cs/cases/{number}/evidence", kind="auditor")
    assert told(page.answer.get_data())["pack"] == "customer"


@pytest.mark.req("SEC-40")
@pytest.mark.parametrize("kind", ["", "all", "AUDITOR", "customer\0"])
def test_an_unknown_kind_is_refused(
    signed_in: SignedIn, number: str, untouched: Untouched, kind: str
) -> None:
    browser = signed_in("agent")
    with untouched():
        assert take(browser, f"/console/cases/{number}/evidence", kind=kind).status == 400


@pytest.mark.req("DESK-04")
@pytest.mark.parametrize("maker", ["customer", "desk"])
def test_no_byte_of_the_desk_is_in_the_customers_pack(signed_in: SignedIn, number: str, maker: str) -> None:
    """The canary: notes, files of notes, who works on it, the desk's addresses, and what the desk did besides."""
    pack = of_desk(signed_in, number, "customer") if maker == "desk" else of_customer(signed_in, number)
    everything = b"".join(opened(pack).read(name) for name in opened(pack).namelist()) + pack
    for secret in (
        CANARY,
        "高橋",
        "desk.example",
        "assignee",
        "note_added",
        "evidence_made",
        "user_id",
        "due_at",
    ):
        assert secret.encode() not in everything, secret
        assert json.dumps(secret)[1:-1].encode() not in everything
        assert secret not in words(pack)
    assert "\n".join(opened(pack).namelist()).count("files/") == 2


@pytest.mark.req("DESK-04")
def test_a_reply_that_was_taken_back_is_not_in_the_customers_pack(signed_in: SignedIn, given: Given) -> None:
    made = given(cases.in_state, CaseState.IN_PROGRESS)

    def write_and_take_back(session: Session) -> None:
        cases.comment(session, made, CANARY)
        case = cases.case_of(session, made)
        comment = session.scalars(select(CaseComment).order_by(CaseComment.id.desc())).first()
        assert comment is not None
        take_back(session, case, actor=cases.actor_for(session, "agent", case), comment=comment)

    given(write_and_take_back)
    pack = of_customer(signed_in, made)
    assert CANARY not in opened(pack).read("case.json").decode()
    assert CANARY not in words(pack)
    assert CANARY in opened(of_desk(signed_in, made)).read("case.json").decode()


@pytest.mark.req("DESK-09")
def test_the_auditors_pack_holds_everything_and_says_that_it_is_confidential(
    signed_in: SignedIn, number: str
) -> None:
    pack = of_desk(signed_in, number)
    case = told(pack)
    assert case["desk"]["assignee"] == "高橋 健"
    assert f"{CANARY} in a note" in json.dumps(case, ensure_ascii=False)
    assert len(case["files"]) == 3
    assert f"{CANARY} in a note" in words(pack)
    assert "社外秘" in words(pack)
    assert "社外秘" in opened(pack).read("README.txt").decode()


@pytest.mark.req("DESK-09")
def test_who_took_which_pack_is_told_to_the_desk_alone(
    signed_in: SignedIn, number: str, stored: Stored
) -> None:
    pack = of_customer(signed_in, number)
    of_desk(signed_in, number)

    def made(session: Session) -> list[tuple[str, str, str]]:
        rows = session.scalars(
            select(JournalEvent).where(JournalEvent.kind == "case.evidence_made").order_by(JournalEvent.id)
        )
        return [(row.actor_name, row.data["pack"], row.audience.value) for row in rows]

    assert stored(made) == [("佐藤 花子", "customer", "desk"), ("中村 さくら", "auditor", "desk")]
    case = told(pack)
    assert hashlib.sha256(opened(pack).read("case.json")).hexdigest() == stored(
        lambda session: (
            session.scalars(
                select(JournalEvent).where(JournalEvent.hash == told(pack, "manifest.json")["journal_head"])
            )
            .one()
            .data["sha256"]
        )
    )
    assert "証跡パック" in signed_in("agent").get(f"/console/cases/{number}").words()
    assert "証跡パックを作成" not in signed_in("hanako").get(f"/cs/cases/{number}").words()
    assert case["number"] == number


def test_the_case_is_told_in_utc_with_every_event_the_customer_may_read(
    signed_in: SignedIn, number: str
) -> None:
    case = told(of_customer(signed_in, number))
    assert case["format"] == "madoguchi-case/1"
    assert case["customer_number"] == CS_NUMBER
    assert case["created_at"].endswith("Z")
    kinds = [event["kind"] for event in case["events"]]
    assert kinds[:2] == ["case.opened", "case.comment_added"]
    assert case["events"][1]["text"]["body"] == "ログインできません。"
    assert [file["name"] for file in case["files"]] == ["画面.txt", "passwd"]


def test_the_thread_is_printed_in_japanese(signed_in: SignedIn, number: str) -> None:
    text = words(of_customer(signed_in, number))
    for wanted in (
        number,
        "ログインできません。",
        "解決済み（クローズ待ち） → クローズ",
        "株式会社サンプル",
        "お客様用",
    ):
        assert wanted.replace("お客様用", "お客様向け") in text


def test_every_event_has_words_of_its_own() -> None:
    texts = {events.CommentAdded, events.NoteAdded}
    assert {kind for kind in events.KINDS.values() if kind not in WORDS} == texts


def test_what_was_decided_stands_apart(signed_in: SignedIn, number: str) -> None:
    decisions = told(of_customer(signed_in, number), "approvals.json")["decisions"]
    assert [(one["decision"], one["by"]["name"], one["state_after"]) for one in decisions] == [
        ("accept", "佐藤 花子", "closed")
    ]


@pytest.mark.req("SEC-43")
def test_parts_have_safe_names_in_a_fixed_order(signed_in: SignedIn, number: str) -> None:
    assert opened(of_customer(signed_in, number)).namelist() == [
        *ALWAYS, "files/0001-画面.txt", "files/0002-passwd", "manifest.json", "manifest.sha256"
    ]  # fmt: skip


def test_files_of_one_name_stand_side_by_side(signed_in: SignedIn, given: Given) -> None:
    made = given(cases.open_inquiry)
    for content in (b"one", b"two"):
        given(files.on_case, made, name="same.txt", content=content)
    pack = opened(of_customer(signed_in, made))
    assert [pack.read(f"files/000{n}-same.txt") for n in (1, 2)] == [b"one", b"two"]


def test_every_part_can_be_checked_by_sha256sum(signed_in: SignedIn, number: str, tmp_path: Path) -> None:
    opened(of_customer(signed_in, number)).extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest.sha256"],
        cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("OK") == 7


def test_a_whole_pack_is_found_whole(signed_in: SignedIn, number: str, tmp_path: Path) -> None:
    for kind in ("customer", "auditor"):
        file = tmp_path / f"{kind}.zip"
        file.write_bytes(of_desk(signed_in, number, kind))
        assert verify(file).findings == []


@pytest.mark.req("SEC-45")
def test_a_file_that_did_not_pass_the_virus_check_is_named_and_left_out(
    signed_in: SignedIn, number: str, given: Given
) -> None:
    def block(session: Session) -> None:
        session.scalars(select(StoredFile).where(StoredFile.name == "passwd")).one().scan = Scan.BLOCKED

    given(block)
    pack = of_customer(signed_in, number)
    assert told(pack)["files"][1]["left_out"] == "virus check: blocked"
    assert "files/0002-passwd" not in opened(pack).namelist()


def test_a_file_that_is_gone_is_found_before_the_answer_begins(
    app: Flask, signed_in: SignedIn, number: str, stored: Stored
) -> None:
    _blob(app, stored).unlink()
    assert take(signed_in("hanako"), f"/cs/cases/{number}/evidence").status == 500


def test_a_file_that_was_changed_on_the_disk_ends_the_pack(
    app: Flask, signed_in: SignedIn, number: str, stored: Stored
) -> None:
    blob = _blob(app, stored)
    blob.chmod(0o600)
    blob.write_bytes(b"boot")
    with pytest.raises(Damaged):
        take(signed_in("hanako"), f"/cs/cases/{number}/evidence")


def _blob(app: Flask, stored: Stored) -> Path:
    row = stored(lambda session: session.scalars(select(StoredFile).where(StoredFile.name == "passwd")).one())
    with app.app_context():
        return storage.current().blob(row.scope, row.token)


@pytest.mark.req("LANG-01")
def test_the_desk_makes_the_customers_pack_in_the_customers_language(
    signed_in: SignedIn, given: Given
) -> None:
    made = given(cases.open_inquiry, number="P910000001")
    assert "For the customer" in words(of_desk(signed_in, made, "customer"))
    assert "社外秘" in words(of_desk(signed_in, made, "auditor"))


@pytest.mark.req("SEC-47")
def test_the_twenty_first_pack_within_ten_minutes_is_one_too_many(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    made = given(cases.open_inquiry)
    browser = signed_in("hanako")
    token = browser.token()
    given(_take_turns, 19)
    assert browser.post(f"/cs/cases/{made}/evidence", {"csrf_token": token}).status == 200
    page = browser.post(f"/cs/cases/{made}/evidence", {"csrf_token": token})
    assert page.status == 429
    assert "Retry-After" in page.answer.headers
    assert stored(lambda session: cases.history(session, made)).count("case.evidence_made") == 1


def _take_turns(session: Session, count: int) -> None:
    bucket = f"evidence:{cast.person(session, 'hanako').id}"
    for _ in range(count):
        assert charge(session, {bucket: LIMITS}) is not None
