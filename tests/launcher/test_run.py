"""The whole of `make run`: up, signed, down without a trace, and up again on the same data."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from setup.places import ROOT
from setup.serve import free_port
from tests.launcher.processes import alive, descendants, wait_until

# A first start in a fresh checkout builds the front end too.
UP_WITHIN = 100.0


def answer(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as page:
            return int(page.status)
    except OSError:
        return 0


@contextmanager
def running(data: Path, port: int) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A desk that answers, and the file with what it printed."""
    environ = os.environ | {"PORT": str(port), "MADOGUCHI_DATA": str(data)}
    for name in set(environ) - {"MADOGUCHI_DATA"}:
        if name.startswith("MADOGUCHI_") or name == "DATABASE_URL":
            del environ[name]
    printed = data.parent / f"printed-{port}"
    with printed.open("w") as out:
        launcher = subprocess.Popen(
            [sys.executable, "start.py", "run"],
            cwd=ROOT,
            env=environ,
            text=True,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield launcher, printed
    finally:
        launcher.kill()
        launcher.wait()


def is_open(launcher: "subprocess.Popen[str]", printed: Path) -> bool:
    """Whether the sign-in sheet is out; a launcher that gave up shows what it said."""
    if launcher.poll() is not None:
        pytest.fail(printed.read_text())
    return "Madoguchi is open at" in printed.read_text()


@pytest.mark.timeout(300)
def test_a_desk_opens_stops_and_opens_again_with_its_data(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with running(data, port) as (launcher, printed):
        assert wait_until(lambda: is_open(launcher, printed), UP_WITHIN)
        assert answer(port, "/healthz") == answer(port, "/readyz") == 200
        assert f"http://127.0.0.1:{port}" in printed.read_text()
        assert "hanako@sample.example.cs" in printed.read_text()
        family = descendants(launcher.pid)
        assert len(family) >= 4, "mailbox, server, the server's worker, job worker"

        launcher.send_signal(signal.SIGINT)
        assert launcher.wait(timeout=20) == 0
        assert wait_until(lambda: not any(map(alive, family)))
        assert answer(port, "/healthz") == 0
        assert "Traceback" not in printed.read_text()
    secret = (data / "secret_key").read_bytes()
    database = (data / "madoguchi.sqlite3").stat().st_ino

    with running(data, port) as (launcher, printed):
        assert wait_until(lambda: is_open(launcher, printed), UP_WITHIN)
        assert (data / "secret_key").read_bytes() == secret
        assert (data / "madoguchi.sqlite3").stat().st_ino == database
        family = descendants(launcher.pid)

        # Nobody can clean up after SIGKILL but the kernel.
        launcher.kill()
        launcher.wait()
        assert wait_until(lambda: not any(map(alive, family)))


def test_a_used_port_ends_the_start_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port := free_port())],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as other:
        assert wait_until(lambda: answer(port, "/") == 200)
        with running(tmp_path / "data", port) as (launcher, printed):
            assert launcher.wait(timeout=20) == 1
            assert f"Port {port} is in use by another program" in printed.read_text()
        assert not (tmp_path / "data").exists()
        other.terminate()
