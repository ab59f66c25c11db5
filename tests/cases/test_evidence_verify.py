"""Checking packs: whatever was changed, taken out, put in or made up is found and named; nothing is unpacked."""

import hashlib
import io
import json
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.cases.evidence import verify as checking
from app.cases.evidence.verify import verify
from app.cases.evidence.zipping import Damaged, Part, fixed, stream
from app.cases.lifecycle import CaseState
from tests.conftest import Given, SignedIn
from tests.factories import cases, files

MADE_AT = datetime(2026, 3, 2, 1, 2, 4, tzinfo=UTC)
ABOUT = {"case": "CS0000001", "pack": "customer", "made_at": "2026-03-02T01:02:04Z", "journal_head": "0" * 64}
ALWAYS = [fixed(name, name.encode()) for name in sorted(checking.ALWAYS)]
MIB = 1024 * 1024


def packed(*more: Part) -> bytes:
    return b"".join(stream([*ALWAYS, *more], ABOUT, made_at=MADE_AT))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.zip"
    file.write_bytes(packed(fixed("files/0001-a.txt", b"content")))
    return file


Entries = dict[str, bytes]


def rebuilt(file: Path, change: Callable[[Entries], Entries | None], *, sums_too: bool = False) -> Path:
    """The pack with its entries changed, as somebody with a ZIP tool would."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries = change(entries) or entries
    if sums_too:
        manifest = json.loads(entries["manifest.json"])
        for part in manifest["parts"]:
            part["sha256"] = hashlib.sha256(entries[part["name"]]).hexdigest()
            part["size"] = len(entries[part["name"]])
        entries["manifest.json"] = json.dumps(manifest).encode()
        names = [*[part["name"] for part in manifest["parts"]], "manifest.json"]
        sums = "".join(f"{hashlib.sha256(entries[name]).hexdigest()}  {name}\n" for name in names)
        entries["manifest.sha256"] = sums.encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def added(name: str, content: bytes = b"x") -> Callable[[Entries], None]:
    return lambda entries: entries.update({name: content})


def test_a_pack_is_the_same_bytes_each_time_and_whole(good: Path) -> None:
    assert verify(good).findings == []
    assert packed(fixed("files/0001-a.txt", b"content")) == good.read_bytes()


NAMELESS = json.dumps({**ABOUT, "format": checking.FORMAT, "parts": [{"name": "x"}]}).encode()
CHANGES: list[tuple[Callable[[Entries], Entries | None], str]] = [
    (added("case.json", b"{}"), "case.json"),
    (added("files/0001-a.txt", b"c0ntent"), "files/0001-a.txt: has another SHA-256"),
    (added("files/0001-a.txt", b"content and more"), "files/0001-a.txt: has 16 bytes, not 7"),
    (added("files/0002-b.txt"), "files/0002-b.txt: not in the manifest"),
    (lambda entries: {k: v for k, v in entries.items() if k != "files/0001-a.txt"}, "files/0001-a.txt: missing"),
    (lambda entries: {k: v for k, v in entries.items() if k != "manifest.json"}, "manifest.json: missing"),
    (lambda entries: {k: v for k, v in entries.items() if k != "manifest.sha256"}, "manifest.sha256: missing"),
    (lambda entries: {k: v for k, v in entries.items() if k != "case.json"}, "case.json: missing"),
    (added("manifest.json", b"{"), "manifest.json: is no JSON"),
    (added("manifest.json", b"[" * 50_000), "manifest.json: is no JSON"),
    (added("manifest.json", b"[]"), "manifest.json: is not of the form"),
    (added("manifest.json", b'{"format": "madoguchi-evidence/1", "case": 1, "parts": []}'), "is not of the form"),
    (added("manifest.json", NAMELESS), "manifest.json: is not of the form"),
    (added("manifest.sha256", b""), "manifest.sha256: does not say the same"),
    (added("manifest.sha256", b"\xff"), "manifest.sha256: is damaged"),
    (added("../out.txt"), "leads out of the folder"),
    (added("/etc/passwd"), "leads out of the folder"),
    (added("files/../../x"), "leads out of the folder"),
    (added("C:x"), "leads out of the folder"),
    (added("files\\x"), "leads out of the folder"),
    (added("files/"), "leads out of the folder"),
    (added("a\nb"), "leads out of the folder"),
    (added("CASE.JSON"), "stands twice"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "finding"), CHANGES, ids=[f"{n} {text}" for n, (_, text) in enumerate(CHANGES)]
)
def test_each_change_is_found_and_named(
    good: Path, change: Callable[[Entries], Entries | None], finding: str
) -> None:
    findings = verify(rebuilt(good, change)).findings
    assert any(finding in one for one in findings), findings
    assert checking.main([str(good)]) == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice_is_found(good: Path) -> None:
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("case.json", b"{}")
    assert any("stands twice" in one for one in verify(good).findings)


@pytest.mark.req("SEC-42")
def test_a_bomb_is_not_read(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * (32 * MIB))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("something was read"))
    findings = verify(good).findings
    assert any("compressed" in one for one in findings)
    assert any("larger than the file" in one for one in findings)


def test_a_link_is_no_part(good: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    assert any("no regular file" in one for one in verify(good).findings)


def test_too_many_parts_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_PARTS", 3)
    file = tmp_path / "many.zip"
    file.write_bytes(packed())
    assert "at most 3" in verify(file).findings[0]


@pytest.mark.parametrize("cut", [0, 1, 21, 100, 900])
def test_half_a_pack_is_none(good: Path, cut: int) -> None:
    good.write_bytes(good.read_bytes()[:cut])
    assert "cannot be read as a ZIP" in verify(good).findings[0]


def test_one_turned_bit_anywhere_is_found_or_changes_nothing_that_is_told(good: Path) -> None:
    """Every byte in turn: the pack is refused, or what it says is still all there."""
    whole = good.read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        told = {name: archive.read(name) for name in archive.namelist()}
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        good.write_bytes(changed)
        if not verify(good).findings:
            with zipfile.ZipFile(good) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == told, place


def test_the_check_runs_by_itself_with_python_alone(good: Path) -> None:
    script = [sys.executable, "-I", "-S", str(Path(checking.__file__)), str(good)]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "whole, 5 parts of CS0000001" in ended.stdout


def test_a_part_that_is_not_what_was_known_ends_the_stream() -> None:
    for part in (
        Part("files/x", lambda: [b"abc"], 4),
        Part("files/x", lambda: [b"abc"], 3, "0" * 64),
        Part("files/x", list, 3),
    ):
        with pytest.raises(Damaged):
            packed(part)


def _zeros(size: int) -> Iterator[bytes]:
    piece = b"\0" * (256 * 1024)
    for _ in range(size // len(piece)):
        yield piece


@pytest.mark.req("SEC-39")
def test_a_large_file_takes_no_memory() -> None:
    size = 192 * MIB
    tracemalloc.start()
    try:
        sent = sum(
            len(piece)
            for piece in stream([Part("files/big", lambda: _zeros(size), size)], ABOUT, made_at=MADE_AT)
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent > size
    assert peak < 4 * MIB


def test_a_file_beyond_four_gibibytes_says_its_size_in_the_longer_form() -> None:
    """The first entry's head alone; the bytes themselves are for the nightly run of uploads."""
    five_gib = 5 * 1024 * MIB
    pieces = stream([Part("files/big", lambda: iter([b"x"]), five_gib)], ABOUT, made_at=MADE_AT)
    head = next(pieces)
    version, flags = struct.unpack("<HH", head[4:8])
    assert version >= 45
    assert flags & 0x08


