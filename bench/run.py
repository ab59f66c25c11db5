"""Measure the case list and the case page beside a bare Flask page, in one run: ``make bench``.

Prints, for each page, requests per second of ours and of the bare page taken in turn (so that a change of the
machine's speed hits both), their ratio, the median of a request alone, the number of queries, and besides the
memory of two server workers and what a cold load of the list transfers.
"""

import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from setup.serve import MEMORY

CASES = int(os.environ.get("BENCH_CASES", "10000"))
ROUNDS = 5
SECONDS = 2.0
CLIENTS = 4
OUR_PORT, BARE_PORT = 8791, 8792
SIGN_IN = {"login_id": "hanako@sample.example.cs", "password": "Madoguchi#2026"}


def main() -> None:
    """Fill, start both servers, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        budgets = _prepare(environment)
        ours = {**environment, "BENCH": "1"}
        with (
            _server("wsgi:app", OUR_PORT, ours, workers=2) as process,
            _server("bench.bare:app", BARE_PORT, ours),
        ):
            cookie = _sign_in()
            number = _some_case(cookie)
            print(
                f"{CASES} cases x 3 comments, {CLIENTS} clients, {ROUNDS} rounds of {SECONDS:.0f} s in turn"
            )
            for name, path, bare in (
                ("case list", "/cs/cases", f"/list/{budgets['list']}"),
                ("case page", f"/cs/cases/{number}", f"/case/{number}/{budgets['page']}"),
            ):
                _measure(name, path, bare, cookie)
            print(f"queries: list {budgets['list']}, page {budgets['page']}")
            own, resident = _memory(process)
            print(
                f"two server workers: {own:.0f} MB of memory ({resident:.0f} MB if shared pages count twice)"
            )
            _cold_load(cookie)


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        **MEMORY,
        "MADOGUCHI_SECRET_KEY": secrets.token_hex(32),
        "MADOGUCHI_DATA": str(folder),
        "MADOGUCHI_DEMO": "on",
        "MADOGUCHI_PUBLIC_URL": f"http://127.0.0.1:{OUR_PORT}",
        "BARE_DATABASE": str(folder / "madoguchi.sqlite3"),
    }


def _prepare(environment: dict[str, str]) -> dict[str, int]:
    """Fill the database in a process of its own and count there what each page asks it."""
    code = (
        "import sys; from app import create_app, migrate; from bench import world, budgets; app = create_app();"
        "migrate.init_app(app);"
        "world.fill(app, int(sys.argv[1])); print(*budgets.count(app))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(CASES)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    first, second = done.stdout.split()[-2:]
    return {"list": int(first), "page": int(second)}


@contextmanager
def _server(
    target: str, port: int, environment: dict[str, str], workers: int = 2
) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        target,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", str(workers), "--blocking-threads", "8", "--no-ws"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the server on port {port} did not start")


def _sign_in() -> str:
    page, cookie = _get("/cs/login", "")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    connection = HTTPConnection("127.0.0.1", OUR_PORT)
    body = urlencode({**SIGN_IN, "csrf_token": token.group(1) if token else "", "next": ""})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/cs/login", body, headers)
    answer = connection.getresponse()
    answer.read()
    return _cookies(answer.headers.get_all("Set-Cookie") or [])


def _get(path: str, cookie: str) -> tuple[str, str]:
    connection = HTTPConnection("127.0.0.1", OUR_PORT)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    return answer.read().decode(), _cookies(answer.headers.get_all("Set-Cookie") or [])


def _cookies(given: list[str]) -> str:
    return "; ".join(one.split(";")[0] for one in given)


def _some_case(cookie: str) -> str:
    page, _ = _get("/cs/cases?page=3", cookie)
    found = re.search(r"CS\d{7}", page)
    if found is None:
        raise SystemExit("the case list shows no case: sign-in failed?")
    return found.group()


def _measure(name: str, path: str, bare: str, cookie: str) -> None:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_throughput(OUR_PORT, path, cookie))
        theirs.append(_throughput(BARE_PORT, bare, ""))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    alone = _alone(OUR_PORT, path, cookie)
    bare_alone = _alone(BARE_PORT, bare, "")
    print(
        f"{name}: {statistics.median(ours):.0f} requests/s, bare {statistics.median(theirs):.0f}, ratio {ratio:.2f}; "
        f"alone {alone:.1f} ms at the median, bare {bare_alone:.1f} ms"
    )


def _throughput(port: int, path: str, cookie: str) -> float:
    counts: list[int] = []
    end = time.monotonic() + SECONDS

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", port)
        done = 0
        while time.monotonic() < end:
            _ask(connection, path, cookie)
            done += 1
        counts.append(done)

    threads = [Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _alone(port: int, path: str, cookie: str) -> float:
    connection = HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(200):
        start = time.perf_counter()
        _ask(connection, path, cookie)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1_000


def _ask(connection: HTTPConnection, path: str, cookie: str) -> None:
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    if answer.status != HTTPStatus.OK:
        raise SystemExit(f"{path} answered {answer.status}")


def _memory(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Memory of the server's workers after the load, in MB: with shared pages counted once, and for each."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    rolled_up = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in children]
    own, resident = (
        sum(int(size) for text in rolled_up for size in re.findall(rf"^{name}:\s+(\d+)", text, re.MULTILINE))
        for name in ("Pss", "Rss")
    )
    return own / 1_024, resident / 1_024


def _cold_load(cookie: str) -> None:
    """What a browser with an empty cache fetches for the list, as the server sends it to one without zstd."""
    page, _ = _get("/cs/cases", cookie)
    assets = sorted(set(re.findall(r'/static/dist/[^"#]+', page)))
    sizes = []
    for path in ("/cs/cases", *assets):
        connection = HTTPConnection("127.0.0.1", OUR_PORT)
        connection.request("GET", path, headers={"Accept-Encoding": "br, gzip", "Cookie": cookie})
        sizes.append(len(connection.getresponse().read()))
    print(f"cold load of the list: {len(sizes)} requests, {sum(sizes) / 1_000:.1f} kB compressed")


if __name__ == "__main__":
    main()
