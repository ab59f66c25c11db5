"""app.catalog.fields.reading: what was typed becomes an answer, or is refused with what would do."""

from typing import Any

import pytest

from app.catalog.fields import FieldKind
from app.catalog.fields.reading import Around, check_count, read_answer
from app.catalog.fields.refusal import Refused
from tests.catalog.fields.pieces import OWN, TODAY, field

AROUND = Around(TODAY, OWN)
WRONG_NUMBER = "Enter a number, such as 12 or 0.5."
DIGITS = "At most 15 digits before and 6 after the decimal point."
WRONG_DAY = "Enter a date that exists, such as 2026-11-21."


def read(kind: FieldKind, *typed: str, **more: Any) -> Any:
    """The answer to a field of that kind."""
    return read_answer(field("it", kind, **more), typed, AROUND)


def refused(kind: FieldKind, *typed: str, **more: Any) -> str:
    """Why what was typed is refused."""
    with pytest.raises(Refused) as caught:
        read(kind, *typed, **more)
    return caught.value.message


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("kind", [kind for kind in FieldKind if kind is not FieldKind.FILE])
@pytest.mark.parametrize("typed", [(), ("",), ("  ",), ("", "\n ")])
def test_an_empty_field_has_no_answer(kind: FieldKind, typed: tuple[str, ...]) -> None:
    assert read(kind, *typed, offers="a b" if "choice" in kind.value else "") is None


@pytest.mark.req("WR-03")
def test_text_has_the_length_that_the_field_asks_for() -> None:
    assert read(FieldKind.TEXT, " 長さ ", least=2, most=3) == "長さ"
    assert read(FieldKind.TEXT, "three", most=5) == "three"
    assert refused(FieldKind.TEXT, "a", least=2) == "At least 2 characters."
    assert refused(FieldKind.TEXT, "長い文字列です", most=5) == "At most 5 characters; 2 too many."


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(("kind", "most"), [(FieldKind.TEXT, 200), (FieldKind.LONG_TEXT, 10_000)])
def test_no_text_is_longer_than_its_kind_allows(kind: FieldKind, most: int) -> None:
    assert read(kind, "あ" * most) == "あ" * most
    assert refused(kind, "あ" * (most + 1)) == f"At most {most} characters; 1 too many."
    assert refused(kind, "あ" * (most + 1), most=most + 99).startswith(f"At most {most} ")


@pytest.mark.req("WR-03")
def test_a_line_stays_one_line_and_a_long_text_keeps_its_lines() -> None:
    assert read(FieldKind.TEXT, "one\ntwo") == "one two"
    assert read(FieldKind.LONG_TEXT, "one\n\n two") == "one\n\n two"


@pytest.mark.req("WR-03")
def test_only_what_is_offered_can_be_chosen() -> None:
    gone = "What was chosen is not offered any more. Choose again."
    assert read(FieldKind.CHOICE, "b", offers="a b") == "b"
    assert refused(FieldKind.CHOICE, "c", offers="a b") == gone
    assert refused(FieldKind.CHOICE, "a", "c", offers="a b") == gone
    assert refused(FieldKind.CHOICES, "a", "c", offers="a b") == gone


@pytest.mark.req("WR-03")
def test_one_choice_is_one() -> None:
    assert refused(FieldKind.CHOICE, "a", "b", offers="a b") == "Choose at most 1."


@pytest.mark.req("WR-03")
def test_several_choices_stand_in_the_forms_order_each_once_and_are_counted() -> None:
    assert read(FieldKind.CHOICES, "c", "a", "c", offers="a b c") == ["a", "c"]
    assert read(FieldKind.CHOICES, "c", "a", offers="a b c", least=2, most=2) == ["a", "c"]
    assert refused(FieldKind.CHOICES, "a", "a", offers="a b c", least=2) == "Choose at least 2."
    assert refused(FieldKind.CHOICES, "a", "b", offers="a b c", most=1) == "Choose at most 1."


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("typed", ["2026-12-01", "2026/12/1", "２０２６－１２－０１", " 2026.12.01 "])
def test_a_day_is_kept_as_year_month_and_day(typed: str) -> None:
    assert read(FieldKind.DATE, typed) == "2026-12-01"


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "26-01-01",
        "2026-12/01",
        "tomorrow",
        "20261201",
        "2026-W01-1",
        "2026-12-01" + " " * 99 + "x",
    ],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert refused(FieldKind.DATE, typed) == WRONG_DAY


@pytest.mark.req("WR-03")
def test_a_days_bounds_are_counted_from_the_day_of_the_submission() -> None:
    bounds = {"least": 1, "most": 30}
    assert read(FieldKind.DATE, "2026-11-22", **bounds) == "2026-11-22"
    assert read(FieldKind.DATE, "2026-12-21", **bounds) == "2026-12-21"
    assert refused(FieldKind.DATE, "2026-11-21", **bounds) == "Enter 2026-11-22 or later."
    assert refused(FieldKind.DATE, "2026-12-22", **bounds) == "Enter 2026-12-21 or earlier."
    assert read(FieldKind.DATE, "2026-11-20", least=-1) == "2026-11-20"
    assert refused(FieldKind.DATE, "2026-11-19", least=-1) == "Enter 2026-11-20 or later."


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("12", 12),
        ("１２", 12),
        ("０．５", "0.5"),
        ("1,234,567", 1_234_567),
        ("+3", 3),
        ("007", 7),
        ("1.50", "1.5"),
        ("2.000000000", 2),
        ("-0", 0),
        ("-0.0", 0),
        ("999999999999999.999999", "999999999999999.999999"),
    ],
)
def test_a_number_is_kept_in_its_shortest_form(typed: str, answer: int | str) -> None:
    found = read(FieldKind.NUMBER, typed)
    assert (found, type(found)) == (answer, type(answer))


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1e9",
        "0x10",
        "1_000",
        "12,5",
        "1,23",
        "1.",
        ".5",
        "1 2",
        "--1",
        "七",
        "٣",
    ],
)
def test_what_is_no_plain_number_is_refused(typed: str) -> None:
    assert refused(FieldKind.NUMBER, typed) == WRONG_NUMBER


