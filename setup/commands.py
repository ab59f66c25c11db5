"""Running the commands of the set-up: quiet while all is well, complete on failure, gone when we stop."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from setup.places import ROOT
from setup.talk import SetupError


class Commands:
    """Starts commands, each as its own process group, and can end them all from another thread."""

    def __init__(self, environ: Mapping[str, str], inherited: tuple[int, ...] = ()) -> None:
        self.environ = dict(environ)
        self.inherited = inherited
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(self, command: Sequence[str], cwd: Path = ROOT, **extra: str) -> str:
        """Run one command to its end and give its output; a failure shows all that it said."""
        process = self._start(command, cwd, {**self.environ, **extra})
        output, _ = process.communicate()
        with self._lock:
            self._running.discard(process)
        if process.returncode != 0:
            raise SetupError(f"$ {' '.join(command)}\n{output.strip()}\n(exit code {process.returncode})")
        return output

    def _start(self, command: Sequence[str], cwd: Path, environ: dict[str, str]) -> "subprocess.Popen[str]":
        with self._lock:
            if self._closed:
                raise SetupError("The set-up was stopped.")
            try:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=environ,
                    text=True,
                    errors="replace",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=self.inherited,
                )
            except OSError as error:
                raise SetupError(f"Cannot run {command[0]}: {error}.") from error
            self._running.add(process)
            return process

    def close(self) -> None:
        """End what runs and start nothing more."""
        with self._lock:
            self._closed = True
            for process in self._running:
                try:
                    os.killpg(process.pid, signal.SIGTERM)
                except ProcessLookupError:
                    continue
