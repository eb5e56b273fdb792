"""Dates printed for readers: the short lines of a page that bear one, and how much each looks like the article's.

A page prints many dates: the clock in its header, teasers, comments, tables. The article's stands in a line of its own
near the headline, in a box whose class says so, beside "published" and not beside "joined" or "updated".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsarchive.parsers.dates.calendars import with_common_years
from newsarchive.parsers.dates.labels import FOREIGN, MODIFIED, PUBLISHED
from newsarchive.parsers.dates.reading import MAX_DATE_CHARS, latin_digits
from newsarchive.parsers.headline.choice import find_headline, headline_position
from newsarchive.parsers.outline.pieces import Box, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters
from newsarchive.parsers.vocabulary.markup_words import BIT

NEAR_BEFORE, NEAR_AFTER = 6, 20
"""Pieces before and after the headline among which a page's dateline is looked for first."""
MAX_LINES = 60
"""How many dated lines of a page are weighed."""
MAX_LINES_OF_PIECE = 12
MIN_CHARS, MAX_CHARS = 6, 240
"""Of a line that may be a dateline; a longer text is running text."""
LEAD_PIECES = 6
"""Pieces after the headline that may open with a dateline: "27.1.2022 - In the morning"."""
MAX_DATES_OF_LINE = 4
MAX_LABEL_CHARS = 40
GOOD_SCORE = 2.5
"""A line this good near the headline spares looking at the rest of the page."""

