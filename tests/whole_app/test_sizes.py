"""The sizes we hold ourselves to; if a budget fights good sense, the decision is written down and it is changed."""

from pathlib import Path
from statistics import median, quantiles

from tests.whole_app.source import code_lines, functions, length, lines, python_files, shown, template_files

CODE = python_files("app", "setup", "scripts")
LONGEST_FILE, MEDIAN_FILE = 400, 90
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION, TALL_FUNCTION, MEDIAN_FUNCTION = 60, 25, 8
LONGEST_TEMPLATE, MEDIAN_TEMPLATE = 200, 35
# More tests than that are a burden of their own, fewer leave something unproved.
TESTS_PER_CODE = (1.2, 2.0)
RAW_NAMES = {"util", "utils", "common", "helper", "helpers", "misc"}


def over(files: list[Path], limit: int) -> list[str]:
    return [f"{shown(file)}: {lines(file)}" for file in files if lines(file) > limit]


def test_no_python_file_is_longer_than_a_sitting() -> None:
    assert over(CODE, LONGEST_FILE) == []
    assert median(lines(file) for file in CODE if lines(file)) <= MEDIAN_FILE


def test_no_test_file_is_longer_than_its_budget() -> None:
    assert over(python_files("tests"), LONGEST_TEST_FILE) == []


def test_functions_are_short() -> None:
    lengths = {f"{shown(file)}:{item.name}": length(item) for file in CODE for item in functions(file)}

    assert {name: count for name, count in lengths.items() if count > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= MEDIAN_FUNCTION
    assert quantiles(lengths.values(), n=10)[8] <= TALL_FUNCTION


def test_templates_are_short() -> None:
    templates = template_files()

    assert over(templates, LONGEST_TEMPLATE) == []
    assert median(lines(file) for file in templates) <= MEDIAN_TEMPLATE


def test_there_are_tests_enough_and_not_too_many() -> None:
    ratio = code_lines(python_files("tests")) / code_lines(CODE)
    print(f"test lines per code line: {ratio:.2f}")  # noqa: T201  # The figure is asked for, green or red.

    assert ratio >= TESTS_PER_CODE[0]
    assert ratio <= TESTS_PER_CODE[1]


def test_nothing_has_a_name_that_says_nothing() -> None:
    named = [file for file in (*CODE, *python_files("tests"), *template_files()) if file.stem in RAW_NAMES]
    folders = [file for file in CODE if RAW_NAMES & set(file.parts)]

    assert [shown(file) for file in (*named, *folders)] == []


def test_nothing_is_left_undone() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    everything = (*CODE, *python_files("tests"), *template_files())

    assert [shown(file) for file in everything if any(mark in file.read_text() for mark in marks)] == []
