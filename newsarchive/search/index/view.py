"""View: the index as it is at one moment. What is asked of it more than once, in tantivy's terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from newsarchive.search.index.index_query import index_query
from newsarchive.search.language.syntax_tree import Query

PAGE = 20_000
"""Hits fetched at once where all are streamed: a few megabytes."""

_MUST = tantivy.Occur.Must
_MUST_NOT = tantivy.Occur.MustNot


@dataclass(frozen=True, slots=True)
class View:
    """The documents of one commit. Its queries are tantivy's; whatever fails raises ValueError."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher

    def asked(self, query: Query) -> tantivy.Query:
        """A query in tantivy's terms."""
        return index_query(self.schema, query, self.searcher)

    def count(self, asked: tantivy.Query) -> int:
        """How many documents a query finds."""
        return count_of(self.searcher.search(asked, limit=1))

    def column(self, name: str, addresses: Sequence[tantivy.DocAddress]) -> list[Any]:
        """A column's values of these documents; None where one has none."""
        return self.searcher.fast_field_values(name, list(addresses))

    def pages(self, asked: tantivy.Query, *columns: str) -> Iterator[tuple[list[Any], ...]]:
        """Article ids of all that a query finds, rising, and beside them these columns, by the :data:`PAGE`."""
        for hits in self.rising(asked, "article_id"):
            addresses = [address for _, address in hits]
            yield ([value for value, _ in hits], *(self.column(name, addresses) for name in columns))

    def rising(self, asked: tantivy.Query, column: str) -> Iterator[list[tuple[int, tantivy.DocAddress]]]:
        """All that a query finds by a number each document has, rising, with that number, by the :data:`PAGE`.

        Of several documents with the same number those beyond the end of a page may be left out.
        """
        numbers = self.searcher.aggregate(asked, {"numbers": {"stats": {"field": column}}})["numbers"]
        count = int(numbers["count"])
        if not count:
            return
        lowest, highest = int(numbers["min"]), int(numbers["max"])
        # tantivy looks at all hits behind a bound to find the first of them, so there is an upper one, too: of ranges
        # that hold half a page if hits are spread evenly, nearly none holds more than one.
        width = max(1, (highest - lowest + 1) * PAGE // (2 * count)) if count > PAGE else highest - lowest + 1
        after = lowest - 1
        while after < highest:
            end = min(after + width, highest)
            hits = self.searcher.search(
                both(asked, self.within(column, after + 1, end)),
                limit=PAGE,
                count=False,
                order_by_field=column,
                order=tantivy.Order.Asc,
            ).hits
            if hits:
                yield hits
            after = hits[-1][0] if len(hits) == PAGE else end

    def within(self, column: str, lowest: int, highest: int) -> tantivy.Query:
        """Documents with a number of this range, its ends included, in this column."""
        return tantivy.Query.range_query(
            self.schema, column, tantivy.FieldType.Integer, lower_bound=lowest, upper_bound=highest
        )

    def over(self, column: str, value: int) -> tantivy.Query:
        """Documents with a greater number in this column."""
        return tantivy.Query.range_query(
            self.schema, column, tantivy.FieldType.Integer, lower_bound=value, include_lower=False
        )

    def under(self, column: str, value: int) -> tantivy.Query:
        """Documents with a smaller number in this column."""
        return tantivy.Query.range_query(
            self.schema, column, tantivy.FieldType.Integer, upper_bound=value, include_upper=False
        )

    def any_of(self, column: str, values: Sequence[int]) -> tantivy.Query:
        """Documents with one of these numbers in this column."""
        return tantivy.Query.term_set_query(self.schema, column, values)


def count_of(result: tantivy.SearchResult) -> int:
    """How many documents a search found in all."""
    return int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs


def both(*queries: tantivy.Query) -> tantivy.Query:
    """What all of these find."""
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def without(query: tantivy.Query, excluded: tantivy.Query) -> tantivy.Query:
    """What the first finds and the second does not."""
    return tantivy.Query.boolean_query([(_MUST, query), (_MUST_NOT, excluded)])


def either(*queries: tantivy.Query) -> tantivy.Query:
    """What any of these finds."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
