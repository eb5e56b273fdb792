"""Verifying an archive's database: whether its rows fit each other and their digests. Reads only.

What lies beside it is verified elsewhere: captures by ``inspection.capture_references``, the index by
``search.index.verification``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Row, Table, and_, case, func, or_, select, text

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.rows import unpack_blocks
from newsarchive.archive.schema.articles import ARTICLE, NUMBERING, REVISION
from newsarchive.archive.schema.crawls import LEDGER, url_key
from newsarchive.archive.schema.sketches import SKETCH
from newsarchive.archive.schema.tables import TABLES
from newsarchive.model.article import Article

ROWS = 200
"""Rows fetched at once: about a megabyte of article text."""
MAX_DAMAGES = 100
"""Lines that SQLite may say of a damaged file; they rarely tell more than the first."""

_RESTORE = "restore it from a backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it should be."""

    check: str
    """What was looked at: ``file``, ``foreign-keys``, ``articles``, ``numbering``, ``clusters``, ``digests``,
    ``ledger``, ``captures`` or ``index``."""
    where: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.advice}"


Progress = Callable[[int], object]
"""Called with the number of rows that were looked at since the last call."""


def verify_database(database: Database, progress: Progress | None = None) -> Iterator[Problem]:
    """Everything that is wrong with an archive's database, as it is at this moment, streamed.

    On SQLite the file itself is checked first. ``progress`` counts to :func:`verification_rows`.
    """
    tell = progress or (lambda _: None)
    with database.read() as connection:
        if connection.dialect.name == "sqlite":
            yield from _damages(connection, database.name)
        for table in TABLES:
            for key in table.foreign_key_constraints:
                yield from _dangling(connection, table, key)
        yield from _numbering(connection)
        yield from _articles(connection)
        yield from _clusters(connection)
        yield from _digests(connection, tell)
        yield from _ledger_keys(connection, tell)


def verification_rows(database: Database) -> int:
    """How many rows :func:`verify_database` looks at one by one."""
    with database.read() as connection:
        return sum(connection.execute(select(func.count()).select_from(row)).scalar_one() for row in (REVISION, LEDGER))


def _damages(connection: Connection, name: str) -> Iterator[Problem]:
    for (line,) in connection.execute(text(f"PRAGMA integrity_check({MAX_DAMAGES})")):
        if line != "ok":
            what = f"the file is damaged ({' '.join(str(line).split())[:200]})"
            yield Problem(check="file", where=name, what=what, advice=_RESTORE)


def _dangling(connection: Connection, table: Table, key: ForeignKeyConstraint) -> Iterator[Problem]:
    """Rows that point at none. PostgreSQL keeps this true by itself, unless someone told it not to."""
    parent = key.referred_table.alias("parent")
    pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
    query = (
        select(*table.primary_key, *(child.label(f"pointer_{child.name}") for child, _ in pairs))
        .select_from(table.outerjoin(parent, and_(*(child == parent_column for child, parent_column in pairs))))
        .where(*(child.is_not(None) for child, _ in pairs), pairs[0][1].is_(None))
        .order_by(*table.primary_key)
    )
    width = len(table.primary_key)
    for row in _streamed(connection, query):
        where = f"{table.name} {' '.join(map(str, row[:width]))}"
        names = ", ".join(child.name for child, _ in pairs)
        what = f"its {names} {' '.join(map(str, row[width:]))} is no {key.referred_table.name}"
        yield Problem(check="foreign-keys", where=where, what=what, advice=_RESTORE)


def _numbering(connection: Connection) -> Iterator[Problem]:
    rows = connection.execute(select(NUMBERING)).all()
    if len(rows) != 1:
        yield Problem(check="numbering", where="numbering", what=f"{len(rows)} rows instead of one", advice=_RESTORE)
        return
    for id_, last in ((ARTICLE.c.id, rows[0].last_article_id), (REVISION.c.id, rows[0].last_revision_id)):
        highest = connection.execute(select(func.max(id_))).scalar() or 0
        if highest > last:
            what = f"the highest {id_.table.name} is {highest}, but the last number given out {last}"
            yield Problem(check="numbering", where="numbering", what=what, advice=_RESTORE)


