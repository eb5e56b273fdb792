"""Searcher: from the words of a query to articles of the archive, with snippets and highlights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsarchive.archive.reader import ArchiveReader
from newsarchive.model.revision import Revision
from newsarchive.search.hits.collapsing import kept_ids
from newsarchive.search.hits.facets import FACETS, Facet, facets
from newsarchive.search.hits.highlighting import Highlighter
from newsarchive.search.hits.similar import similar_query
from newsarchive.search.hits.snippet import Range, Snippet
from newsarchive.search.hits.suggestions import suggestions
from newsarchive.search.index.copies import copy_counts, earliest_copies
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.index.ranking import Order, best
from newsarchive.search.language.query import parse_query
from newsarchive.search.language.syntax_tree import Everything, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy of an article that was published first, as far as the archive knows."""

    article_id: int
    url: str
    site: str | None
    date_published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a query finds."""

    revision: Revision
    """The article as it is now."""
    score: float
    """How well it meets the words of the query; comparable within one search only. 0 where order is by date."""
    headline_highlights: tuple[Range, ...]
    """Ranges of the headline that hold what was asked for; empty without a headline."""
    snippet: Snippet
    copies: int | None = None
    """How many articles of its cluster of near-copies the query finds, itself included; None where the search was not
    collapsed."""
    earliest: Copy | None = None
    """Of all its near-copies in the archive the first, found or not; None if it is that itself, and where the search
    was not collapsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One page of what a query finds."""

    total: int
    """How many articles the query finds in all; collapsed, how many clusters of near-copies."""
    hits: tuple[Hit, ...]
    next_cursor: str | None = None
    """Where the next page begins, for ``after``; None if this is the last."""
    suggestions: tuple[str, ...] = ()
    """Where nothing is found: queries with the nearest site, section or author in place of one nobody has."""


class Searcher:
    """Searches an archive by its index. Both are read only; the caller lets the index catch up when it likes."""

    def __init__(self, reader: ArchiveReader, index: SearchIndex) -> None:
        self._reader = reader
        self._index = index

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        order: str = Order.RELEVANCE,
        after: str | None = None,
        collapse: bool = False,
    ) -> SearchResult:
        """Articles that a query of docs/query-language.md finds: ``limit`` of them.

        They begin behind the cursor ``after``, which is the ``next_cursor`` of the page before, and there ``offset``
        farther. ``order`` is a value of :class:`~newsarchive.search.index.ranking.Order`. ``collapse`` shows of each
        cluster of near-copies the one that comes first. An article that was found but is in the archive no more is left
        out.

        Raises QueryError for a query that does not follow the language, CursorError for a cursor of another query or
        order, SearchIndexError for a broken index.
        """
        tree = parse_query(query)
        found = self._index.find(tree, limit=limit, offset=offset, order=order, after=after, collapse=collapse)
        hits = self._hits(found.matches, tree)
        if collapse:
            hits = self._with_copies(hits, tree)
        meant: tuple[str, ...] = ()
        if not found.total:
            meant = suggestions(self._index, tree, query, [site.name for site in self._reader.sites()])
        return SearchResult(total=found.total, hits=hits, next_cursor=found.next_cursor, suggestions=meant)

    def similar(self, article: int | str, *, limit: int = 10, collapse: bool = False) -> tuple[Hit, ...]:
        """The articles most like one, given by id or address; not itself.

        ``collapse`` leaves its near-copies out too, and shows of each cluster of others the one most like it.

        Raises UnknownArticleError, SearchIndexError.
        """
        revision = self._reader.revision(article)
        cluster = revision.cluster_id if collapse else None
        with self._index.view() as view:
            asked = similar_query(view, revision.article, revision.article_id, without_cluster=cluster)
            matches = best(view, asked, limit, collapse=collapse)
        return self._hits(matches, Everything())

    def facets(self, query: str, names: Iterable[str] = tuple(FACETS), size: int = 10) -> tuple[Facet, ...]:
        """How many of the articles a query finds each site, section, author, language and month has.

        Raises QueryError, SearchIndexError; ValueError for a name that is not in
        :data:`~newsarchive.search.hits.facets.FACETS`.
        """
        return facets(self._index, parse_query(query), names, size)

    def article_ids(self, query: str, *, collapse: bool = False) -> Iterator[int]:
        """The ids of all articles a query finds, rising, streamed.

        With ``collapse`` of each cluster of near-copies only the earliest known that it finds; then 24 bytes an article
        are held in memory.

        Raises QueryError before the first id is asked for.
        """
        tree = parse_query(query)
        if collapse:
            return map(int, kept_ids(self._index, tree))
        return self._index.article_ids(tree)

    def _hits(self, matches: Sequence[tuple[int, float]], tree: Query) -> tuple[Hit, ...]:
        scores = dict(matches)
        highlighter = Highlighter(tree)
        hits = []
        for revision in self._reader.latest(list(scores)):
            in_headline, snippet = highlighter.shown(revision.article)
            hits.append(
                Hit(
                    revision=revision,
                    score=scores[revision.article_id],
                    headline_highlights=in_headline,
                    snippet=snippet,
                )
            )
        return tuple(hits)

    def _with_copies(self, hits: Sequence[Hit], tree: Query) -> tuple[Hit, ...]:
        clusters = sorted({hit.revision.cluster_id for hit in hits})
        with self._index.view() as view:
            counts = copy_counts(view, view.asked(tree), clusters)
            earliest = earliest_copies(view, clusters)
        copies: Mapping[int, Copy] = {
            revision.article_id: Copy(
                article_id=revision.article_id,
                url=revision.article.url,
                site=revision.article.site,
                date_published=revision.article.date_published,
            )
            for revision in self._reader.latest(sorted(set(earliest.values())))
        }
        shown = []
        for hit in hits:
            first = earliest.get(hit.revision.cluster_id, hit.revision.article_id)
            shown.append(
                replace(
                    hit,
                    copies=counts.get(hit.revision.cluster_id, 1),
                    earliest=None if first == hit.revision.article_id else copies.get(first),
                )
            )
        return tuple(shown)
