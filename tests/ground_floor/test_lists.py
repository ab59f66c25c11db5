"""The one machine of all lists: sorting by what is offered, pages that neither repeat nor skip a row."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.extensions import db
from app.lists.columns import Column, column_of
from app.lists.paging import LARGEST_PAGE, Page, load_page, page_number
from app.lists.sorting import Sort, chosen_sort
from app.numbering import NumberSequence

NAME = Column("name", "Name", (NumberSequence.name,))
LAST = Column("last", "Last", (NumberSequence.last,))
PICTURE = Column("picture", "Picture")
COLUMNS = (NAME, LAST, PICTURE)


def page_of(total: int, size: int, wanted: int) -> Page[int]:
    return load_page(
        wanted=wanted,
        size=size,
        total=total,
        rows=lambda limit, offset: range(total)[offset : offset + limit],
        url=str,
    )


@pytest.mark.req("LIST-07")
@given(st.integers(0, 500), st.integers(1, 50))
def test_all_pages_together_hold_each_row_once(total: int, size: int) -> None:
    pages = [page_of(total, size, number) for number in range(1, page_of(total, size, 1).pages + 1)]

    assert [row for page in pages for row in page.rows] == list(range(total))
    assert all(len(page.rows) == size for page in pages[:-1])


@pytest.mark.req("LIST-07")
@given(st.integers(0, 500), st.integers(1, 50), st.integers(1, LARGEST_PAGE))
def test_a_page_says_truly_which_rows_it_holds(total: int, size: int, wanted: int) -> None:
    page = page_of(total, size, wanted)

    assert 1 <= page.number <= page.pages
    assert page.number == min(wanted, page.pages), "a page beyond the last one is the last one"
    if total:
        assert (page.first_row, page.last_row) == (page.rows[0] + 1, page.rows[-1] + 1)
    else:
        assert (page.first_row, page.last_row, list(page.rows)) == (0, 0, [])


def test_an_empty_list_asks_for_no_rows() -> None:
    def never(limit: int, offset: int) -> list[int]:
        raise AssertionError((limit, offset))

    assert load_page(wanted=3, size=20, total=0, rows=never, url=str).number == 1


@given(st.text())
def test_whatever_stands_in_the_address_is_a_page(value: str) -> None:
    assert 1 <= page_number(value) <= LARGEST_PAGE


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("", 1), ("1", 1), ("7", 7), ("007", 7), ("0", 1), ("-1", 1), ("1.5", 1), ("1e3", 1), (" 2", 1),
        ("٣", 1), ("²", 1),
        ("1000000", LARGEST_PAGE), ("9999999", LARGEST_PAGE), ("9" * 5_000, 1), ("2' OR 1=1", 1),
    ],
)  # fmt: skip
def test_a_page_number_is_read_or_is_the_first(value: str, number: int) -> None:
    assert page_number(value) == number


@pytest.mark.req("LIST-05", "SEC-32")
@given(st.text())
def test_only_an_offered_column_is_sorted_by(value: str) -> None:
    sort = chosen_sort(value, COLUMNS, "-last")
    asked = value.removeprefix("-")

    assert sort.column in (NAME, LAST)
    assert (sort.column.key == asked) or sort.value == "-last"


@pytest.mark.req("LIST-05", "SEC-32")
@pytest.mark.parametrize(
    "value", ["picture", "-picture", "--name", "name desc", "name;--", "NAME", "last,name", "1"]
)
def test_anything_else_sorts_by_the_default(value: str) -> None:
    assert chosen_sort(value, COLUMNS, "-last") == Sort(LAST, is_descending=True)


def test_a_default_that_is_no_column_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="names no sortable column"):
        chosen_sort("", COLUMNS, "picture")
    assert column_of(COLUMNS, "picture") is None


@pytest.mark.req("LIST-05")
def test_a_second_click_on_a_head_reverses_and_another_head_begins_anew() -> None:
    by_name = chosen_sort("name", COLUMNS, "-last")

    assert (by_name.value, by_name.direction_of("name"), by_name.direction_of("last")) == (
        "name",
        "ascending",
        None,
    )
    assert (by_name.toggled("name"), by_name.toggled("last")) == ("-name", "last")
    reverse = chosen_sort("-name", COLUMNS, "-last")
    assert (reverse.value, reverse.direction_of("name"), reverse.toggled("name")) == (
        "-name",
        "descending",
        "name",
    )


@pytest.mark.req("LIST-05", "LIST-07")
@pytest.mark.parametrize("order", ["last", "-last", "name", "-name"])
def test_equal_rows_keep_their_order_over_pages(bare: Flask, order: str) -> None:
    with bare.app_context():
        db.session.add_all(NumberSequence(name=f"n{index:02}", last=index % 3) for index in range(30))
        db.session.commit()
        sort = chosen_sort(order, COLUMNS, "last")
        statement = sort.apply(select(NumberSequence.name, NumberSequence.last), NumberSequence.name)
        whole = db.session.execute(statement).all()
        paged = [row for page in range(6) for row in db.session.execute(statement.limit(5).offset(5 * page))]
        backwards = chosen_sort(sort.toggled(sort.column.key), COLUMNS, "last")
        reverse = db.session.execute(
            backwards.apply(select(NumberSequence.name, NumberSequence.last), NumberSequence.name)
        ).all()

    assert paged == list(whole)
    assert reverse == list(reversed(whole)), "the other direction is exactly the reverse"
