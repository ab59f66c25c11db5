"""A PostgreSQL of our own: a real server process on a socket in a folder of its own, saving as in production."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

# The server refuses root, so that root's tests run it as Debian's user for it; it may not be a superuser's desk either.
SYSTEM_USER, OWNER = "postgres", "madoguchi"
START_WITHIN = 60.0
SETTINGS = {"listen_addresses": "", "fsync": "on", "max_connections": "200", "log_min_messages": "warning"}


@dataclass(frozen=True)
class Server:
    """A running server; whoever may look into its folder may do everything with it."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of a database as an installation is given it."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements as the superuser, each by itself."""
        with self._superuser() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def make(self, database: str, *, template: str = "template0") -> None:
        """Make a database anew, as docs/postgresql.md tells operators to, or as a copy of another one."""
        like = "ENCODING 'UTF8' LOCALE 'C'" if template == "template0" else ""
        self.run(
            f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
            f"CREATE DATABASE {database} OWNER {OWNER} TEMPLATE {template} {like}",
        )

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user=SYSTEM_USER, dbname="postgres", autocommit=True, connect_timeout=5
        )

    def await_start(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until it answers.

        :raises RuntimeError: with the server's own words, if it ends or does not answer in time.
        """
        until = time.monotonic() + START_WITHIN
        while process.poll() is None and time.monotonic() < until:
            try:
                self._superuser().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())


def programs() -> Path | None:
    """The folder of the newest server of this machine, or ``None``."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    elsewhere = shutil.which("initdb")
    found = [*([Path(elsewhere)] if elsewhere else []), *debian]
    return found[-1].parent if found else None


@contextmanager
def run_server(at: Path) -> Iterator[Server]:
    """Make a cluster and run its server until the block ends; ``at`` has its programs."""
    with TemporaryDirectory(prefix="madoguchi-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        make = [str(at / "initdb"), "--no-sync", "--auth=trust", f"--username={SYSTEM_USER}", "--locale=C"]
        made = subprocess.run(
            [*_as_server(), *make, "--encoding=UTF8", "--pgdata", str(folder / "data")],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            raise RuntimeError(made.stdout + made.stderr)
        with _process(at, folder) as process:
            server = Server(folder)
            server.await_start(process)
            server.run(f"CREATE ROLE {OWNER} LOGIN")
            yield server


@contextmanager
def _process(at: Path, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [str(at / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*_as_server(), *command], cwd=folder, stdout=log, stderr=log)
        try:
            yield process
        finally:
            # Its "immediate shutdown": nothing is tidied up in a folder that goes away.
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)


def _as_server() -> list[str]:
    """What starts a program as the server's user, and ends it with this process, however that ends."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return []
    user = [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--init-groups"] if os.geteuid() == 0 else []
    return [setpriv, *user, "--pdeathsig=QUIT", "--"]
