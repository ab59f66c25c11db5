"""The commands of the set-up: quiet when they succeed, loud when they fail, gone when the set-up stops."""

import os
import time
from pathlib import Path

import pytest

from setup.commands import Commands
from setup.steps import Step, run_chains
from setup.talk import SetupError


@pytest.fixture
def commands() -> Commands:
    return Commands(os.environ)


def step(label: str, commands: Commands, script: str) -> Step:
    def work() -> None:
        commands.run(["sh", "-c", script])

    return Step(label, lambda: True, work)


def test_output_is_given_back_and_not_shown(commands: Commands, capfd: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["sh", "-c", "echo $GREETING; echo more >&2"], GREETING="hello") == "hello\nmore\n"
    assert capfd.readouterr() == ("", "")


def test_a_failure_shows_the_command_and_all_it_said(commands: Commands) -> None:
    with pytest.raises(SetupError) as caught:
        commands.run(["sh", "-c", "echo first; echo why >&2; exit 3"])
    assert str(caught.value).splitlines() == [
        "$ sh -c echo first; echo why >&2; exit 3",
        "first",
        "why",
        "(exit code 3)",
    ]


def test_a_missing_program_is_told(commands: Commands) -> None:
    with pytest.raises(SetupError, match=r"Cannot run no-such-program"):
        commands.run(["no-such-program"])


def test_chains_run_side_by_side_and_in_their_order(commands: Commands, tmp_path: Path) -> None:
    # Each side waits for the other, so neither could end if they ran one after the other.
    meet = "touch {0}/{1}; while [ ! -e {0}/{2} ]; do sleep 0.02; done"
    left = [
        step("one", commands, meet.format(tmp_path, "left", "right")),
        step("two", commands, f"ls {tmp_path} > {tmp_path}/seen"),
    ]
    run_chains(commands, [left, [step("three", commands, meet.format(tmp_path, "right", "left"))]])
    assert (tmp_path / "seen").read_text().split() == ["left", "right", "seen"]


def test_a_step_that_is_not_due_is_left_out(commands: Commands) -> None:
    run_chains(commands, [[Step("never", lambda: False, lambda: pytest.fail("was done"))]])


def test_the_first_failure_ends_the_other_side_and_is_told(commands: Commands, tmp_path: Path) -> None:
    begun = time.monotonic()
    failing = [
        step("fails", commands, f"while [ ! -e {tmp_path}/on ]; do sleep 0.02; done; echo broken; exit 1")
    ]
    # The long side starts a process of its own: the whole group must go.
    long = [
        step("long", commands, f"touch {tmp_path}/on; sleep 60; true"),
        step("after", commands, f"touch {tmp_path}/after"),
    ]
    with pytest.raises(SetupError, match="broken"):
        run_chains(commands, [failing, long])
    assert time.monotonic() - begun < 20
    assert not (tmp_path / "after").exists()


def test_nothing_starts_after_the_end(commands: Commands) -> None:
    commands.close()
    with pytest.raises(SetupError, match="was stopped"):
        commands.run(["true"])
