"""Searcher: from the words of a query to articles of the archive, with snippets and highlights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsarchive.archive.reader import ArchiveReader
from newsarchive.model.revision import Revision
from newsarchive.search.analysis import Pattern
from newsarchive.search.index import SearchIndex
from newsarchive.search.query import parse_query
from newsarchive.search.ranking import Order
from newsarchive.search.snippet import Range, Snippet, highlights, snippet
from newsarchive.search.syntax_tree import Field, Query, wanted_words


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One page of what a query finds."""

    total: int
    """How many articles the query finds in all."""
    hits: tuple[Hit, ...]


class Searcher:
    """Searches an archive by its index. Both are read only; the caller lets the index catch up when it likes."""

    def __init__(self, reader: ArchiveReader, index: SearchIndex) -> None:
        self._reader = reader
        self._index = index

    def search(self, query: str, *, limit: int = 20, offset: int = 0, order: str = Order.RELEVANCE) -> SearchResult:
        """Articles that a query of docs/query-language.md finds: ``limit`` of them from number ``offset`` on.

        ``order`` is a value of :class:`~newsarchive.search.index.Order`. An article that was found but is in the
        archive no more is left out of the hits.

        Raises QueryError for a query that does not follow the language, SearchIndexError for a broken index.
        """
        tree = parse_query(query)
        found = self._index.find(tree, limit=limit, offset=offset, order=order)
        revisions = self._reader.latest([article_id for article_id, _ in found.matches])
        scores = dict(found.matches)
        anywhere = _patterns(tree, None)
        in_headline = (*anywhere, *_patterns(tree, Field.HEADLINE))
        hits = tuple(
            Hit(
                revision=revision,
                score=scores[revision.article_id],
                headline_highlights=highlights(revision.article.headline or "", in_headline),
                snippet=snippet(revision.article, anywhere),
            )
            for revision in revisions
        )
        return SearchResult(total=found.total, hits=hits)

    def article_ids(self, query: str) -> Iterator[int]:
        """The ids of all articles a query finds, rising, streamed.

        Raises QueryError before the first id is asked for.
        """
        return self._index.article_ids(parse_query(query))


def _patterns(query: Query, field: Field | None) -> tuple[Pattern, ...]:
    """What a query wants to be in a field, each pattern once."""
    patterns = (
        Pattern.of(words.text, is_prefix=words.is_prefix) for words in wanted_words(query) if words.field is field
    )
    return tuple(dict.fromkeys(pattern for pattern in patterns if pattern is not None))
