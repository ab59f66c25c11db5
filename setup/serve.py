"""Running the desk: data folder, secret and database, then mailbox, server and worker as one family."""

import contextlib
import fcntl
import http.client
import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from setup.children import Children
from setup.places import ROOT, VENV, venv_tool
from setup.talk import SetupError, say

HOST = "127.0.0.1"
LAST_PORT = 65535
READY_WITHIN = 60.0
OFF = {"", "0", "false", "no", "off"}


@dataclass(frozen=True)
class Desk:
    """What the environment asks for."""

    port: int
    data: Path
    demo: bool

    @property
    def url(self) -> str:
        """Where the desk is reached."""
        return f"http://{HOST}:{self.port}"


def desk_from(environ: Mapping[str, str]) -> Desk:
    """Read PORT, MADOGUCHI_DATA and MADOGUCHI_DEMO."""
    word = environ.get("PORT") or "8000"
    if not (word.isascii() and word.isdigit() and 0 < int(word) <= LAST_PORT):
        raise SetupError(f"PORT must be a number from 1 to {LAST_PORT}, not {word!r}.")
    # `make run` stands in the checkout, so a relative folder is one of the checkout.
    data = ROOT / Path(environ.get("MADOGUCHI_DATA") or "var").expanduser()
    demo = environ.get("MADOGUCHI_DEMO", "1").strip().lower() not in OFF
    return Desk(int(word), data, demo)


@contextlib.contextmanager
def own_port(port: int) -> Iterator[None]:
    """Hold the port from the first moment on; refuse one that another program, or another desk, has.

    granian binds with SO_REUSEPORT, so the kernel would let two desks share a port and hand each the half of
    the requests. The socket here never listens: it binds alone, and then lets our server in beside it.
    """
    with socket.socket() as place:
        # As every server does: connections of a desk that just ended do not keep the port.
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((HOST, port))
        except PermissionError as error:
            raise SetupError(f"Port {port} is for root only; choose one above 1023.") from error
        except OSError as error:
            advice = "Stop that one, or choose another port, such as: make run PORT=8080"
            raise SetupError(f"Port {port} is in use by another program. {advice}") from error
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield


def free_port() -> int:
    """Some port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_folder(data: Path) -> Iterator[None]:
    """Make the data folder and keep a second desk out of it while this one runs."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "run.lock").open("w")
    except OSError as error:
        raise SetupError(f"Cannot use the data folder {data}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(f"Another desk runs on the data folder {data}; set MADOGUCHI_DATA.") from error
        yield


def secret_key(data: Path) -> str:
    """The secret that signs sessions: made once for a data folder, and kept there for the owner only."""
    file = data / "secret_key"
    if not file.exists():
        half = data / "secret_key.part"
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
        half.rename(file)
    return file.read_text().strip()


# A password's hash takes 19 MiB for a moment. Without a fixed threshold the C library keeps such a block for good,
# in every worker; with it, the block goes back to the system.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024), "MALLOC_ARENA_MAX": "2"}


def environment(environ: Mapping[str, str], desk: Desk) -> dict[str, str]:
    """What the children see; whatever the person has set already stands."""
    result = dict(environ)
    result.update(MEMORY)
    result["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
    result |= {"FLASK_APP": "wsgi:app", "PORT": str(desk.port), "PYTHONUNBUFFERED": "1"}
    result |= {"MADOGUCHI_DATA": str(desk.data), "MADOGUCHI_DEMO": "1" if desk.demo else "0"}
    result.setdefault("MADOGUCHI_PUBLIC_URL", desk.url)
    if not result.get("MADOGUCHI_SECRET_KEY"):
        result["MADOGUCHI_SECRET_KEY"] = secret_key(desk.data)
    return result


def flask(environ: Mapping[str, str], *arguments: str) -> str:
    """Run one of the product's own commands to its end; what it complains about goes to the terminal."""
    command = [venv_tool("flask"), *arguments]
    answer = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    if answer.returncode != 0:
        line = f"flask {' '.join(arguments)}"
        raise SetupError(f"{answer.stdout}{line} failed (exit code {answer.returncode}).")
    return answer.stdout


def server_command(port: int) -> list[str]:
    """One server process with threads: SQLite has one writer, and pages wait on little else.

    Many of the threads are for those who stand in a line (app/web/turns.py); they hold nothing else.
    """
    command = [venv_tool("granian"), "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "192", "--workers-kill-timeout", "5"]
    return [*command, "--respawn-failed-workers", "--log-level", "error", "wsgi:app"]


def worker_command() -> list[str]:
    """The job worker: looks twice a second, and on SIGTERM ends after the job at hand."""
    polling = ["--delay", "0.1", "--max-delay", "0.5"]
    ending = ["--graceful-signal", "TERM", "--shutdown-timeout", "5"]
    return [venv_tool("huey_consumer"), "app.worker.huey", "--workers", "1", *polling, *ending, "--quiet"]


def mailbox_command(port: int) -> list[str]:
    """The demo's SMTP server, which keeps what it is sent."""
    return [venv_tool("python"), "-m", "app.demo.mailbox", "--port", str(port)]


def serve(environ: Mapping[str, str], desk: Desk) -> NoReturn:
    """Run the desk until a signal raises SystemExit in here, or a process ends by itself (SetupError)."""
    with own_folder(desk.data):
        settings = environment(environ, desk)
        mailbox = None
        if desk.demo and not settings.get("MADOGUCHI_SMTP_URL"):
            mailbox = free_port()
            settings["MADOGUCHI_SMTP_URL"] = f"smtp://{HOST}:{mailbox}"
        flask(settings, "prepare", *(["--demo"] if desk.demo else []))
        with Children(settings) as children:
            if mailbox is not None:
                children.start("mailbox", mailbox_command(mailbox))
            children.start("server", server_command(desk.port))
            children.start("worker", worker_command())
            sheet = flask(settings, "demo", "sheet") if desk.demo else ""
            while not ready(desk.port):
                children.check()
                if children.age() > READY_WITHIN:
                    raise SetupError(f"The desk was not ready within {READY_WITHIN:.0f} s.")
                time.sleep(0.05)
            say(f"\n{sheet.strip()}\n\nMadoguchi is open at {desk.url}  (Ctrl-C stops it)".lstrip())
            while True:
                children.check()
                time.sleep(0.2)


def ready(port: int) -> bool:
    """Whether the server says that all it needs is there; an index that is missing is made beside the work."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK or json.loads(answer.read()).get("part") == "index"
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
