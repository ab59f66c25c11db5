"""What a request may weigh; too much is refused quickly, politely and without a trace (SEC-39)."""

import re
import time

import pytest
from flask import Flask

from app.web.forms import CONTROLS, FORM_KEY
from app.web.redirects import own_path
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Untouched

pytestmark = pytest.mark.req("SEC-39", "SEC-40")

MIB = 1_048_576
SOON = 2.0
INQUIRY = "/cs/inquiries/new"


def multipart(parts: int) -> tuple[bytes, str]:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return part * parts + b"--b--\r\n", "multipart/form-data; boundary=b"


def fields(count: int) -> tuple[bytes, str]:
    return b"&".join([b"a="] * count), "application/x-www-form-urlencoded"


def text(length: int) -> tuple[bytes, str]:
    return b"details=" + b"a" * length, "application/x-www-form-urlencoded"


TOO_MUCH = {
    "100,000 parts": multipart(100_000),
    "1,001 parts": multipart(1_001),
    "100,000 fields": fields(100_000),
    "1,001 fields": fields(1_001),
    "more than a form holds": text(600_000),
    "more than a body holds": text(MIB),
    "far too much": text(20 * MIB),
}


def send(client: InspectingClient, body: bytes, kind: str) -> Page:
    return client.fetch("POST", INQUIRY, data=body, content_type=kind)


@pytest.mark.parametrize("what", TOO_MUCH)
def test_too_much_is_refused_soon_with_a_page(
    client: InspectingClient, untouched: Untouched, what: str
) -> None:
    client.sign_in("hanako")
    with untouched():
        begun = time.monotonic()
        page = send(client, *TOO_MUCH[what])
        took = time.monotonic() - begun

    assert page.status == 413
    assert "長すぎ" in page.words() or "too long" in page.words()
    assert took < SOON


def test_strangers_get_the_same_refusal(client: InspectingClient) -> None:
    for body, kind in TOO_MUCH.values():
        assert send(client, body, kind).status in {413, 400}


def test_what_fits_is_read(client: InspectingClient) -> None:
    for body, kind in (multipart(900), fields(900), text(400_000)):
        # Nothing stands against it but the missing token.
        assert send(client, body, kind).status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"--b\r\n\r\n",
        b"\0" * 100,
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        b"--b\r\n" * 2_000,
    ],
)
def test_a_broken_form_is_the_senders_mistake(client: InspectingClient, body: bytes) -> None:
    assert send(client, body, "multipart/form-data; boundary=b").status in {400, 413}
    assert send(client, body, "multipart/form-data").status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/cs/cases?page=" + "9" * 10_000, "/cs/cases?sort=" + "x" * 10_000, "/cs/cases?" + "a=b&" * 5_000,
        "/cs/cases?page=\0",
        "/cs/cases?view=%ff%fe", "/cs/cases/" + "C" * 5_000, "/cs/cases/%00", "/cs/cases/%ff", "/cs/cases/CS0000001%0a",
        "/cs/cases/\u202e", "/cs/login?next=" + "/" * 10_000, "/" + "x/" * 2_000, "/cs/cases?lang[]=ja&lang=%00",
    ],
    ids=lambda path: ascii(path[:30]),
)  # fmt: skip
def test_no_address_breaks_a_page(client: InspectingClient, path: str) -> None:
    client.sign_in("hanako")
    assert client.get(path).status in {200, 303, 308, 404, 414}


@pytest.mark.parametrize(
    "pump",
    [
        "a" * 50_000,
        "//" * 25_000,
        "\\" * 50_000,
        "/cs/" + ".." * 20_000,
        "@" * 50_000,
        "a@" * 25_000,
        "\u202e" * 50_000,
    ],
)
def test_no_expression_takes_its_time(pump: str) -> None:
    begun = time.monotonic()
    own_path(pump, under="/cs/", otherwise="/cs/")
    CONTROLS.sub("", pump)
    FORM_KEY.fullmatch(pump)
    re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+", pump)
    assert time.monotonic() - begun < SOON


def test_a_body_that_nobody_asked_for_is_not_read(app: Flask) -> None:
    answer = app.test_client().get(
        "/cs/login", base_url=BASE_URL, data=b"x" * (2 * MIB), content_type="text/plain"
    )
    assert answer.status_code == 200
