"""The queries of ``benchmarks/archive.py``: drawn from the articles by how frequent their words are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from synthetic_articles import SECTIONS

from newsarchive.search.terms.analysis import terms

CLASSES = (
    "rare",
    "medium",
    "frequent",
    "two words",
    "phrase",
    "prefix",
    "field and dates",
    "newest first",
)
_FIRST_YEAR, _LAST_YEAR = 2011, 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkQuery:
    """One query, for the archive in its language, for the others by its parts."""

    kind: str
    terms: tuple[str, ...]
    section: str = ""
    year: int = 0

    @property
    def text(self) -> str:
        """In the archive's query language."""
        match self.kind:
            case "phrase":
                return f'"{" ".join(self.terms)}"'
            case "prefix":
                return f"{self.terms[0]}*"
            case "field and dates":
                return f"{self.terms[0]} section:{self.section} since:{self.year} until:{self.year}"
            case _:
                return " ".join(self.terms)


def benchmark_queries(bodies: Sequence[str], count: int, *, seed: int = 1) -> dict[str, list[BenchmarkQuery]]:
    """``count`` queries of each class, by the frequencies in a sample of bodies.

    A rare word is in at most one article of 4,000, a medium one in one of 200 to one of 50, a frequent one in 15 to 25
    of a hundred, or the nearest there are.
    """
    rng = np.random.default_rng(seed)
    read = [[term for term in terms(body) if term.isascii() and term.isalpha()] for body in bodies]
    articles = Counter(term for words in read for term in set(words) if len(term) > 2)
    size = len(bodies)
    rare = _between(articles, 1, max(1, size / 4000))
    medium = _between(articles, size / 200, size / 50)
    frequent = _between(articles, size * 0.15, size * 0.25)

    def drawn(words: Sequence[str]) -> str:
        return words[int(rng.integers(len(words)))]

    queries: dict[str, list[BenchmarkQuery]] = {kind: [] for kind in CLASSES}
    for _ in range(count):
        words = read[int(rng.integers(size))]
        start = int(rng.integers(max(1, len(words) - 2)))
        parts: dict[str, tuple[str, ...]] = {
            "rare": (drawn(rare),),
            "medium": (drawn(medium),),
            "frequent": (drawn(frequent),),
            "two words": (drawn(frequent), drawn(medium)),
            "phrase": tuple(words[start : start + 2]),
            "prefix": (drawn(medium)[:4],),
            "field and dates": (drawn(frequent),),
            "newest first": (drawn(frequent),),
        }
        section = SECTIONS[int(rng.integers(len(SECTIONS)))].lower()
        year = int(rng.integers(_FIRST_YEAR, _LAST_YEAR + 1))
        for kind, chosen in parts.items():
            queries[kind].append(BenchmarkQuery(kind=kind, terms=chosen, section=section, year=year))
    return queries


def _between(articles: Counter[str], lowest: float, highest: float) -> list[str]:
    """The words in so many articles, in a fixed order; if there are none, the one that is nearest."""
    found = sorted(word for word, count in articles.items() if lowest <= count <= highest)
    return found or [min(articles, key=lambda word: (abs(articles[word] - lowest), word))]


def percentile(times: Iterable[float], share: float) -> float:
    """The time that so large a share of all stays below."""
    return float(np.percentile(list(times), share * 100))
