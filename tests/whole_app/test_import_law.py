"""The import law and the rules of the house that no linter knows, read from the source."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.paths import CHECKOUT
from tests.ground_floor.processes import BIN
from tests.whole_app.source import APP, public_functions, python_files, shown

BELOW_THE_ROUTES = (
    "actions",
    "queries",
    "policy",
    "lifecycle",
    "events",
    "models",
    "set_up",
    "sign_in",
    "timeline",
)
AMBIENT = {"session", "current_user", "request", "g", "login_user", "logout_user", "flash"}
# The server-side session is the one module that speaks of cookies; Flask's own cookie carries form tokens.
MAY_CLEAR_THE_FORM_COOKIE = APP / "accounts" / "session.py"


def below_the_routes() -> list[Path]:
    modules = [file for file in APP.glob("*/*.py") if file.stem in BELOW_THE_ROUTES]
    # What has grown is a package of the same name.
    packages = [file for file in APP.glob("*/*/*.py") if file.parent.name in BELOW_THE_ROUTES]
    return modules + packages


def imported(file: Path, module: str) -> set[str]:
    """The names a file imports from a module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return {alias.name for node in froms for alias in node.names}


def test_the_import_law_holds() -> None:
    command = [str(BIN / "lint-imports"), "--no-cache", "--no-logo"]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=100, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"[1-9]\d* kept, 0 broken", ended.stdout)


def test_there_are_modules_below_the_routes_in_every_slice() -> None:
    slices = {
        file.relative_to(APP).parts[0]
        for file in below_the_routes()
        if "models" in {file.stem, file.parent.name}
    }

    assert {"accounts", "contracts", "cases"} <= slices


@pytest.mark.parametrize("file", below_the_routes(), ids=shown)
def test_nothing_below_a_route_knows_who_asks_but_by_its_actor(file: Path) -> None:
    assert imported(file, "flask") & AMBIENT == set()
    assert imported(file, "flask_login") == set()


def actions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for file in (*APP.glob("*/actions.py"), *APP.glob("*/actions/*.py")):
        for function in public_functions(file):
            yield f"{shown(file)}:{function.name}", function


@pytest.mark.parametrize(
    ("name", "function"), list(actions()), ids=lambda item: item if isinstance(item, str) else ""
)
def test_every_action_takes_its_actor_by_name(name: str, function: ast.FunctionDef) -> None:
    required = [
        item.arg
        for item, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if default is None
    ]
    takes_a_session = bool(function.args.args) and function.args.args[0].arg == "session"
    # What takes no session writes nothing: it is a rule that actions share.
    assert not takes_a_session or "actor" in required, name


def test_there_are_actions_to_look_at() -> None:
    assert sum(function.args.args[:1] != [] for _, function in actions()) > 15


def test_actions_flush_and_never_commit() -> None:
    for file in (
        *APP.glob("*/actions.py"),
        *APP.glob("*/actions/*.py"),
        *APP.glob("*/set_up.py"),
        *APP.glob("*/notifications.py"),
    ):
        text = file.read_text(encoding="utf-8")
        assert ".commit()" not in text, shown(file)
        assert ".rollback()" not in text, shown(file)


def test_every_function_says_what_it_takes_and_gives() -> None:
    bare: list[str] = []
    for file in python_files("app", "setup", "scripts"):
        for function in public_functions(file):
            arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
            if function.returns is None or any(item.annotation is None for item in arguments):
                bare.append(f"{shown(file)}:{function.name}")
            if ast.get_docstring(function) is None:
                bare.append(f"{shown(file)}:{function.name} has no docstring")
    assert bare == []


@pytest.mark.req("SEC-19")
def test_nothing_that_counts_is_kept_in_the_cookie_that_flask_signs() -> None:
    users = [file for file in python_files("app") if imported(file, "flask") & {"session"}]

    assert users == [MAY_CLEAR_THE_FORM_COOKIE]
    tree = ast.parse(MAY_CLEAR_THE_FORM_COOKIE.read_text(encoding="utf-8"))
    uses = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is(node.value, "form_cookie")
    ]
    assert {node.attr for node in uses} == {"clear"}
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and _is(node.value, "form_cookie")
    ]


def test_only_one_place_starts_a_session() -> None:
    """SEC-15: one gate to a session."""
    makers = [file for file in python_files("app") if "AuthSession(\n" in file.read_text(encoding="utf-8")]
    assert [shown(file) for file in makers] == ["app/accounts/session.py"]


@pytest.mark.req("REL-10")
def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(\)")
    askers = [shown(file) for file in python_files("app") if asking.search(file.read_text(encoding="utf-8"))]

    assert askers == ["app/clock.py"]


@pytest.mark.req("SEC-34")
def test_nothing_is_marked_as_safe_but_where_it_is_made_safe() -> None:
    for file in APP.rglob("templates/**/*.html"):
        text = file.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), shown(file)
        assert "autoescape false" not in text, shown(file)
    makers = [shown(file) for file in python_files("app") if "Markup(" in file.read_text(encoding="utf-8")]
    assert makers == ["app/richtext/showing.py", "app/web/forms.py"]


@pytest.mark.req("SEC-32")
def test_sql_is_never_put_together_from_text() -> None:
    allowed = {"SELECT 1 FROM service LIMIT 1", "SELECT pg_advisory_xact_lock(hashtext('journal_event'))"}
    # Of which rows an index holds.
    allowed |= {
        f"{column} IS NOT NULL" for column in ("parent_id", "merged_into_id", "closes_at", "service_id")
    }
    allowed |= {"published_at IS NULL", "service_id IS NULL", "state != 'closed' AND merged_into_id IS NULL"}
    allowed |= {"state IN ('draft', 'review')"}
    found: list[str] = []
    for file in python_files("app"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is(node.func, "text") and "sqlalchemy" in file.read_text():
                argument = node.args[0]
                if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                    found.append(f"{shown(file)}:{node.lineno}")
                elif " state" not in argument.value and argument.value not in allowed:
                    found.append(f"{shown(file)}:{node.lineno} {argument.value}")
    assert found == []


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
