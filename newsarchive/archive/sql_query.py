"""A statement of the user's own, run so that it can only read, and only so long and so much.

This is the one place where a user's text becomes SQL. What holds it, on SQLite: a connection of its own, opened read
only; an authorizer that lets nothing pass but reading; limits on time, on the size of a value and on memory. On
PostgreSQL: a read-only transaction, a cursor on the server (which takes one SELECT and nothing else), a statement
timeout. There, what a user may read or call is the database role's business: give strangers one that may only SELECT.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, text

from newsarchive.archive.database import BUSY_TIMEOUT_S, Database
from newsarchive.archive.read_only_file import read_only_uri
from newsarchive.errors import SqlError

TIMEOUT_S = 60.0
ROW_LIMIT = 1000
MAX_STATEMENT_LENGTH = 100_000
"""Characters. SQLite's own default is a million, which its parser needs seconds for."""
MAX_VALUE_BYTES = 64 * 1024 * 1024
"""Size of a value or row on SQLite. A page is 10 MB at most, and its text, its links and their JSON fit well."""
MAX_HEAP_BYTES = 512 * 1024 * 1024
"""Memory SQLite may take, in the whole process: once set it stays."""
MAX_COLUMNS = 200
MAX_PATTERN_LENGTH = 1000
"""Of LIKE and GLOB, whose time is the length of the text times that of the pattern."""

_CHECK_EVERY = 10_000
"""Instructions of SQLite's virtual machine between two looks at the clock: some hundred microseconds."""
_FETCHED = 50
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer"})
_MAX_INTEGER = 2**63 - 1


