#!/usr/bin/env python3
"""The launcher behind `make`: sets the checkout up and runs the desk, with the standard library alone.

`run` sets up, migrates, loads the demo into an empty database and serves until Ctrl-C; `setup` sets up only,
with `--dev` for the tests and linters too; `npm …` is npm in frontend/ with the Node that the set-up chose.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Madoguchi needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

import argparse
import io
import os
import signal
from types import FrameType
from typing import NoReturn

from setup import children, node, serve, steps
from setup.commands import Commands
from setup.index import tool_environment
from setup.places import FRONTEND
from setup.talk import SetupError, say


def arguments(line: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="start.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="set up and run the desk")
    setup = commands.add_parser("setup", help="set up only")
    setup.add_argument("--dev", action="store_true", help="with what the tests and linters need")
    npm = commands.add_parser("npm", help="npm in frontend/")
    npm.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args(line)


def run() -> NoReturn:
    """Set up and serve until a signal comes; what is under way is then ended in good order on the way out."""
    serving = False

    def on_signal(number: int, _frame: FrameType | None) -> None:
        for other in children.STOP_SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(0 if serving else 128 + number)

    for number in children.STOP_SIGNALS:
        signal.signal(number, on_signal)
    if os.environ.get("MAKELEVEL"):
        # A make that is killed outright must not leave a desk without a master.
        children.die_with_parent(os.getppid())
    desk = serve.desk_from(os.environ)
    with serve.own_port(desk.port):
        steps.set_up(os.environ, "run")
        serving = True
        serve.serve(os.environ, desk)


def main(line: list[str]) -> int:
    """Do what the command line says; give the exit code."""
    chosen = arguments(line)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show Japanese shows marks in its place; it still gets the rest.
        sys.stdout.reconfigure(errors="replace")
    try:
        if chosen.command == "run":
            run()
        if chosen.command == "setup":
            steps.set_up(os.environ, "dev" if chosen.dev else "run")
            return 0
        commands = Commands(tool_environment(os.environ))
        found = node.find(commands)
        os.chdir(FRONTEND)
        environ = {**commands.environ, "PATH": found.path}
        os.execvpe(found.npm[0], [*found.npm, *chosen.arguments], environ)  # noqa: S606  # no shell is wanted
    except SetupError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
