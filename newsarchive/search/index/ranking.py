"""In which order hits come, page by page: by relevance or by date, each article or each cluster of near-copies once.

By date a page begins behind the date and id of the hit shown last, so paging holds whatever is indexed meanwhile: no
hit comes twice, and none is left out that was there before, unless its date changes. A cluster may move: a new copy can
take the place of the one that stood for it. Scores shift with every article that is indexed, and tantivy cannot begin
behind one. So by relevance a page begins behind so many hits; if another hit than the one shown last stands there, the
index has changed, and it begins behind the place where that one stands now. While the index stays as it is, pages put
together are the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Protocol

import tantivy

from newsarchive.search.index.copies import cluster_count, shown_clusters
from newsarchive.search.index.cursor import Cursor
from newsarchive.search.index.index_query import unscored
from newsarchive.search.index.view import PAGE, View, both, count_of, either, without

_CLUSTERS_AHEAD = 50  # hits looked at first for a page of clusters
_SHIFT = 10_000  # so many hits farther down than it was the hit shown last is looked for


class Order(StrEnum):
    """Which articles come first."""

    RELEVANCE = "relevance"
    """The best score; the newest where a query asks for no words that could be better or worse met."""
    NEWEST = "newest"
    """By publication date, articles without one last, those of the highest id first."""
    OLDEST = "oldest"
    """By publication date, articles without one last too, those of the lowest id first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what a query finds."""

    total: int
    """How many articles the query finds in all; collapsed, how many clusters."""
    matches: tuple[tuple[int, float], ...]
    """Article ids of this page in order, each with its score; 0 where order is by date."""
    next_cursor: str | None = None
    """Where the next page begins; None if this is the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """A hit and what it is placed by."""

    article_id: int
    address: tantivy.DocAddress
    score: float = 0.0
    """0 by date."""
    published: int | None = None
    """None by relevance, and without a date."""


class Ranking(Protocol):
    """All hits of a query in one order."""

    def begin(self, after: Cursor | None) -> int:
        """How many hits stand before those that come next, as far as the order counts them."""

    def places(self, limit: int, offset: int, after: Cursor | None) -> list[Place]:
        """So many hits, beginning so many behind the cursor, or behind the start."""

    @property
    def counted(self) -> int | None:
        """How many hits there are in all, if that came to light on the way: to count them beside takes half as long."""

    def shown(self, after: Cursor, clusters: list[int]) -> set[int]:
        """Which of these clusters have a hit at or before the cursor."""

    def cursor(self, last: Place, number: int) -> Cursor:
        """The cursor behind a hit, the last of so many."""


def find_page(
    view: View,
    asked: tantivy.Query,
    order: Order,
    *,
    identity: object,
    limit: int,
    offset: int = 0,
    after: str | None = None,
    collapse: bool = False,
) -> Found:
    """A page of what a query finds: ``limit`` hits, ``offset`` behind the start or the cursor ``after``.

    ``identity`` tells the query from others. Raises CursorError.
    """
    identity = (identity, order.value, collapse)
    cursor = None if after is None else Cursor.decode(after, identity)
    ranking: Ranking = _ByScore(view, asked) if order is Order.RELEVANCE else _ByDate(view, asked, order)
    # tantivy makes room for all hits up to the last at once.
    limit = max(0, min(limit, view.searcher.num_docs - offset))
    if not limit:
        numbered = []
    elif collapse:
        numbered = list(islice(_one_of_each(view, ranking, cursor), offset, offset + limit + 1))
    else:
        places = ranking.places(limit + 1, offset, cursor)
        begun = ranking.begin(cursor)
        numbered = [(begun + offset + number, place) for number, place in enumerate(places, 1)]
    if collapse:
        total = cluster_count(view, asked)
    else:
        total = view.count(unscored(asked)) if ranking.counted is None else ranking.counted
    next_cursor = None
    if len(numbered) > limit > 0:
        number, last = numbered[limit - 1]
        next_cursor = ranking.cursor(last, number).encode(identity)
    matches = tuple((place.article_id, place.score) for _, place in numbered[:limit])
    return Found(total=total, matches=matches, next_cursor=next_cursor)


def best(view: View, asked: tantivy.Query, limit: int, *, collapse: bool = False) -> list[tuple[int, float]]:
    """The ids and scores of the best hits, uncounted; with ``collapse`` one of each cluster."""
    ranking = _ByScore(view, asked)
    if collapse:
        places = [place for _, place in islice(_one_of_each(view, ranking, None), limit)]
    else:
        places = ranking.places(limit, 0, None)
    return [(place.article_id, place.score) for place in places]


