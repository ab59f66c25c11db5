"""The limit of a service holds in its portal; the desk and the other portals have their own (section 1, WR-05)."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.contracts.actions import set_largest_file
from app.contracts.models import Service
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import files
from tests.files.sending import Sender

MOST = 2_147_483_648
LIMIT = 1024**2


def limit(session: Session, size: int | None = LIMIT) -> None:
    service = session.scalars(select(Service).where(Service.slug == "cs")).one()
    set_largest_file(session, actor=system_actor("tests"), service=service, largest=size)


@pytest.mark.req("WR-05", "M-27", "SVC-02")
def test_a_byte_more_than_the_service_takes_is_refused_by_name(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    given(limit)
    sender = Sender(signed_in("hanako"))
    assert sender.announce(LIMIT, "image.iso").status == 201
    with untouched():
        page = sender.announce(LIMIT + 1, "image.iso")
    assert (page.status, page.text) == (413, "ファイル image.iso は上限 1 MB を超えています。")
    assert sender.ask("OPTIONS", "/cs/uploads").answer.headers["Tus-Max-Size"] == str(LIMIT)


@pytest.mark.req("WR-05")
@pytest.mark.parametrize(("person", "base"), [("hanako", "/fm/uploads"), ("agent", "/console/uploads")])
def test_other_portals_and_the_desk_are_as_before(
    signed_in: SignedIn, given: Given, person: str, base: str
) -> None:
    given(limit)
    client = signed_in(person)
    if base.startswith("/fm"):
        client.sign_in(person, "fm")
    assert Sender(client, base).announce(MOST, "image.iso").status == 201


@pytest.mark.req("WR-05")
@pytest.mark.parametrize(("size", "most"), [(LIMIT, LIMIT), (None, MOST), (2 * MOST, MOST)])
def test_the_form_says_the_limit_that_holds(
    signed_in: SignedIn, given: Given, size: int | None, most: int
) -> None:
    given(limit, size)
    page = signed_in("hanako").get("/cs/inquiries/new")
    (field,) = page.styled("div", "uploader")
    assert field.get("data-uploader-most-value") == str(most)
    words = json.loads(field.get("data-uploader-words-value"))
    assert ("1 MB" in words["large"]) is (most == LIMIT)


@pytest.mark.req("WR-05")
def test_what_came_in_where_more_is_taken_is_not_sent_here(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    given(limit, 9)
    client = signed_in("hanako")
    token = given(files.whole_of, "hanako", name="zehn.log", content=b"0123456789")
    page = client.get("/cs/inquiries/new")
    with untouched():
        refused = client.submit(page, "/cs/inquiries/new", category="service", uploads=token)
    assert (refused.status, refused.error_at("uploads")) == (
        422,
        refused.words(refused.by_id("uploads-error")),
    )
    assert "ファイル zehn.log は上限 9 B を超えています。" in refused.error_at("uploads")
