"""ChangeReader: all steps in the histories of all articles, in the order they were seen, at constant memory.

An article's states stand in the order of their captures. Where the same capture was read again by another parser, the
last reading of each capture is compared with the last one of the capture before, so that a better parser makes no edits
of its own; the steps between two readings of one capture are given only if they are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, union_all

from newsarchive.archive.chunks import chunks
from newsarchive.archive.database import Database
from newsarchive.archive.number_lists import among
from newsarchive.archive.revision_rows import REVISIONS
from newsarchive.archive.revisions.changes import ArticleChange, change_between
from newsarchive.archive.rows import revision_of
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.model.revision import Revision

STEPS = 50
"""Steps read at once: of each two states with their text, half a megabyte."""
_MAX_ID = 2**63 - 1


class ChangeReader:
    """Reads what changed. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(
        self,
        *,
        article_ids: Iterable[int] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Collection[str] = (),
        rereadings: bool = False,
        newest_first: bool = False,
    ) -> Iterator[ArticleChange]:
        """Steps by the time they were seen, the oldest first, streamed in one view of the archive.

        ``article_ids``: only of these articles; what is kept of them in memory is one number for each that changed.
        ``since`` and ``until`` (aware; the latter is not part of the range) limit when the new state was first seen;
        ``kinds`` keeps steps of at least one of these kinds. Steps in which nothing differs are left out, as when an
        old parser's error is undone.
        """
        ids = None if article_ids is None else self._changed(article_ids)
        if ids is not None and not ids:
            return
        steps = _steps(
            rereadings=rereadings, of_some=ids is not None, since=since, until=until, newest_first=newest_first
        )
        with self._database.read() as connection:
            found = connection.execute(steps.execution_options(yield_per=STEPS), {} if ids is None else {"ids": ids})
            for partition in found.partitions():
                numbers = {number for step in partition for number in (step.before, step.id)}
                query = REVISIONS.where(REVISION.c.id.in_(numbers))
                revisions = {row.id: revision_of(row) for row in connection.execute(query)}
                for step in partition:
                    change = change_between(revisions[step.before], revisions[step.id])
                    if change.kinds and (not kinds or not set(kinds).isdisjoint(change.kinds)):
                        yield change

    def history(self, article_id: int) -> Iterator[Revision]:
        """All states of an article in the order they appeared in the world, streamed; none if there is no article."""
        query = REVISIONS.where(REVISION.c.article_id == article_id).order_by(REVISION.c.seen_at, REVISION.c.number)
        with self._database.read() as connection:
            for row in connection.execute(query.execution_options(yield_per=STEPS)):
                yield revision_of(row)

    def revision_before(self, revision: Revision) -> Revision | None:
        """The state that stands before this one in the article's history; None for the first."""
        is_before = or_(
            REVISION.c.seen_at < revision.seen_at,
            and_(REVISION.c.seen_at == revision.seen_at, REVISION.c.number < revision.number),
        )
        query = REVISIONS.where(REVISION.c.article_id == revision.article_id, is_before)
        query = query.order_by(REVISION.c.seen_at.desc(), REVISION.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else revision_of(row)

    def _changed(self, article_ids: Iterable[int]) -> list[int]:
        """Which of these articles have more than one revision."""
        query = select(ARTICLE.c.id).where(ARTICLE.c.revision_count > 1, among(ARTICLE.c.id, "ids"))
        ids: list[int] = []
        with self._database.read() as connection:
            for chunk in chunks(i for i in article_ids if 0 < i <= _MAX_ID):
                ids += connection.execute(query, {"ids": chunk}).scalars()
        return ids


def _steps(
    *, rereadings: bool, of_some: bool, since: datetime | None, until: datetime | None, newest_first: bool
) -> Select[int, int]:
    """Ids of revisions that follow each other: ``before`` and ``id``."""
    capture = (REVISION.c.article_id, REVISION.c.seen_at, REVISION.c.warc_file, REVISION.c.warc_offset)
    readings = (
        select(
            REVISION.c.id,
            REVISION.c.article_id,
            REVISION.c.number,
            REVISION.c.seen_at,
            func.lag(REVISION.c.id).over(partition_by=capture, order_by=REVISION.c.number).label("reading_before"),
            func.lead(REVISION.c.id).over(partition_by=capture, order_by=REVISION.c.number).label("reading_after"),
        )
        .join(ARTICLE, ARTICLE.c.id == REVISION.c.article_id)
        .where(ARTICLE.c.revision_count > 1)
    )
    if of_some:
        readings = readings.where(among(ARTICLE.c.id, "ids"))
    reading = readings.cte("reading").c
    columns = (reading.id, reading.article_id, reading.number, reading.seen_at)
    before = func.lag(reading.id).over(partition_by=reading.article_id, order_by=(reading.seen_at, reading.number))
    edits = select(*columns, before.label("before")).where(reading.reading_after.is_(None))
    every = union_all(edits, select(*columns, reading.reading_before)) if rereadings else edits
    step = every.subquery("step").c
    query = select(step.before, step.id).where(step.before.is_not(None))
    if since is not None:
        query = query.where(step.seen_at >= since)
    if until is not None:
        query = query.where(step.seen_at < until)
    order = (step.seen_at, step.article_id, step.number, step.before)
    return query.order_by(*(column.desc() for column in order) if newest_first else order)
