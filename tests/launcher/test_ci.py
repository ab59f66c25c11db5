"""The public checks pass only when everything ran, and end with what pytest said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from setup.places import ROOT

PASSED = "======================== 412 passed in 93.05s (0:01:33) ========================"
SKIPPED = "================== 409 passed, 3 skipped in 91.70s (0:01:31) ==================="
FAILED = "=================== 1 failed, 411 passed in 92.11s (0:01:32) ==================="


def checks(folder: Path, *recipe: str) -> tuple[int, list[str]]:
    """Run the script of the checks over a Makefile whose `test` does just this."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    lines = "".join(f"\t@{line}\n" for line in recipe)
    (folder / "Makefile").write_text(f".PHONY: test\ntest:\n{lines}")
    # These tests may themselves run under make, which would tell the inner one to speak of folders.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    run = subprocess.run([folder / ".ci" / "run"], env=environ, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


def test_green_is_green_and_ends_with_the_closing_line(tmp_path: Path) -> None:
    code, lines = checks(tmp_path, f"echo '{PASSED}'", "echo afterwards")
    assert code == 0
    assert lines[-1] == PASSED


def test_a_skipped_test_is_a_failure(tmp_path: Path) -> None:
    code, lines = checks(tmp_path, f"echo '{SKIPPED}'")
    assert code == 1
    assert lines[-2:] == ["Failed: here no test may be skipped.", SKIPPED]


def test_a_failed_test_is_a_failure(tmp_path: Path) -> None:
    code, lines = checks(tmp_path, f"echo '{FAILED}'", "exit 1")
    assert code != 0
    assert lines[-1] == FAILED


@pytest.mark.parametrize("recipe", ["true", "echo '========== no tests ran in 0.01s =========='"])
def test_success_without_a_passed_test_is_a_failure(tmp_path: Path, recipe: str) -> None:
    code, lines = checks(tmp_path, recipe)
    assert code == 1
    assert "Failed: pytest did not report a passed test." in lines


def test_a_linter_s_failure_is_told_by_the_code(tmp_path: Path) -> None:
    code, lines = checks(tmp_path, "echo 'Found 1 error.'", "exit 1")
    assert code != 0
    assert lines[0] == "Found 1 error."


def test_the_tests_know_that_nothing_may_be_skipped(tmp_path: Path) -> None:
    _, lines = checks(tmp_path, "echo nothing skipped: $$MADOGUCHI_REQUIRE_ALL", f"echo '{PASSED}'")
    assert lines[0] == "nothing skipped: 1"
