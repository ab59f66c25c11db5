"""The processes of a desk live and die together."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from setup.children import Children
from setup.places import ROOT
from setup.talk import SetupError
from tests.launcher.processes import alive, descendants, wait_until

# A launcher whose one child has a child of its own, as a server has its worker.
LAUNCHER = """
import os, time
from setup.children import Children
with Children(os.environ) as children:
    children.start("shell", ["sh", "-c", "sleep 300 & wait"])
    time.sleep(300)
"""


@pytest.fixture
def children() -> Iterator[Children]:
    with Children(os.environ) as family:
        yield family


def test_the_end_of_one_is_noticed_and_named(children: Children) -> None:
    children.start("sleeper", ["sleep", "300"])
    children.check()
    children.start("worker", ["sh", "-c", "exit 7"])

    def ended() -> bool:
        try:
            children.check()
        except SetupError as error:
            return str(error) == "The worker ended by itself (exit code 7)."
        return False

    assert wait_until(ended)


def test_stop_ends_children_and_grandchildren(children: Children, tmp_path: Path) -> None:
    children.start("shell", ["sh", "-c", f"sleep 300 & echo $! > {tmp_path}/pid; wait"])
    assert wait_until(lambda: bool((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()))
    children.stop()
    assert wait_until(lambda: not alive(int((tmp_path / "pid").read_text())))


def test_a_child_that_does_not_listen_is_killed(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("setup.children.PATIENCE", 0.3)
    deaf = f"trap '' TERM; echo $$ > {tmp_path}/pid; while true; do sleep 0.1; done"
    children.start("deaf", ["sh", "-c", deaf])
    assert wait_until(lambda: bool((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()))
    children.stop()
    assert not alive(int((tmp_path / "pid").read_text()))


def test_a_child_hears_ctrl_c_even_if_the_launcher_was_told_to_ignore_it(
    children: Children, tmp_path: Path
) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        children.start("shell", ["sh", "-c", f"grep SigIgn /proc/$$/status > {tmp_path}/ignored"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert wait_until(lambda: bool((tmp_path / "ignored").exists() and (tmp_path / "ignored").read_text()))
    ignored = int((tmp_path / "ignored").read_text().split()[1], 16)
    assert not ignored & (1 << (signal.SIGINT - 1))


def test_a_launcher_killed_outright_leaves_no_child() -> None:
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT)
    try:
        assert wait_until(lambda: len(descendants(launcher.pid)) == 2)
        family = descendants(launcher.pid)
        child = next(pid for pid in family if descendants(pid))
    finally:
        launcher.kill()
        launcher.wait()
    # The kernel tells the child; what that one started is told by the child itself, as granian does.
    assert wait_until(lambda: not alive(child))
    for pid in family - {child}:
        os.kill(pid, signal.SIGKILL)
