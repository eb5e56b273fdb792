"""In how many articles of a sample each word and each name is: the part of keyness that reads articles."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsarchive.model.article import Article, BlockKind
from newsarchive.search.terms.analysis import occurrences, terms
from newsarchive.search.words.names import names

_MASK = 2**64 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """Articles by what they hold."""

    articles: int
    """How many were read."""
    words: Counter[str]
    """By term, as the index has it."""
    names: Counter[str]
    """As they are written."""
    certain_names: frozenset[str]
    """Those that stand inside of a sentence somewhere; the others may have their capital from its start."""


def sample(article_ids: Iterable[int], limit: int) -> list[int]:
    """``limit`` of the ids at most, rising; the same of the same ids, whatever else is in the archive.

    An id is taken by a number made of it, so that the sample is spread over time, sites and sections as the ids are.
    """
    return sorted(heapq.nsmallest(limit, article_ids, key=_scattered))


def _scattered(article_id: int) -> int:
    """A number that looks like chance: the finalizer of SplitMix64 (Steele, Lea & Flood 2014)."""
    value = (article_id * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def count_words(articles: Iterable[Article], progress: Callable[[], object] | None = None) -> WordCounts:
    """Count, in each article once, the words of headline, description and text, and the names in its paragraphs.

    Headlines have no names here, because English ones write every word with a capital.
    """
    words: Counter[str] = Counter()
    all_names: Counter[str] = Counter()
    certain: set[str] = set()
    count = 0
    for article in articles:
        count += 1
        words.update({term for text in _texts(article) for term in terms(text)})
        of_article: set[str] = set()
        for block in article.blocks:
            if block.kind is not BlockKind.HEADING:
                found = names(block.text, article.in_language)
                of_article.update(found)
                certain.update(name for name, is_certain in found.items() if is_certain)
        all_names.update(of_article)
        if progress is not None:
            progress()
    return WordCounts(articles=count, words=words, names=all_names, certain_names=frozenset(certain))


def written_forms(articles: Iterable[Article], wanted: Iterable[str]) -> dict[str, str]:
    """How each of these terms is mostly written in these articles; the term itself where it is not there."""
    forms: dict[str, Counter[str]] = {term: Counter() for term in wanted}
    for article in articles:
        for text in _texts(article):
            for term, begin, end in occurrences(text):
                if term in forms:
                    forms[term][text[begin:end]] += 1
    return {term: min(found, key=lambda form: (-found[form], form)) if found else term for term, found in forms.items()}


def _texts(article: Article) -> Iterable[str]:
    for text in (article.headline, article.description):
        if text:
            yield text
    for block in article.blocks:
        yield block.text
