"""What the machine brings: its Node, its ports, its Debian packages."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from setup import python
from setup.debian import PACKAGES, nothing_may_be_skipped
from setup.node import new_enough
from setup.places import ROOT
from setup.serve import Desk, desk_from, free_port, own_folder, own_port, secret_key
from setup.talk import SetupError


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2\n", "v22.12.0", "v24.19.0", "v26.0.0-nightly2026"])
def test_node_is_new_enough(version: str) -> None:
    assert new_enough(version)


@pytest.mark.parametrize("version", ["v18.19.0", "v20.18.9", "v21.7.3", "v22.11.0", "", "node: not found"])
def test_node_is_too_old_or_none(version: str) -> None:
    assert not new_enough(version)


def test_the_desk_has_its_defaults() -> None:
    assert desk_from({}) == Desk(8000, ROOT / "var", demo=True)
    assert desk_from({"PORT": "", "MADOGUCHI_DATA": ""}) == desk_from({})


def test_the_environment_moves_the_desk(tmp_path: Path) -> None:
    environ = {"PORT": "65535", "MADOGUCHI_DATA": str(tmp_path), "MADOGUCHI_DEMO": "off"}
    assert desk_from(environ) == Desk(65535, tmp_path, demo=False)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000a", "８０００", " "])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SetupError, match="PORT must be a number from 1 to 65535"):
        desk_from({"PORT": port})


def test_a_port_that_another_program_has_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} is in use by another program"), own_port(port):
            pass


def test_a_port_is_held_against_a_second_desk_from_the_first_moment() -> None:
    port = free_port()
    with own_port(port), pytest.raises(SetupError, match=f"Port {port} is in use"), own_port(port):
        pass
    with own_port(port):
        pass


def test_a_held_port_lets_the_own_server_in() -> None:
    port = free_port()
    with own_port(port), socket.create_server(("127.0.0.1", port), reuse_port=True) as server:
        # As often as it is asked, it is the server that answers: the place that is held takes no connection.
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                server.accept()[0].close()
        with pytest.raises(SetupError), own_port(port):
            pass


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert len(bytes.fromhex(first)) == 32
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_half_made_before_a_crash_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "secret_key.part").write_text("half")
    assert len(secret_key(tmp_path)) == 64


def test_two_data_folders_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")


def test_a_data_folder_serves_one_desk_at_a_time(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    with (
        own_folder(data),
        pytest.raises(SetupError, match="Another desk runs on the data folder"),
        own_folder(data),
    ):
        pass
    assert data.stat().st_mode & 0o777 == 0o700
    with own_folder(data):
        pass


def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="Cannot use the data folder"), own_folder(tmp_path / "file"):
        pass


@pytest.mark.parametrize(("value", "strict"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_the_public_checks_want_everything(value: str, *, strict: bool) -> None:
    assert nothing_may_be_skipped({"MADOGUCHI_REQUIRE_ALL": value}) is strict
    assert not nothing_may_be_skipped({})


def test_make_alone_explains_every_public_target() -> None:
    shown = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    names = set(re.findall(r"^  make (\S+)", shown, re.MULTILINE))
    assert {"run", "test", "lint", "bench", "coverage-of-spec", "messages", "clean"} <= names


@pytest.mark.parametrize(
    ("wanted", "database", "profile"),
    [
        ("run", "", "run"),
        ("run", "sqlite:///desk.sqlite3", "run"),
        ("run", "postgresql://db.example/desk", "scale"),
        ("dev", "postgresql://db.example/desk", "dev"),
    ],
)
def test_a_desk_on_postgresql_gets_its_driver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: str, database: str, profile: str
) -> None:
    monkeypatch.setattr(python, "CACHE", tmp_path)
    assert python.installed_profile(wanted, {"DATABASE_URL": database}) == profile
    (tmp_path / "stamps").mkdir()
    (tmp_path / "stamps" / "packages-dev").touch()
    assert python.installed_profile(wanted, {"DATABASE_URL": database}) == "dev"


def test_the_tests_on_postgresql_have_their_server() -> None:
    assert "postgresql" in PACKAGES
