"""Real processes of the installation under test, and waiting for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SECRET = "an installation's own secret, made for one test"


def environment(data: Path, **changes: str) -> dict[str, str]:
    """The environment of a process of the installation in ``data``; a change to "" takes the variable out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI", "FLASK"))}
    kept.pop("DATABASE_URL", None)
    whole = kept | {"MADOGUCHI_DATA": str(data), "MADOGUCHI_SECRET_KEY": SECRET} | changes
    return {name: value for name, value in whole.items() if value}


def run_python(code: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in the checkout, to its end."""
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def wait_until(holds: Callable[[], bool], *, seconds: float = 20.0, what: str = "") -> None:
    """Look again until something holds; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what or holds} did not come true within {seconds} s"
        time.sleep(0.02)
