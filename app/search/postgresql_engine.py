"""The index in PostgreSQL, for installations that keep more than a folder serves (docs/search.md).

It has connections of its own: whoever indexes must not keep the application's writers from their turn, and a page that
only reads asks the index outside of its transaction. Terms are stored as they come; the server's own languages, parsers
and dictionaries take no part.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

from sqlalchemy import (
    TEXT,
    ColumnElement,
    Connection,
    and_,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateSchema, CreateTable, DropSchema

from app.search.documents import AnalyzedDocument, Subject, TextField
from app.search.engine import Hit, IndexUnusable
from app.search.postgresql_queries import Unfold, condition, in_order
from app.search.postgresql_tables import (
    BY_SUBJECT,
    DOCUMENTS,
    INDEXES,
    LETTERS,
    METADATA,
    TERMS,
    nearby,
    row_of,
    storable,
    tagged_with,
)
from app.search.query import EVERYTHING, MOST_TERMS, Begins, Query, picks

SCHEMA = "madoguchi_search"
# Where an index is built, and where the last one goes when the new one takes its place.
NEXT, LAST = f"{SCHEMA}_next", f"{SCHEMA}_last"
# Whoever writes the index holds this advisory lock until it is done: "find" in ASCII; the application has another one.
TURN = 0x66696E64
# Whoever builds it anew holds this one, and the other one at the end alone: the index that stands is written meanwhile.
BUILDING = TURN + 1
ANSWER_WITHIN_MS = 5_000
# Of what is written alike so much is looked at.
MOST_ALIKE = 2_000
SETTINGS = {
    "statement_timeout": ANSWER_WITHIN_MS,
    "lock_timeout": ANSWER_WITHIN_MS,
    "idle_in_transaction_session_timeout": 600_000,
    "timezone": "UTC",
    "work_mem": "32MB",
    # Compiling a question takes longer than answering it.
    "jit": "off",
}


class PostgresqlEngine:
    """An index in the schema ``madoguchi_search`` of the database at ``url``."""

    def __init__(self, url: str) -> None:
        given = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self._engine = create_engine(
            url,
            pool_size=2,
            max_overflow=14,
            pool_timeout=3,
            pool_pre_ping=True,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={
                "options": given,
                "application_name": "madoguchi search",
                "connect_timeout": 5,
                # A plan that was kept would be made for the size that a table had when it was still empty.
                "prepare_threshold": None,
            },
            execution_options={"schema_translate_map": {None: SCHEMA}},
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def search(self, query: Query, *, limit: int, offset: int = 0) -> Sequence[Hit]:
        """What fits, best first; of equal scores the newest first, then by key."""
        with self._asking() as connection:
            ordered = in_order(query, _unfolding(connection, query), limit=limit, offset=offset)
            return [Hit(row.key, float(row.score)) for row in connection.execute(ordered)]

    def keys(self, query: Query, *, most: int) -> Sequence[str]:
        """The keys of what fits, newest first, at most ``most``."""
        with self._asking() as connection:
            fitting = select(DOCUMENTS.c.key).where(condition(query, _unfolding(connection, query)))
            newest = fitting.order_by(DOCUMENTS.c.moment.desc(), DOCUMENTS.c.key).limit(most)
            return connection.scalars(newest).all()

    def count(self, query: Query) -> int:
        """How many documents fit, exactly."""
        with self._asking() as connection:
            fitting = select(func.count()).select_from(DOCUMENTS)
            return connection.scalar(fitting.where(condition(query, _unfolding(connection, query)))) or 0

    def near(
        self,
        term: str,
        *,
        most: int,
        within: Query = EVERYTHING,
        fields: Collection[TextField] = tuple(TextField),
    ) -> Sequence[str]:
        """Terms with a sign more, less, other or in another place, the more frequent ones first."""
        kept = storable(term)
        alike = nearby(kept)
        if not alike:
            return []
        found = (
            select(TERMS.c.term)
            .where(TERMS.c.nearby.overlap(alike), TERMS.c.term != kept)
            .distinct()
            .limit(MOST_ALIKE)
            .subquery()
        )
        spelt: list[ColumnElement[str]] = [literal(LETTERS[field], TEXT) + found.c.term for field in fields]
        with self._asking() as connection:
            holding = (
                select(func.count())
                .select_from(DOCUMENTS)
                .where(DOCUMENTS.c.words.overlap(array(spelt)))
                .where(condition(within, _unfolding(connection, within)))
            )
            counted = select(found.c.term, holding.scalar_subquery().label("times")).subquery()
            frequent = select(counted.c.term).where(counted.c.times > 0)
            return connection.scalars(
                frequent.order_by(counted.c.times.desc(), counted.c.term).limit(most)
            ).all()

    @contextmanager
    def writer(self) -> Iterator["PostgresqlWriter"]:
        """The one writer; a second one waits, whichever process it is in."""
        with self._alone(TURN) as connection:
            with _told():
                _demand_tables(connection)
            yield PostgresqlWriter(connection)

    @contextmanager
    def rebuild(self) -> Iterator["PostgresqlWriter"]:
        """A writer into an empty index that takes the place of this one when the block ends without a fault."""
        with self._alone(BUILDING) as connection:
            with _told():
                building = connection.execution_options(schema_translate_map={None: NEXT})
                for schema in (NEXT, LAST):
                    building.execute(DropSchema(schema, cascade=True, if_exists=True))
                building.execute(CreateSchema(NEXT))
                for table in METADATA.sorted_tables:
                    building.execute(CreateTable(table))
                # Each writing looks for what it replaces, whereas what finds words is made faster at the end.
                building.execute(CreateIndex(BY_SUBJECT))
            yield PostgresqlWriter(building)
            with _told():
                for index in INDEXES:
                    building.execute(CreateIndex(index))
                building.exec_driver_sql(f"ANALYZE {NEXT}.{DOCUMENTS.name}, {NEXT}.{TERMS.name}")
                _take(connection, TURN)
                if inspect(building).has_schema(SCHEMA):
                    building.exec_driver_sql(f"ALTER SCHEMA {SCHEMA} RENAME TO {LAST}")
                building.exec_driver_sql(f"ALTER SCHEMA {NEXT} RENAME TO {SCHEMA}")
        # Whoever still reads the old index may finish; if that takes too long, the next rebuilding clears up.
        with suppress(SQLAlchemyError), self._reading.connect() as connection:
            connection.execute(DropSchema(LAST, cascade=True, if_exists=True))

    def check(self) -> None:
        """See whether the index is there and whole; raises :class:`IndexUnusable` if it is not."""
        with self._asking() as connection:
            _demand_tables(connection)

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        with _told(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def _alone(self, lock: int) -> Iterator[Connection]:
        """A transaction that holds an advisory lock to its end; what breaks off in it has changed nothing."""
        with _told():
            connection = self._engine.connect()
        try:
            with _told():
                # Somebody else may be at work for minutes; that a server is gone is noticed by itself.
                for limit in ("lock_timeout", "statement_timeout"):
                    connection.execute(select(func.set_config(limit, "0", True)))  # noqa: FBT003 - the server's parameter
                _take(connection, lock)
            yield connection
            with _told():
                connection.commit()
        finally:
            # What was not committed is rolled back.
            connection.close()


class PostgresqlWriter:
    """Changes to the index within the transaction of its writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, subjects: Iterable[Subject], documents: Iterable[AnalyzedDocument]) -> None:
        """Put ``documents`` in the place of everything that the index holds of ``subjects``."""
        rows = {row["key"]: row for row in map(row_of, documents)}
        with _told():
            self._remove(subjects, list(rows))
            if rows:
                self._connection.execute(insert(DOCUMENTS), list(rows.values()))
                self._learn({entry for row in rows.values() for entry in row["words"]})

    def _remove(self, subjects: Iterable[Subject], keys: Sequence[str]) -> None:
        by_type: dict[str, list[int]] = {}
        for kind, number in subjects:
            by_type.setdefault(kind, []).append(number)
        gone = [
            (DOCUMENTS.c.subject_type == kind) & (DOCUMENTS.c.subject_id == func.any(numbers))
            for kind, numbers in by_type.items()
        ]
        self._connection.execute(delete(DOCUMENTS).where(or_(DOCUMENTS.c.key == func.any(keys), *gone)))

    def _learn(self, entries: set[str]) -> None:
        """Add terms that the index has not seen; they stay when their last document goes, until the next rebuilding."""
        given = func.unnest(literal(sorted(entries), ARRAY(TEXT))).column_valued("given")
        known = select(TERMS.c.term).where(
            TERMS.c.letter == func.left(given, 1), TERMS.c.term == func.substr(given, 2)
        )
        new = self._connection.scalars(select(given).where(~known.exists())).all()
        rows = [{"letter": entry[0], "term": entry[1:], "nearby": nearby(entry[1:]) or None} for entry in new]
        if rows:
            self._connection.execute(insert(TERMS), rows)


