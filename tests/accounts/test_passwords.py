"""Passwords at rest: slow salted hashes, raised at sign-in, and nowhere else (PW-09, SEC-01, SEC-02)."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from flask import Flask
from hypothesis import given as every
from hypothesis import settings, strategies
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.passwords import CHEAP, STRONG, PasswordVault, vault
from app.config import ConfigError
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient
from tests.conftest import Given, Stored, settings_for
from tests.factories.database import contents


@pytest.mark.req("SEC-01", "PW-09")
def test_an_installation_hashes_with_argon2id_as_strong_as_asked() -> None:
    stored = vault(cheap=False).hash(PASSWORD)
    found = extract_parameters(stored)
    assert found.type is Type.ID
    assert found.memory_cost >= 19_456
    assert (found.time_cost, found.parallelism) == (2, 1)
    assert found.salt_len >= 16
    assert vault(cheap=False).matches(stored, PASSWORD)


@pytest.mark.req("SEC-01")
def test_each_hash_has_a_salt_of_its_own() -> None:
    cheap = PasswordVault(CHEAP)
    assert len({cheap.hash(PASSWORD) for _ in range(5)}) == 5


@pytest.mark.req("SEC-01", "SEC-08")
def test_an_installation_refuses_to_start_with_the_cheap_hashes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with pytest.raises(ConfigError, match="MADOGUCHI_CHEAP_HASHES"):
        settings_for(tmp_path_factory.mktemp("x"), MADOGUCHI_TESTING="off")


@pytest.mark.req("SEC-01")
def test_a_weaker_hash_is_raised_at_the_next_sign_in(app: Flask, given: Given, stored: Stored) -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16, type=Type.ID)

    def weaken(session: Session) -> None:
        hanako = User.id == cast.person(session, "hanako").id
        session.execute(update(User).where(hanako).values(password_hash=weaker.hash(PASSWORD)))

    given(weaken)
    before = stored(lambda session: cast.person(session, "hanako").password_hash)
    InspectingClient(app).sign_in("hanako")
    after = stored(lambda session: cast.person(session, "hanako").password_hash)
    assert after != before
    assert CHEAP.check_needs_rehash(before)
    assert not CHEAP.check_needs_rehash(after)
    assert PasswordVault(CHEAP).matches(after, PASSWORD)


@pytest.mark.req("PW-09", "SEC-01")
def test_no_password_stands_in_the_database_or_in_a_log(
    app: Flask, stored: Stored, capfd: pytest.CaptureFixture[str]
) -> None:
    client = InspectingClient(app).sign_in("hanako")
    door = client.get("/cs/login").form("/cs/login")
    client.post("/cs/login", {**door, "login_id": "hanako@sample.example.cs", "password": "secret-typo-1"})
    everything = str(stored(contents))
    assert PASSWORD not in everything
    assert "secret-typo-1" not in everything
    assert PASSWORD not in "".join(capfd.readouterr())


@pytest.mark.req("PW-09")
def test_new_people_have_no_password_at_all(stored: Stored) -> None:
    """The cast's were set by an act of their own; none came from the creation."""
    hashes = stored(lambda session: [cast.person(session, name).password_hash for name in cast.ROLES])
    assert all(str(item).startswith("$argon2id$") for item in hashes)
    assert len(set(hashes)) == len(hashes)


@pytest.mark.req("SEC-02")
@settings(max_examples=60, deadline=None)
@every(typed=strategies.text(max_size=130), other=strategies.text(max_size=130))
def test_only_the_very_same_text_matches(typed: str, other: str) -> None:
    cheap = PasswordVault(CHEAP)
    stored = cheap.hash(typed)
    assert cheap.matches(stored, typed)
    assert cheap.matches(stored, other) is (typed == other)


@pytest.mark.req("SEC-02")
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ﬁ" * 12, "fi" * 12),
        ("Å" * 12, "A\u030a" * 12),
        ("x" * 40 + "a", "x" * 40 + "b"),
        ("x" * 128 + "a", "x" * 128 + "b"),
        ("é" * 80 + "a", "é" * 80 + "b"),
        ("\ud800", "\ud801"),
        ("a\0b", "a\0c"),
    ],
)
def test_texts_that_look_or_begin_alike_differ(one: str, two: str) -> None:
    cheap = PasswordVault(CHEAP)
    assert not cheap.matches(cheap.hash(one), two)


@pytest.mark.req("SEC-01")
@pytest.mark.parametrize("stored", [None, "", "plain", "$2b$12$abcdefghijklmnopqrstuv", PASSWORD])
def test_nothing_matches_what_is_no_hash(stored: str | None) -> None:
    assert not PasswordVault(CHEAP).matches(stored, PASSWORD)


@pytest.mark.req("SEC-01")
def test_hashes_of_the_installation_are_not_weak_to_itself() -> None:
    strong = PasswordVault(STRONG)
    assert strong.is_weak(CHEAP.hash(PASSWORD))
    assert not strong.is_weak(strong.hash(PASSWORD))
