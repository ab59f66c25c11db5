"""The report that holds tests against the specification."""

from pathlib import Path

import pytest

from scripts.coverage_of_spec import main

SPEC = """
| ID | Requirement | Source |
|---|---|---|
| CASE-01 | First. | 002 |
| CASE-02 | Second. | 002 |
| CASE-03 | Third, see CASE-09. | 002 |
| CASE-05 | withdrawn: nobody wants it | 002 |
| PTN-A-01 | Another. | 002 |
| T1 | `new` | yes |
| M-01 | S01 | A message. |
| Q3 | What? | Nothing. |
| OQ-P01 | What? | Nothing. |
"""
OTHER = "| HOME-01 | Here. |\n"
PORTAL = "| HOME-01 | There. |\n"
SECURITY = "| SEC-01 | Passwords. |\n"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    spec, tests = tmp_path / "spec", tmp_path / "tests"
    for folder in (spec, tests, tmp_path / "design"):
        folder.mkdir()
    (spec / "README.md").write_text("No table.\n")
    (spec / "cases.md").write_text(SPEC)
    (spec / "other.md").write_text(OTHER)
    (spec / "portal.md").write_text(PORTAL)
    (tmp_path / "design" / "security.md").write_text(SECURITY)
    return spec, tests


def report(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = main(["--spec", str(folders[0]), "--tests", str(folders[1])])
    return code, capsys.readouterr().out.splitlines()


def test_without_tests_all_is_missing(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert report(folders, capsys) == (
        0,
        [
            "cases: 0 of 5 named by tests",
            "  no test names CASE-01 to CASE-03, PTN-A-01, T1",
            "other: 0 of 1 named by tests",
            "  no test names HOME-01",
            "portal: 0 of 1 named by tests",
            "  no test names HOME-01",
            "security: 0 of 1 named by tests (none has to be)",
            "marks: 0, of which 0 name no ID",
        ],
    )


def test_marks_and_docstrings_name_ids(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (folders[1] / "deep").mkdir()
    (folders[1] / "deep" / "test_one.py").write_text(
        '"""About CASE-02, in UTF-8."""\n'
        "import pytest\n"
        'pytestmark = pytest.mark.req("SEC-01")\n'
        '@pytest.mark.req("CASE-01", "T1", "M-01")\n'
        "def test_a(): ...\n"
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.req("portal:HOME-01"))])\n'
        "def test_b(x): ...\n"
    )
    code, lines = report(folders, capsys)
    assert code == 0
    assert lines == [
        "cases: 3 of 5 named by tests",
        "  no test names CASE-03, PTN-A-01",
        "other: 0 of 1 named by tests",
        "  no test names HOME-01",
        "portal: 1 of 1 named by tests",
        "security: 1 of 1 named by tests (none has to be)",
        "marks: 5, of which 0 name no ID",
    ]


def test_ids_behind_a_name_are_found(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    (folders[1] / "test_one.py").write_text(
        "import pytest\n"
        'ACTS = {"ask": "T1"}\n'
        'IDS: tuple[str, ...] = ("CASE-01", "CASE-99")\n'
        "@pytest.mark.req(*IDS)\n"
        "def test_a(): ...\n"
        "def mark(act):\n"
        '    ids = ["CASE-02", ACTS[act], *(["CASE-03"] if act else [])]\n'
        "    return pytest.mark.req(*ids)\n"
        'EACH = [pytest.mark.req(*own) for act, own in {"ask": ("M-01",)}.items()]\n'
    )
    code, lines = report(folders, capsys)
    assert code == 1
    assert lines[:2] == ["cases: 4 of 5 named by tests", "  no test names PTN-A-01"]
    assert lines[-2:] == ["marks: 6, of which 1 name no ID", "  tests/test_one.py:4: CASE-99"]


@pytest.mark.parametrize(
    "mark",
    ['"CASE-99"', '"cases:HOME-01"', '"HOME-01"', '"case-01"', "NAME", "7"],
    ids=["unknown", "wrong file", "two files have it", "wrong case", "not a literal", "not a text"],
)
def test_a_mark_that_names_no_id_is_shown_with_its_place(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str], mark: str
) -> None:
    (folders[1] / "test_one.py").write_text(f"import pytest\n\n@pytest.mark.req({mark})\ndef test_a(): ...\n")
    code, lines = report(folders, capsys)
    assert code == 1
    assert lines[-2:] == ["marks: 1, of which 1 name no ID", f"  tests/test_one.py:3: {mark.strip(chr(34))}"]


def test_a_missing_specification_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--spec", str(tmp_path / "nowhere"), "--tests", str(tmp_path)]) == 2
    assert "SPEC_DIR" in capsys.readouterr().err
