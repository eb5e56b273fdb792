"""Sketches for revisions that have none: those stored before there were any, see migration 0003."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, and_, bindparam, select, tuple_

from newsarchive.archive.database import Database
from newsarchive.archive.near_copies.clustering import Clustering, NewText, move
from newsarchive.archive.near_copies.sketches import sketch
from newsarchive.archive.numbering import Numbering
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.sketches import SKETCH

REVISIONS = 500
"""Revisions a transaction: it holds up a crawl for about a tenth of a second."""


def recluster(database: Database, progress: Callable[[int], object] | None = None) -> int:
    """Let every revision without a sketch join the cluster of its near-copies; the number of sketches made.

    In as many transactions as it takes: killed, it goes on where it was. ``progress`` is called with the number of
    revisions looked at so far.
    """
    last, looked_at, made = (0, 0), 0, 0
    while True:
        with database.write() as connection:
            numbering = Numbering(connection)
            rows = connection.execute(_WITHOUT, {"article_id": last[0], "number": last[1]}).all()
            if not rows:
                return made
            texts = [
                NewText(article_id=row.article_id, number=row.number, cluster_id=row.cluster_id, sketch=found)
                for row in rows
                if (found := sketch(row.article_body)) is not None
            ]
            _join(connection, numbering, texts)
            numbering.save()
        last = rows[-1].article_id, rows[-1].number
        looked_at += len(rows)
        made += len(texts)
        if progress is not None:
            progress(looked_at)


def _join(connection: Connection, numbering: Numbering, texts: list[NewText]) -> None:
    clusters = Clustering(connection, texts)
    move(connection, clusters.moved, numbering.next_revision_id)
    clusters.write()


# By article and number, which never change: moving an article gives its latest revision a new id.
_PLACE = tuple_(REVISION.c.article_id, REVISION.c.number)
_WITHOUT = (
    select(REVISION.c.article_id, REVISION.c.number, REVISION.c.article_body, ARTICLE.c.cluster_id)
    .join(ARTICLE, ARTICLE.c.id == REVISION.c.article_id)
    .outerjoin(SKETCH, and_(SKETCH.c.article_id == REVISION.c.article_id, SKETCH.c.number == REVISION.c.number))
    .where(SKETCH.c.article_id.is_(None), tuple_(bindparam("article_id"), bindparam("number")) < _PLACE)
    .order_by(REVISION.c.article_id, REVISION.c.number)
    .limit(REVISIONS)
)
