"""What is typical of the articles a query finds: words, names, sections, sites and languages.

Sections, sites and languages are counted by the index, in all articles. Words and names are read from the archive, in a
sample of both sides, so that the time it takes does not grow with the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newsarchive.archive.reader import ArchiveReader
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.query import parse_query
from newsarchive.search.language.syntax_tree import And, Everything, Not, Query
from newsarchive.search.words.counts import WordCounts, count_words, sample, written_forms
from newsarchive.search.words.keyness import Key, Kind, keys

MAX_SAMPLE = 100_000
"""Articles read of each side at most: some minutes."""
MAX_TOP = 1_000
"""Of each kind at most."""

_FORMS_FROM = 500  # articles of the sample that tell how a word is written
_VALUES = 20_000  # of a column, the most frequent; the index counts exactly where there are no more


_COLUMNS = {Kind.SECTION: "section_name", Kind.SITE: "site", Kind.LANG: "language_code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """What is typical of the articles a query finds, against others."""

    query: str
    against: str | None
    """None: all articles the query does not find."""
    articles: int
    """How many the query finds."""
    rest: int
    """How many it is compared with."""
    keys: dict[Kind, tuple[Key, ...]]
    """Of each kind that was asked for the surest first; words as they are mostly written."""


def typical(
    reader: ArchiveReader,
    index: SearchIndex,
    query: str,
    *,
    against: str | None,
    kinds: Sequence[str],
    top: int,
    sample_size: int,
    progress: Callable[[], object] | None = None,
) -> Typical:
    """What is in more of the articles ``query`` finds than one would expect from the others.

    The others are all it does not find, or those of them that ``against`` finds. ``sample_size``: articles read of each
    side for words and names, always the same ones of the same articles. ``progress`` is called after each.

    Raises QueryError for a query that does not follow the language, ValueError if a number or kind makes no sense.
    """
    chosen = tuple(dict.fromkeys(map(Kind, kinds)))
    if not 1 <= top <= MAX_TOP or not 1 <= sample_size <= MAX_SAMPLE:
        raise ValueError(f"top {top} and sample_size {sample_size} must be 1 to {MAX_TOP:,} and {MAX_SAMPLE:,}")
    found = parse_query(query)
    others = _without(parse_query(against or ""), found)
    sizes = _size(index, found), _size(index, others)
    all_keys: dict[Kind, tuple[Key, ...]] = {}
    if all(sizes) and {Kind.WORD, Kind.NAME} & set(chosen):
        ids = sample(index.article_ids(found), sample_size)
        one, other = (
            count_words((revision.article for revision in reader.iter_latest(article_ids=side)), progress)
            for side in (ids, sample(index.article_ids(others), sample_size))
        )
        if Kind.WORD in chosen:
            all_keys[Kind.WORD] = _as_written(
                reader, ids, keys(one.words, one.articles, other.words, other.articles, limit=top)
            )
        if Kind.NAME in chosen:
            certain = one.certain_names | other.certain_names
            all_keys[Kind.NAME] = keys(
                _only(one, certain), one.articles, _only(other, certain), other.articles, limit=top
            )
    for kind in chosen:
        if kind in _COLUMNS:
            counts, rest_counts = (_values(index, side, _COLUMNS[kind]) for side in (found, others))
            all_keys[kind] = keys(counts, sizes[0], rest_counts, sizes[1], limit=top)
    return Typical(
        query=query,
        against=against,
        articles=sizes[0],
        rest=sizes[1],
        keys={kind: all_keys.get(kind, ()) for kind in chosen},
    )


def _without(query: Query, excluded: Query) -> Query:
    rest = excluded.operand if isinstance(excluded, Not) else Not(excluded)
    if isinstance(query, Everything):
        return rest
    operands = query.operands if isinstance(query, And) else (query,)
    return And((*operands, rest))


def _size(index: SearchIndex, query: Query) -> int:
    return index.find(query, limit=0).total


def _values(index: SearchIndex, query: Query, column: str) -> Counter[str]:
    """In how many articles each value of a column is."""
    terms = {"field": column, "size": _VALUES, "segment_size": _VALUES}
    buckets = index.aggregate(query, {"values": {"terms": terms}})["values"]["buckets"]
    return Counter({bucket["key"]: bucket["doc_count"] for bucket in buckets})


def _only(counts: WordCounts, certain: frozenset[str]) -> dict[str, int]:
    return {name: count for name, count in counts.names.items() if name in certain}


def _as_written(reader: ArchiveReader, ids: Sequence[int], words: tuple[Key, ...]) -> tuple[Key, ...]:
    """The keys with each word as the sample mostly writes it."""
    articles = (revision.article for revision in reader.iter_latest(article_ids=ids[:_FORMS_FROM]))
    forms = written_forms(articles, [key.name for key in words])
    return tuple(replace(key, name=forms[key.name]) for key in words)
