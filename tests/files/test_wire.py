"""Uploads at a real server: requests at once, connections that break off, senders that dawdle (F09, SEC-41)."""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from sqlalchemy import delete

from app.files.models import Upload
from app.files.slots import MOST_OF_ONE
from app.storage import Storage
from tests.factories import files
from tests.factories.servers import Desk, at_once
from tests.files.wire import Wire, enter

CONTENT = os.urandom(400_000)
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def wire(desk: Desk) -> Iterator[Wire]:
    yield enter(desk, "hanako")
    desk.do(lambda session: session.execute(delete(Upload)))


def upload_at(desk: Desk, address: str) -> Upload:
    token = address.rsplit("/", 1)[1]
    return next(item for item in desk.do(files.uploads) if item.token == token)


def settled_offset(wire: Wire, address: str, *, more_than: int) -> int:
    """The offset once the server has noticed that somebody has gone."""
    end = time.monotonic() + 20
    while (offset := wire.offset(address)) <= more_than and time.monotonic() < end:
        time.sleep(0.05)
    return offset


@pytest.mark.req("SEC-41")
def test_the_same_part_from_eight_connections_is_taken_once(desk: Desk, wire: Wire) -> None:
    address = wire.begin(len(CONTENT))
    half = len(CONTENT) // 2
    answers = at_once([partial(wire.part, address, CONTENT[:half], 0)] * 8)
    assert answers.count(204) == 1
    assert set(answers) <= {204, 409, 423}
    answers = at_once([partial(wire.part, address, CONTENT[half:], half)] * 8)
    assert answers.count(204) == 1
    assert set(answers) <= {204, 409, 423}
    assert upload_at(desk, address).sha256 == SHA


@pytest.mark.req("SEC-41")
def test_different_parts_at_once_never_mix(desk: Desk, wire: Wire) -> None:
    address, step = wire.begin(len(CONTENT)), 50_000
    parts = [(CONTENT[start : start + step], start) for start in range(0, len(CONTENT), step)]
    for _round in range(len(parts) + 5):
        offset = wire.offset(address)
        if offset == len(CONTENT):
            break
        left = [part for part in parts if part[1] >= offset]
        at_once([partial(wire.part, address, content, start) for content, start in left])
    assert upload_at(desk, address).sha256 == SHA


@pytest.mark.req("F09", "SEC-41")
def test_what_came_before_a_connection_broke_off_is_kept(desk: Desk, wire: Wire) -> None:
    address, offset = wire.begin(len(CONTENT)), 0
    for some in (1, 20_011, 57_319, 33_331, 60_000):
        with wire.open_part(address, offset, len(CONTENT) - offset) as line:
            line.sendall(CONTENT[offset : offset + some])
            time.sleep(0.1)
        reached = settled_offset(wire, address, more_than=offset)
        assert offset < reached <= offset + some
        offset = reached
    assert upload_at(desk, address).sha256 is None
    assert wire.part(address, CONTENT[offset:], offset) == 204
    assert upload_at(desk, address).sha256 == SHA


@pytest.mark.req("F09", "M16")
def test_fifty_aborts_leave_nothing_visible_and_no_orphan(desk: Desk, wire: Wire) -> None:
    before = len(desk.do(files.uploads))
    blobs = Storage(desk.settings.data_dir)
    # What tests before this one left behind is theirs.
    left = {token for token, _path in blobs.tokens(older_than=time.time() + 10)}
    for abort in range(50):
        address = wire.begin(300_000_000)
        with wire.open_part(address, 0, 8 * 1024**2) as line:
            line.sendall(CONTENT[: 1 + 3_989 * abort])
    uploads = desk.do(files.uploads)[before:]
    assert len(uploads) == 50
    assert [item for item in uploads if item.is_whole] == []
    assert desk.do(files.count_files) == 0
    tokens = {item.token for item in desk.do(files.uploads)}
    later = time.time() + 10
    assert {
        token for token, path in blobs.tokens(older_than=later) if path.suffix == ".part"
    } <= tokens | left
    assert wire.ask("DELETE", f"/cs/uploads/{uploads[0].token}")[0] == 204


@pytest.mark.req("F09")
def test_whoever_dawdles_keeps_nobody_else_waiting(wire: Wire) -> None:
    with ExitStack() as lines:
        for _index in range(MOST_OF_ONE + 12):
            line = lines.enter_context(wire.open_part(wire.begin(1_000), 0, 1_000))
            line.sendall(b"x")
        time.sleep(0.5)
        assert wire.part(wire.begin(5), b"01234", 0) == 503
        start = time.perf_counter()
        assert wire.ask("GET", "/cs/profile", {"HX-Request": ""})[0] == 200
        assert time.perf_counter() - start < 2
    end = time.monotonic() + 20
    address = wire.begin(5)
    while (status := wire.part(address, b"01234", 0)) == 503 and time.monotonic() < end:
        time.sleep(0.1)
    assert status == 204
