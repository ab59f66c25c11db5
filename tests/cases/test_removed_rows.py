"""N rows removed for security reasons: what the message tells, and what nobody learns by asking on and on (T07)."""

import string
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.cases.models import Case
from app.cases.removed_rows import LIMITS, RemovedRows, removed_rows
from app.db import reset_reading, set_reading, writing
from app.extensions import db
from tests import cast
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.search import feed

pytestmark = pytest.mark.req("FILTER-08", "FILTER-09", "T07", "C01")
MESSAGE = "セキュリティ上の制約により {} 行が削除されました"
WORDLESS = "セキュリティ上の制約により一部の行が削除されました"
# Whole words of a case of the own holder that is out of reach, and of a stranger's.
HELD, STRANGERS = "kumquat-projekt pomelo", "persimmon"


@pytest.fixture
def world(given: Given, app: Flask) -> Flask:
    """Of the words one case within hanako's reach in cs, two of her company's in fm, one of a stranger's in each."""

    def tell(session: Session) -> None:
        cases.open_inquiry(session, number=CS_NUMBER, details="alpha pomelo")
        first = cases.open_case(session, number=FM_NUMBER, details=HELD)
        cases.open_case(session, number=FM_NUMBER, details="pomelo")
        cases.note(session, first, "notizwort")
        for number in (ALICE_CS_NUMBER, ALICE_FM_NUMBER):
            cases.open_case(session, number=number, details=f"{STRANGERS} pomelo")

    given(tell)
    feed(app)
    return app


def listed(
    signed_in: SignedIn, words: str, *, who: str = "hanako", rest: str = "", portal: str = "cs"
) -> Page:
    f = quote(f"keyword:matches:{words}")
    return signed_in(who).get(f"/{portal}/cases?f={f}{rest}")


@pytest.mark.usefixtures("world")
@pytest.mark.req("M-29")
def test_only_the_own_holders_rows_are_counted_and_the_pager_counts_visible_ones(
    signed_in: SignedIn,
) -> None:
    page = listed(signed_in, "pomelo")
    assert MESSAGE.format(2) in page.words()
    assert len(page.rows()) == 1
    assert page.words(page.styled("p", "pager-rows")[0]).endswith("1 件")
    english = listed(lambda name: signed_in(name, language="en"), "pomelo", who="taro")
    assert len(english.rows()) == 1
    # In fm the one of cs is out of reach, and the strangers' are nobody's business in either.
    assert MESSAGE.format(1) in listed(signed_in, "pomelo", portal="fm").words()
    assert "セキュリティ上の制約" not in listed(signed_in, STRANGERS).words()
    # The stranger learns of her own company's, and of no other.
    assert "1 rows removed for security reasons" in listed(signed_in, "pomelo", who="alice").words()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("alpha", ""),
        ("po", ""),
        ("pomel", ""),
        ("pome*", ""),
        ("ｐｏｍｅ＊", ""),
        ("p*", ""),
        ("title:pomelo", ""),
        ("text:pomelo", ""),
        ("本文:pomelo", ""),
        ('"pomelo"', ""),
        ("「pomelo」", ""),
        ("“pomelo”", ""),
        ("pomelo OR nowhere", ""),
        ("pomelo -alpha", ""),
        ("NOT pomelo", ""),
        ("notizwort", ""),
        (STRANGERS, ""),
        ("pomelo", "&view=action"),
        ("pomelo;status:is:new", ""),
        ("pomelo;keyword:matches:kumquat", ""),
        ("pomelo/keyword:matches:kumquat", ""),
    ],
)
def test_nothing_is_told_but_of_a_lone_whole_word(signed_in: SignedIn, words: str, rest: str) -> None:
    assert "セキュリティ上の制約" not in listed(signed_in, words, rest=rest).words()


@pytest.fixture
def asking(world: Flask) -> Iterator[Session]:
    """A session that only reads, as a list's does."""
    with world.test_request_context():
        token = set_reading(True)
        try:
            yield db.session
        finally:
            reset_reading(token)


