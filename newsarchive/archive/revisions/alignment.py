"""Which parts of two sequences are the same: a patience diff with limits, for paragraphs as for words. Pure.

Items that stand exactly once on both sides are anchors; the longest chain of them in order is kept, and the stretches
between are aligned in the same way, which reads well because rare words and whole paragraphs hold the text together.
Small stretches without an anchor get a longest common subsequence. ``difflib.SequenceMatcher`` would do for pages of
the usual size, but its time is quadratic at best and cubic at worst, and pages are hostile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

MAX_CELLS = 10_000
"""Size (old items times new items) of a stretch without anchors that is still compared item by item. Stretches do not
overlap, so n items cost at most about n times the root of this."""
MAX_DEPTH = 30
"""How often stretches are cut at anchors; each time all items are looked at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """``old[old_start:old_end]`` against ``new[new_start:new_end]``: equal, or without a common item."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Span]:
    """The spans that make up both sequences, in order, equal and different ones in turn.

    >>> list(align("abc", "axc"))  # doctest: +NORMALIZE_WHITESPACE
    [Span(equal=True, old_start=0, old_end=1, new_start=0, new_end=1),
     Span(equal=False, old_start=1, old_end=2, new_start=1, new_end=2),
     Span(equal=True, old_start=2, old_end=3, new_start=2, new_end=3)]
    """
    i = j = 0
    matches = [*sorted(_matches(old, new)), (len(old), len(new))]
    at = 0
    while at < len(matches):
        match_old, match_new = matches[at]
        if match_old > i or match_new > j:
            yield Span(False, i, match_old, j, match_new)
        i, j = match_old, match_new
        while at < len(matches) - 1 and matches[at] == (i, j):
            i, j, at = i + 1, j + 1, at + 1
        if i > match_old:
            yield Span(True, match_old, i, match_new, j)
        else:
            break


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Pairs of indexes of equal items, strictly rising on both sides when sorted."""
    stretches = [(0, len(old), 0, len(new), 0)]
    while stretches:
        start_old, end_old, start_new, end_new, depth = stretches.pop()
        while start_old < end_old and start_new < end_new and old[start_old] == new[start_new]:
            yield start_old, start_new
            start_old, start_new = start_old + 1, start_new + 1
        while start_old < end_old and start_new < end_new and old[end_old - 1] == new[end_new - 1]:
            end_old, end_new = end_old - 1, end_new - 1
            yield end_old, end_new
        if start_old == end_old or start_new == end_new:
            continue
        anchors = _anchors(old, new, start_old, end_old, start_new, end_new) if depth < MAX_DEPTH else []
        if anchors:
            for anchor_old, anchor_new in anchors:
                stretches.append((start_old, anchor_old, start_new, anchor_new, depth + 1))
                yield anchor_old, anchor_new
                start_old, start_new = anchor_old + 1, anchor_new + 1
            stretches.append((start_old, end_old, start_new, end_new, depth + 1))
        elif (end_old - start_old) * (end_new - start_new) <= MAX_CELLS:
            for i, j in _longest_common(old[start_old:end_old], new[start_new:end_new]):
                yield start_old + i, start_new + j


def _anchors(
    old: Sequence[Hashable], new: Sequence[Hashable], start_old: int, end_old: int, start_new: int, end_new: int
) -> list[tuple[int, int]]:
    """The longest rising chain of pairs of items that stand once in each stretch."""
    old_counts = Counter(old[start_old:end_old])
    new_counts = Counter(new[start_new:end_new])
    place_in_new = {item: j for j, item in enumerate(new[start_new:end_new], start_new) if new_counts[item] == 1}
    pairs = [
        (i, place_in_new[item])
        for i, item in enumerate(old[start_old:end_old], start_old)
        if old_counts[item] == 1 and item in place_in_new
    ]
    # Longest increasing subsequence by patience sorting: the smallest end of a chain of each length.
    ends: list[int] = []
    ends_at: list[int] = []
    previous: list[int] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        previous.append(ends_at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            ends_at.append(at)
        else:
            ends[length] = j
            ends_at[length] = at
    chain: list[tuple[int, int]] = []
    at = ends_at[-1] if ends_at else -1
    while at >= 0:
        chain.append(pairs[at])
        at = previous[at]
    chain.reverse()
    return chain


def _longest_common(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """A longest common subsequence, by the table of its lengths for all pairs of ends."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        row, below, item = lengths[i], lengths[i + 1], old[i]
        for j in reversed(range(len(new))):
            row[j] = below[j + 1] + 1 if item == new[j] else max(below[j], row[j + 1])
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
