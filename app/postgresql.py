"""The rules of the database where it is PostgreSQL; app.db hangs them on the engine (docs/decisions/0016).

They give what the application relies on with SQLite: whoever may write is alone in it, whoever reads sees one state of
the data and cannot write, and words compare byte by byte with ASCII letters folded.
"""

import re
from typing import Any

from sqlalchemy import BinaryExpression, Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators

# Whoever may write holds this advisory lock until its transaction ends: "mado" in ASCII.
TURN = 0x6D61646F
# What the server says when somebody else was at work: lock not available, deadlock, serialization failure.
BUSY_STATES = frozenset({"55P03", "40P01", "40001"})
# The levels of isolation by the numbers of the driver.
READ_COMMITTED, REPEATABLE_READ = 2, 3
LOCKS = re.compile(r" FOR (?:NO KEY )?UPDATE(?: OF [\w, \"]+)?\Z")
FOLDED = {
    operators.contains_op: operators.icontains_op,
    operators.not_contains_op: operators.not_icontains_op,
    operators.startswith_op: operators.istartswith_op,
    operators.not_startswith_op: operators.not_istartswith_op,
    operators.endswith_op: operators.iendswith_op,
    operators.not_endswith_op: operators.not_iendswith_op,
    operators.like_op: operators.ilike_op,
    operators.not_like_op: operators.not_ilike_op,
}


def engine_options(*, lock_timeout_ms: int) -> dict[str, Any]:
    """Options of an engine whose writers wait at most ``lock_timeout_ms`` for their turn."""
    settings = {
        "lock_timeout": lock_timeout_ms,
        # A process that has stopped in the middle of its turn must not keep all others from writing for good.
        "idle_in_transaction_session_timeout": 300_000,
        # What was told to be saved survives a crash of the server (REL-02).
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
    given = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {
        "connect_args": {"options": given, "application_name": "madoguchi", "connect_timeout": 10},
        # A connection that the server has closed is replaced before a transaction begins on it, never within one.
        "pool_pre_ping": True,
    }


def is_busy(error: OperationalError) -> bool:
    """Tell whether a statement failed because another transaction was at work."""
    return getattr(error.orig, "sqlstate", None) in BUSY_STATES


def demand_plain_text(connection: Any, _: object) -> None:  # noqa: ANN401  # The driver is there on PostgreSQL alone.
    """Refuse a database that folds and sorts letters by the rules of some language.

    :raises RuntimeError: if lists and filters would find the same data otherwise than on SQLite.
    """
    asked = (
        "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"
    )
    encoding, letters = connection.execute(asked).fetchone()
    connection.rollback()
    if encoding != "UTF8" or letters not in {"C", "POSIX"}:
        raise RuntimeError(
            f"The database is {encoding} with the locale {letters}; "
            "make it by: createdb --template=template0 --encoding=UTF8 --locale=C"
        )


def begin(connection: Connection, *, reading: bool, impatient: bool) -> None:
    """Begin to read one state of the data, or to write when it is our turn.

    :param impatient: give up at once where another writer is at work.
    :raises OperationalError: if the turn did not come in time.
    """
    driver: Any = connection.connection.driver_connection
    driver.read_only = reading
    driver.isolation_level = REPEATABLE_READ if reading else READ_COMMITTED
    if reading:
        return
    if not impatient:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
    elif not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({TURN})").scalar():
        raise OperationalError("pg_try_advisory_xact_lock", None, RuntimeError("database is locked"))


def lock_nothing(statement: str) -> str:
    """The statement of a transaction that only reads: the code that it shares with writers may ask for locks."""
    return LOCKS.sub("", statement)


def without_nul(parameters: Any) -> Any:  # noqa: ANN401  # A parameter, or what holds parameters.
    """The parameters of a statement with each NUL replaced: the server takes none, and to SQLite it is a sign like any.

    What is looked for by it is not there then, as ever; what is stored shows the sign for what cannot be shown.
    """
    match parameters:
        case str():
            return parameters.replace("\0", "\ufffd")
        case dict():
            return {name: without_nul(value) for name, value in parameters.items()}
        case list() | tuple():
            return type(parameters)(without_nul(value) for value in parameters)
    return parameters


@compiles(BinaryExpression, "postgresql")
def _folded(element: BinaryExpression[Any], compiler: Any, **options: Any) -> str:  # noqa: ANN401  # The library's hook.
    """LIKE folds ASCII letters on SQLite; where the locale is C, ILIKE does just that."""
    operator: Any = element.operator
    return str(compiler.visit_binary(element, override_operator=FOLDED.get(operator), **options))
