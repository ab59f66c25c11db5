"""The intake as programs meet it: real server processes, the lines of the documentation, many alerts at once."""

import http.client
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from app.journal import broken_links
from app.paths import CHECKOUT
from setup.serve import HOST
from tests.factories import alerts, cases
from tests.factories.servers import Desk, at_once, desk_of_processes

DOCS = (CHECKOUT / "docs" / "alerts" / "README.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
PROCESSES = 4


@pytest.fixture(scope="module")
def desk(installation: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    master = Path(installation.config["SETTINGS"].data_dir) / "madoguchi.master"
    with desk_of_processes(tmp_path_factory.mktemp("desk"), master, processes=PROCESSES) as running:
        yield running


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-eu", "-c", script],
        env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def address(desk: Desk, process: int = 0) -> str:
    return f"http://{HOST}:{desk.ports[process]}"


def bring(desk: Desk, process: int, shown: str, told: dict[str, object]) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection(HOST, desk.ports[process], timeout=60)
    headers = {"Authorization": f"Bearer {shown}", "Content-Type": "application/json"}
    try:
        connection.request("POST", alerts.ADDRESS, json.dumps(told), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.req("DESK-07")
def test_the_documentations_own_line_makes_a_case(desk: Desk) -> None:
    shown = desk.do(alerts.token).token
    first = shell(SHELL[0], DESK=address(desk), TOKEN=shown)
    second = shell(SHELL[0], DESK=address(desk), TOKEN=shown)

    assert first.returncode == 0, first.stdout + first.stderr
    assert json.loads(first.stdout)["times"] == 1
    assert json.loads(second.stdout) == {**json.loads(first.stdout), "times": 2}
    refused = shell(SHELL[0], DESK=address(desk), TOKEN="none")
    assert refused.returncode == 22
    assert json.loads(refused.stdout)["status"] == 401


@pytest.mark.req("SEC-50")
def test_the_documentations_signature_is_taken_and_a_wrong_one_is_not(desk: Desk) -> None:
    made = desk.do(partial(alerts.token, is_signed=True))
    sent = {"DESK": address(desk), "TOKEN": made.token, "BODY": json.dumps(alerts.body(id="signed"))}
    assert shell(SHELL[1], SECRET=str(made.secret), **sent).returncode == 0
    refused = shell(SHELL[1], SECRET="another", **sent)
    assert (refused.returncode, json.loads(refused.stdout)["status"]) == (22, 401)


@pytest.mark.req("DESK-07", "SEC-50")
def test_fifty_equal_alerts_at_four_processes_make_one_case(desk: Desk) -> None:
    shown = desk.do(alerts.token).token
    before = len(desk.do(alerts.alert_cases))
    told = alerts.body(id="at-once")
    answers = at_once([partial(bring, desk, index % PROCESSES, shown, told) for index in range(50)])

    assert Counter(status for status, _ in answers) == {201: 1, 200: 49}
    assert len({body["case"] for _, body in answers}) == 1
    assert sorted(body["times"] for _, body in answers) == list(range(1, 51))  # type: ignore[type-var]  # Numbers all.
    assert len(desk.do(alerts.alert_cases)) == before + 1
    assert desk.do(lambda session: alerts.times(session, "at-once")) == 50
    number = str(answers[0][1]["case"])
    kinds = Counter(desk.do(lambda session: cases.history(session, number)))
    assert kinds == {
        "case.opened": 1,
        "case.comment_added": 1,
        "case.alert_received": 1,
        "case.alert_repeated": 49,
    }
    assert desk.do(broken_links) == []


@pytest.mark.req("DESK-07")
def test_different_alerts_at_once_make_a_case_each(desk: Desk) -> None:
    shown = desk.do(alerts.token).token
    acts = [
        partial(bring, desk, index % PROCESSES, shown, alerts.body(id=f"apart-{index}"))
        for index in range(24)
    ]
    answers = at_once(acts)
    assert {status for status, _ in answers} == {201}
    assert len({body["case"] for _, body in answers}) == 24


@pytest.mark.req("SEC-50", "SEC-39")
def test_all_processes_share_one_count_of_a_minute(desk: Desk) -> None:
    shown = desk.do(alerts.token).token
    acts = [
        partial(bring, desk, index % PROCESSES, shown, alerts.body(id="storm", title=None))
        for index in range(70)
    ]
    assert Counter(status for status, _ in at_once(acts)) == {422: 60, 429: 10}
