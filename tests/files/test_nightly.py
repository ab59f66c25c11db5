"""The largest file there and back through a real server; run by `make nightly` (M16, SEC-41)."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.files.limits import LARGEST_PART
from tests.factories import cases, files
from tests.factories.servers import Desk
from tests.files.wire import Wire, enter, memory_of, peak_of

SIZE = 2_147_483_648
MOST_GROWTH = 64 * 1024**2
PIECE = 1024**2


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(LARGEST_PART):
            yield piece


def fetched(wire: Wire, address: str) -> tuple[str, int]:
    """The hash and the size of what a download brings, read piece by piece."""
    digest, size = hashlib.sha256(), 0
    with closing(wire.connect()) as connection:
        connection.request("GET", address, headers=wire.headers)
        answer = connection.getresponse()
        assert answer.status == 200
        while piece := answer.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


@pytest.mark.nightly
@pytest.mark.timeout(1200)
@pytest.mark.req("SEC-41", "WR-05", "M16", "F09")
def test_two_gigabytes_there_and_back(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    source = tmp_path / "sparse.bin"
    with source.open("wb") as file:
        file.write(b"the first bytes")
        file.truncate(SIZE)
        file.seek(SIZE - 14)
        file.write(b"the last bytes")
    with source.open("rb") as file:
        wanted = hashlib.file_digest(file, "sha256").hexdigest()
    number = desk.do(cases.open_inquiry)
    wire, process = enter(desk, "hanako"), desk._running[0].pid
    assert wire.part(wire.begin(5), b"01234", 0) == 204
    assert wire.ask("GET", f"/cs/cases/{number}")[0] == 200
    before = memory_of(process)

    start, offset = time.perf_counter(), 0
    address = wire.begin(SIZE, "sparse.bin")
    for piece in pieces(source):
        assert wire.part(address, piece, offset) == 204
        offset += len(piece)
    up = time.perf_counter() - start
    token = address.rsplit("/", 1)[1]
    kept = next(item for item in desk.do(files.uploads) if item.token == token)
    assert kept.sha256 == wanted

    page = f"/cs/cases/{number}"
    key = "0123456789abcdef" * 2
    body = f"csrf_token={wire.token}&uploads={token}&files-form_key={key}".encode()
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    assert wire.ask("POST", f"{page}/files", plain, body)[0] == 200
    start = time.perf_counter()
    assert fetched(wire, f"{page}/files/{token}") == (wanted, SIZE)
    down = time.perf_counter() - start
    last = wire.ask("GET", f"{page}/files/{token}", {"Range": f"bytes={SIZE - 14}-"})
    assert (last[0], last[2]) == (206, b"the last bytes")

    growth = peak_of(process) - before
    told = {
        "up_seconds": round(up, 1),
        "up_mib_per_second": round(SIZE / 1024**2 / up),
        "down_seconds": round(down, 1),
        "down_mib_per_second": round(SIZE / 1024**2 / down),
        "growth_mib": round(growth / 1024**2, 1),
    }
    for name, value in told.items():
        record_property(name, value)
    print(told)  # noqa: T201 - `make nightly` shows what was measured
    assert growth < MOST_GROWTH
