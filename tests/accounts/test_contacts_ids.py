"""User IDs of contacts: forty signs, one owner whatever the case, and no word about whose a used one is."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.accounts.models import USER_ID_LENGTH
from app.accounts.session import COOKIE
from tests import cast
from tests.client import BASE_URL, InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.contacts import NEW
from tests.factories.wording import message
from tests.ground_floor.threads import together

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
NEWCOMER = {"given_name": "新", "family_name": "人", "mail": "neu@sample.example"}
FORM_COOKIE = "__Host-madoguchi-form"
USED = [
    cast.ROLES["taro"].login_id,
    cast.ROLES["alice"].login_id.upper(),
    f"  {cast.ROLES['charlie'].login_id.title()} ",
    cast.ROLES["admin"].login_id,
    cast.ROLES["kaito"].login_id,
]


def _create(client: InspectingClient, login_id: str, **more: str) -> Page:
    return client.submit(client.get(NEW), NEW, login_id=login_id, **NEWCOMER, **more)


@pytest.mark.req("CONTACT-05", "M-43", "SEC-29")
@pytest.mark.parametrize("login_id", USED)
def test_a_used_id_is_refused_whoever_has_it_and_in_whatever_case(
    signed_in: SignedIn, stored: Stored, login_id: str
) -> None:
    """The same page for a colleague's, a stranger's, an agent's and a disabled user's ID."""
    client = signed_in("hanako")
    answer = _create(client, login_id)
    assert answer.status == 422
    assert message("M-43", "ja") in answer.error_at("login_id")
    assert answer.form(NEW)["mail"] == "neu@sample.example"
    for name in ("alice", "charlie", "admin"):
        person = contacts.user_of(stored, name)
        assert person.display_name not in answer.words()
        assert person.mail not in answer.words(answer.one("main")) or person.mail in login_id.lower()


@pytest.mark.req("CONTACT-05", "M-43", "M-44")
@pytest.mark.parametrize(("person", "language"), [("hanako", "ja"), ("alice", "en")])
def test_the_messages_in_both_languages(
    signed_in: SignedIn, given: Given, stored: Stored, person: str, language: str
) -> None:
    given(contacts.set_administrator, "alice")
    client = signed_in(person)
    assert message("M-43", language) in _create(client, "taro@sample.example.cs").error_at("login_id")
    long = _create(client, "x" * (USER_ID_LENGTH + 1))
    assert message("M-44", language, most=40) in long.error_at("login_id")
    assert long.form(NEW)["login_id"] == "x" * (USER_ID_LENGTH + 1)
    address = contacts.path_of(stored, person)
    page = client.get(address)
    assert message("M-43", language) in client.submit(
        page, address, login_id="TARO@sample.example.cs"
    ).error_at("login_id")
    assert message("M-44", language, most=40) in client.submit(page, address, login_id="長" * 41).error_at(
        "login_id"
    )


@pytest.mark.req("CONTACT-05")
@pytest.mark.parametrize("sign", ["x", "長", "İ", "ß", "👍", "ŉ"])
def test_forty_signs_are_taken_and_forty_one_are_not(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, sign: str
) -> None:
    client = signed_in("hanako")
    with untouched():
        assert _create(client, sign * 41).status == 422
    assert _create(client, sign * 40).status == 303
    assert stored(lambda session: contacts.by_id(session, sign * 40)).login_id == sign * 40
    assert message("M-43", "ja") in _create(client, f" {sign * 40} ").error_at("login_id")


@pytest.mark.req("CONTACT-04", "CONTACT-05")
def test_the_own_id_in_another_case_is_no_other_id(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    address = contacts.path_of(stored, "taro")
    answer = client.submit(client.get(address), address, login_id="Taro@Sample.Example.cs")
    assert answer.status == 303
    user = contacts.user_of(stored, "taro")
    assert user.login_id == "Taro@Sample.Example.cs"


@pytest.mark.req("CONTACT-06")
@pytest.mark.parametrize("login_id", ["taro", "neu@sample.example.fm", "山田", "a b", "x@y@z", "<b>"])
def test_the_recommendation_is_advice_and_no_check(signed_in: SignedIn, login_id: str) -> None:
    assert _create(signed_in("hanako"), login_id).status == 303


@pytest.mark.req("CONTACT-05")
def test_ten_administrators_tabs_that_want_one_id_at_once_make_one_user(
    app: Flask, signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("hanako")
    fields = {**client.get(NEW).form(NEW), **NEWCOMER}
    jar = {name: client._client.get_cookie(name, domain="desk.test") for name in (COOKIE, FORM_COOKIE)}
    wanted = ["same.cs", "SAME.cs", "Same.CS", " same.cs", "sAME.cs"] * 2

    def post(index: int) -> tuple[int, str]:
        tab = app.test_client()
        for name, cookie in jar.items():
            assert cookie is not None
            tab.set_cookie(name, cookie.value, domain="desk.test", secure=True)
        body = {**fields, "login_id": wanted[index], "form_key": f"{index:032x}"}
        answer = tab.post(NEW, base_url=BASE_URL, data=body)
        return answer.status_code, answer.get_data(as_text=True)

    answers = together(app, len(wanted), post)
    assert Counter(status for status, _ in answers) == {303: 1, 422: 9}
    assert all(message("M-43", "ja") in text for status, text in answers if status == 422)
    assert len(stored(lambda session: contacts.told(session, "", "same.cs"))) == 2


@pytest.mark.req("CONTACT-05", "SEC-29")
def test_twenty_questions_an_hour_and_then_neither_yes_nor_no(signed_in: SignedIn, stored: Stored) -> None:
    """T09: a used ID is betrayed by its refusal, so refused questions count like answered ones."""
    with clock.at(NOW):
        client = signed_in("hanako")
        for index in range(19):
            assert _create(client, USED[index % len(USED)]).status == 422
        assert _create(client, "twentieth.cs").status == 303
        refused = [_create(client, login_id) for login_id in ("free.cs", USED[0])]
        assert {answer.status for answer in refused} == {429}
        assert {answer.error_at("login_id") for answer in refused} == {""}
        assert {answer.alerts() for answer in refused} == {refused[0].alerts()}
        assert refused[0].form(NEW)["mail"] == "neu@sample.example"
        # A new ID in an edit is the same question; what leaves the ID alone is none.
        address = contacts.path_of(stored, "taro")
        page = client.get(address)
        assert client.submit(page, address, login_id="free.cs").status == 429
        assert client.submit(page, address, job_title="主任").status == 303
    with clock.at(NOW + timedelta(minutes=59, seconds=59)):
        client = signed_in("hanako")
        assert _create(client, "free.cs").status == 429
    with clock.at(NOW + timedelta(hours=1, seconds=1)):
        assert _create(client, "free.cs").status == 303
    assert stored(lambda session: contacts.by_id(session, "free.cs")) is not None


@pytest.mark.req("SEC-29")
def test_each_administrator_has_a_count_of_their_own(signed_in: SignedIn, given: Given) -> None:
    given(contacts.set_administrator, "taro")
    hanako, taro = signed_in("hanako"), signed_in("taro")
    for _ in range(20):
        _create(hanako, USED[0])
    assert _create(hanako, "free.cs").status == 429
    assert _create(taro, "free.cs").status == 303


def test_a_form_with_other_faults_asks_nothing(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    page = client.get(NEW)
    with untouched():
        answer = client.submit(page, NEW, login_id=USED[0], **{**NEWCOMER, "mail": "none"})
    assert answer.status == 422
    assert answer.error_at("login_id") == ""
