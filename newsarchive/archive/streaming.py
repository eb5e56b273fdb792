"""Rows of very many articles, as lean as the database gives them: what data sets are made of.

``ArchiveReader`` gives models, at some 60 microseconds an article, which an export of a million has no use for. Here a
row is a tuple of plain values: texts, numbers and None. Times are ISO 8601 in UTC with a ``Z``, made by the
database. JSON columns are JSON text on SQLite, as the archive wrote it, and values on PostgreSQL, whose driver reads
them; truth is 0 or 1 on SQLite, False or True on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Enum, Row, Table, Text, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import CACHE_KIB, Database
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.column_types import Json, UTCDateTime
from newsarchive.archive.schema.sites import SITE

ROWS = 50
"""Rows fetched at once: a quarter of a megabyte of article text. More are not faster."""
SCAN_CACHE_KIB = 512
"""SQLite's page cache meanwhile: each page of the file is read once, so a larger one only costs memory."""
_MAX_ID = 2**63 - 1


class _IsoTime(FunctionElement[str]):
    """A column of times as ``2023-05-17T09:30:15Z``, with six digits of a second where they are not zero."""

    type = Text()
    inherit_cache = True


@compiles(_IsoTime, "sqlite")
def _iso_time_on_sqlite(element: _IsoTime, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"replace({compiler.process(element.clauses, **options)}, ' ', 'T') || 'Z'"


@compiles(_IsoTime, "postgresql")
def _iso_time_on_postgresql(element: _IsoTime, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    in_utc = f"{compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC'"
    return f"""replace(to_char({in_utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')"""


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """The column without what SQLAlchemy would make of its values."""
    if isinstance(column.type, UTCDateTime):
        return _IsoTime(column)
    if isinstance(column.type, Json | Enum | Boolean):
        return type_coerce(column, Text())
    return column


def _columns(table: Table, *, without: str) -> dict[str, ColumnElement[Any]]:
    return {column.name: _plain(column) for column in table.c if column.name != without}


COLUMNS: Mapping[str, ColumnElement[Any]] = {
    **_columns(REVISION, without="article_id"),
    **_columns(ARTICLE, without="site_id"),
    "site": _plain(SITE.c.name),
}
"""What can be asked for: the columns of a revision, of its article (``id`` is the article's), and its site's name."""


def stream_rows(
    database: Database,
    columns: Sequence[str],
    *,
    every_revision: bool = False,
    article_ids: Iterable[int] | None = None,
    limit: int | None = None,
) -> Iterator[Row[*tuple[Any, ...]]]:
    """These columns of the latest revision of every article, by article id; all in one view of the archive.

    ``every_revision``: of all revisions, by article id and number. ``article_ids``: only of these, given in rising
    order; ids that do not exist are left out. ``limit``: so many rows at most.
    """
    wanted = REVISION.c.article_id == ARTICLE.c.id if every_revision else REVISION.c.id == ARTICLE.c.latest_revision_id
    query = (
        select(*(COLUMNS[name].label(name) for name in columns))
        .select_from(ARTICLE)
        .join(REVISION, wanted)
        .outerjoin(SITE, SITE.c.id == ARTICLE.c.site_id)
        .order_by(ARTICLE.c.id, *([REVISION.c.number] if every_revision else []))
        .limit(limit)
        .execution_options(yield_per=ROWS)
    )
    with database.read() as connection, _small_cache(connection):
        if article_ids is None:
            yield from connection.execute(query)
            return
        left = limit
        for chunk in chunks((i for i in article_ids if 0 < i <= _MAX_ID), ROWS):
            for row in connection.execute(query.where(ARTICLE.c.id.in_(chunk))):
                if left is not None:
                    if left == 0:
                        return
                    left -= 1
                yield row


@contextmanager
def _small_cache(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size = -{SCAN_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
