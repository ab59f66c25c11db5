"""Filters as the database runs them, against the same meaning in plain Python, over random filters and random rows."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, create_engine, false, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.db import UTCDateTime
from app.lists.filtering.checking import conditions_for, problems_of
from app.lists.filtering.choice import Choice
from app.lists.filtering.kind import NONE, Field, Reading
from app.lists.filtering.moment import Moment
from app.lists.filtering.reference import Record, Reference, References, Source
from app.lists.filtering.syntax import parse, write
from app.lists.filtering.text import Text
from app.lists.filtering.tree import Condition, Filter

pytestmark = pytest.mark.req("FILTER-03", "FILTER-05", "SEC-31", "SEC-32")

COLOURS = ("red", "green", "blue", "grey")
SIZES = ("s", "m", "red")
PEOPLE = (1, 2, 3)
# The clock is changed on 2026-03-29 and 2026-10-25 in Paris, in Lord Howe by half an hour; Tokyo knows nothing of it.
ZONES = tuple(
    ZoneInfo(name) for name in ("Asia/Tokyo", "Europe/Paris", "Australia/Lord_Howe", "America/Sao_Paulo")
)
NOW = datetime(2026, 10, 26, 12, 0, 30, tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    colour: Mapped[str | None]
    size: Mapped[str | None]
    words: Mapped[str | None]
    code: Mapped[str | None]
    at: Mapped[datetime | None]
    owner: Mapped[int | None]


class Watcher(Base):
    __tablename__ = "watcher"

    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    person: Mapped[int] = mapped_column(primary_key=True)


@dataclass(frozen=True)
class People(Source):
    """Three people; nobody else exists."""

    def listed(self) -> Sequence[Record] | None:
        return [Record(key, str(key), f"P{key}", f"p{key}") for key in PEOPLE]

    def found(self, values: Sequence[str]) -> Mapping[str, Record]:
        return {record.value: record for record in self.listed() or () if record.value in values}

    def named(self, words: Sequence[str]) -> Mapping[str, Record]:
        return {record.typed: record for record in self.listed() or () if record.typed in words}


def reading_in(zone: ZoneInfo) -> Reading:
    watched = select(Watcher.person).where(Watcher.thing_id == Thing.id)
    fields = [
        Field("colour", "Colour", Choice(Thing.colour, COLOURS, label=str, offered=lambda: COLOURS)),
        Field("size", "Size", Choice(Thing.size, SIZES, label=str, offered=lambda: SIZES)),
        Field("words", "Words", Text(Thing.words)),
        Field("code", "Code", Text(Thing.code, is_code=True)),
        Field("at", "At", Moment(Thing.at)),
        Field("owner", "Owner", Reference(Thing.owner.in_, Thing.owner.is_(None), People())),
        Field(
            "watchers",
            "Watchers",
            References(
                lambda keys: watched.where(Watcher.person.in_(keys)).exists(), ~watched.exists(), People()
            ),
        ),
        Field("nobody", "Nobody", Reference(Thing.owner.in_, false(), People())),
    ]
    return Reading({field.key: field for field in fields}, zone, NOW)


# What may stand in words: either width and case, LIKE's own signs, the grammar's signs.
# On the clock of no zone in particular.
FIRST, LAST = datetime.fromisoformat("2026-03-28"), datetime.fromisoformat("2026-10-27")
LETTERS = "aAbZzä%_/~;,ＡａＺ１1 アｱが-"
WORDS = st.text(LETTERS, max_size=6)
MOMENTS = st.datetimes(FIRST, LAST).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
)
EDGES = st.sampled_from(
    [
        datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 24, 21, 59, 59, 999000, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC), NOW,
    ]
)  # fmt: skip
THINGS = st.fixed_dictionaries(
    {
        "colour": st.sampled_from([None, *COLOURS]),
        "size": st.sampled_from([None, *SIZES]),
        "words": st.none() | WORDS,
        "code": st.none() | st.text("ABCD12", max_size=4),
        "at": st.none() | MOMENTS | EDGES,
        "owner": st.sampled_from([None, *PEOPLE]),
        "watchers": st.sets(st.sampled_from(PEOPLE), max_size=3),
    }
)
LOCAL = st.datetimes(FIRST, LAST) | st.sampled_from(
    [
        datetime.fromisoformat(text)
        for text in ("2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25", "2026-03-29")
    ]
)
TIMES = st.one_of(
    LOCAL.map(lambda at: f"{at:%Y-%m-%d}"),
    LOCAL.map(lambda at: f"{at:%Y-%m-%dT%H:%M}"),
    LOCAL.map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}"),
)


def _of(
    values: st.SearchStrategy[str], one: Sequence[str], several: Sequence[str], none: Sequence[str]
) -> Any:
    return st.one_of(
        st.tuples(st.sampled_from(one), st.tuples(values)),
        st.tuples(st.sampled_from(several), st.lists(values, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.sampled_from(none), st.just(())),
    )


def _choice(codes: Sequence[str], other: str) -> Any:
    picked, ordered = st.sampled_from([NONE, *codes]), st.sampled_from(codes)
    return st.one_of(
        _of(picked, ["is", "is-not"], ["any-of", "none-of"], ["empty", "filled", "anything"]),
        st.tuples(st.sampled_from(["lt", "gt", "le", "ge"]), st.tuples(ordered)),
        st.tuples(st.just("between"), st.tuples(ordered, ordered)),
        st.tuples(st.sampled_from(["same", "different"]), st.just((other,))),
    )


TYPED = WORDS.filter(lambda text: text.strip() != "")
PERSON = st.sampled_from([NONE, "1", "2", "3"])
LIKES = ["contains", "starts", "ends", "is", "is-not"]
WITHOUT = ["empty", "filled", "anything"]
CONDITIONS = st.one_of(
    *(
        kind.map(lambda pair, field=field: Condition(field, *pair))
        for field, kind in {
            "colour": _choice(COLOURS, "size"),
            "size": _choice(SIZES, "colour"),
            "words": _of(TYPED, [*LIKES, "lacks"], ["any-of", "none-of"], WITHOUT),
            "code": _of(st.text("abCD12", min_size=1, max_size=3), LIKES, ["any-of", "none-of"], WITHOUT),
            "at": st.one_of(
                st.tuples(st.sampled_from(["on", "not-on", "before", "until", "after", "since"]), st.tuples(TIMES)),
                st.tuples(st.just("between"), st.tuples(TIMES, TIMES)),
                st.tuples(st.just("last-days"), st.tuples(st.integers(1, 300).map(str))),
                st.tuples(st.sampled_from(WITHOUT), st.just(())),
            ),
            "owner": _of(PERSON, ["is", "is-not"], ["any-of", "none-of"], WITHOUT),
            "watchers": _of(PERSON, ["any-of"], ["any-of", "none-of"], WITHOUT),
        }.items()
    )
)  # fmt: skip
FILTERS = st.lists(st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple), max_size=3).map(
    lambda rows: Filter(tuple(rows))
)


def holds(tree: Filter, thing: Mapping[str, Any], zone: ZoneInfo) -> bool:
    """The oracle: every row must hold, and of a row one alternative."""
    return all(any(meets(condition, thing, zone) for condition in row) for row in tree.rows)


OPPOSITES = {
    "is-not": "is", "none-of": "any-of", "lacks": "contains", "not-on": "on", "different": "same", "filled": "empty",
}  # fmt: skip


def meets(condition: Condition, thing: Mapping[str, Any], zone: ZoneInfo) -> bool:
    value, operator, values = thing[condition.field], condition.operator, condition.values
    if operator in OPPOSITES:
        return not meets(Condition(condition.field, OPPOSITES[operator], values), thing, zone)
    if operator in ("anything", "empty", "same"):
        return bool(
            operator == "anything"
            or (operator == "empty" and value in (None, "", set()))
            or (operator == "same" and value == thing[values[0]])
        )
    match condition.field:
        case "colour" | "size":
            return of_choice(COLOURS if condition.field == "colour" else SIZES, value, operator, values)
        case "words" | "code":
            return value is not None and any(
                of_words(condition.field, value, operator, typed) for typed in values
            )
        case "at":
            return value is not None and of_time(value, operator, values, zone)
    held = value if isinstance(value, set) else {value} - {None}
    return any(not held if wanted == NONE else int(wanted) in held for wanted in values)


def of_choice(order: Sequence[str], value: str | None, operator: str, values: Sequence[str]) -> bool:
    if operator in ("is", "any-of"):
        return (NONE if value is None else value) in values
    if value is None:
        return False
    here, there = order.index(value), sorted(order.index(code) for code in values)
    return {
        "lt": here < there[0], "gt": here > there[0], "le": here <= there[0], "ge": here >= there[0],
        "between": there[0] <= here <= there[-1],
    }[operator]  # fmt: skip


def ascii_lower(text: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)


def wide(text: str) -> str:
    return "".join(
        "\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text
    )


def of_words(field: str, value: str, operator: str, typed: str) -> bool:
    narrow = unicodedata.normalize("NFKC", typed.strip())
    forms = {typed.strip(), narrow, wide(narrow.upper()), wide(narrow.lower())}
    if field == "code":
        forms = {narrow.upper()}
    held = ascii_lower(value)
    test = {"contains": held.__contains__, "starts": held.startswith, "ends": held.endswith}.get(
        operator, held.__eq__
    )
    return any(test(ascii_lower(form)) for form in forms)


def of_time(value: datetime, operator: str, values: Sequence[str], zone: ZoneInfo) -> bool:
    if operator == "last-days":
        first = NOW.astimezone(zone).date() - timedelta(days=int(values[0]))
        return start(first, zone) <= value < start(NOW.astimezone(zone).date() + timedelta(days=1), zone)
    spans = sorted(span(text, zone) for text in values)
    (begin, end), last = spans[0], spans[-1][1]
    return {
        "on": begin <= value < end, "before": value < begin, "until": value < end, "after": value >= end,
        "since": value >= begin, "between": begin <= value < last,
    }[operator]  # fmt: skip


def start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    local = datetime.fromisoformat(text)
    if len(text) == 10:
        return start(local.date(), zone), start(local.date() + timedelta(days=1), zone)
    begin = local.replace(tzinfo=zone).astimezone(UTC)
    return begin, begin + (timedelta(minutes=1) if len(text) == 16 else timedelta(seconds=1))


@pytest.fixture(scope="module")
def database() -> Session:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    return Session(engine)


def filled(database: Session, things: Sequence[Mapping[str, Any]]) -> None:
    database.rollback()
    for number, thing in enumerate(things, start=1):
        plain = {name: value for name, value in thing.items() if name != "watchers"}
        database.execute(insert(Thing).values(id=number, **plain))
        for person in thing["watchers"]:
            database.execute(insert(Watcher).values(thing_id=number, person=person))


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=FILTERS, things=st.lists(THINGS, min_size=1, max_size=12), zone=st.sampled_from(ZONES))
@example(
    tree=Filter(((Condition("words", "contains", ("%",)),),)),
    things=[
        {
            "colour": None,
            "size": None,
            "words": "a/b",
            "code": None,
            "at": None,
            "owner": None,
            "watchers": set(),
        }
    ],
    zone=ZONES[0],
)
def test_the_database_and_plain_python_agree(
    database: Session, tree: Filter, things: list[dict[str, Any]], zone: ZoneInfo
) -> None:
    reading = reading_in(zone)
    read = parse(write(tree))
    assert read == tree
    assert problems_of(read, reading) == []
    filled(database, things)
    found = set(database.scalars(select(Thing.id).where(*conditions_for(read, reading))))
    assert found == {number for number, thing in enumerate(things, start=1) if holds(tree, thing, zone)}


@pytest.mark.req("LANG-04")
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Tokyo", "2026-03-29", 24),
        ("Europe/Paris", "2026-03-29", 23),
        ("Europe/Paris", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        # Here midnight itself did not exist.
        ("America/Sao_Paulo", "2018-11-04", 23),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(database: Session, zone: str, day: str, hours: float) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moments = [
        begin - timedelta(seconds=1),
        begin,
        begin + timedelta(hours=hours, seconds=-1),
        begin + timedelta(hours=hours),
    ]
    empty: dict[str, Any] = {
        "colour": None,
        "size": None,
        "words": None,
        "code": None,
        "owner": None,
        "watchers": set(),
    }
    filled(database, [{**empty, "at": at} for at in moments])
    conditions = conditions_for(Filter(((Condition("at", "on", (day,)),),)), reading_in(ZoneInfo(zone)))
    assert set(database.scalars(select(Thing.id).where(*conditions))) == {2, 3}


@pytest.mark.req("SEC-31")
@pytest.mark.parametrize(
    "condition",
    [
        Condition("words", "contains", ("zq' OR 1=1 --",)),
        Condition("words", "any-of", ("zq%", "zq_")),
        Condition("code", "starts", ("zq'; DROP TABLE thing; --",)),
        Condition("colour", "is", ("red",)),
        Condition("at", "on", ("2026-04-01",)),
    ],
)
def test_no_value_is_ever_part_of_the_statement(condition: Condition) -> None:
    reading = reading_in(ZONES[0])
    statement = str(select(Thing.id).where(*conditions_for(Filter(((condition,),)), reading)))
    assert not [sign for sign in ("zq", "ZQ", "red", "2026", "DROP") if sign in statement]
