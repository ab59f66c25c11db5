"""Programs from Debian that only the tests need: installed when we may, named when we may not."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from setup.commands import Commands
from setup.talk import SetupError, say

# What needs it, so that a person without root can judge what will be skipped.
PACKAGES = {
    "chromium": "the browser tests",
    "libatomic1": "the driver of the browser tests",
    "postgresql": "the tests on PostgreSQL",
    "fonts-noto-cjk": "Japanese text in the browser tests and screenshots",
}


def is_debian() -> bool:
    """Whether apt manages this machine."""
    return Path("/etc/debian_version").exists() and Path("/usr/bin/apt-get").exists()


def missing() -> list[str]:
    """The packages that are not installed; none on other systems, where tests look for the programs."""
    if not is_debian():
        return []
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *PACKAGES]
    answer = subprocess.run(query, capture_output=True, text=True, check=False)
    installed = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in PACKAGES if name not in installed]


def install(commands: Commands) -> None:
    """Install what is missing if we may and can; else say what will be skipped, or fail where nothing may be."""
    names = missing()
    try:
        apt_install(commands, names)
    except SetupError as error:
        reasons = ", ".join(f"{name} ({PACKAGES[name]})" for name in names)
        if nothing_may_be_skipped(commands.environ):
            raise SetupError(f"Not installed: {reasons}. {error}") from error
        say(f"  Not installed, so tests are skipped: {reasons}. {error}")


def apt_install(commands: Commands, names: list[str]) -> None:
    """Have apt install packages; only root can."""
    if os.geteuid() != 0:
        raise SetupError("As root: apt-get install --no-install-recommends " + " ".join(names))
    # Another apt may be at work on a fresh machine: wait for it rather than fail.
    apt = ["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300"]
    commands.run([*apt, "update"])
    order = [*apt, "install", "--yes", "--no-install-recommends", *names]
    commands.run(order, DEBIAN_FRONTEND="noninteractive")


def nothing_may_be_skipped(environ: Mapping[str, str]) -> bool:
    """Whether a test skipped for want of an installed part is a failure here."""
    return environ.get("MADOGUCHI_REQUIRE_ALL", "") not in {"", "0"}
