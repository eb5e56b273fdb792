"""Verifying a search index against the archive it follows: nothing more in it, nothing missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.upkeep.verification import ROWS, Problem, Progress
from newsarchive.errors import SearchIndexError
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.query import parse_query

_REBUILD = "`newsarchive index rebuild` makes it anew"


def verify_index(database: Database, index_path: Path, progress: Progress | None = None) -> Iterator[Problem]:
    """Everything in which an index differs from the archive, streamed by article.

    An index that has not yet caught up is in order: the next search lets it. So is none at all. ``progress`` is called
    with the number of articles looked at since its last call.
    """
    if not index_path.is_dir() or not any(index_path.iterdir()):
        return
    where = f"search index in {index_path}"
    try:
        with SearchIndex.open(index_path) as index:
            index.check_archive(ArchiveReader(database))
            watermark = index.watermark
            indexed = index.article_ids(parse_query(""))
            # The index is looked at first: then the archive can only be ahead of it.
            first = next(indexed, None)
            for what in _differences(database, watermark, _from(first, indexed), progress):
                yield Problem(check="index", where=where, what=what, advice=_REBUILD)
    except SearchIndexError as error:
        yield Problem(check="index", where=where, what=str(error).split(": `")[0], advice=_REBUILD)


def _from(first: int | None, rest: Iterator[int]) -> Iterator[int]:
    if first is not None:
        yield first
        yield from rest


def _differences(
    database: Database, watermark: int, indexed: Iterator[int], progress: Progress | None
) -> Iterator[str]:
    tell = progress or (lambda _: None)
    articles = select(ARTICLE.c.id, ARTICLE.c.latest_revision_id).order_by(ARTICLE.c.id)
    with database.read() as connection:
        highest = connection.execute(select(func.max(REVISION.c.id))).scalar() or 0
        if watermark > highest:
            yield f"it has followed an archive up to revision {watermark}, but this one has only {highest}"
            return
        current = next(indexed, None)
        for rows in connection.execute(articles, execution_options={"yield_per": ROWS}).partitions():
            for row in rows:
                while current is not None and current < row.id:
                    yield f"it holds an article {current}, which the archive does not"
                    current = next(indexed, None)
                if current == row.id:
                    current = next(indexed, None)
                elif row.latest_revision_id <= watermark:
                    yield f"article {row.id} is missing in it"
            tell(len(rows))
        while current is not None:
            yield f"it holds an article {current}, which the archive does not"
            current = next(indexed, None)