def _take(connection: Connection, lock: int) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(lock)))


def _demand_tables(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        connection.execute(select(table).limit(1)).all()


def _unfolding(connection: Connection, asked: Query) -> Unfold:
    """What tells the terms that begin so, asking for each beginning once.

    Only terms count that a document holds which the question's own tags leave, so that nothing of others shows.
    """
    reach = and_(
        true(), *(DOCUMENTS.c.tags.overlap(tagged_with(pick.tag, pick.values)) for pick in picks(asked))
    )
    entry = TERMS.c.letter + TERMS.c.term
    is_held = select(DOCUMENTS.c.key).where(DOCUMENTS.c.words.overlap(array([entry])), reach).exists()

    @cache
    def unfold(query: Begins) -> list[str]:
        letters = [LETTERS[field] for field in query.fields]
        after = storable(query.prefix)
        # No sign comes after the last one of Unicode.
        begun = TERMS.c.term.between(literal(after), literal(after + "\U0010ffff"))
        terms = select(TERMS.c.term).where(TERMS.c.letter.in_(letters), begun, is_held).distinct()
        return list(connection.scalars(terms.order_by(TERMS.c.term).limit(MOST_TERMS)))

    return unfold


@contextmanager
def _told() -> Iterator[None]:
    """Say of any fault of the server that the index cannot be used."""
    try:
        yield
    except SQLAlchemyError as fault:
        raise IndexUnusable(f"The index in PostgreSQL: {type(fault).__name__}") from fault
