"""The database: base class, types, engine rules, and the two guards every session carries.

SQLite is used as REL-01 asks: WAL, ``synchronous=FULL``, foreign keys, a busy timeout, and ``BEGIN
IMMEDIATE`` for whatever may write, since two deferred transactions that both read before they write would
lose an update or fail. A request that only reads begins plainly and cannot write at all.

PostgreSQL gives the same promises by its own means (docs/decisions/0016): transactions that may write take turns by
one advisory lock, and a request that only reads sees one state of the data in a transaction that cannot write.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import pysqlite3
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Text,
    event,
    literal,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from app import postgresql
from app.line import Line

OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
IMPATIENT_TIMEOUT_MS = 50

_reading: ContextVar[bool] = ContextVar("database_reading", default=False)
_impatient: ContextVar[bool] = ContextVar("database_impatient", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive UTC in the database, never anything else."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Take the zone off for the database; a naive moment is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Only aware moments are stored.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Put the zone on again."""
        return None if value is None else value.replace(tzinfo=UTC)


class Ids(TypeDecorator[Collection[int]]):
    """Many ids as one parameter: a list of PostgreSQL, a text of JSON for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        is_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(BigInteger()) if is_postgresql else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - each database has its own
        """Hand the ids over as the database takes them."""
        ids = sorted(value or ())
        return ids if dialect.name == "postgresql" else json.dumps(ids)


class one_of_many(FunctionElement[bool]):  # noqa: N801 - an expression, named as functions are
    """The column holds one of ``ids``, however many: they are one parameter, where ``IN`` takes one for each.

    Databases limit how many parameters a statement has (32,766 in SQLite), and read each statement anew whose number
    of them is another.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[int] | InstrumentedAttribute[int], ids: Collection[int]) -> None:
        super().__init__(column, literal(ids, Ids()))


