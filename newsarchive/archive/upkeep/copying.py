"""Copying an archive from one database to another, SQLite or PostgreSQL, with all its numbers.

One transaction reads, one writes, and before that one commits every row is read back and compared: the copy is whole
and equal, or nothing of it is there. Ids stay, so that citations, sketches and the search index stay valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Row, String, Table, collate, delete, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import NUMBERING
from newsarchive.archive.schema.tables import TABLES
from newsarchive.errors import ArchiveError

ROWS = 500
"""Rows moved at once: some megabytes of article text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """What was copied of one table."""

    name: str
    rows: int
    digest: str
    """``sha256:`` and 64 hex digits, see :func:`table_digest`."""


def copy_archive(
    source: Database, target: Database, progress: Callable[[int, int], object] | None = None
) -> tuple[CopiedTable, ...]:
    """Copy all of an archive into an empty one, as it is at this moment; crawls may go on meanwhile.

    ``progress`` is called with the number of rows so far and in all, each row counted when it is written and again
    when it is compared. Killed, it leaves the target empty.

    Raises ArchiveError if the target holds anything, does not take a row, or gives other rows back.
    """
    tables = TABLES
    with source.read() as reading, target.write() as writing:
        _hold(writing)
        _check_empty(writing, target.name)
        counter = _Counter(2 * sum(_count(reading, table) for table in tables), progress)
        writing.execute(delete(NUMBERING))  # of which a new archive has one, at zero
        sent = [_copied(table, _sent(source, reading, target, writing, table, counter)) for table in tables]
        for table, expected in zip(tables, sent, strict=True):
            found = _copied(table, counter.counted(_rows(writing, table)))
            if found != expected:
                raise ArchiveError(
                    f"{target.name} gives other rows of {table.name} back than were written ({found.rows} for "
                    f"{expected.rows}); nothing is kept: try again, and check its disk"
                )
        _set_sequences(writing)
    return tuple(sent)


def table_digest(connection: Connection, table: Table) -> str:
    """SHA-256 over the rows of a table, the same on both databases.

    A row is the compact JSON list of its values in the order of ``schema``, and a newline; rows are in the order of
    their primary key. Times are ISO 8601 in UTC, bytes hexadecimal, the names in a JSON value sorted.
    """
    return _copied(table, _rows(connection, table)).digest


@dataclass(slots=True)
class _Counter:
    total: int
    progress: Callable[[int, int], object] | None
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        if self.progress is not None:
            self.progress(self.done, self.total)

    def counted(self, rows: Iterator[Row[Any]]) -> Iterator[Row[Any]]:
        number = 0
        for number, row in enumerate(rows, start=1):
            yield row
            if number % ROWS == 0:
                self.add(ROWS)
        self.add(number % ROWS)


def _hold(connection: Connection) -> None:
    """Keep others from writing to a PostgreSQL archive until the transaction ends; SQLite does anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in TABLES)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _check_empty(connection: Connection, name: str) -> None:
    for table in TABLES:
        if table is not NUMBERING and connection.execute(select(table).limit(1)).first() is not None:
            raise ArchiveError(f"{name} is not empty (there are rows in {table.name}): name a new database to copy to")


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _sent(
    source: Database, reading: Connection, target: Database, writing: Connection, table: Table, counter: _Counter
) -> Iterator[Row[Any]]:
    """The rows of a table, each written before it is given."""
    statement = insert(table)
    for rows in _chunks(reading, table):
        try:
            writing.execute(statement, [row._asdict() for row in rows])
        except (IntegrityError, DataError) as error:
            reason = " ".join(str(error.orig).split())[:200]
            raise ArchiveError(
                f"{target.name} does not take a row of {table.name} ({reason}): "
                f"`newsarchive archive verify` says what is wrong with {source.name}"
            ) from error
        yield from rows
        counter.add(len(rows))


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    for rows in _chunks(connection, table):
        yield from rows


def _chunks(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """All rows in the order of the primary key, streamed by the database."""
    key = [_ordered(column, connection) for column in table.primary_key]
    result = connection.execute(select(table).order_by(*key), execution_options={"yield_per": ROWS})
    try:
        for rows in result.partitions():
            yield list(rows)
    except (ValueError, LookupError) as error:
        raise ArchiveError(
            f"a row of {table.name} holds what newsarchive never writes ({error}): restore the archive from a backup"
        ) from error


def _ordered(column: Column[Any], connection: Connection) -> Any:  # noqa: ANN401 (a column or an expression)
    """The column in an order that is the same everywhere: text by its bytes, not by the rules of a language."""
    if isinstance(column.type, String) and connection.dialect.name == "postgresql":
        return collate(column, "C")
    return column


def _copied(table: Table, rows: Iterator[Row[Any]]) -> CopiedTable:
    digest = hashlib.sha256()
    count = 0
    for row in rows:
        digest.update(orjson.dumps(tuple(row), default=bytes.hex, option=_CANONICAL))
        count += 1
    return CopiedTable(name=table.name, rows=count, digest=f"sha256:{digest.hexdigest()}")


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL go on numbering behind the highest id."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in table.primary_key:
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            ).scalar()
            if sequence is not None:
                highest = connection.execute(select(func.max(column))).scalar()
                values = {"sequence": sequence, "value": highest or 1, "used": highest is not None}
                connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :value, :used)"), values)
