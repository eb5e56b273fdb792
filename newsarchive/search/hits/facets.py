"""Facets: of what a query finds, how many articles each site, section, author, language and month has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import tantivy

from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.index.index_query import unscored
from newsarchive.search.index.view import View, without
from newsarchive.search.language.syntax_tree import Query

FACETS: Mapping[str, str] = MappingProxyType(
    {
        "site": "site",
        "section": "section_name",
        "author": "author_name",
        "language": "language_code",
        "month": "month",
    }
)
"""What is counted, by the name it is asked for: the column of the index."""
LISTED_VALUES = 1000
"""So many values of a facet are looked at one by one; making thousands of them takes longer than counting all."""

_EVERY = 2**32 - 1  # values a segment reports: all, because one cut off in a segment would be counted too low
_NO_NAME = "\0"  # no name holds it: the archive stores none


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value and the articles that have it."""

    value: str
    """As the article has it; a month like ``2023-05``, UTC."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The values of one kind among the articles a query finds. All counts are exact."""

    name: str
    values: tuple[FacetValue, ...]
    """The most frequent ones, those of the same count in the order of their names."""
    missing: int
    """Articles that have none."""
    other_values: int | None
    """How many more values there are; None if there are more than :data:`LISTED_VALUES` in all."""
    other_count: int
    """How often those stand there in all: once an article, of authors once each."""


def facets(index: SearchIndex, query: Query, names: Iterable[str] = tuple(FACETS), size: int = 10) -> tuple[Facet, ...]:
    """The facets of these names, each with its ``size`` most frequent values, :data:`LISTED_VALUES` at most.

    Raises SearchIndexError if the index cannot be read, ValueError for a name that is not in :data:`FACETS` or a
    negative size.
    """
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in FACETS:
            raise ValueError(f"no facet is called {name!r}: there are {', '.join(FACETS)}")
    if size < 0:
        raise ValueError(f"size {size} must not be negative")
    if not wanted:
        return ()
    with index.view() as view:
        asked = unscored(view.asked(query))
        found = view.searcher.aggregate(asked, {name: {"terms": _terms(name)} for name in wanted})
        return tuple(_facet(view, asked, name, found[name], size) for name in wanted)


def _terms(name: str) -> dict[str, Any]:
    # One value more than are listed: none.
    return {"field": FACETS[name], "missing": _none(name), "size": LISTED_VALUES + 1, "segment_size": _EVERY}


def _facet(view: View, asked: tantivy.Query, name: str, found: Mapping[str, Any], size: int) -> Facet:
    counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in found["buckets"]}
    beyond = int(found["sum_other_doc_count"])
    missing = counts.pop(_none(name), 0)
    if beyond and not missing:  # fewer have none than any of the values listed
        missing = view.count(without(asked, tantivy.Query.exists_query(FACETS[name])))
        beyond -= missing
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]
    return Facet(
        name=name,
        values=tuple(FacetValue(value=_shown(name, value), count=count) for value, count in most),
        missing=missing,
        other_values=None if beyond else len(counts) - len(most),
        other_count=sum(counts.values()) - sum(count for _, count in most) + beyond,
    )


def _none(name: str) -> int | str:
    """What stands for no value in the column; no article has it."""
    return 0 if name == "month" else _NO_NAME


def _shown(name: str, key: Any) -> str:  # noqa: ANN401 (a key of a column of words or numbers)
    if name == "month":
        return f"{int(key) // 100:04d}-{int(key) % 100:02d}"
    return str(key)
