"""Whole numbers by the thousand: a list to look for as one parameter, rows to add without a dictionary each.

Expanded into a parameter each, a list of ten thousand numbers takes SQLAlchemy longer to write down than the database
to look up, and SQLite takes no more than 32,766. It gets the list as JSON, PostgreSQL as an array.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine


class _Numbers(TypeDecorator[Collection[int]]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:  # noqa: ANN401 (text or list)
        numbers = sorted(value or ())  # so that they are looked up from one end of the index to the other
        return orjson.dumps(numbers).decode() if dialect.name == "sqlite" else numbers


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stay as it is: a Boolean becomes ``… = 1`` on SQLite, which then reads the whole table."""
        return self


def among(column: Column[int], name: str) -> ColumnElement[bool]:
    """Whether the column's value is in the list that the statement is given as parameter ``name``."""
    return _Among(column, bindparam(name, type_=_Numbers()))


def add_numbers(connection: Connection, table: Table, rows: Sequence[tuple[int, ...]]) -> None:
    """Insert rows of all columns of a table, in their order: two microseconds a row, where dictionaries take six."""
    if not rows:
        return
    name, marks = table.name, ", ".join("?" * len(rows[0]))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", list(rows))  # noqa: S608 (names of ours)
    else:
        arrays = marks.replace("?", "%s::bigint[]")
        columns = tuple(map(list, zip(*rows, strict=True)))
        connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM unnest({arrays})", columns)  # noqa: S608


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 (the compiler's own)
    column, numbers = element.clauses
    values = f"(SELECT value FROM json_each({compiler.process(numbers, **options)}))"  # noqa: S608 (compiled)
    return f"{compiler.process(column, **options)} IN {values}"


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 (the compiler's own)
    column, numbers = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(numbers, **options)})"
