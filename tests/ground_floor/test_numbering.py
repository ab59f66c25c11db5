"""Numbers rise, are given once, and come back from what was not kept (CASE-02)."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.numbering import next_number
from tests.ground_floor.threads import is_busy, together

pytestmark = pytest.mark.req("CASE-02")

THREADS, ROUNDS = 8, 25


def take(prefix: str = "CS", name: str = "case") -> str:
    return next_number(db.session, name, prefix=prefix, digits=7)


def test_numbers_rise_from_one_with_seven_digits(bare: Flask) -> None:
    with bare.app_context():
        assert [take() for _ in range(3)] == ["CS0000001", "CS0000002", "CS0000003"]


def test_each_sequence_counts_for_itself(bare: Flask) -> None:
    with bare.app_context():
        assert (take(), take("KB", "article"), take()) == ("CS0000001", "KB0000001", "CS0000002")


def test_a_number_longer_than_its_digits_is_not_cut(bare: Flask) -> None:
    with bare.app_context():
        assert [next_number(db.session, "short", prefix="X", digits=1) for _ in range(11)][-2:] == [
            "X10",
            "X11",
        ]


def test_a_rollback_gives_the_number_back(bare: Flask) -> None:
    with bare.app_context():
        take()
        db.session.commit()
        assert take() == "CS0000002"
        db.session.rollback()
        assert take() == "CS0000002"


def test_parallel_threads_never_get_the_same_number(bare: Flask) -> None:
    def take_some(index: int) -> list[str]:
        kept: list[str] = []
        turn = 0
        while len(kept) < ROUNDS:
            turn += 1
            try:
                with db.sessionmaker() as session:
                    number = next_number(session, "case", prefix="CS", digits=7)
                    if (turn + index) % 5 == 0:
                        session.rollback()
                        continue
                    session.commit()
                    kept.append(number)
            except OperationalError as error:
                if not is_busy(error):
                    raise
        return kept

    taken = together(bare, THREADS, take_some)

    assert all(mine == sorted(mine) for mine in taken)
    every = sorted(number for mine in taken for number in mine)
    assert every == [f"CS{number:07d}" for number in range(1, THREADS * ROUNDS + 1)], (
        "a number is missing or double"
    )
