"""The server killed at any moment of an upload's end: never a row without its blob (F01, F14, REL-07)."""

import contextlib
import hashlib
import http.client
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.storage import Storage, sha256_of
from tests.factories import files
from tests.factories.servers import Desk
from tests.files.wire import Wire, enter, family

CONTENT = os.urandom(600_000)
SHA = hashlib.sha256(CONTENT).hexdigest()
HALF = 300_000
STEP_SECONDS = 0.003
KILLS = 25


def kill(desk: Desk) -> None:
    """Kill the server with all its processes, as a machine that stops does."""
    for process in family(desk._running[0].pid)[::-1]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    desk._running[0].wait(timeout=20)


def start_again(desk: Desk) -> None:
    desk._running[0] = desk._start(desk.ports[0])
    desk.wait()


def last_part(wire: Wire, address: str) -> int:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return wire.part(address, CONTENT[HALF:], HALF)
    return 0


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.req("REL-07", "F01", "F14")
def test_killed_at_any_moment(desk: Desk) -> None:
    wire, blobs = enter(desk, "hanako"), Storage(desk.settings.data_dir)
    acknowledged = finished_before = 0
    for moment in range(KILLS):
        address = wire.begin(len(CONTENT))
        assert wire.part(address, CONTENT[:HALF], 0) == 204
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(last_part, wire, address)
            time.sleep(moment * STEP_SECONDS)
            kill(desk)
            status = answer.result()
        start_again(desk)
        token = address.rsplit("/", 1)[1]
        upload = next(item for item in desk.do(files.uploads) if item.token == token)
        if status == 204:
            acknowledged += 1
            assert upload.is_whole, "an upload that was acknowledged is not there"
        if upload.is_whole:
            finished_before += 1
        else:
            assert wire.offset(address) == upload.received == HALF
            assert wire.part(address, CONTENT[HALF:], HALF) == 204
        assert sha256_of(blobs.blob(upload.scope, token)) == SHA
        assert not blobs.part(token).exists()
    print({"kills": KILLS, "acknowledged": acknowledged, "whole": finished_before})  # noqa: T201 - measured
