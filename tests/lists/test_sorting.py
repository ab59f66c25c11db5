"""Orders by several columns: read from the address, shown in the heads, run in the database (FILTER-13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.lists.columns import Column
from app.lists.sorting import chosen_sort
from app.numbering import NumberSequence

pytestmark = pytest.mark.req("FILTER-13", "SEC-32")

Other = aliased(NumberSequence)
OF_OTHER = (Other, Other.name == NumberSequence.name)
NAME = Column("name", "Name", (NumberSequence.name,))
LAST = Column("last", "Last", (NumberSequence.last,))
JOINED = Column("joined", "Joined", (Other.last,), (OF_OTHER,))
AGAIN = Column("again", "Again", (Other.name,), (OF_OTHER,))
COLUMNS = (NAME, LAST, JOINED, AGAIN, Column("picture", "Picture"))


@pytest.mark.parametrize(
    "value", ["last,-name", "-last,name", "name,last,joined", "again,-joined,-name,last"]
)
def test_an_order_by_several_columns_is_what_it_says(value: str) -> None:
    assert chosen_sort(value, COLUMNS, "-last", most=5).value == value


@pytest.mark.parametrize(
    "value",
    [
        "last,",
        ",last",
        "last,last",
        "last,-last",
        "last,picture",
        "last;name",
        "last,name,joined",
        "last, name",
    ],
)
def test_what_is_no_such_order_is_the_first_one(value: str) -> None:
    assert chosen_sort(value, COLUMNS, "-last", most=2).value == "-last"


def test_one_column_is_all_that_other_lists_take() -> None:
    assert chosen_sort("name,last", COLUMNS, "-last").value == "-last"


@given(st.text(alphabet="nameslt,-", max_size=30))
def test_whatever_stands_in_the_address_is_an_order_of_different_columns(value: str) -> None:
    sort = chosen_sort(value, COLUMNS, "-last", most=3)
    keys = [part.column.key for part in sort.parts]
    assert len(keys) == len(set(keys)) <= 3
    assert sort.value in {value, "-last"}


def test_a_head_shows_its_direction_and_a_click_on_it_orders_by_it_alone() -> None:
    sort = chosen_sort("last,-name", COLUMNS, "-last", most=5)
    assert [sort.direction_of(key) for key in ("last", "name", "joined")] == ["ascending", "descending", None]
    assert [sort.toggled(key) for key in ("last", "name", "joined")] == ["-last", "name", "joined"]


def test_the_database_orders_by_each_in_its_turn_and_joins_a_table_once(session: Session) -> None:
    session.add_all(NumberSequence(name=f"n{index}", last=index % 3) for index in range(9))
    session.flush()
    sort = chosen_sort("joined,-again", COLUMNS, "-last", most=5)
    ours = select(NumberSequence.name).where(NumberSequence.name.like("n_"))
    statement = sort.apply(sort.join(ours), NumberSequence.name)
    assert str(statement).count("JOIN") == 1
    assert list(session.scalars(statement)) == ["n6", "n3", "n0", "n7", "n4", "n1", "n8", "n5", "n2"]