@pytest.mark.req("WR-03")
@pytest.mark.parametrize("typed", ["1000000000000000", "9" * 59, "0.0000001", "0" * 60 + "5"])
def test_a_number_beyond_what_can_be_kept_exactly_is_refused(typed: str) -> None:
    assert refused(FieldKind.NUMBER, typed) == DIGITS


@pytest.mark.req("WR-03")
def test_a_very_long_number_is_refused_without_being_worked_out() -> None:
    assert refused(FieldKind.NUMBER, "9" * 1_000_000) == DIGITS


@pytest.mark.req("WR-03")
def test_a_number_is_not_below_zero_unless_the_field_says_so() -> None:
    assert refused(FieldKind.NUMBER, "-1") == "At least 0."
    assert refused(FieldKind.NUMBER, "−0.5") == "At least 0."
    assert read(FieldKind.NUMBER, "－５", least=-5) == -5
    assert refused(FieldKind.NUMBER, "-5.000001", least=-5) == "At least -5."


@pytest.mark.req("WR-03")
def test_a_numbers_bounds_belong_to_it() -> None:
    bounds = {"least": 1, "most": 10}
    assert [read(FieldKind.NUMBER, typed, **bounds) for typed in ("1", "10")] == [1, 10]
    assert refused(FieldKind.NUMBER, "0.999999", **bounds) == "At least 1."
    assert refused(FieldKind.NUMBER, "10.1", **bounds) == "At most 10."


@pytest.mark.req("WR-03")
def test_an_address_is_one_that_mails_can_be_sent_to() -> None:
    assert read(FieldKind.EMAIL, " a@example.com ") == "a@example.com"
    for typed in (
        "a",
        "a@b",
        "a@example.com, b@example.com",
        "a@example.com\nBcc: b@example.com",
        "名@example.com",
    ):
        assert refused(FieldKind.EMAIL, typed) == "Enter one e-mail address, such as name@example.com."


@pytest.mark.req("WR-03")
def test_addresses_and_networks_are_kept_in_their_shortest_form_in_order_each_once() -> None:
    typed = "192.0.2.1\r\n\n 2001:DB8:0:0::/32 \n１９２．０．２．１\n192.0.2.1/32\n10.0.0.0/255.0.0.0\n2001:db8::1/128"
    assert read(FieldKind.NETWORKS, typed) == ["192.0.2.1", "2001:db8::/32", "10.0.0.0/8", "2001:db8::1"]


@pytest.mark.req("WR-03")
@pytest.mark.parametrize(
    "line",
    [
        "192.0.2",
        "192.0.2.256",
        "192.0.2.0/33",
        "example.com",
        "fe80::1%eth0",
        "192.0.2.01",
        "3232235777",
        "::/129",
    ],
)
def test_what_is_no_address_is_refused_with_its_line(line: str) -> None:
    told = refused(FieldKind.NETWORKS, f"192.0.2.1\n\n{line}")
    assert told == f"Line 3: {line} is neither an IP address nor a network such as 192.0.2.0/24."


@pytest.mark.req("WR-03")
def test_an_address_with_the_length_of_its_network_is_refused_with_both_ways_out() -> None:
    told = refused(FieldKind.NETWORKS, "192.0.2.17/24")
    assert told.startswith(
        "Line 1: 192.0.2.17/24 is an address within a network. Enter 192.0.2.0/24 for the network"
    )
    assert "2001:db8::/32 for the network" in refused(FieldKind.NETWORKS, "2001:db8::1/32")


@pytest.mark.req("WR-03")
def test_lines_are_counted_after_those_that_are_the_same() -> None:
    assert read(FieldKind.NETWORKS, "192.0.2.1\n192.0.2.1\n192.0.2.2", most=2) == ["192.0.2.1", "192.0.2.2"]
    assert refused(FieldKind.NETWORKS, "192.0.2.1\n192.0.2.1", least=2) == "Enter at least 2 lines."
    assert refused(FieldKind.NETWORKS, "192.0.2.1\n192.0.2.2", most=1) == "Enter at most 1 line."


@pytest.mark.req("WR-03")
def test_a_very_long_line_is_told_by_its_beginning_alone() -> None:
    assert len(refused(FieldKind.NETWORKS, "1" * 100_000)) < 200


@pytest.mark.req("WR-03", "SEC-26")
def test_a_customer_number_is_one_of_the_persons_own_and_no_more_is_said() -> None:
    assert read(FieldKind.CUSTOMER_NUMBER, OWN[1]) == OWN[1]
    told = {refused(FieldKind.CUSTOMER_NUMBER, typed) for typed in ("P910000001", "X000000000", "n200000001")}
    assert told == {"Choose one of your customer numbers."}


@pytest.mark.req("WR-04")
def test_files_are_counted_once_there_are_any() -> None:
    item = field("it", FieldKind.FILE, least=2, most=3)
    for count in (0, 2, 3):
        check_count(item, count)
    for count, told in ((1, "Choose at least 2 files"), (4, "Choose at most 3 files")):
        with pytest.raises(Refused, match=told):
            check_count(item, count)
    with pytest.raises(Refused, match="Choose at most 20 files"):
        check_count(field("it", FieldKind.FILE), 21)