def told(session: Session, words: str, *, who: str = "taro", mode: str = "exact") -> RemovedRows | None:
    answer = removed_rows(session, cast.actor_of(session, who, "cs"), words, mode=mode)
    # The next one is another request.
    session.rollback()
    return answer


def tries() -> Iterator[str]:
    """What somebody tries who wants to spell out a word, a pair of words, or what a stranger wrote."""
    for word in ("kumquat", "pomelo", STRANGERS):
        for end in range(1, len(word)):
            yield word[:end]
            yield f"{word[:end]}*"
            yield f"*{word[end:]}"
            yield word[end:]
            yield f"text:{word[:end]}*"
            yield f"{word[:end]} OR {word}"
        yield from (f"{word[:2]}{letter}" for letter in string.ascii_lowercase)
        yield from (f'"{word} {other}"' for other in ("pomelo", "projekt", "x"))
        yield f"-{word}"
        yield f"({word} OR nirgends)"
        yield f"{word}?"


@pytest.mark.req("M02")
def test_two_hundred_tries_learn_no_word_but_by_naming_it_whole(asking: Session) -> None:
    asked = list(dict.fromkeys(tries()))
    assert len(asked) > 200
    # The number is not what this is about: plain says that there is something, without a limit.
    learned = {words for words in asked if told(asking, words, mode="plain")}
    # A sign at the end of a word is none of it.
    assert learned <= {"kumquat?", "pomelo?"}
    whole = ("kumquat", "pomelo", "kumquat pomelo", "projekt")
    assert [told(asking, words, mode="plain") for words in whole] == [RemovedRows(None)] * 4


@pytest.mark.req("M02")
def test_a_strangers_cases_change_no_byte_of_the_answer(
    signed_in: SignedIn, world: Flask, given: Given
) -> None:
    def seen() -> str:
        page = listed(signed_in, "pomelo", who="taro")
        return page.words(page.one("main"))

    before = seen()
    given(cases.open_case, number=ALICE_CS_NUMBER, details="pomelo pomelo kumquat")
    feed(world)
    assert seen() == before


@pytest.mark.req("SEC-48")
def test_a_stale_holder_in_the_index_is_not_counted(asking: Session, given: Given) -> None:
    def move(session: Session) -> None:
        here, there = (cast.number(session, value).id for value in (FM_NUMBER, ALICE_FM_NUMBER))
        moved = update(Case).where(Case.customer_number_id == here).values(customer_number_id=there)
        session.execute(moved.execution_options(synchronize_session=False))

    assert told(asking, "pomelo") == RemovedRows(2)
    with writing():
        given(move)
    assert told(asking, "pomelo") is None


def test_after_thirty_searches_the_words_stand_without_a_number(asking: Session) -> None:
    most, within = LIMITS[0].most, LIMITS[0].within
    start = clock.now()
    with clock.at(start):
        # What finds nothing counts as well.
        answers = [told(asking, "pomelo" if at % 2 else "nirgends") for at in range(most)]
        assert answers == [None, RemovedRows(2)] * (most // 2)
        assert told(asking, "pomelo") == RemovedRows(None)
        assert told(asking, "pomelo", who="hanako") == RemovedRows(2)
    with clock.at(start + within - timedelta(seconds=1)):
        assert told(asking, "pomelo") == RemovedRows(None)
    with clock.at(start + within + timedelta(seconds=1)):
        assert told(asking, "pomelo") == RemovedRows(2)


def test_the_setting_decides(asking: Session, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(asking, "pomelo", mode="exact") == RemovedRows(2)
    assert told(asking, "pomelo", mode="plain") == RemovedRows(None)
    assert told(asking, "pomelo", mode="off") is None
    agent = cast.actor_of(asking, "agent")
    assert removed_rows(asking, agent, "pomelo", mode="exact") is None
    asking.rollback()
    monkeypatch.setattr("app.cases.list_page.removed_rows", lambda *_, **__: RemovedRows(None))
    with writing():
        assert WORDLESS in listed(signed_in, "pomelo").words()
