"""The processes of a running desk: they live and die together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from setup.places import ROOT
from setup.talk import SetupError

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Loaded before any fork: a freshly forked child should do as little as it can.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM to this process when its parent ends, even by SIGKILL (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


class Children:
    """Starts processes, notices when one ends, and ends all of them on leaving the block."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)
        self._begun = time.monotonic()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def age(self) -> float:
        """Seconds since the first start."""
        return time.monotonic() - self._begun

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process in a group of its own, so that all that it starts can be ended with it."""
        parent = os.getpid()

        def prepare() -> None:
            # A shell that starts us in the background makes us ignore SIGINT; that must not be handed down.
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            die_with_parent(parent)

        # The set-up's threads have ended by now, so running code between fork and exec is safe here.
        self._running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509  # no thread is left that could hold a lock, see above
        )

    def check(self) -> None:
        """Raise when a process has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise SetupError(f"The {name} ended by itself (exit code {process.returncode}).")

    def stop(self) -> None:
        """Ask all to end, the last started first; what does not listen is killed with all it started."""
        for process in reversed(self._running.values()):
            self._signal(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
        for process in self._running.values():
            self._signal(process, signal.SIGKILL)
            process.wait()
        self._running.clear()

    @staticmethod
    def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
