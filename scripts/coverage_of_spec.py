"""Compares specification and tests: which requirements no test names, which marks name no requirement.

The specification lies outside the checkout. An ID is the first cell of a table row; a test names it by
`@pytest.mark.req("CASE-13", "portal:HOME-02")` or in its docstring. Tests are read, not run.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\|\s*\**`?([A-Z]+(?:-[A-Z]+)*-\d+|[A-Z]\d+)`?\**\s*\|")
# Lessons and traps of the design stand in lists; a test may name them.
ITEM = re.compile(r"^- ([CT]\d\d) ")
WORD = re.compile(r"\b(?:([a-z]+):)?([A-Z]+(?:-[A-Z]+)*-\d+|[CTSDF]\d+)\b")
# Questions are decided in other rows, messages and screens belong to the rows that use them, and the design's
# requirements, faults and figures cut across the specification: a test may name them, none has to.
CITABLE_ONLY = re.compile(r"(?:OQ-[A-Z]|M-|SEC-|REL-)\d+|[A-SU-Z]\d+")


class SpecMissingError(Exception):
    """The specification is not where it was looked for."""


@dataclass
class Spec:
    """The IDs of one file: those a test should name, and those it may name."""

    name: str
    required: list[str] = field(default_factory=list)
    citable: set[str] = field(default_factory=set)


@dataclass(frozen=True, order=True)
class Mark:
    """An ID named by a test, and where."""

    file: Path
    line: int
    name: str


def read_spec(file: Path) -> Spec:
    """Collect the IDs of one file, in its order; withdrawn requirements ask for no test."""
    spec = Spec(file.stem)
    for line in file.read_text(encoding="utf-8").splitlines():
        if item := ITEM.match(line):
            spec.citable.add(item[1])
        match = ROW.match(line)
        if match is None or match[1] in spec.citable:
            continue
        spec.citable.add(match[1])
        if not CITABLE_ONLY.fullmatch(match[1]) and "withdrawn" not in line.lower():
            spec.required.append(match[1])
    return spec


def read_specs(folder: Path) -> list[Spec]:
    """Read the folder's files and the security requirements that lie beside it."""
    if not folder.is_dir():
        raise SpecMissingError(
            f"No specification at {folder}: name its folder, make coverage-of-spec SPEC_DIR=…"
        )
    files = [*sorted(folder.glob("*.md")), folder.parent / "design" / "security.md"]
    return [spec for spec in map(read_spec, filter(Path.is_file, files)) if spec.citable]


def marks_in(file: Path) -> Iterator[Mark]:
    """Every ID in a `mark.req(…)`, wherever it stands: decorator, pytestmark, parameter."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_req(node.func):
            for argument in node.args:
                literal = isinstance(argument, ast.Constant)
                names = [str(ast.literal_eval(argument))] if literal else named_by(argument, tree)
                yield from (Mark(file, argument.lineno, name) for name in names or [ast.unparse(argument)])


def named_by(expression: ast.expr, tree: ast.Module) -> list[str]:
    """The IDs behind an argument such as `*IDS`: those in what the file assigns to the names in it."""
    found, open_, seen = set(), [expression], set()
    while open_:
        for node in ast.walk(open_.pop()):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.fullmatch(node.value):
                found.add(node.value)
            elif isinstance(node, ast.Subscript):
                # In NUMBERS[act] the numbers are meant, whatever else `act` runs through in this file.
                seen |= {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
            elif isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                open_ += assigned(node.id, tree)
    return sorted(found)


def assigned(name: str, tree: ast.Module) -> list[ast.expr]:
    """What the file assigns to a name or lets it run through, at any depth."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                targets = [target]
            case _:
                continue
        inner = (part for target in targets for part in ast.walk(target))
        if any(isinstance(part, ast.Name) and part.id == name for part in inner):
            found.append(value)
    return found


def is_req(function: ast.expr) -> bool:
    """Whether the expression is `pytest.mark.req` or `mark.req`."""
    return isinstance(function, ast.Attribute) and ast.unparse(function).endswith("mark.req")


def docstring_names(file: Path) -> Iterator[str]:
    """Every word in a docstring that looks like an ID; whether it is one, the specification knows."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, documented):
            for match in WORD.finditer(ast.get_docstring(node) or ""):
                yield match[0]


def resolve(name: str, specs: Iterable[Spec]) -> tuple[str, str] | None:
    """The file and ID that a name means; None when no file or more than one has it.

    The design's traps are numbered like the specification's transitions; they are named as `security:T02`.
    """
    prefix, _, word = name.rpartition(":")
    found = [spec.name for spec in specs if word in spec.citable and prefix in {"", spec.name}]
    if len(found) > 1:
        found = [name for name in found if name != "security"]
    return (found[0], word) if len(found) == 1 else None


def in_ranges(names: Iterable[str]) -> str:
    """`INQ-01 to INQ-03, SVC-02`: runs of numbers in one group told by their ends."""

    def split(name: str) -> tuple[str, int]:
        group, number = re.fullmatch(r"(.*?)(\d+)", name).groups()  # type: ignore[union-attr]  # IDs end in digits
        return group, int(number)

    runs = []
    for _, run in groupby(
        enumerate(names), key=lambda pair: (split(pair[1])[0], split(pair[1])[1] - pair[0])
    ):
        members = [name for _, name in run]
        runs.append(members[0] if len(members) == 1 else f"{members[0]} to {members[-1]}")
    return ", ".join(runs)


def report(specs: list[Spec], tests: Path) -> tuple[str, bool]:
    """What to print, and whether every mark names an ID."""
    files = sorted(tests.rglob("*.py"))
    marks = sorted(mark for file in files for mark in marks_in(file))
    names = {mark.name for mark in marks} | {name for file in files for name in docstring_names(file)}
    covered = {resolve(name, specs) for name in names}
    lines = []
    for spec in specs:
        if spec.required:
            missing = [name for name in spec.required if (spec.name, name) not in covered]
            lines.append(
                f"{spec.name}: {len(spec.required) - len(missing)} of {len(spec.required)} named by tests"
            )
            lines += [f"  no test names {in_ranges(missing)}"] if missing else []
        else:
            cited = sum((spec.name, name) in covered for name in spec.citable)
            lines.append(f"{spec.name}: {cited} of {len(spec.citable)} named by tests (none has to be)")
    unknown = [mark for mark in marks if resolve(mark.name, specs) is None]
    lines.append(f"marks: {len(marks)}, of which {len(unknown)} name no ID")
    lines += [f"  {mark.file.relative_to(tests.parent)}:{mark.line}: {mark.name}" for mark in unknown]
    return "\n".join(lines), not unknown


def main(line: list[str]) -> int:
    """Print the report; 1 if a mark names no ID, 2 if the specification is missing."""
    parser = argparse.ArgumentParser(description="Compare the specification with the tests.")
    parser.add_argument("--spec", type=Path, default=ROOT.parent / "shared" / "spec", help="its folder")
    parser.add_argument("--tests", type=Path, default=ROOT / "tests", help="the tests' folder")
    chosen = parser.parse_args(line)
    try:
        text, sound = report(read_specs(chosen.spec), chosen.tests.resolve())
    except SpecMissingError as error:
        print(error, file=sys.stderr)
        return 2
    print(text)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
