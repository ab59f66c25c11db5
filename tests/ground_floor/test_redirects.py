"""The page first asked for is a path of this site, whatever stands in the address (SEC-37, AUTH-02)."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.web.redirects import own_path
from tests.client import BASE_URL, InspectingClient

pytestmark = pytest.mark.req("SEC-37", "AUTH-02")

FOREIGN = (
    "//e", "///e", "/\\e", "\\\\e", "/\t/e", "/\n/e", "/\r\n/e", "\t//e", " //e", "https://e", "HTTPS:e", "https:/e",
    "//e/cs/", "/%2fe", "%2f%2fe", "/%2F%2Fe", "/%5ce", "/%5C%5Ce", "javascript:alert(1)", "data:text/html,x",
    "//desk.test@e", "https://desk.test.e/cs/", "/cs/../../e", "/cs/..//e", "/cs/%2e%2e//e", "/cs/.%2e/x",
    "/cs/%2E%2E/%2E%2E/e", "/cs/\\e", "/cs/\x00", "/cs/ e", "/cs/\u3000", "/cs/\ud83d\ude00", "cs/cases", "?x=//e",
    "#//e", ".//e", "/cs", "/fm/", "/console/", "", "/cs/" + "x" * 2_000,
)  # fmt: skip
OWN = (
    "/cs/",
    "/cs/cases",
    "/cs/cases?view=action&sort=-number&page=2",
    "/cs/cases/CS0000001#c5",
    "/cs/cases?next=//e",
)


@pytest.mark.parametrize("asked", FOREIGN, ids=ascii)
def test_anything_but_an_own_path_leads_home(asked: str) -> None:
    assert own_path(asked, under="/cs/", otherwise="/cs/home") == "/cs/home"


def test_nothing_asked_leads_home() -> None:
    assert own_path(None, under="/cs/", otherwise="/cs/home") == "/cs/home"


@pytest.mark.parametrize("asked", OWN)
def test_an_own_path_is_followed(asked: str) -> None:
    assert own_path(asked, under="/cs/", otherwise="/cs/home") == asked


SLIPPERY = st.lists(
    st.sampled_from(
        [
            "/",
            "\\",
            "//",
            "cs",
            "cs/",
            ".",
            "..",
            "%2e",
            "%2E",
            "%2f",
            "%5c",
            "@",
            ":",
            "e",
            "https:",
            "?",
            "#",
            "\t",
        ]
    )
).map("".join)


def as_a_browser_reads(address: str) -> str:
    """What the URL standard makes of an address before it is followed: no tabs and ends, slashes both ways."""
    cleaned = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33)))))
    return cleaned.replace("\\", "/")


@given(SLIPPERY | SLIPPERY.map(lambda tail: "/cs/" + tail) | st.text(max_size=80))
@example("/cs/%2e%2e/%2e%2e//e")
def test_no_address_leads_off_the_portal(asked: str) -> None:
    target = own_path(asked, under="/cs/", otherwise="/cs/")
    read = as_a_browser_reads(target)
    parts = urlsplit(urljoin(f"{BASE_URL}/cs/login", re.sub("%2e", ".", read, flags=re.IGNORECASE)))

    assert (parts.scheme, parts.netloc) == ("https", "desk.test")
    assert parts.path.startswith("/cs/")


@pytest.mark.parametrize("asked", ["//e.example", "/\\e.example", "/%2f%2fe.example", "/console/"])
def test_signing_in_never_leads_off(client: InspectingClient, asked: str) -> None:
    form = client.get("/cs/login", query_string={"next": asked}).form("/cs/login")
    assert form["next"] == ""
    typed = {"login_id": "taro@sample.example.cs", "password": "Madoguchi#2026"}
    assert client.post("/cs/login", {**form, **typed, "next": asked}).location == "/cs/"


def test_signing_in_leads_to_the_page_first_asked_for(client: InspectingClient) -> None:
    sent = client.get("/cs/cases?view=action").location
    form = client.get(sent).form("/cs/login")
    typed = {"login_id": "taro@sample.example.cs", "password": "Madoguchi#2026"}
    assert client.post("/cs/login", {**form, **typed}).location == "/cs/cases?view=action"
