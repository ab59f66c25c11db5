"""Blobs: on the disk before any row says so, whatever is killed in between (REL-07, F08, F14)."""

import os
from pathlib import Path

import pytest
from flask import Flask

from app import storage
from app.files import actions
from app.files.models import Upload
from app.storage import Busy, Lost, NoRoom, Storage
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored
from tests.factories import files
from tests.files.sending import Sender

TOKEN = "0123456789abcdef" * 2


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def blobs(tmp_path: Path) -> Storage:
    made = Storage(tmp_path)
    made.prepare()
    return made


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the disk, in order."""
    told: list[str] = []
    for name in ("fsync", "fdatasync", "rename"):
        original = getattr(os, name)

        def note(*args: object, _name: str = name, _original: object = original) -> object:
            told.append(_name)
            return _original(*args)  # type: ignore[operator]  # The function it stands for.

        monkeypatch.setattr(os, name, note)
    return told


@pytest.mark.req("REL-07", "F02")
def test_write_then_fsync_then_rename_then_fsync_of_the_folder(
    signed_in: SignedIn, calls: list[str], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = actions.advance

    def note(*args: object, **options: object) -> bool:
        calls.append("row")
        return advance(*args, **options)  # type: ignore[arg-type]  # Handed through.

    monkeypatch.setattr(actions, "advance", note)
    sender = Sender(signed_in("hanako"))
    sender.send(b"first")
    calls.clear()
    sender.send(b"01234")
    # The part is forced onto the disk, renamed, its folder forced too, and only then is there a row.
    last_sync = len(calls) - 1 - calls[::-1].index("fsync")
    assert calls.index("fdatasync") < calls.index("rename") < last_sync < calls.index("row")
    assert stored(files.uploads)[-1].is_whole


@pytest.mark.req("REL-07", "F14")
def test_killed_between_blob_and_row_the_upload_goes_on(
    signed_in: SignedIn, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(signed_in("hanako"))
    address = sender.begin(10)
    sender.part(address, b"01234", 0)
    settle = Storage.settle

    def die(blobs: Storage, scope: str, token: str) -> None:
        settle(blobs, scope, token)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "settle", die)
        with pytest.raises(Killed):
            sender.part(address, b"56789", 5)
    (upload,) = stored(files.uploads)
    assert isinstance(upload, Upload)
    assert (upload.received, upload.sha256) == (5, None)
    assert stored(lambda _s: storage.current().blob(upload.scope, upload.token).exists())
    # No row says it is whole; the browser asks where to go on and sends the rest again.
    assert sender.offset(address) == 5
    assert sender.part(address, b"56789", 5).status == 204
    (upload,) = stored(files.uploads)
    assert upload.is_whole
    assert stored(lambda _s: storage.current().blob(upload.scope, upload.token).read_bytes()) == b"0123456789"


@pytest.mark.req("REL-07")
def test_bytes_that_were_never_acknowledged_do_not_count(
    app: Flask, given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    token = given(files.begun, "hanako", content=b"01234")
    with app.app_context(), storage.current().part(token).open("ab") as part:
        part.write(b"unacknowledged")
    sender = Sender(signed_in("hanako"))
    assert sender.part(f"/cs/uploads/{token}", b"56789", 5).status == 204
    (upload,) = stored(files.uploads)
    assert stored(lambda _s: storage.current().blob(upload.scope, upload.token).read_bytes()) == b"0123456789"


@pytest.mark.req("REL-07", "F02")
def test_a_part_that_a_power_cut_has_shortened_goes_on_where_the_disk_ends(
    app: Flask, given: Given, signed_in: SignedIn
) -> None:
    token = given(files.begun, "hanako", content=b"01234")
    with app.app_context():
        os.truncate(storage.current().part(token), 2)
    sender = Sender(signed_in("hanako"))
    address = f"/cs/uploads/{token}"
    assert sender.part(address, b"56789", 5).status == 409
    assert sender.offset(address) == 2
    assert sender.part(address, b"23456789", 2).status == 204


@pytest.mark.req("F08")
def test_a_disk_that_fills_up_while_bytes_come_in_keeps_what_was_there(
    blobs: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with blobs.receiving("desk", TOKEN, taken=0) as part:
        assert blobs.append(part, [b"01234"], taken=0) == 5

    def full(_file: object, _piece: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write_all", full)
    with blobs.receiving("desk", TOKEN, taken=5) as part, pytest.raises(NoRoom):
        blobs.append(part, [b"56789"], taken=5)
    assert blobs.part(TOKEN).read_bytes() == b"01234"
    monkeypatch.setattr(
        storage, "_write_all", lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error"))
    )
    with blobs.receiving("desk", TOKEN, taken=5) as part, pytest.raises(OSError, match="Input/output"):
        blobs.append(part, [b"56789"], taken=5)
    monkeypatch.undo()
    with blobs.receiving("desk", TOKEN, taken=5) as part:
        assert blobs.append(part, [b"56", b"789"], taken=5) == 5
    assert blobs.part(TOKEN).read_bytes() == b"0123456789"


@pytest.mark.req("SEC-42")
def test_the_floor_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk:
        total, free = 1_000, 150

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Disk)
    blobs = Storage(tmp_path, floor=5)
    blobs.refuse_if_full(100)
    with pytest.raises(NoRoom):
        blobs.refuse_if_full(101)


def test_one_writer_at_a_time(blobs: Storage) -> None:
    with (
        blobs.receiving("desk", TOKEN, taken=0),
        pytest.raises(Busy),
        blobs.receiving("desk", TOKEN, taken=0),
    ):
        pass
    with blobs.receiving("desk", TOKEN, taken=0):
        pass


def test_fewer_bytes_than_were_taken_are_told(blobs: Storage) -> None:
    with pytest.raises(Lost) as lost, blobs.receiving("desk", TOKEN, taken=3):
        pass
    assert lost.value.size == 0


@pytest.mark.req("SEC-43")
@pytest.mark.parametrize(
    "token", ["", "../../etc/passwd", "0" * 31, "0" * 33, "G" * 32, "0" * 31 + "\n", "０" * 32]
)
def test_a_path_is_made_of_tokens_alone(blobs: Storage, token: str) -> None:
    with pytest.raises(ValueError, match="tokens and scopes"):
        blobs.blob("desk", token)


@pytest.mark.parametrize("scope", ["", "..", "desk/..", "holder-", "Holder-1", "holder-1\n"])
def test_a_path_is_made_of_scopes_alone(blobs: Storage, scope: str) -> None:
    with pytest.raises(ValueError, match="tokens and scopes"):
        blobs.blob(scope, TOKEN)


def test_only_the_owner_of_the_folder_reads_it(blobs: Storage) -> None:
    with blobs.receiving("desk", TOKEN, taken=0) as part:
        blobs.append(part, [b"x"], taken=0)
    assert blobs.part(TOKEN).stat().st_mode & 0o077 == 0
    assert blobs.part(TOKEN).parent.stat().st_mode & 0o077 == 0
    blobs.settle("holder-7", TOKEN)
    blob = blobs.blob("holder-7", TOKEN)
    assert blob.relative_to(blobs.root).parts == ("files", "holder-7", "01", TOKEN)
    assert blob.stat().st_mode & 0o077 == 0


@pytest.mark.req("SEC-57")
def test_an_installation_that_cannot_keep_files_says_so(
    app: Flask, client: InspectingClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert client.get("/readyz").status == 200
    monkeypatch.setitem(app.extensions, "storage", Storage(tmp_path / "gone"))
    page = client.get("/readyz")
    assert page.status == 503
    assert page.answer.get_json() == {"status": "unavailable", "part": "storage"}
