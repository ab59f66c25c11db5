"""Pages that open only for whoever is on the way through them: half-way, asked for a fresh proof, forgetful."""

import pytest

from tests.whole_app.access import MATRIX
from tests.whole_app.test_headers import check
from tests.whole_app.town import Town

# Who is there, and at which page.
PAGES = (
    *(("halfway", f"/cs/login/{page}") for page in ("method", "app", "mail", "passkey", "recovery")),
    *(("halfway_agent", f"/console/login/{page}") for page in ("method", "app", "passkey", "recovery")),
    *(("unlocking_agent", f"/console/login/{page}") for page in ("method", "mail")),
    ("setting_up", "/console/login/setup"),
    ("forgetful", "/cs/password/verify"),
    ("forgetful", "/console/password/verify"),
    ("asked", "/cs/confirm"),
    ("asked_agent", "/console/confirm"),
    ("confirmed", "/cs/confirm/continue"),
)
# Whoever is asked for a fresh proof is signed in, and reads their own language; the others the browser's.
SIGNED_IN = {"asked": "ja", "asked_agent": "ja", "confirmed": "ja"}
# What is typed there, and what comes of it.
ACTS: tuple[tuple[str, str, dict[str, str], int], ...] = (
    ("halfway", "/cs/login/method", {"method": "nonsense"}, 422),
    ("halfway", "/cs/login/app", {"code": "x"}, 422),
    ("halfway", "/cs/login/mail", {"code": "x"}, 422),
    ("halfway", "/cs/login/recovery", {"code": "x"}, 422),
    ("setting_up", "/console/login/setup", {"code": "x", "offer": ""}, 422),
    ("forgetful", "/cs/password/verify", {"mail": ""}, 422),
    ("asked", "/cs/confirm", {"password": ""}, 422),
    ("asked_agent", "/console/confirm", {"password": ""}, 422),
)
each_page = pytest.mark.parametrize(("name", "path"), PAGES, ids=[f"{name} {path}" for name, path in PAGES])


@pytest.mark.req("LANG-01", "LANG-02", "LANG-03", "SEC-36")
@pytest.mark.parametrize("language", ["ja", "en"])
@each_page
def test_such_a_page_is_said_in_one_language_and_writes_nothing(
    town: Town, name: str, path: str, language: str
) -> None:
    clean = town.fingerprint()
    page = town.browser(name, language=language).get(path)
    assert page.status == 200
    assert page.language == SIGNED_IN.get(name, language)
    assert town.fingerprint() == clean


@pytest.mark.req("SEC-35", "SEC-23")
@each_page
def test_it_has_all_headers_and_no_cache_keeps_it(built_town: Town, name: str, path: str) -> None:
    answer = built_town.browser(name).get(path).answer
    check(answer, path)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.req("LANG-02", "SEC-15")
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("name", "path", "fields", "status"), ACTS, ids=[f"{name} {path}" for name, path, *_ in ACTS]
)
def test_a_refusal_there_writes_nothing_and_is_said_in_that_language(
    town: Town, name: str, path: str, fields: dict[str, str], status: int, language: str
) -> None:
    clean = town.fingerprint()
    page = town.browser(name, language=language).post(path, {"csrf_token": town.tokens[name], **fields})
    assert page.status == status
    assert page.language == SIGNED_IN.get(name, language)
    assert town.fingerprint() == clean


@pytest.mark.req("SEC-36")
@pytest.mark.parametrize(("name", "path"), [(name, path) for name, path, *_ in ACTS])
def test_nor_is_a_forged_post_taken(town: Town, name: str, path: str) -> None:
    clean = town.fingerprint()
    browser = town.browser(name)
    assert browser.post(path, {"code": "123456", "password": "x"}).status == 400
    forged = {"Origin": "https://evil.example"}
    fields = {"csrf_token": town.tokens[name]}
    assert browser.post(path, fields, headers=forged).status == 403
    assert town.fingerprint() == clean


@pytest.mark.req("SEC-15", "SEC-25")
@pytest.mark.parametrize("name", ["halfway", "halfway_agent", "unlocking_agent", "setting_up", "forgetful"])
def test_half_a_proof_is_none_anywhere_else(town: Town, name: str) -> None:
    """In the whole matrix they get what anybody without a session gets."""
    clean = town.fingerprint()
    on_the_way = ("/login/", "/password/", "/not-me/")
    for row in MATRIX:
        if row.method != "GET" or any(part in row.address for part in on_the_way):
            continue
        path = town.address(row.address)
        theirs, nobodys = (town.browser(who).get(path) for who in (name, "anonymous"))
        assert (theirs.status, theirs.location) == (nobodys.status, nobodys.location), path
    assert town.fingerprint() == clean
