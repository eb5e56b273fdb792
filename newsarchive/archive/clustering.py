"""Which articles are near-copies of each other: new sketches are compared with those of the archive, clusters meet.

Two articles are near-copies if any revision of one is similar to any of the other (see ``near_copies``). A cluster is
all that hang together in this way, through whichever links, and is named by its lowest article id. Links are never
taken back, for revisions are not; so a cluster only grows or meets another, and which articles are together does not
depend on the order they came in.

The cost of an article is that of looking up its :data:`~newsarchive.archive.near_copies.BANDS` keys and of storing as
many postings, however large the archive is:

* A sketch like one that is posted already gets no postings: whatever is similar to one is similar to the other.
* A key takes :data:`MAX_POSTINGS` postings. Keys that more sketches share are those of thousands of texts that are
  alike, and the first of them are enough to find the cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from newsarchive.archive.near_copies import SIMILAR, Sketch, similarities
from newsarchive.archive.number_lists import add_numbers, among
from newsarchive.archive.schema import ArticleRow, RevisionRow, SketchBandRow, SketchRow

MAX_POSTINGS = 64
"""Sketches found under one key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """A revision that gets a sketch."""

    article_id: int
    number: int
    """Of the revision."""
    cluster_id: int
    """Its article's so far; the article's own id for a new one."""
    sketch: Sketch


class Clustering:
    """The sketches that one transaction adds. Make it, see what :attr:`moved`, :meth:`write`."""

    def __init__(self, connection: Connection, texts: Sequence[NewText]) -> None:
        """Look up what the texts are similar to; the transaction holds the lock on the numbering."""
        self._connection = connection
        self._sketches = [
            {"article_id": text.article_id, "number": text.number, "minima": text.sketch.minima} for text in texts
        ]
        self._postings: list[tuple[int, int, int]] = []
        self._lower: dict[int, int] = {}
        """From a cluster to a lower one that it belongs to."""
        self._compare(texts)

    @property
    def moved(self) -> Mapping[int, int]:
        """What became of each cluster that met a lower one: the lowest it now belongs to."""
        return {cluster_id: self._lowest(cluster_id) for cluster_id in self._lower}

    def write(self) -> None:
        """Store the sketches; their articles have to be there."""
        if self._sketches:
            self._connection.execute(_ADD_SKETCHES, self._sketches)
        self._postings.sort(key=itemgetter(0))  # the order of the index: neighbors go to the same page
        add_numbers(self._connection, SketchBandRow, self._postings)

    def _compare(self, texts: Sequence[NewText]) -> None:
        minima: list[bytes] = []
        clusters: list[int] = []
        posted: dict[int, tuple[int, ...]] = {}
        """Under each key the indexes of what stands in ``minima`` and ``clusters``."""
        self._load(texts, minima, clusters, posted)
        for text in texts:
            bands, mine = text.sketch.bands, text.sketch.minima
            if posted.keys().isdisjoint(bands):  # as of almost all
                posted.update(dict.fromkeys(bands, (len(minima),)))
                self._postings.extend(zip(bands, repeat(text.article_id), repeat(text.number)))
            else:
                candidates = list({candidate for band in bands for candidate in posted.get(band, ())})
                others = [minima[candidate] for candidate in candidates]
                for candidate, similarity in zip(candidates, similarities(mine, others), strict=True):
                    if similarity >= SIMILAR:
                        self._join(text.cluster_id, clusters[candidate])
                if mine in others:
                    continue
                for band in bands:
                    under_key = posted.get(band, ())
                    if len(under_key) < MAX_POSTINGS:
                        posted[band] = (*under_key, len(minima))
                        self._postings.append((band, text.article_id, text.number))
            minima.append(mine)
            clusters.append(text.cluster_id)

    def _load(
        self, texts: Sequence[NewText], minima: list[bytes], clusters: list[int], posted: dict[int, tuple[int, ...]]
    ) -> None:
        """What the archive has under the keys of the texts."""
        run = self._connection.execute
        bands = {band for text in texts for band in text.sketch.bands}
        postings = run(_POSTINGS, {"bands": bands}).all() if bands else []
        if not postings:
            return
        wanted = {(article_id, number) for _, article_id, number in postings}
        places: dict[tuple[int, int], int] = {}
        for article_id, number, stored, cluster_id in run(
            _SKETCHES, {"article_ids": {article for article, _ in wanted}}
        ):
            if (article_id, number) in wanted:
                places[article_id, number] = len(minima)
                minima.append(stored)
                clusters.append(cluster_id)
        for band, article_id, number in postings:
            posted[band] = (*posted.get(band, ()), places[article_id, number])

    def _join(self, one: int, other: int) -> None:
        one, other = self._lowest(one), self._lowest(other)
        if one != other:
            self._lower[max(one, other)] = min(one, other)

    def _lowest(self, cluster_id: int) -> int:
        lowest = cluster_id
        while lowest in self._lower:
            lowest = self._lower[lowest]
        while cluster_id != lowest:  # the next one who asks gets there in one step
            self._lower[cluster_id], cluster_id = lowest, self._lower[cluster_id]
        return lowest


def move(
    connection: Connection,
    moved: Mapping[int, int],
    next_revision_id: Callable[[], int],
    *,
    except_for: Container[int] = (),
) -> None:
    """Give stored articles of those clusters their new one, but the ones ``except_for``, whose writer sees to it.

    Their latest revisions get new numbers in the archive's sequence, so that an index learns of it.
    """
    articles: list[dict[str, Any]] = []
    revisions: list[dict[str, Any]] = []
    for article_id, cluster_id, revision_id in connection.execute(_MEMBERS, {"cluster_ids": moved.keys()}):
        if article_id not in except_for:
            new_id = next_revision_id()
            articles.append({"this_id": article_id, "cluster_id": moved[cluster_id], "latest_revision_id": new_id})
            revisions.append({"this_id": revision_id, "id": new_id})
    if articles:
        connection.execute(_MOVE_ARTICLES, articles)
        connection.execute(_MOVE_REVISIONS, revisions)


_ADD_SKETCHES = insert(SketchRow)
_POSTINGS = (
    select(SketchBandRow.band, SketchBandRow.article_id, SketchBandRow.number)
    .where(among(SketchBandRow.band, "bands"))
    .order_by(SketchBandRow.article_id, SketchBandRow.number)
)
_SKETCHES = (
    select(SketchRow.article_id, SketchRow.number, SketchRow.minima, ArticleRow.cluster_id)
    .join(ArticleRow, ArticleRow.id == SketchRow.article_id)
    .where(among(SketchRow.article_id, "article_ids"))
)
_MEMBERS = (
    select(ArticleRow.id, ArticleRow.cluster_id, ArticleRow.latest_revision_id)
    .where(among(ArticleRow.cluster_id, "cluster_ids"))
    .order_by(ArticleRow.id)
)
_MOVE_ARTICLES = (
    update(ArticleRow)
    .where(ArticleRow.id == bindparam("this_id"))
    .values(cluster_id=bindparam("cluster_id"), latest_revision_id=bindparam("latest_revision_id"))
)
_MOVE_REVISIONS = update(RevisionRow).where(RevisionRow.id == bindparam("this_id")).values(id=bindparam("id"))
