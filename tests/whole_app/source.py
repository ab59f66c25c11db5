"""The source as data: files, functions, templates, and what of them counts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.paths import CHECKOUT

APP = CHECKOUT / "app"
TESTS = CHECKOUT / "tests"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    """The Python files of some folders of the checkout."""
    return sorted(file for folder in folders for file in (CHECKOUT / folder).rglob("*.py"))


def template_files() -> list[Path]:
    """All templates, of pages and of mails."""
    return sorted(file for file in APP.rglob("templates/**/*") if file.suffix in {".html", ".txt"})


def template_name(file: Path) -> str:
    """The name under which Jinja knows a template."""
    return file.as_posix().rpartition("/templates/")[2]


def lines(file: Path) -> int:
    """How many lines a file has."""
    return len(file.read_text(encoding="utf-8").splitlines())


def functions(file: Path) -> Iterator[Function]:
    """All functions and methods of a file, nested ones too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def public_functions(file: Path) -> Iterator[Function]:
    """The functions that a module offers to others."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return (node for node in body if isinstance(node, Function) and not node.name.startswith("_"))


def length(function: Function) -> int:
    """The lines of a function, from its name to its end, decorators aside."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def code_lines(files: list[Path]) -> int:
    """How many lines hold something."""
    return sum(bool(line.strip()) for file in files for line in file.read_text(encoding="utf-8").splitlines())


def shown(file: Path) -> str:
    """A file as people name it."""
    return file.relative_to(CHECKOUT).as_posix()