# What only the installation itself can see.


def _command(app: Flask, file: Path) -> tuple[int, str]:
    from app import cli  # noqa: PLC0415 - commands bring the migrations with them

    ended = app.test_cli_runner().invoke(cli.evidence_verify, [str(file)])
    return ended.exit_code, ended.output


@pytest.fixture
def pack(signed_in: SignedIn, given: Given, tmp_path: Path) -> Path:
    number = given(cases.in_state, CaseState.CLOSED, details="ログインできません。")
    given(cases.note, number, "社内")
    made = given(cases.open_inquiry, details="別件です。")
    given(files.on_case, made, content=b"content")
    page = signed_in("agent").act(f"/console/cases/{number}/evidence", kind="auditor")
    file = tmp_path / "pack.zip"
    file.write_bytes(page.answer.get_data())
    return file


@pytest.mark.req("DESK-09", "SEC-55")
def test_the_installation_finds_its_own_pack_whole(app: Flask, pack: Path) -> None:
    assert _command(app, pack) == (0, "The pack is whole and says what the journal says.\n")


@pytest.mark.req("DESK-09", "SEC-55")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ログインできません。", "ログインできます。"),
        ('"act": "close"', '"act": "accept"'),
        ("佐藤 花子", "鈴木 太郎"),
    ],
)
def test_a_pack_with_sums_of_its_own_is_still_not_what_the_journal_says(
    app: Flask, pack: Path, old: str, new: str
) -> None:
    def forge(entries: Entries) -> None:
        assert old.encode() in entries["case.json"]
        entries["case.json"] = entries["case.json"].replace(old.encode(), new.encode())

    assert verify(rebuilt(pack, forge, sums_too=True)).findings == []
    code, output = _command(app, pack)
    assert code == 1
    assert "is not what the journal says" in output


@pytest.mark.req("DESK-09")
def test_neither_is_one_that_takes_an_event_out_or_makes_one_up(app: Flask, pack: Path) -> None:
    def forge(entries: Entries) -> None:
        case = json.loads(entries["case.json"])
        case["events"] = [{**case["events"][0], "hash": "f" * 64}]
        entries["case.json"] = json.dumps(case).encode()

    rebuilt(pack, forge, sums_too=True)
    code, output = _command(app, pack)
    assert code == 1
    assert f"no event {'f' * 64}" in output


@pytest.mark.req("SEC-40")
@pytest.mark.parametrize(
    "told", [b"", b"[]", b'{"events": 1}', b'{"events": [{}]}', b"[" * 50_000, b'{"events": [[1]]}']
)
def test_a_strange_case_breaks_nothing(app: Flask, pack: Path, told: bytes) -> None:
    rebuilt(pack, added("case.json", told), sums_too=True)
    code, output = _command(app, pack)
    assert code == 1
    assert "Traceback" not in output


def test_a_case_of_elsewhere_is_checked_against_itself_alone(app: Flask, good: Path) -> None:
    code, output = _command(app, good)
    assert code == 0
    assert "is no case of this installation" in output


def test_a_broken_pack_is_named_with_all_findings(app: Flask, pack: Path) -> None:
    rebuilt(pack, lambda entries: {**entries, "extra": b"x", "case.json": b"{}"})
    code, output = _command(app, pack)
    assert code == 1
    assert "extra: not in the manifest" in output
    assert "case.json: has 2 bytes" in output
