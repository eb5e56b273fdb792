"""Words near each other: how far apart they may stand, and where in a text they do."""

from __future__ import annotations

from collections.abc import Sequence

NEAR_DISTANCE = 100
"""Other words between words that are near each other at most; a paragraph seldom has more."""
NEAR_WORDS = 8
"""Words near each other at most: the index looks for each two of them in both orders, 56 phrases."""


def slop(word_count: int, distance: int) -> int:
    """How many words may stand between two of so many that are near each other.

    The others that are asked for come on top of the distance, so that three words side by side are near at distance 0.
    """
    return distance + word_count - 2


def near_places(terms: Sequence[str], distance: int, words: Sequence[str]) -> list[tuple[int, int]]:
    """Half-open ranges of positions in ``words`` where one of the terms stands near another of them, in order.

    Each range is one word.
    """
    reach = slop(len(terms), distance) + 1
    last: dict[str, int] = {}
    marked: set[int] = set()
    for position, word in enumerate(words):
        if word in terms:
            last.pop(word, None)
            nearest = next(reversed(last.values()), None)  # of another term
            if nearest is not None and position - nearest <= reach:
                marked.update((nearest, position))
            last[word] = position
    return [(position, position + 1) for position in sorted(marked)]
