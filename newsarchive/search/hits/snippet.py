"""Snippets and highlights: where a text holds what a query asks for, as the text is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from newsarchive.model.article import Article
from newsarchive.search.terms.analysis import Pattern, occurrences, terms, without_typography

SNIPPET_LENGTH = 240
"""Characters of a snippet at most, without the ellipses at its ends."""
SEARCHED_LENGTH = 200_000
"""Characters of an article that are searched for the best place; what only stands behind them is not shown."""

Range = tuple[int, int]
"""Half-open range of characters."""

_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_WHITE_SPACE = re.compile(r"\s")
_MARKS = regex.compile(r"\p{M}{0,16}")
_WORD_LENGTH = 24  # so far back or ahead a cut moves to a blank; scripts without blanks are cut where it falls


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of an article's text."""

    text: str
    """In one line; an ellipsis where the text goes on. Empty if the article has no text."""
    highlights: tuple[Range, ...]
    """Ranges of ``text`` that hold what was asked for, rising, none touching another."""


def highlights(text: str, patterns: Iterable[Pattern]) -> tuple[Range, ...]:
    """Ranges of the text where one of the patterns stands, rising, those that touch made one."""
    return _joined((start, end) for start, end, _ in _places(text, tuple(patterns)))


def snippet(article: Article, patterns: Sequence[Pattern]) -> Snippet:
    """The stretch of the article's text that shows most of the patterns, and there most of their places.

    It is of the first paragraph that shows them all, else of the one that shows most; the description comes last. If
    none shows any: how description or text begins.
    """
    best = ""
    best_rank = (0, 0)
    for text in _texts(article) if patterns else ():
        rank = _rank(text, patterns)
        if rank > best_rank:
            best, best_rank = text, rank
            if rank[0] == len(patterns):
                break
    if not best:
        return _cut(article.description or next(_texts(article), ""), 0, ())
    places = _places(best, patterns)
    first, last = _densest(places)
    slack = max(0, SNIPPET_LENGTH - (last - first))
    return _cut(best, max(0, first - slack // 2), _joined([(start, end) for start, end, _ in places]))


def _texts(article: Article) -> Iterator[str]:
    length = 0
    for block in article.blocks:
        length += len(block.text)
        if length > SEARCHED_LENGTH:
            yield block.text[: SEARCHED_LENGTH - length]
            break
        yield block.text
    if article.description:
        yield article.description


def _rank(text: str, patterns: Iterable[Pattern]) -> tuple[int, int]:
    """How many of the patterns the text shows, and at how many places."""
    words = terms(text)
    known = set(words)
    counts = [
        len(pattern.places(words))
        for pattern in patterns
        if pattern.terms[0] in known or (pattern.is_prefix and len(pattern.terms) == 1)
    ]
    return sum(count > 0 for count in counts), sum(counts)


def _places(text: str, patterns: Sequence[Pattern]) -> list[tuple[int, int, int]]:
    """Ranges of characters where a pattern stands, with the pattern's number, rising."""
    words = terms(text)
    found = [(pattern, number) for number, pattern in enumerate(patterns) if pattern.places(words)]
    if not found:
        return []
    plain = without_typography(text)
    if plain.isascii():
        spans = [word.span() for word in _ASCII_WORD.finditer(plain)]
        if len(spans) == len(words):  # no acronym: one word a term. In half the time of occurrences()
            return sorted(
                (spans[first][0], spans[end - 1][1], number)
                for pattern, number in found
                for first, end in pattern.places(words)
            )
    read = occurrences(text)
    return sorted((*place, number) for pattern, number in found for place in pattern.ranges(read))


def _densest(places: Sequence[tuple[int, int, int]]) -> Range:
    """Start and end of the window with most patterns, then most places (start, end, number of the pattern)."""
    best = places[0][:2]
    best_rank = (0, 0)
    inside: Counter[int] = Counter()
    first = 0
    for start, end, number in places:
        inside[number] += 1
        while places[first][0] < start and end - places[first][0] > SNIPPET_LENGTH:
            inside[places[first][2]] -= 1
            first += 1
        rank = (sum(count > 0 for count in inside.values()), inside.total())
        if rank > best_rank:
            best, best_rank = (places[first][0], end), rank
    return best


def _cut(text: str, start: int, marked: Sequence[Range]) -> Snippet:
    """About :data:`SNIPPET_LENGTH` characters from ``start`` on, in one line, cut at blanks if there are any."""
    text = _WHITE_SPACE.sub(" ", text)  # character for character: ranges stay true
    end = len(text)
    if end > SNIPPET_LENGTH:
        start = min(start, end - SNIPPET_LENGTH)
        end = start + SNIPPET_LENGTH
        inside = [place for place in marked if start <= place[0] and place[1] <= end]
        if start and text[start - 1] != " ":
            blank = text.find(" ", start, min([start + _WORD_LENGTH, *(first for first, _ in inside[:1])]))
            start = blank + 1 if blank >= 0 else _behind_marks(text, start)
        if end < len(text) and text[end] != " ":
            blank = text.rfind(" ", max([end - _WORD_LENGTH, *(last for _, last in inside[-1:])]), end)
            end = blank if blank >= 0 else _behind_marks(text, end)
    else:
        start = 0
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    shift = len(before) - start
    shown = [
        (max(first, start) + shift, min(last, end) + shift) for first, last in marked if first < end and last > start
    ]
    return Snippet(f"{before}{text[start:end]}{after}", tuple(shown))


def _behind_marks(text: str, position: int) -> int:
    """The position, or the next that does not part a letter from its marks."""
    marks = _MARKS.match(text, position)
    return marks.end() if marks else position


def _joined(places: Iterable[Range]) -> tuple[Range, ...]:
    """The ranges, rising, those that touch made one."""
    joined: list[Range] = []
    for first, last in places:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
