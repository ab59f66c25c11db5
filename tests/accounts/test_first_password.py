"""The first administrator: made by a command, let in by a link that works once and for an hour."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import AccountLink, LinkPurpose, User
from app.extensions import db
from tests.client import InspectingClient

LOGIN_ID = "first@desk.example"
PASSWORD = "a long sentence, 長い文 and nothing else"
ADDRESS = "https://desk.test/console/password/reset/"


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A browser in English: nobody is signed in here, so the browser decides."""
    return InspectingClient(app, language="en")


def made(app: Flask, login_id: str = LOGIN_ID) -> str:
    """Create an administrator by the command and return the path of the link."""
    args = ["create-admin", login_id, "--mail", login_id, "--family-name", "管理"]
    answer = app.test_cli_runner().invoke(args=args)
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith(ADDRESS)
    return answer.output.strip().removeprefix("https://desk.test")


@pytest.mark.req("SEC-08", "SEC-18", "PW-09", "M-57", "security:T13", "DESK-01")
def test_the_link_leads_to_a_password_and_the_password_to_the_setup_of_a_second_proof(
    app: Flask, client: InspectingClient
) -> None:
    link = made(app)
    # A mail scanner looks more than once, and uses nothing up.
    pages = [client.get(link) for _ in range(3)]
    assert [page.status for page in pages] == [200, 200, 200]
    page = pages[-1]
    answer = client.submit(page, link, password=PASSWORD, again=PASSWORD)
    assert (answer.status, answer.location) == (303, "/console/login?reason=password")
    login = client.get(answer.location)
    assert "Your password was changed. Please log in." in login.words()
    entered = client.submit(login, "/console/login", login_id=LOGIN_ID, password=PASSWORD)
    # An agent has no way in without a second proof, so the next thing is to set one up (DESK-01).
    assert (entered.status, entered.location) == (303, "/console/login/method")
    assert client.get(entered.location).location == "/console/login/setup"
    assert client.cookie() is None


@pytest.mark.req("SEC-18", "M-37")
def test_it_works_once(app: Flask, client: InspectingClient) -> None:
    link = made(app)
    page = client.get(link)
    assert client.submit(page, link, password=PASSWORD, again=PASSWORD).status == 303
    again = client.submit(page, link, password="another long sentence", again="another long sentence")
    assert again.status == 404
    assert "This link is no longer valid. Please start again." in again.words()
    assert client.get(link).status == 404


@pytest.mark.req("SEC-18", "REL-10")
@pytest.mark.parametrize(("age", "status"), [(timedelta(seconds=3599), 200), (timedelta(minutes=60), 404)])
def test_it_lasts_an_hour(app: Flask, client: InspectingClient, age: timedelta, status: int) -> None:
    link = made(app)
    with clock.at(clock.now() + age):
        assert client.get(link).status == status


@pytest.mark.req("SEC-18")
@pytest.mark.parametrize(
    "token", ["0" * 64, "0" * 63, "%20", "%00" * 64, "A" * 64, "٣" * 64, "..%2f", "x" * 3_000]
)
def test_nothing_but_the_token_opens_it(app: Flask, client: InspectingClient, token: str) -> None:
    made(app)
    assert client.get(f"/console/password/reset/{token}").status == 404


@pytest.mark.req("SEC-02", "SEC-03", "M-17")
@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("", "", "Enter this field."),
        ("x" * 14, "x" * 14, "At least 15 characters"),
        ("x" * 129, "x" * 129, "At most 128 characters"),
        (PASSWORD, f"{PASSWORD} ", "The passwords must match"),
    ],
)
def test_a_password_that_does_not_hold_is_refused_at_its_field(
    app: Flask, client: InspectingClient, session: Session, password: str, again: str, told: str
) -> None:
    link = made(app)
    page = client.submit(client.get(link), link, password=password, again=again)
    assert page.status == 422
    assert told in page.words()
    stored = session.scalars(select(User.password_hash).where(User.login_key == LOGIN_ID)).one()
    assert stored is None
    assert client.get(link).status == 200


@pytest.mark.req("SEC-18", "PW-09")
def test_neither_token_nor_password_is_stored(app: Flask, client: InspectingClient) -> None:
    link = made(app)
    client.submit(client.get(link), link, password=PASSWORD, again=PASSWORD)
    settings = app.config["SETTINGS"]
    with app.app_context():
        chosen = select(AccountLink.used_at).where(AccountLink.purpose == LinkPurpose.FIRST_PASSWORD)
        assert db.session.scalars(chosen).one() is not None
        db.session.close()
        db.engine.dispose()
    kept = b"".join(path.read_bytes() for path in settings.data_dir.glob("madoguchi.sqlite3*"))
    assert link.rpartition("/")[2].encode() not in kept
    assert PASSWORD.encode() not in kept


@pytest.mark.req("SEC-08")
def test_a_used_id_is_refused(app: Flask) -> None:
    made(app)
    args = ["create-admin", LOGIN_ID.upper(), "--mail", LOGIN_ID, "--family-name", "管理"]
    answer = app.test_cli_runner().invoke(args=args)
    assert answer.exit_code == 1
    assert "This user ID is already in use." in answer.output
