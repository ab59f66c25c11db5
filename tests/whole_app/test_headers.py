"""The headers of every answer: pages, redirects, refusals, faults and files (SEC-35)."""

import re
from pathlib import Path

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from app.authz import open_to_all
from app.paths import BUILT
from tests.client import BASE_URL
from tests.whole_app.access import MATRIX
from tests.whole_app.town import Town

pytestmark = pytest.mark.req("SEC-35")

NONE = {"default-src": "'none'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}
UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "strict-dynamic")
EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
TELLING = ("Server", "X-Powered-By", "Via")


def policy_of(headers: Headers) -> dict[str, str]:
    parts = [
        part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";") if part.strip()
    ]
    return {name: value for name, _, value in parts}


def check(answer: TestResponse, what: str) -> None:
    headers = answer.headers
    policy = policy_of(headers)
    assert policy["default-src"] == "'none'", what
    for name, value in EXACTLY.items():
        assert headers.getlist(name) == [value], f"{what}: {name}"
    assert headers.getlist("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"], what
    assert not [sign for sign in UNSAFE if sign in headers["Content-Security-Policy"]], what
    assert not [name for name in TELLING if name in headers], what


def send(town: Town, method: str, path: str, name: str = "admin", **options: object) -> TestResponse:
    return town.browser(name)._client.open(path, method=method, base_url=BASE_URL, **options)  # type: ignore[arg-type]  # Options of the client.


@pytest.mark.parametrize("name", ["anonymous", "hanako", "agent"])
def test_every_route_answers_with_all_headers(town: Town, name: str) -> None:
    for row in MATRIX:
        data = {"csrf_token": town.tokens[name], **row.fields} if row.method != "GET" else None
        answer = send(town, row.method, town.address(row.address), name, data=data)
        check(answer, f"{row.method} {row.address}")
        assert {key: policy_of(answer.headers)[key] for key in NONE} == NONE
        assert policy_of(answer.headers)["form-action"] == "'self'"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/cs/cases/CS9999999", 404), ("GET", "/no/such/page", 404), ("GET", "/static/dist/no.js", 404),
        ("POST", "/cs/", 405), ("POST", "/cs/login", 400), ("TRACE", "/", 405), ("GET", "/console", 308),
        ("OPTIONS", "/cs/login", 200), ("HEAD", "/cs/login", 200), ("GET", "/..%2f..%2fetc/passwd", 404),
    ],
)  # fmt: skip
def test_so_do_refusals_and_redirects(town: Town, method: str, path: str, status: int) -> None:
    answer = send(town, method, path, "hanako")
    assert answer.status_code == status
    check(answer, path)


def test_so_does_a_fault_of_ours(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    @open_to_all("A view of this test.")
    def broken() -> str:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setitem(town.app.view_functions, "front_door.alive", broken)
    answer = send(town, "GET", "/healthz")
    assert answer.status_code == 500
    check(answer, "a fault")


@pytest.mark.parametrize(
    "file", sorted(BUILT.glob("assets/*")), ids=lambda file: re.sub(r"-[\w-]{8}\.", ".", file.name)
)
def test_so_do_files_and_browsers_keep_them(town: Town, file: Path) -> None:
    if file.suffix in {".br", ".gz"}:
        return
    answer = send(town, "GET", f"/static/dist/assets/{file.name}", "anonymous")
    body = answer.get_data()
    answer.close()
    assert (answer.status_code, body) == (200, file.read_bytes())
    check(answer, file.name)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/dist/.vite/manifest.json", "/static/dist/", "/static/dist/../../config.py"]
)
def test_nothing_but_the_built_files_is_served(town: Town, path: str) -> None:
    answer = send(town, "GET", path, "anonymous")
    status = answer.status_code
    answer.close()
    assert status == 404


@pytest.mark.req("SEC-23")
def test_no_cache_keeps_a_page(town: Town) -> None:
    for name, path in (("hanako", "/cs/cases"), ("agent", "/console/"), ("anonymous", "/cs/login")):
        answer = send(town, "GET", path, name)
        assert answer.headers["Cache-Control"] == "no-store"
        assert {"Cookie", "Accept-Language", "HX-Request"} <= set(answer.vary)


def test_every_answer_has_a_nonce_of_its_own_and_its_scripts_carry_it(town: Town) -> None:
    nonces = set()
    for _ in range(5):
        page = town.browser("hanako").get("/cs/")
        [nonce] = set(re.findall(r"'nonce-([^']+)'", page.answer.headers["Content-Security-Policy"]))
        nonces.add(nonce)
        inline = [item for item in (*page.all("script"), *page.all("style")) if not item.get("src")]
        assert {item.get("nonce") for item in inline} <= {nonce}
    assert len(nonces) == 5
    assert min(len(nonce) for nonce in nonces) >= 22


def test_cookies_are_for_this_host_for_https_and_for_no_script(town: Town) -> None:
    answer = send(town, "GET", "/cs/login", "anonymous")
    login = town.browser("anonymous")
    fields = login.get("/cs/login").form("/cs/login")
    cookies = answer.headers.getlist("Set-Cookie")
    entered = login.post(
        "/cs/login", {**fields, "login_id": "taro@sample.example.cs", "password": "Madoguchi#2026"}
    )
    cookies += entered.answer.headers.getlist("Set-Cookie")

    assert len(cookies) >= 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert mark in cookie, cookie
        assert "Domain" not in cookie


def test_plain_http_promises_no_encryption(town: Town) -> None:
    answer = town.app.test_client().get("/healthz", base_url="http://127.0.0.1")
    assert "Strict-Transport-Security" not in answer.headers
