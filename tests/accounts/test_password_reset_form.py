"""Step 3 of a reset as a form: the rules of the account's realm, the meter, and nothing of what was typed."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import links
from app.accounts.passwords import CHEAP, PasswordVault
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, Stored, Untouched
from tests.factories.wording import message

NEW = "Kx7#mQ2vLp9w"


def link_for(session: Session, name: str) -> str:
    """The address of a mailed link."""
    door = "console" if cast.ROLES[name].desk_role else "cs"
    return f"/{door}/password/reset/{links.issue_reset(session, cast.person(session, name))}"


@pytest.mark.req("RESET-07", "PW-04", "PW-05", "PW-06")
def test_a_customer_finds_the_meter_the_list_and_the_line_of_equality(app: Flask, given: Given) -> None:
    address = given(link_for, "hanako")
    page = InspectingClient(app, language="ja").get(address)
    words = page.words(page.styled("div", "new-password")[0])
    order = [
        "新しいパスワード",
        "非常に良い",
        *(message(f"M-{line}", "ja") for line in range(10, 17)),
        "パスワードの再入力",
    ]
    places = [words.find(text) for text in [*order, message("M-17", "ja")]]
    assert places == sorted(places)
    assert -1 not in places
    # Before anything was typed the meter says nothing.
    assert page.styled("div", "strength")[0].get("hidden") is not None


@pytest.mark.req("SEC-03", "RESET-07")
def test_an_agent_finds_the_other_list(app: Flask, given: Given) -> None:
    page = InspectingClient(app, language="en").get(given(link_for, "lead"))
    words = page.words(page.by_id("password-rules"))
    assert "At least 15 characters" in words
    assert "At least 1 digit" not in words


@pytest.mark.req("PW-05", "PW-06", "M-18", "PW-09")
@pytest.mark.parametrize(
    ("new", "told", "level"),
    [
        ("Aa1!Aa1!Aa1!", "同じ文字の繰り返し", "弱い"),
        ("Password#2026", message("M-18", "ja"), "普通"),
        ("Hanako#202611", "ユーザーID、メールアドレス、会社名", "非常に良い"),
    ],
)
def test_a_refusal_names_the_reason_and_the_strength(
    app: Flask, given: Given, untouched: Untouched, new: str, told: str, level: str
) -> None:
    address = given(link_for, "hanako")
    client = InspectingClient(app, language="ja")
    with untouched():
        page = client.submit(client.get(address), address, password=new, again=new)
    assert page.status == 422
    assert told in page.error_at("password")
    shown = [page.words(item) for item in page.all("strong") if item.get("hidden") is None]
    assert shown == [level]
    assert new not in page.text


@pytest.mark.req("SEC-02", "SEC-03", "PW-01")
@pytest.mark.parametrize(
    ("name", "new", "also"),
    [("hanako", NEW, NEW), ("lead", "長い文をｈａｓｈ 2026年の春に", "長い文をhash 2026年の春に")],
)
def test_the_password_is_stored_in_the_form_of_the_realm(
    app: Flask, given: Given, stored: Stored, name: str, new: str, also: str
) -> None:
    address = given(link_for, name)
    client = InspectingClient(app, language="ja")
    assert client.submit(client.get(address), address, password=new, again=new).status == 303
    kept = stored(lambda session: cast.person(session, name).password_hash)
    cheap = PasswordVault(CHEAP)
    assert cheap.matches(kept, new)
    assert cheap.matches(kept, also)
    assert cheap.matches(kept, NEW.replace("K", "Ｋ")) is False
