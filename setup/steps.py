"""The order of the set-up: Python side and Node side at the same time, each step only when it is due."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from setup import debian, node, python
from setup.commands import Commands
from setup.index import tool_environment
from setup.places import CACHE, FRONTEND
from setup.stamps import only_one
from setup.talk import SetupError, say


@dataclass(frozen=True)
class Step:
    """One thing to do when it is due."""

    label: str
    due: Callable[[], bool]
    work: Callable[[], None]

    def do(self) -> None:
        """Do it and say how long it took."""
        if self.due():
            begun = time.monotonic()
            self.work()
            say(f"  {self.label}: {time.monotonic() - begun:.1f} s")


def python_steps(commands: Commands, profile: str) -> list[Step]:
    """Environment and packages, then the translations, which need Babel."""
    return [
        Step(
            "Python packages",
            lambda: not python.packages_stamp(profile).fresh(),
            lambda: python.packages(commands, profile),
        ),
        Step(
            "translations",
            lambda: not python.translations_stamp().fresh(),
            lambda: python.translations(commands),
        ),
    ]


def node_steps(commands: Commands) -> list[Step]:
    """Packages, then the build."""
    return [
        Step("front-end packages", lambda: not node.modules_stamp().fresh(), lambda: node.modules(commands)),
        Step("front-end build", lambda: not node.build_stamp().fresh(), lambda: node.build(commands)),
    ]


def debian_steps(commands: Commands) -> list[Step]:
    """What the tests want of the machine."""
    return [Step("Debian packages", lambda: bool(debian.missing()), lambda: debian.install(commands))]


def set_up(environ: Mapping[str, str], profile: str) -> None:
    """Bring the checkout to the state that the profile ("run" or "dev") needs."""
    with only_one(CACHE / "setup.lock") as lock:
        commands = Commands(tool_environment(environ), inherited=(lock,))
        chains = [python_steps(commands, python.installed_profile(profile, environ))]
        if FRONTEND.is_dir():
            chains.append(node_steps(commands))
        if profile == "dev":
            chains.append(debian_steps(commands))
        due = [chain for chain in chains if any(step.due() for step in chain)]
        if due:
            say("Setting up:")
            python.uv(commands)
            run_chains(commands, due)


def run_chains(commands: Commands, chains: list[list[Step]]) -> None:
    """Run the chains side by side; the first failure ends the others and is the one that is told."""
    failures: list[SetupError] = []

    def run(chain: list[Step]) -> None:
        try:
            for step in chain:
                step.do()
        except SetupError as error:
            failures.append(error)
            commands.close()

    with ThreadPoolExecutor(max_workers=len(chains)) as pool:
        futures = [pool.submit(run, chain) for chain in chains]
        try:
            for future in futures:
                future.result()
        except BaseException:
            # A signal came while we waited, or a step broke: nothing of ours may run on.
            commands.close()
            raise
    if failures:
        raise failures[0]
