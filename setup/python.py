"""The Python side: uv by its hash, the environment, the locked packages, the compiled translations."""

import io
import os
import platform
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from setup.commands import Commands
from setup.index import fetch_wheel
from setup.places import CACHE, LOCKFILE, TRANSLATIONS, VENV, venv_tool
from setup.stamps import Stamp, digest
from setup.talk import SetupError

# Tags of the wheels of uv for the machines that the product runs on.
UV_TAGS = {
    ("linux", "x86_64"): "manylinux_2_17_x86_64",
    ("linux", "aarch64"): "manylinux_2_17_aarch64",
    ("darwin", "x86_64"): "macosx_10_12_x86_64",
    ("darwin", "arm64"): "macosx_11_0_arm64",
}
PROFILES = {
    "run": ["--no-default-groups", "--extra", "demo"],
    "scale": ["--no-default-groups", "--extra", "demo", "--extra", "scale"],
    "dev": ["--no-default-groups", "--extra", "demo", "--group", "dev", "--group", "installer"],
    "node": ["--only-group", "node"],
}


def uv(commands: Commands) -> str:
    """The path of the locked uv, fetched when it is not there yet."""
    lock = tomllib.loads(LOCKFILE.read_text(encoding="utf-8"))
    package = next(row for row in lock["package"] if row["name"] == "uv")
    program = CACHE / "uv" / package["version"] / "uv"
    if not program.exists():
        machine = (sys.platform, platform.machine())
        tag = UV_TAGS.get(machine)
        if tag is None:
            raise SetupError(f"No uv is known for {' '.join(machine)}; use Linux or macOS on x86-64 or ARM.")
        wheel = next(row for row in package["wheels"] if tag in row["url"])
        sha256 = wheel["hash"].removeprefix("sha256:")
        unpack_program(fetch_wheel("uv", wheel["url"], sha256, commands.environ), program)
    return str(program)


def unpack_program(wheel: bytes, program: Path) -> None:
    """Take one program out of a wheel; it appears whole or not at all."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(f".data/scripts/{program.name}"))
        program.parent.mkdir(parents=True, exist_ok=True)
        half = program.with_suffix(".part")
        half.write_bytes(archive.read(member))
    half.chmod(0o755)
    half.rename(program)


def install(commands: Commands, profile: str, *target: str, exact: bool) -> None:
    """Install the locked packages of a profile by their hashes; `exact` removes what the lock does not name.

    The lock is exported first: `uv sync` would go to the addresses written in the lock, so a machine that
    may only reach a mirror of the index could not install.
    """
    program = uv(commands)
    listing = CACHE / f"requirements-{profile}.txt"
    export = [program, "export", "--frozen", "--quiet", *PROFILES[profile]]
    commands.run([*export, "--output-file", str(listing)])
    verb = ["sync"] if exact else ["install", "--no-deps", "--requirement"]
    checks = ["--require-hashes", "--only-binary", ":all:", "--quiet"]
    commands.run([program, "pip", *verb, str(listing), *checks, *target])


def installed_profile(wanted: str, environ: Mapping[str, str]) -> str:
    """A checkout whose tests have been run keeps the development packages; a desk on PostgreSQL gets its driver."""
    if (CACHE / "stamps" / "packages-dev").exists():
        return "dev"
    is_scaled = environ.get("DATABASE_URL", "").startswith("postgresql")
    return "scale" if wanted == "run" and is_scaled else wanted


def packages_stamp(profile: str) -> Stamp:
    """Done while the lock and the interpreter are the same."""
    products = (VENV / "bin" / "python", VENV / "pyvenv.cfg")
    return Stamp(f"packages-{profile}", digest([LOCKFILE], profile, sys.version), products)


def usable() -> bool:
    """Whether there is an environment made for just this place; the commands of a moved one do not run."""
    activate = VENV / "bin" / "activate"
    return (VENV / "bin" / "python").exists() and activate.is_file() and str(VENV) in activate.read_text()


def packages(commands: Commands, profile: str) -> None:
    """Make the virtual environment and fill it."""
    stamp = packages_stamp(profile)
    if not usable():
        # uv makes the environment by itself: Debian's Python without python3-venv cannot.
        commands.run([uv(commands), "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    # Compiled here, beside the front end's slower side, rather than by the first start, or by every start
    # of a person whose environment forbids Python to write bytecode.
    target = ["--python", str(VENV / "bin" / "python"), "--compile-bytecode"]
    install(commands, profile, *target, exact=True)
    stamp.mark()


def translations_stamp() -> Stamp:
    """Done while no catalogue changed and each has its compiled sister."""
    sources = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    return Stamp("translations", digest(sources), tuple(source.with_suffix(".mo") for source in sources))


def translations(commands: Commands) -> None:
    """Compile the catalogues."""
    stamp = translations_stamp()
    if stamp.products:
        commands.run([venv_tool("pybabel"), "compile", "--directory", os.fspath(TRANSLATIONS)])
    stamp.mark()
