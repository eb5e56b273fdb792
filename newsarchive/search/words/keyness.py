"""Keyness: what is in more articles of one set than one would expect from another. Counts in, a table out.

Counted are articles that hold a word, not its occurrences: an article that says a name forty times counts once. So a
word is typical of the set, not of one long article in it (Egbert & Biber 2019, "Incorporating text dispersion into
keyword analyses", Corpora 14/1).

Two numbers, because they answer different questions. Whether the difference could be chance: log-likelihood G2 of the
two by two table (Dunning 1993, "Accurate methods for the statistics of surprise and coincidence", Computational
Linguistics 19/1; for comparing corpora Rayson & Garside 2000, "Comparing corpora using frequency profiling"). How great
it is: the log ratio (Hardie 2014, "Log Ratio: an informal introduction"), 1 for twice as often, 2 for four times.
Words like "the" need no list of stop words: they are everywhere, and typical of nothing.

>>> round(g2(10, 100, 20, 1000), 2), round(log_ratio(10, 100, 20, 1000), 2)
(14.19, 2.32)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MIN_G2 = 15.13
"""Of what is told: p < 0.0001, as Rayson, Berridge & Francis (2004) advise where many words are tried."""
MIN_ARTICLES = 3
"""Of the set: what is in one or two articles may be typical of them, not of the set."""


class Kind(StrEnum):
    """What can be typical of a set of articles."""

    WORD = "word"
    NAME = "name"
    SECTION = "section"
    SITE = "site"
    LANG = "lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Something that is typical of a set of articles."""

    name: str
    """As :func:`keys` was given it: a word, a name, a section."""
    articles: int
    """Of the set that hold it."""
    size: int
    """Articles of the set in all."""
    rest_articles: int
    """Of the articles compared with that hold it."""
    rest_size: int

    @property
    def expected(self) -> float:
        """How many of the set would hold it if it were as frequent there as in both together."""
        return self.size * (self.articles + self.rest_articles) / (self.size + self.rest_size)

    @property
    def g2(self) -> float:
        """See :func:`g2`."""
        return g2(self.articles, self.size, self.rest_articles, self.rest_size)

    @property
    def log_ratio(self) -> float:
        """See :func:`log_ratio`."""
        return log_ratio(self.articles, self.size, self.rest_articles, self.rest_size)


def keys(
    counts: Mapping[str, int],
    size: int,
    rest_counts: Mapping[str, int],
    rest_size: int,
    *,
    limit: int,
    min_articles: int = MIN_ARTICLES,
    min_g2: float = MIN_G2,
) -> tuple[Key, ...]:
    """What is typical of a set of ``size`` articles against ``rest_size`` others, the surest first.

    The counts say in how many articles each thing is. What is rarer in the set than elsewhere is not told. Nothing is
    typical where there is nothing to compare with.
    """
    if not size or not rest_size:
        return ()
    found: list[Key] = []
    for name, count in counts.items():
        rest_count = rest_counts.get(name, 0)
        if count < min_articles or count * rest_size <= rest_count * size:
            continue
        key = Key(name=name, articles=count, size=size, rest_articles=rest_count, rest_size=rest_size)
        if key.g2 >= min_g2:
            found.append(key)
    found.sort(key=lambda key: (-key.g2, -key.articles, key.name))
    return tuple(found[:limit])


def g2(count: int, size: int, rest_count: int, rest_size: int) -> float:
    """Log-likelihood ratio of the table (with, without) by (set, rest); 3.84 is p = 0.05, 15.13 is p = 0.0001.

    Of all four cells, as Dunning has it: a word may be in most articles, and then those without it matter as well.
    """
    observed = (count, size - count, rest_count, rest_size - rest_count)
    both, total = count + rest_count, size + rest_size
    expected = (
        size * both / total,
        size * (total - both) / total,
        rest_size * both / total,
        rest_size * (total - both) / total,
    )
    return 2 * sum(o * math.log(o / e) for o, e in zip(observed, expected, strict=True) if o)


def log_ratio(count: int, size: int, rest_count: int, rest_size: int) -> float:
    """Binary logarithm of how many times as frequent it is in the set; what is nowhere in the rest counts there half.

    The half is Hardie's, so that the logarithm has a value.
    """
    return math.log2((count / size) / ((rest_count or 0.5) / rest_size))
