"""Packages come from where the machine is told to get them, and only with the locked hash."""

import subprocess
from pathlib import Path

import pytest

from setup import index as module
from setup.index import (
    certificates,
    fetch_wheel,
    index_url,
    link_on_page,
    tool_environment,
    without_credentials,
)
from setup.python import unpack_program
from setup.talk import SetupError
from tests.launcher.conftest import Index

NO_FILES = {"PIP_CONFIG_FILE": "/dev/null"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "https://pypi.org/simple"),
        ({"PIP_INDEX_URL": "https://mirror/pip/"}, "https://mirror/pip"),
        ({"UV_INDEX_URL": "https://mirror/old", "PIP_INDEX_URL": "https://mirror/pip"}, "https://mirror/old"),
        (
            {"UV_DEFAULT_INDEX": "https://mirror/uv", "UV_INDEX_URL": "https://mirror/old"},
            "https://mirror/uv",
        ),
        ({"UV_DEFAULT_INDEX": "house=https://mirror/uv"}, "https://mirror/uv"),
        ({"UV_DEFAULT_INDEX": "https://mirror/uv?a=b:c"}, "https://mirror/uv?a=b:c"),
        ({"UV_DEFAULT_INDEX": "", "PIP_INDEX_URL": "https://mirror/pip"}, "https://mirror/pip"),
    ],
)
def test_variables_name_the_index(environ: dict[str, str], expected: str) -> None:
    assert index_url(NO_FILES | environ) == expected


def test_pip_s_own_file_names_the_index(tmp_path: Path) -> None:
    conf = tmp_path / ".config" / "pip" / "pip.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text("[global]\nindex-url = https://mirror/file/\ncert = /ca.pem\n")
    environ = {"HOME": str(tmp_path)}
    assert index_url(environ) == "https://mirror/file"
    assert certificates(environ) == "/ca.pem"


def test_the_file_named_by_the_variable_wins_over_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / ".pip").mkdir()
    (tmp_path / ".pip" / "pip.conf").write_text("[global]\nindex-url = https://mirror/home\n")
    named = tmp_path / "named.conf"
    named.write_text("[install]\nindex-url = https://mirror/named\n[global]\nindex-url = https://mirror/no\n")
    assert index_url({"HOME": str(tmp_path), "PIP_CONFIG_FILE": str(named)}) == "https://mirror/named"


def test_a_broken_pip_file_is_passed_over(tmp_path: Path) -> None:
    named = tmp_path / "named.conf"
    named.write_text("not an ini file at all\n")
    assert index_url({"HOME": str(tmp_path), "PIP_CONFIG_FILE": str(named)}) == module.PYPI


def test_the_tools_get_the_same_index_and_certificates() -> None:
    environ = NO_FILES | {
        "PIP_INDEX_URL": "https://mirror/pip",
        "PIP_CERT": "/ca.pem",
        "VIRTUAL_ENV": "/elsewhere",
    }
    tools = tool_environment(environ)
    assert tools["UV_DEFAULT_INDEX"] == "https://mirror/pip"
    assert tools["SSL_CERT_FILE"] == tools["NODE_EXTRA_CA_CERTS"] == "/ca.pem"
    assert "VIRTUAL_ENV" not in tools


def test_without_a_mirror_uv_is_left_to_its_own_settings() -> None:
    assert "UV_DEFAULT_INDEX" not in tool_environment(NO_FILES)


def test_credentials_leave_the_address_for_a_header() -> None:
    bare, header = without_credentials("https://me%40home:p%40ss@mirror:8443/simple/uv/")
    assert bare == "https://mirror:8443/simple/uv/"
    assert header == {"Authorization": "Basic bWVAaG9tZTpwQHNz"}
    assert without_credentials("https://mirror/simple/") == ("https://mirror/simple/", {})


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://files/ab/x-1.whl#sha256=1", "https://files/ab/x-1.whl"),
        ("../../ab/x-1.whl", "https://mirror/ab/x-1.whl"),
        ("/ab/x-1.whl?token=1&amp;b=2", None),
        ("x-1.whl.metadata", None),
    ],
)
def test_a_file_is_found_on_the_project_s_page(href: str, expected: str | None) -> None:
    page = f'<a href="other-1.whl">o</a> <a class="c" href="{href}">x</a>'
    if expected is None:
        with pytest.raises(SetupError, match=r"does not offer x-1\.whl"):
            link_on_page(page, "https://mirror/simple/x/", "x-1.whl")
    else:
        assert link_on_page(page, "https://mirror/simple/x/", "x-1.whl") == expected


def test_a_program_is_fetched_from_the_index_and_runs(index: Index, tmp_path: Path) -> None:
    wheel = fetch_wheel("uv", index.locked_url, index.sha256, index.environ("user:p%40ss@"))
    program = tmp_path / "bin" / "uv"
    unpack_program(wheel, program)
    assert subprocess.check_output([program], text=True) == "it is me\n"
    assert [file.name for file in program.parent.iterdir()] == ["uv"]


def test_a_wheel_with_another_hash_is_refused(index: Index) -> None:
    with pytest.raises(SetupError, match="nothing was installed"):
        fetch_wheel("uv", index.locked_url, "0" * 64, index.environ("user:p%40ss@"))


def test_a_failing_index_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    with pytest.raises(SetupError, match="PIP_INDEX_URL names a mirror"):
        fetch_wheel(
            "uv", "https://files.invalid/uv.whl", "0", NO_FILES | {"PIP_INDEX_URL": "http://127.0.0.1:9/"}
        )


def test_only_web_and_file_addresses_are_opened() -> None:
    with pytest.raises(SetupError, match="is not one to fetch packages from"):
        fetch_wheel("uv", "https://files.invalid/uv.whl", "0", NO_FILES | {"PIP_INDEX_URL": "ftp://mirror"})
