"""Addresses are promises: what resolved once goes on resolving, in bookmarks, mails and outside tests."""

from pathlib import Path

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.whole_app.town import Town

LIST = Path(__file__).with_name("urls.txt")
# The stable addresses of the URL map whose pages exist.
STABLE = (
    "GET /", "GET /healthz", "GET /readyz", "GET /demo/mail",
    "GET /cs/login", "POST /cs/login", "POST /cs/logout", "GET /cs/", "GET /fm/",
    "GET /cs/inquiries/new", "POST /cs/inquiries/new",
    "GET /cs/cases", "GET /cs/cases/CS0000012",
    "POST /cs/cases/CS0000012/comments", "POST /cs/cases/CS0000012/closure",
    "POST /cs/cases/CS0000012/acceptance", "POST /cs/cases/CS0000012/rejection",
    "GET /cs/login/method", "GET /cs/login/app", "GET /cs/login/mail",
    "GET /cs/password/forgot", "GET /cs/password/verify", "GET /cs/password/sent", "GET /cs/password/reset/abc",
    "GET /cs/account/logins", "GET /cs/account/logins.csv", "GET /cs/account/logins.xlsx", "GET /cs/account/logins.pdf",
    "GET /cs/contacts/", "GET /cs/contacts/new", "GET /cs/contacts/7",
    "GET /cs/profile", "GET /cs/profile/mail", "GET /cs/profile/password", "GET /cs/profile/mfa",
    "GET /console/people/", "GET /console/login/method", "GET /console/login/app", "GET /console/profile",
    "GET /console/login", "POST /console/login", "POST /console/logout", "GET /console/",
    "GET /console/cases/", "GET /console/cases/CS0000012", "GET /console/cases/new", "POST /console/cases/new",
)  # fmt: skip
ACTS = ("comments", "closure", "acceptance", "rejection")


def known(town: Town) -> set[str]:
    """What the application answers to, a line for each method and address."""
    return {
        f"{method} {rule.rule}"
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_no_address_has_vanished_and_each_new_one_is_in_the_list(built_town: Town) -> None:
    listed = set(LIST.read_text().splitlines())

    assert listed - known(built_town) == set(), "vanished; if that is meant, say so in the change log"
    assert known(built_town) - listed == set(), f"new; add them to {LIST.name}"
    assert LIST.read_text().splitlines() == sorted(listed)


@pytest.mark.parametrize("line", STABLE)
def test_stable_addresses_resolve(built_town: Town, line: str) -> None:
    method, _, path = line.partition(" ")
    built_town.app.url_map.bind("desk.test").match(path, method=method)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_no_page(built_town: Town, act: str) -> None:
    """Rule 8: a GET on an act answers 404 or 405."""
    finder = built_town.app.url_map.bind("desk.test")
    with pytest.raises((MethodNotAllowed, NotFound)):
        finder.match(f"/cs/cases/CS0000012/{act}", method="GET")
    assert built_town.browser("hanako").get(f"/cs/cases/CS0000012/{act}").status in {404, 405}


@pytest.mark.req("SVC-01")
@pytest.mark.parametrize("path", ["/none/", "/none/login", "/none/cases", "/CS/", "/cs%00/", "/%2e%2e/"])
def test_an_unknown_service_is_not_there(built_town: Town, path: str) -> None:
    for name in ("anonymous", "hanako"):
        assert built_town.browser(name).get(path).status == 404, path


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(built_town: Town) -> None:
    for path in ("/cs", "/console", "/console/cases", "/console/mail"):
        page = built_town.browser("agent").get(path)
        assert (page.status, page.location) == (308, f"{path}/")


@pytest.mark.req("SEC-57")
def test_health_says_no_more_than_that_all_is_well(built_town: Town) -> None:
    for path in ("/healthz", "/readyz"):
        page = built_town.browser("anonymous").get(path)
        assert (page.status, page.answer.get_json()) == (200, {"status": "ok"})
