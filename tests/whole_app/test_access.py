"""Every route as everybody: what they get is what the matrix says, and a refusal writes nothing (SEC-25)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

from app.authz import Access, Permission, access_of
from tests.whole_app.access import MATRIX
from tests.whole_app.rows import Row
from tests.whole_app.town import EVERYBODY, Town

STATUS = {
    "ok": 200, "done": 303, "typed": 422, "login": 303, "no": 403, "gone": 404, "late": 409, "kept": 204, "out": 401,
}  # fmt: skip
DOOR = re.compile(r"/(cs|fm|console|none)/login(\?next=[^&]*)?")
AFTER_SIGN_OUT = "?reason=logout"
REFUSALS = {"login", "no", "gone", "typed", "late", "out"}
# A failed sign-in is a fact that is kept although the answer is a refusal; here nobody has the user ID.
SAFE = {"GET", "HEAD", "OPTIONS"}

pytestmark = pytest.mark.req("SEC-25")


def name_of(row: Row) -> str:
    return f"{row.method} {row.address}"


def told(location: str, status: int) -> str:
    """The answer in the words of the matrix."""
    if status != STATUS["done"]:
        return next((answer for answer, code in STATUS.items() if code == status), str(status))
    return "login" if DOOR.fullmatch(location) else "done"


@pytest.mark.req(
    "ROLE-01", "ROLE-02", "ROLE-05", "ROLE-06", "SVC-04", "SVC-05", "DESK-01", "SEC-26", "AUTH-01"
)
@pytest.mark.parametrize("row", MATRIX, ids=name_of)
def test_everybody_gets_what_is_theirs(town: Town, row: Row) -> None:
    wrong: list[str] = []
    clean = town.fingerprint()
    for name in EVERYBODY:
        typed = {field: town.address(value) for field, value in row.fields.items()}
        fields = {"csrf_token": town.tokens[name], **typed} if row.method not in SAFE else None
        page = town.browser(name).fetch(row.method, town.address(row.address), data=fields)
        wanted, got = row.answer_for(name), told(page.location, page.status)
        if got != wanted:
            wrong.append(f"{name}: {got} ({page.status} {page.location}), not {wanted}")
        changed = town.fingerprint() != clean
        if changed and not row.counts and (got in REFUSALS or row.method in SAFE):
            wrong.append(f"{name}: the answer was {got}, yet something was written")
        if changed:
            town.restore()
    assert wrong == []


def routes(town: Town) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule in town.app.url_map.iter_rules() for method in (rule.methods or set()) - SAFE | (
        {"GET"} & (rule.methods or set()))]  # fmt: skip


def test_every_route_has_a_row_and_every_row_a_route(built_town: Town) -> None:
    declared = {(rule.endpoint, method) for rule, method in routes(built_town)}
    covered = {(row.endpoint, row.method) for row in MATRIX}

    assert declared - covered == set(), "routes without a row in access.py"
    assert covered - declared == set(), "rows without a route"


def test_every_row_meets_the_route_it_names(built_town: Town) -> None:
    finder = built_town.app.url_map.bind("desk.test")
    for row in MATRIX:
        path = built_town.address(row.address).partition("?")[0]
        assert finder.match(path, method=row.method)[0] == row.endpoint, path


def test_every_view_declares_who_may(built_town: Town) -> None:
    views: dict[str, Callable[..., Any]] = built_town.app.view_functions
    declared = {endpoint: access_of(view) for endpoint, view in views.items()}

    assert [endpoint for endpoint, access in declared.items() if access is None] == []
    for endpoint, access in declared.items():
        assert isinstance(access, Access)
        assert access.permission is not None or len(access.reason) > 15, (
            f"{endpoint} is open without a reason"
        )


def test_a_route_belongs_to_its_shell_by_its_permission(built_town: Town) -> None:
    for endpoint, view in built_town.app.view_functions.items():
        access = access_of(view)
        if access is not None and access.permission is not None:
            # What is everybody's own is mounted by both shells.
            assert access.permission.value.split(":")[0] in {endpoint.split(".")[0], "own"}, endpoint


def test_acts_that_change_something_are_never_open_to_all(built_town: Town) -> None:
    doors = {
        *(
            f"{shell}.accounts.{act}"
            for shell in ("portal", "console")
            for act in (
                "take_sign_in",
                "take_forgot",
                "take_verify",
                "take_reset",
                "take_setup",
                "freeze",
                "take_method",
                "take_app_code",
                "take_mail_code",
                "send_another_code",
                "put_passkey_challenge",
                "take_passkey",
                "take_recovery_code",
            )
        ),
    }
    # Whose gate asks for a token of its own (tests/intake).
    doors.add("intake.cases.bring_alert")
    for rule, method in routes(built_town):
        access = access_of(built_town.app.view_functions[rule.endpoint])
        if method not in SAFE and access is not None and access.permission is None:
            assert rule.endpoint in doors


def test_every_permission_is_granted_for_something_that_exists(built_town: Town) -> None:
    used = {
        access.permission for view in built_town.app.view_functions.values() if (access := access_of(view))
    }
    assert set(Permission) - used == set()


@pytest.mark.req("SEC-26")
def test_a_foreign_case_and_an_absent_one_are_the_same_bytes(built_town: Town) -> None:
    def answer(name: str, address: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        got = built_town.browser(name).get(built_town.address(address)).answer
        headers = [
            (key, value) for key, value in got.headers if key not in {"Content-Security-Policy", "Set-Cookie"}
        ]
        return got.status_code, got.get_data(), headers

    for name, place, pages in (
        ("alice", "cs", ("{new}", "{closed}", "{fm_new}", "{missing}", "0", "CS0000001x")),
        ("hanako", "cs", ("{alices}", "{fm_new}", "{missing}")),
        ("charlie", "fm", ("{fm_new}", "{new}", "{missing}")),
    ):
        answers = {str(answer(name, f"/{place}/cases/{page}")) for page in pages}
        assert len(answers) == 1
    for page in ("", "/details"):
        answers = {
            str(answer("cs_agent", f"/console/cases/{{{place}}}{page}")) for place in ("fm_new", "missing")
        }
        assert len(answers) == 1


def test_methods_that_no_route_takes_are_refused(town: Town) -> None:
    clean = town.fingerprint()
    one_each = {row.endpoint: row for row in MATRIX if row.answer_for("admin") != "gone"}
    for method in ("PUT", "PATCH", "DELETE", "POST", "GET", "TRACE", "PROPFIND"):
        for row in one_each.values():
            path = town.address(row.address)
            rule = next(rule for rule in town.app.url_map.iter_rules() if rule.endpoint == row.endpoint)
            others = {
                r.endpoint
                for r in town.app.url_map.iter_rules(row.endpoint)
                if method in (r.methods or set())
            }
            shares = any(
                method in (r.methods or set()) for r in town.app.url_map.iter_rules() if r.rule == rule.rule
            )
            # Where the address is another route's with that method, it is that route which answers.
            taken = method in town.app.url_map.bind("localhost").allowed_methods(path.partition("?")[0])
            if others or shares or taken:
                continue
            fields = None if method in SAFE else {"csrf_token": town.tokens["admin"]}
            page = town.browser("admin").fetch(method, path, data=fields)
            assert page.status == 405, f"{method} {path}: {page.status}"
    assert town.fingerprint() == clean