def _articles(connection: Connection) -> Iterator[Problem]:
    """Articles that do not fit their revisions."""
    count, first, last = func.count(REVISION.c.id), func.min(REVISION.c.number), func.max(REVISION.c.number)
    latest = func.sum(case((REVISION.c.id == ARTICLE.c.latest_revision_id, 1), else_=0))
    query = (
        select(
            ARTICLE.c.id,
            ARTICLE.c.revision_count,
            ARTICLE.c.latest_revision_id,
            count.label("count"),
            first.label("first"),
            last.label("last"),
            latest.label("latest"),
        )
        .outerjoin(REVISION, REVISION.c.article_id == ARTICLE.c.id)
        .group_by(ARTICLE.c.id, ARTICLE.c.revision_count, ARTICLE.c.latest_revision_id)
        .having(or_(count == 0, count != ARTICLE.c.revision_count, first != 1, last != count, latest != 1))
        .order_by(ARTICLE.c.id)
    )
    for row in _streamed(connection, query):
        for what in _wrong_with(row):
            yield Problem(check="articles", where=f"article {row.id}", what=what, advice=_RESTORE)


def _wrong_with(row: Row[Any]) -> Iterator[str]:
    found = row._mapping  # "count" and "index" are methods of a row
    if not found["count"]:
        yield "it has no revision"
        return
    if found["count"] != row.revision_count:
        yield f"it has {found['count']} revisions, but says {row.revision_count}"
    if row.first != 1 or row.last != found["count"]:
        yield f"the numbers of its {found['count']} revisions go from {row.first} to {row.last}"
    if row.latest != 1:
        yield f"its latest revision, {row.latest_revision_id}, is none of its own"


def _clusters(connection: Connection) -> Iterator[Problem]:
    """Articles whose cluster is not named for its lowest article, and sketches of revisions that are not there."""
    head = ARTICLE.alias()
    query = (
        select(ARTICLE.c.id, ARTICLE.c.cluster_id)
        .outerjoin(head, head.c.id == ARTICLE.c.cluster_id)
        .where(or_(head.c.id.is_(None), head.c.cluster_id != head.c.id, ARTICLE.c.cluster_id > ARTICLE.c.id))
        .order_by(ARTICLE.c.id)
    )
    for row in _streamed(connection, query):
        what = f"its cluster {row.cluster_id} is not named for the lowest article in it"
        yield Problem(check="clusters", where=f"article {row.id}", what=what, advice=_RESTORE)
    of_revision = and_(REVISION.c.article_id == SKETCH.c.article_id, REVISION.c.number == SKETCH.c.number)
    lost = select(SKETCH.c.article_id, SKETCH.c.number).outerjoin(REVISION, of_revision)
    for row in _streamed(connection, lost.where(REVISION.c.id.is_(None))):
        where = f"sketch of article {row.article_id}, revision {row.number}"
        yield Problem(check="clusters", where=where, what="there is no such revision", advice=_RESTORE)


def _digests(connection: Connection, tell: Progress) -> Iterator[Problem]:
    query = select(
        REVISION.c.id,
        REVISION.c.article_id,
        REVISION.c.number,
        REVISION.c.content_digest,
        REVISION.c.headline,
        REVISION.c.block_kinds,
        REVISION.c.article_body,
    ).order_by(REVISION.c.id)
    for row in _streamed(connection, query, tell):
        what = _wrong_text(row)
        if what is not None:
            where = f"article {row.article_id}, revision {row.number}"
            yield Problem(check="digests", where=where, what=what, advice=_RESTORE)


def _wrong_text(row: Row[Any]) -> str | None:
    try:
        blocks = unpack_blocks(row.block_kinds, row.article_body)
    except (ValueError, KeyError):
        return "its text does not fall into the blocks it should have"
    # The digest is over headline and blocks only.
    if content_digest(Article(url="", canonical_url="", headline=row.headline, blocks=blocks)) != row.content_digest:
        return "its text does not match its digest: it was changed after it was archived"
    return None


def _ledger_keys(connection: Connection, tell: Progress) -> Iterator[Problem]:
    query = select(LEDGER.c.id, LEDGER.c.run_id, LEDGER.c.url, LEDGER.c.url_key).order_by(LEDGER.c.id)
    for row in _streamed(connection, query, tell):
        if row.url_key != url_key(row.url):
            where = f"ledger of run {row.run_id}, {row.url[:200]}"
            yield Problem(check="ledger", where=where, what="its key is another address's", advice=_RESTORE)


def _streamed(connection: Connection, query: Any, tell: Progress | None = None) -> Iterator[Row[Any]]:  # noqa: ANN401
    for rows in connection.execute(query, execution_options={"yield_per": ROWS}).partitions():
        yield from rows
        if tell is not None:
            tell(len(rows))