class TimeLimit:
    """How long the database may work on one statement; the clock stands still between two rows."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left_s = seconds
        self._deadline: float | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """The database works."""
        self._deadline = monotonic() + self._left_s
        try:
            yield
        finally:
            self._left_s = self._deadline - monotonic()
            self._deadline = None

    @property
    def overdue_s(self) -> float:
        """How long the database has been working beyond the limit; 0 while it is within it, or at rest."""
        deadline = self._deadline
        return 0.0 if deadline is None else max(monotonic() - deadline, 0.0)

    def is_over(self) -> bool:
        """Whether the database works beyond the limit."""
        return self.overdue_s > 0

    @property
    def is_used_up(self) -> bool:
        """Whether all of it went by; for when the database is at rest."""
        return self._left_s < 0.05  # PostgreSQL counts in whole milliseconds, from a moment of its own

    @property
    def left_ms(self) -> int:
        """What is left, at least 1: to PostgreSQL 0 is no limit at all."""
        return max(int(self._left_s * 1000), 1)

    def error(self) -> SqlError:
        """What is said when it is over."""
        return SqlError(
            f"the statement took more than {self.seconds:g} seconds: let it read less, or give it more with --timeout"
        )


@dataclass(slots=True)
class SqlResult:
    """What a statement gives: :attr:`columns`, then the rows, once."""

    columns: tuple[str, ...]
    """Names, made unique: ``id``, ``id_2`` … where two are the same."""
    _rows: Iterator[Sequence[Any]]
    _limit: int
    is_cut: bool = field(default=False, init=False)
    """Whether there were more rows than the limit; known when all have been taken."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The rows, streamed: texts, numbers, booleans, None, and on PostgreSQL lists and dictionaries.

        Bytes come as hexadecimal digits, times of PostgreSQL as ISO 8601 in UTC. Raises SqlError.
        """
        for number, row in enumerate(self._rows):
            if number == self._limit:
                self.is_cut = True
                return
            yield tuple(map(plain, row))


@contextmanager
def run_sql(
    database: Database, statement: str, *, time_limit: TimeLimit | None = None, limit: int = ROW_LIMIT
) -> Iterator[SqlResult]:
    """Run one SELECT; its rows can be taken as long as the block lasts.

    ``time_limit``: :data:`TIMEOUT_S` if None. SQLite cannot be stopped within one call of a function: ``instr`` of two
    long texts may take longer.

    Raises SqlError for whatever is wrong with the statement, ArchiveError for what is wrong with the archive.
    """
    _check(statement)
    run = _on_sqlite if isinstance(database.target, Path) else _on_postgresql
    with run(database, statement, time_limit or TimeLimit(TIMEOUT_S)) as (names, rows):
        yield SqlResult(_unique(names), rows, limit)


def plain(value: Any) -> Any:  # noqa: ANN401 (any type of a database)
    """A value as JSON has it.

    >>> plain(bytes([0, 15])), plain(Decimal("2.50")), plain(datetime(2023, 5, 17, 9, tzinfo=UTC))
    ('000f', 2.5, '2023-05-17T09:00:00Z')
    """
    match value:
        case None | bool() | str() | float():
            return value
        case int():
            return value if -_MAX_INTEGER <= value <= _MAX_INTEGER else str(value)
        case bytes() | memoryview():
            return value.hex()
        case Decimal():
            exponent = value.as_tuple().exponent
            return plain(int(value)) if isinstance(exponent, int) and exponent >= 0 else float(value)
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(name): plain(item) for name, item in value.items()}
        case _:
            return str(value)


def _check(statement: str) -> None:
    if len(statement) > MAX_STATEMENT_LENGTH:
        raise SqlError(f"the statement is longer than {MAX_STATEMENT_LENGTH:,} characters")
    if "\0" in statement:
        raise SqlError("the statement holds a NUL character: remove it")
    try:
        statement.encode()
    except UnicodeEncodeError:
        raise SqlError("the statement is not UTF-8: write it in that encoding") from None
    if not statement.strip().strip(";"):
        raise SqlError(_NOTHING)


_NOTHING = 'there is no statement; write one like "SELECT headline FROM articles LIMIT 5"'
_READ_ONLY = "only a SELECT can be run here, and nothing that writes or changes a setting"


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    unique: dict[str, None] = {}
    for name in names:
        own, number = name, 1
        while own in unique:
            number += 1
            own = f"{name}_{number}"
        unique[own] = None
    return tuple(unique)


_Run = Iterator[tuple[tuple[str, ...], Iterator[Sequence[Any]]]]


@contextmanager
def _on_sqlite(database: Database, statement: str, time_limit: TimeLimit) -> _Run:
    with closing(_read_only_connection(database)) as connection, _sqlite_errors(time_limit):
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(time_limit.is_over, _CHECK_EVERY)
        with time_limit.running():
            cursor = connection.execute(statement)
        if cursor.description is None:
            raise SqlError(_NOTHING)
        yield tuple(column[0] for column in cursor.description), _fetched(cursor.fetchone, time_limit)


def _read_only_connection(database: Database) -> sqlite3.Connection:
    assert isinstance(database.target, Path)
    uri = read_only_uri(database.target) or f"{database.target.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    connection.text_factory = _text
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute(f"PRAGMA hard_heap_limit = {MAX_HEAP_BYTES}")
    for limit, value in (
        (sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
        (sqlite3.SQLITE_LIMIT_COLUMN, MAX_COLUMNS),
        (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN_LENGTH),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    ):
        connection.setlimit(limit, value)
    return connection


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")  # CAST(x'ff' AS TEXT) is text to SQLite


def _authorize(action: int, _: str | None, name: str | None, *__: str | None) -> int:
    if action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and name in _FORBIDDEN_FUNCTIONS):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _fetched(fetch_one: Callable[[], Sequence[Any] | None], time_limit: TimeLimit) -> Iterator[Sequence[Any]]:
    while True:
        with time_limit.running():
            row = fetch_one()
        if row is None:
            return
        yield row


@contextmanager
def _sqlite_errors(time_limit: TimeLimit) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise SqlError(f"the statement needs more than {MAX_HEAP_BYTES >> 20} MB of memory") from None
    except (sqlite3.Error, sqlite3.Warning) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
        if code == sqlite3.SQLITE_INTERRUPT:
            if time_limit.is_used_up:
                raise time_limit.error() from error
            raise KeyboardInterrupt from error  # Ctrl-C: sqlite3 loses the exception within its look at the clock
        if code in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY):
            raise SqlError(f"{_READ_ONLY} ({_one_line(error)})") from error
        raise SqlError(_one_line(error)) from error


@contextmanager
def _on_postgresql(database: Database, statement: str, time_limit: TimeLimit) -> _Run:
    import psycopg

    with database.read() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            with driver.cursor(name="newsarchive_sql") as cursor:
                _set(connection, "timezone", "UTC")
                _set(connection, "statement_timeout", str(time_limit.left_ms))
                with time_limit.running():
                    cursor.execute(statement.encode())  # as bytes: it is no template
                if cursor.description is None:
                    raise SqlError(_NOTHING)
                names = tuple(column.name for column in cursor.description)
                yield names, _fetched_from_server(connection, cursor, time_limit)
        except psycopg.errors.QueryCanceled as error:
            raise (time_limit.error() if time_limit.is_used_up else SqlError(_one_line(error))) from error
        except psycopg.errors.ReadOnlySqlTransaction as error:
            raise SqlError(f"{_READ_ONLY} ({_one_line(error)})") from error
        except psycopg.Error as error:
            raise SqlError(_one_line(error.diag.message_primary or error)) from error


def _fetched_from_server(connection: Connection, cursor: Any, time_limit: TimeLimit) -> Iterator[Sequence[Any]]:  # noqa: ANN401 (psycopg is optional)
    while True:
        _set(connection, "statement_timeout", str(time_limit.left_ms))  # each fetch is a statement to the server
        with time_limit.running():
            rows = cursor.fetchmany(_FETCHED)
        if not rows:
            return
        yield from rows


def _set(connection: Connection, setting: str, value: str) -> None:
    connection.execute(text("SELECT set_config(:setting, :value, true)"), {"setting": setting, "value": value})


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
