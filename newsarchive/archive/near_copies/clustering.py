"""Which articles are near-copies of each other: new sketches are compared with those of the archive, clusters meet.

Two articles are near-copies if any revision of one is similar to any of the other (see ``sketches.py``). A cluster is
all that hang together in this way, through whichever links, and is named by its lowest article id. Links are never
taken back, for revisions are not; so a cluster only grows or meets another, and which articles are together does not
depend on the order they came in.

The cost of an article is that of looking up its :data:`~newsarchive.archive.near_copies.sketches.BANDS` keys and of
storing as many postings, however large the archive is:

* A sketch like one that is posted already gets no postings: whatever is similar to one is similar to the other.
* A key takes :data:`MAX_POSTINGS` postings. One that more sketches have is that of many texts that are alike, and the
  first of them are enough to find the cluster; or it is a phrase that says nothing, and the other keys have to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from newsarchive.archive.near_copies.sketches import SIMILAR, Sketch, bears_out, similarities
from newsarchive.archive.number_lists import add_numbers, among
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.sketches import SKETCH, SKETCH_BAND

MAX_POSTINGS = 16
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


_Place = tuple[int, int]
"""Article and number of a revision."""
_Postings = dict[int, list[tuple[int, _Place]]]
"""Under each key the sketches that have it, with their witnesses to it."""


class Clustering:
    """The sketches that one transaction adds. Make it, see what :attr:`moved`, :meth:`write`."""

    def __init__(self, connection: Connection, texts: Sequence[NewText]) -> None:
        """Look up what the texts are similar to; the transaction holds the lock on the numbering."""
        self._connection = connection
        self._sketches = [
            {"article_id": text.article_id, "number": text.number, "minima": text.sketch.minima} for text in texts
        ]
        self._rows: list[tuple[int, int, int, int]] = []
        """Of the table of postings."""
        self._lower: dict[int, int] = {}
        """From a cluster to a lower one that it belongs to."""
        if texts:
            self._compare(texts)

    @property
    def moved(self) -> Mapping[int, int]:
        """What became of each cluster that met a lower one: the lowest it now belongs to."""
        return {cluster_id: self._lowest(cluster_id) for cluster_id in self._lower}

    def write(self) -> None:
        """Store the sketches; their articles have to be there."""
        if self._sketches:
            self._connection.execute(_ADD_SKETCHES, self._sketches)
        self._rows.sort(key=itemgetter(0))  # the order of the index: neighbors share a page
        add_numbers(self._connection, SKETCH_BAND, self._rows)

    def _compare(self, texts: Sequence[NewText]) -> None:
        times = Counter(chain.from_iterable(text.sketch.bands for text in texts))
        posted = self._load_postings(times.keys())
        minima, clusters = self._load_sketches({place for text in texts for place in _candidates(text.sketch, posted)})
        for band, count in times.items():
            if count > 1:
                posted.setdefault(band, [])
        for text in texts:
            mine = text.sketch.minima
            places = _candidates(text.sketch, posted)
            if places:
                others = [minima[place] for place in places]
                for place, similarity in zip(places, similarities(mine, others), strict=True):
                    if similarity >= SIMILAR:
                        self._join(text.cluster_id, clusters[place])
                if mine in others:
                    continue
            place = text.article_id, text.number
            minima[place], clusters[place] = mine, text.cluster_id
            for band, witness in zip(text.sketch.bands, text.sketch.witnesses, strict=True):
                shared = posted.get(band)  # None for most keys: nobody else asks for them
                if shared is None or len(shared) < MAX_POSTINGS:
                    self._rows.append((band, text.article_id, text.number, witness))
                    if shared is not None:
                        shared.append((witness, place))

    def _load_postings(self, bands: Collection[int]) -> _Postings:
        """What the archive has under these keys."""
        found: _Postings = {}
        for band, article_id, number, witness in self._connection.execute(_POSTINGS, {"bands": bands}):
            found.setdefault(band, []).append((witness, (article_id, number)))
        return found

    def _load_sketches(self, places: set[_Place]) -> tuple[dict[_Place, bytes], dict[_Place, int]]:
        """Minima and clusters of stored revisions."""
        minima: dict[_Place, bytes] = {}
        clusters: dict[_Place, int] = {}
        if places:
            found = self._connection.execute(_SKETCHES, {"article_ids": {article_id for article_id, _ in places}})
            for article_id, number, ends, cluster_id in found:
                minima[article_id, number] = ends
                clusters[article_id, number] = cluster_id
        return minima, clusters

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


def _candidates(sketch: Sketch, postings: _Postings) -> set[_Place]:
    """What is posted under a key of the sketch and borne out by a witness."""
    if postings.keys().isdisjoint(sketch.bands):
        return set()
    return {
        place
        for band, witness in zip(sketch.bands, sketch.witnesses, strict=True)
        for other, place in postings.get(band, ())
        if bears_out(witness, other)
    }


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


_ADD_SKETCHES = insert(SKETCH)
_POSTINGS = select(SKETCH_BAND.c.band, SKETCH_BAND.c.article_id, SKETCH_BAND.c.number, SKETCH_BAND.c.witness).where(
    among(SKETCH_BAND.c.band, "bands")
)
_SKETCHES = (
    select(SKETCH.c.article_id, SKETCH.c.number, SKETCH.c.minima, ARTICLE.c.cluster_id)
    .join(ARTICLE, ARTICLE.c.id == SKETCH.c.article_id)
    .where(among(SKETCH.c.article_id, "article_ids"))
)
_MEMBERS = (
    select(ARTICLE.c.id, ARTICLE.c.cluster_id, ARTICLE.c.latest_revision_id)
    .where(among(ARTICLE.c.cluster_id, "cluster_ids"))
    .order_by(ARTICLE.c.id)
)
_MOVE_ARTICLES = (
    update(ARTICLE)
    .where(ARTICLE.c.id == bindparam("this_id"))
    .values(cluster_id=bindparam("cluster_id"), latest_revision_id=bindparam("latest_revision_id"))
)
_MOVE_REVISIONS = update(REVISION).where(REVISION.c.id == bindparam("this_id")).values(id=bindparam("id"))