@compiles(one_of_many, "sqlite")
def _in_json(element: one_of_many, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy hands them over
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both parts are compiled expressions; the ids are a parameter


@compiles(one_of_many, "postgresql")
def _any_of_array(element: one_of_many, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy hands them over
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({ids})"


def render_in_migration(kind: str, item: object, _context: object) -> str | bool:
    """Let migrations name database types only, so that an old one runs whatever becomes of our classes."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    return False


def code_type(codes: type[StrEnum]) -> Enum:
    """A column type that stores an enum's codes as text and lets the database refuse any other."""
    return Enum(
        codes,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        name=codes.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Base of all tables; constraint names are given here so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime}


class Versioned:
    """A row whose edits carry the version they were made on; a stale write fails (REL-05)."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands over the class
        return {"version_id_col": cls.version}


class QueuingConnection(pysqlite3.Connection):  # type: ignore[misc]  # The driver ships no types.
    """A connection whose writing transactions stand in a line with those of the other threads.

    SQLite lets writers that wait look again now and then, and whoever looks first comes in: during a burst the
    unlucky ones were turned away after five seconds. In this process they come in as they came; SQLite's own lock
    stays for those of other processes.
    """

    _line: Line | None = None

    def stand_in(self, line: Line, patience: float) -> None:
        """Wait for the right to write, at most ``patience`` seconds.

        :raises OperationalError: if it takes longer, in the words of SQLite.
        """
        if not line.enter(timeout=patience):
            raise OperationalError("BEGIN IMMEDIATE", None, pysqlite3.OperationalError("database is locked"))
        self._line = line

    def leave(self) -> None:
        """Let the next writer in, if this one has been in."""
        line, self._line = self._line, None
        if line is not None:
            line.leave()

    def commit(self) -> None:
        """Commit, and let the next writer in; if it fails, the rollback that follows does."""
        super().commit()
        self.leave()

    def rollback(self) -> None:
        """Roll back, and let the next writer in."""
        try:
            super().rollback()
        finally:
            self.leave()

    def close(self) -> None:
        """Close, whatever was under way."""
        try:
            super().close()
        finally:
            self.leave()


class WriteWhileReading(RuntimeError):
    """Something tried to change data while answering a GET; the request fails rather than writes."""


def set_reading(is_reading: bool) -> Token[bool]:  # noqa: FBT001 - a setter of one switch
    """Say whether what follows only reads: then transactions begin plainly and any write raises."""
    return _reading.set(is_reading)


def reset_reading(token: Token[bool]) -> None:
    """Go back to what held before the matching :func:`set_reading`."""
    _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Allow writes in the block, within its own session; for the doors that GET requests may use."""
    token = set_reading(False)
    try:
        yield
    finally:
        reset_reading(token)


@contextmanager
def impatient() -> Iterator[None]:
    """Let writes of the block give up at once where another writer is at work, instead of waiting for it."""
    token = _impatient.set(True)
    try:
        yield
    finally:
        _impatient.reset(token)


class GuardedSession(Session):
    """The application's session; :func:`guard_reads` and the journal hang their hooks on it."""


@event.listens_for(GuardedSession, "before_flush")
def _refuse_flush_while_reading(session: Session, *_: object) -> None:
    if _reading.get() and (session.new or session.dirty or session.deleted):
        raise WriteWhileReading("A request that only reads has changed rows.")


@event.listens_for(GuardedSession, "do_orm_execute")
def _refuse_statement_while_reading(state: ORMExecuteState) -> None:
    if _reading.get() and (state.is_insert or state.is_update or state.is_delete):
        raise WriteWhileReading("A request that only reads has run a writing statement.")


def engine_options(url: str) -> dict[str, Any]:
    """Options for the engine at ``url``; a stuck pool answers with an error after 10 seconds."""
    options: dict[str, Any] = {
        "url": url,
        "pool_size": 8,
        "max_overflow": 56,
        "pool_timeout": 10,
        # An error's text goes into the log; what people wrote, and hashes of what they must keep, stay out of it.
        "hide_parameters": True,
        # The connection used last is used next, so that quiet hours hold few of them open.
        "pool_use_lifo": True,
    }
    if url.startswith("sqlite"):
        options["module"] = pysqlite3
        options["connect_args"] = {"factory": QueuingConnection}
    elif url.startswith("postgresql"):
        options |= postgresql.engine_options(lock_timeout_ms=BUSY_TIMEOUT_MS)
    return options


def is_busy(error: OperationalError) -> bool:
    """Tell whether a statement failed because another writer was at work: sent again later, it may succeed."""
    return postgresql.is_busy(error) or "database is locked" in str(error.orig)


def guard_engine(engine: Engine) -> None:
    """Put the rules of its database on ``engine``.

    :raises RuntimeError: if the SQLite library lies in the range of the WAL-reset bug (REL-01).
    """
    if engine.dialect.name == "postgresql":
        event.listen(engine, "first_connect", postgresql.demand_plain_text)
        event.listen(engine, "begin", _begin_on_postgresql)
        event.listen(engine, "before_cursor_execute", _execute_on_postgresql, retval=True)
    if engine.dialect.name != "sqlite":
        return
    if pysqlite3.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise RuntimeError(
            f"SQLite {pysqlite3.sqlite_version} can corrupt its log; 3.51.3 or later is needed."
        )
    writers = Line(1)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", lambda connection: _begin(connection, writers))


def _set_pragmas(connection: pysqlite3.Connection, _: object) -> None:
    # The driver must not begin transactions of its own: ours begin in _begin, where the kind is known.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "mmap_size=0",
        # Each thread of each worker keeps a connection; the system caches the file anyway.
        "cache_size=-512",
        # Without it INSERT OR REPLACE takes a row out past the journal's triggers.
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection, writers: Line) -> None:
    if _reading.get():
        connection.exec_driver_sql("BEGIN")
        return
    patience = IMPATIENT_TIMEOUT_MS if _impatient.get() else BUSY_TIMEOUT_MS
    queuing: QueuingConnection = connection.connection.driver_connection  # type: ignore[assignment]  # engine_options makes them so.
    queuing.stand_in(writers, patience / 1_000)
    try:
        if _impatient.get():
            connection.exec_driver_sql(f"PRAGMA busy_timeout={IMPATIENT_TIMEOUT_MS}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        queuing.leave()
        raise
    finally:
        if _impatient.get():
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _begin_on_postgresql(connection: Connection) -> None:
    postgresql.begin(connection, reading=_reading.get(), impatient=_impatient.get())


def _execute_on_postgresql(
    _connection: Connection, _cursor: object, statement: str, parameters: object, *_: object
) -> tuple[str, Any]:
    told = postgresql.lock_nothing(statement) if _reading.get() else statement
    return told, postgresql.without_nul(parameters)