def _one_of_each(view: View, ranking: Ranking, after: Cursor | None) -> Iterator[tuple[int, Place]]:
    """The best placed hit of each cluster behind the cursor, with its number among all hits."""
    begun = ranking.begin(after)
    seen: set[int] = set()
    number = 0
    size = _CLUSTERS_AHEAD
    while True:
        places = ranking.places(size, number, after)
        clusters: list[int] = view.column("cluster", [place.address for place in places])
        if after is not None:
            seen |= ranking.shown(after, sorted(set(clusters) - seen))
        for place, cluster in zip(places, clusters, strict=True):
            number += 1
            if cluster not in seen:
                seen.add(cluster)
                yield begun + number, place
        if len(places) < size:
            return
        size = min(2 * size, PAGE)


class _ByScore:
    def __init__(self, view: View, asked: tantivy.Query) -> None:
        self._view = view
        self._asked = asked
        self._begins: dict[Cursor, int] = {}
        self.counted: int | None = None

    def begin(self, after: Cursor | None) -> int:
        if after is None:
            return 0
        if after not in self._begins:
            self._begins[after] = self._behind(after)
        return self._begins[after]

    def places(self, limit: int, offset: int, after: Cursor | None) -> list[Place]:
        return self._ranked(limit, offset + self.begin(after))

    def shown(self, after: Cursor, clusters: list[int]) -> set[int]:
        number = self.begin(after)
        shown: set[int] = set()
        for start in range(0, number, PAGE):
            addresses = [place.address for place in self._ranked(min(PAGE, number - start), start)]
            shown.update(self._view.column("cluster", addresses))
        return shown.intersection(clusters)

    def cursor(self, last: Place, number: int) -> Cursor:
        return Cursor(article_id=last.article_id, number=number)

    def _ranked(self, limit: int, start: int) -> list[Place]:
        limit = min(limit, self._view.searcher.num_docs - start)
        if limit <= 0:
            return []
        result = self._view.searcher.search(self._asked, limit=limit, offset=start, count=self.counted is None)
        if self.counted is None:
            self.counted = count_of(result)
        hits = result.hits
        ids = self._view.column("article_id", [address for _, address in hits])
        return [Place(i, address, float(score)) for i, (score, address) in zip(ids, hits, strict=True)]

    def _behind(self, after: Cursor) -> int:
        """How many hits stand up to the one that was shown last; if it has gone, as many as stood before it."""
        number = min(after.number or 0, self._view.searcher.num_docs)
        if number <= 0 or [place.article_id for place in self._ranked(1, number - 1)] == [after.article_id]:
            return number
        for start in range(0, number + _SHIFT, _SHIFT):
            for place_number, place in enumerate(self._ranked(_SHIFT, start), start + 1):
                if place.article_id == after.article_id:
                    return place_number
        return number - 1


class _ByDate:
    def __init__(self, view: View, asked: tantivy.Query, order: Order) -> None:
        self._view = view
        self._asked = asked
        self._newest_first = order is Order.NEWEST
        self._direction = tantivy.Order.Desc if self._newest_first else tantivy.Order.Asc
        self._dated = tantivy.Query.exists_query("published")
        self.counted: int | None = None

    def begin(self, after: Cursor | None) -> int:
        return 0  # a cursor by date needs no number

    def places(self, limit: int, offset: int, after: Cursor | None) -> list[Place]:
        view = self._view
        limit = min(limit, view.searcher.num_docs - offset)
        if limit <= 0:
            return []
        if after is not None and after.published is None:
            return self._undated(limit, offset, after)
        asked = self._asked
        if after is not None and after.published is not None:
            asked = both(asked, self._beyond("published", after.published))
        result = view.searcher.search(
            asked, limit=limit, offset=offset, count=after is None, order_by_field="published", order=self._direction
        )
        if after is None:
            self.counted = count_of(result)
        hits = [(published, address) for published, address in result.hits if published is not None]
        ids = view.column("article_id", [address for _, address in hits])
        places = [Place(i, address, published=published) for i, (published, address) in zip(ids, hits, strict=True)]
        if len(places) == limit:
            return places
        before = max(0, offset - view.count(both(asked, self._dated))) if offset else 0
        return places + self._undated(limit - len(places), before, None)

    def shown(self, after: Cursor, clusters: list[int]) -> set[int]:
        undated = without(tantivy.Query.all_query(), self._dated)
        if after.published is None:
            beyond = both(undated, self._beyond("article_id", after.article_id))
        else:
            beyond = either(self._beyond("published", after.published), undated)
        return shown_clusters(self._view, without(self._asked, beyond), clusters)

    def cursor(self, last: Place, number: int) -> Cursor:
        return Cursor(article_id=last.article_id, published=last.published)

    def _undated(self, limit: int, offset: int, after: Cursor | None) -> list[Place]:
        asked = without(self._asked, self._dated)
        if after is not None:
            asked = both(asked, self._beyond("article_id", after.article_id))
        hits = self._view.searcher.search(
            asked, limit=limit, offset=offset, count=False, order_by_field="article_id", order=self._direction
        ).hits
        return [Place(article_id, address) for article_id, address in hits]

    def _beyond(self, column: str, value: int) -> tantivy.Query:
        return self._view.under(column, value) if self._newest_first else self._view.over(column, value)
