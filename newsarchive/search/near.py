"""Words near each other: which terms, and how far apart they may stand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

NEAR_DISTANCE = 100
"""Other words between words that are near each other at most; a paragraph seldom has more."""
ARRANGEMENT_COUNT = 1500
"""Ways in which the near words of a query may stand: the index looks for each. Enough for three words with 20 others
between them, and for four with 5."""


def arrangement_count(term_count: int, distance: int) -> int:
    """How many phrases :func:`arrangements` gives.

    >>> arrangement_count(2, 100), arrangement_count(3, 5)
    (2, 126)
    """
    if term_count == 2:
        return 2
    return math.factorial(term_count) * math.comb(distance + term_count - 1, term_count - 1)


def arrangements(terms: Sequence[str], distance: int) -> Iterator[tuple[tuple[tuple[int, str], ...], int]]:
    """All ways in which the terms may stand: phrases of positions and terms, and the slop of each.

    Of two terms both orders with a slop. The index's slop of three and more misses places (it counts from the nearest
    occurrence of each term and does not look back), so there every distance is a phrase of its own.
    """
    size = len(terms)
    for order in itertools.permutations(terms):
        if size == 2:
            yield tuple(enumerate(order)), distance
            continue
        for offsets in itertools.combinations(range(1, size + distance), size - 1):
            yield tuple(zip((0, *offsets), order, strict=True)), 0


def near_places(terms: Sequence[str], distance: int, words: Sequence[str]) -> list[tuple[int, int]]:
    """Half-open ranges of positions of the words of ``terms`` in ``words`` that stand near enough, in order.

    Each range is one word: of every stretch that holds all terms and as few words more as may be, its words.
    """
    size = len(terms) + distance
    last: dict[str, int] = dict.fromkeys(terms, -1)
    marked: set[int] = set()
    for position, word in enumerate(words):
        if word not in last:
            continue
        last[word] = position
        first = min(last.values())
        if first >= 0 and position - first < size:
            marked.update(last.values())
    return [(position, position + 1) for position in sorted(marked)]