_DATED_CHARS = re.compile(r"\d\s?(?:[-/.年년]|\d\d)")
_PRINTED = re.compile(
    r"(?<!\d)(?:\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d\d)(?!\d)|\d{4}\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}"
    r"|\d{1,2}\s(?:tháng|thg)\s?\d{1,2},?\s(?:năm\s)?\d{4}(?!\d)"
    r"|(?P<day>\d{1,2}(?:st|nd|rd|th)?,?\s?)(?:19|20)\d\d(?!\d)"
    r"|\d{1,2}[^\n\d]{2,25}(?:1[34]|19|20|25)\d\d(?!\d)"
    r"|(?:19|20)\d\d(?:\.|ko)?\s(?:m\.\s|gada\s(?:\d{1,2}\.\s)?)?[^\s\d]{3,15}(?:\s\d{1,2}(?!\d))?)"
)
"""What may be a date with its year; whether it is one, reading tells.

It begins with a digit, to be found fast: the month in front of ``day`` is added by :func:`_spans`.
"""
_DIGITS = re.compile(r"\d+")
_WORD_BEFORE = re.compile(r"[^\s\d]{3,20}\s?$")
_LEAD = re.compile(r"[^\n]{6,40}?(?<=[\d日일])\.?\s?[-–—:|.,]\s")
_COLONS = frozenset(":：")
"""A line that ends so says what the one after it is: "Updated:"."""
_SET_OFF = re.compile(r"\s?[-–—|·•/]\s")
_DATELINE_MARK = re.compile(r"[|·•]|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_DATED = BIT["date"] | BIT["byline"]
_ELSEWHERE = BIT["related"] | BIT["footer"] | BIT["caption"] | BIT["side"] | BIT["comments"]


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A date as printed, with the words around it."""

    raw: str
    score: float
    """How much it looks like the article's dateline."""
    distance: int
    """Pieces after the headline; negative before it. The piece's index where no headline is known."""
    is_modified: bool
    """Whether its label says it is the date of a change."""


def near_lines(page: Page) -> list[DatedLine]:
    """The dated lines around the headline, the likeliest first; none where no headline is known."""
    heading = page.once(headline_position)
    if heading is None:
        return []
    pieces = page.outline.pieces[max(0, heading - NEAR_BEFORE) : heading + NEAR_AFTER]
    return _ranked(_lines(page, pieces, heading))


def dated_lines(page: Page) -> list[DatedLine]:
    """The dated lines of the page, the likeliest first; of :func:`near_lines` only, where one of them is good."""
    near = page.once(near_lines)
    if near and near[0].score >= GOOD_SCORE:
        return near
    return _ranked(_lines(page, page.outline.pieces, page.once(headline_position)))


def _ranked(lines: Iterable[DatedLine]) -> list[DatedLine]:
    return sorted(lines, key=lambda line: (-line.score, abs(line.distance)))


def _lines(page: Page, pieces: Iterable[Piece], heading: int | None) -> Iterator[DatedLine]:
    known = page.once(find_headline)
    key = letters(known.value) if known else ""
    count = 0
    before = ""
    for piece in pieces:
        text = piece.text
        if len(text) > MAX_CHARS:
            if heading is not None and 0 < piece.index - heading <= LEAD_PIECES:
                yield from _lead(text[:MAX_LABEL_CHARS], piece.index - heading)
        elif _DATED_CHARS.search(text):
            distance = piece.index if heading is None else piece.index - heading
            for line in text.split("\n")[:MAX_LINES_OF_PIECE] if "\n" in text else (text,):
                if len(line) >= MIN_CHARS and (distance != 0 or letters(line) != key):
                    for found in _dates_in(line, before, piece, distance, has_heading=heading is not None):
                        yield found
                        count += 1
                before = line if len(line) <= MAX_LABEL_CHARS and line[-1:] in _COLONS else ""
            if count >= MAX_LINES:
                return
        before = text if len(text) <= MAX_LABEL_CHARS and text[-1] in _COLONS else ""


def _lead(opening: str, distance: int) -> Iterator[DatedLine]:
    """The dateline that opens a paragraph under the headline: "31. Oktober 2023. Dragqueens are ..."."""
    text = latin_digits(opening)
    match = _LEAD.match(text)
    spans = _spans(text) if match else []
    if match and spans and spans[0][0] == 0 and spans[0][1] >= match.end() - 4:
        yield DatedLine(text[: spans[0][1]], 0.0, distance, is_modified=False)


def _spans(text: str) -> list[tuple[int, int]]:
    """Where a text bears what may be dates: start and end of the first few."""
    spans: list[tuple[int, int]] = []
    end = 0
    for number in _DIGITS.finditer(text):
        start = number.start()
        match = _PRINTED.match(text, start) if start >= end else None
        if match is None:
            continue
        end = match.end()
        if match["day"] is not None:  # "November 5, 2019"
            before = _WORD_BEFORE.search(text, max(0, start - 22), start)
            if before is None:
                continue
            start = before.start()
        spans.append((start, end))
        if len(spans) == MAX_DATES_OF_LINE:
            break
    return spans


def _dates_in(line: str, before: str, piece: Piece, distance: int, *, has_heading: bool) -> Iterator[DatedLine]:
    """The dates of a line; of several each with the words between the one before and itself."""
    text = latin_digits(line)
    if "年" in text and not text.isascii():
        text = with_common_years(text)
    spans = _spans(text)
    if not spans or "©" in text or "copyright" in text.lower():
        return
    box = piece.box
    around = _words_around(box)
    base = 1.5 if box.words & _DATED else 0.7 if around & _DATED else 0.0
    if around & _ELSEWHERE:
        base -= 1.5
    # A teaser's title, not an author's name, is linked in a line with a date.
    if piece.link_chars > len(piece.text) / 2 and (
        not box.words & _DATED or any(_DATED_CHARS.search(anchor.text) for anchor in piece.anchors)
    ):
        base -= 1.5
    if box.tag in ("li", "td", "tr"):
        base -= 0.5
    base += _nearness(distance) if has_heading else 0.0
    # A line of a teaser is as long as the teaser, unless it is labeled.
    is_part = len(line) < len(piece.text) and distance != 0 and not PUBLISHED.search(line.lower())
    rest = len(piece.text if is_part else text) - (spans[0][1] - spans[0][0])
    is_opening = spans[0][0] == 0
    is_set_off = is_opening and _SET_OFF.match(text, spans[0][1]) is not None
    base += 1.0 if rest < 12 else 0.3 if rest < 40 or is_set_off else -0.8
    if is_opening:
        base += 0.4
    if _DATELINE_MARK.search(text, spans[0][1]):  # "25.04.24 | 14:07"
        base += 0.6
    is_alone = len(spans) == 1
    for number, (start, end) in enumerate(spans):
        since = spans[number - 1][1] if number else 0
        until = len(text) if is_alone else spans[number + 1][0] if number + 1 < len(spans) else len(text)
        words = text[max(since, start - MAX_LABEL_CHARS) : start]
        if number == 0 and len(words) < 3:
            words = before + words
        words = words.lower()
        score = base - 0.1 * number - (2.0 if words and FOREIGN.search(words) else 0.0)
        if is_alone:
            words += text[end : end + MAX_LABEL_CHARS].lower()
        is_modified = bool(words) and MODIFIED.search(words) is not None
        if words and PUBLISHED.search(words):
            score += 0.7
        if is_modified:
            score -= 0.4 if is_alone else 1.0
        raw = text if is_alone else text[since:until].strip(" |,;·•–—-")
        yield DatedLine(raw if len(raw) <= MAX_DATE_CHARS else text[start:end], score, distance, is_modified)


def _nearness(distance: int) -> float:
    if distance > 0:
        return 2.0 if distance <= 6 else 1.0 if distance <= 15 else 0.4
    return 1.8 if distance >= -2 else 1.2 if distance >= -6 else 0.6 if distance >= -15 else 0.0


def _words_around(box: Box) -> int:
    """Meanings of the box and of all boxes around it below ``<body>``."""
    words = 0
    current: Box | None = box
    while current is not None and current.tag not in ("body", "html"):
        words |= current.words
        current = current.parent
    return words
