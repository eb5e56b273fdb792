"""What the rest of a page tells about a date: whether days come first in it, and which local day a UTC moment was.

Content systems state moments in UTC, and readers see the local day: ``2023-11-09T03:28:35Z`` is "Nov. 8, 10:28 p.m."
Where the page also writes the local day, that is the date as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from newsarchive.model.article import DatePrecision
from newsarchive.parsers.dates.reading import YEAR_LAST, DateContext, ReadDate, read_date
from newsarchive.parsers.page import Page

EARLIEST_OFFSET, LATEST_OFFSET = timedelta(hours=-11), timedelta(hours=14)
"""Of inhabited places from UTC."""
QUARTER = timedelta(minutes=15)
"""All of the world's offsets are whole multiples."""
DAY_BEFORE_UNTIL, DAY_AFTER_FROM = 8, 11
"""Hours of UTC before and after which a mere day beside it may be that of a local clock: in the Americas (up to -8)
the day before, east of Greenwich (up to +13) the next."""
MAX_EVIDENCE_PIECES = 3_000
MAX_EVIDENCE_CHARS = 240


def day_first_on(page: Page, moments: Iterable[datetime]) -> bool | None:
    """Whether the page writes days before months, by its dates that leave no doubt; None if it has none.

    ``moments`` are what the page states for machines elsewhere.
    """
    stated = {(moment.month, moment.day) for moment in moments if moment.day <= 12 and moment.day != moment.month}
    day_first = month_first = 0
    for piece in page.outline.pieces[:MAX_EVIDENCE_PIECES]:
        text = piece.text
        if len(text) > MAX_EVIDENCE_CHARS or ("/" not in text and "-" not in text):
            continue
        for match in YEAR_LAST.finditer(text):
            first, second = int(match[1]), int(match[3])
            if match[2] == "." or not (1 <= first <= 31 and 1 <= second <= 31):
                continue
            if first > 12 >= second or (second, first) in stated:
                day_first += 1
            elif second > 12 >= first or (first, second) in stated:
                month_first += 1
    return None if day_first == month_first else day_first > month_first


_AMBIGUOUS = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])\s?([-/])\s?(?:0?[1-9]|1[0-2])\s?\1\s?(?:\d{4}|\d\d)(?!\d)")


def is_ambiguous(raw: str) -> bool:
    """Whether a date may be read with the day or with the month first: ``5/4/2024``."""
    return _AMBIGUOUS.search(raw[:300]) is not None


def in_local_time(
    moment: datetime, statements: Iterable[tuple[str, str]], context: DateContext
) -> tuple[str, str] | None:
    """The statement that writes a UTC moment on its local day, if that is another day; None if there is none.

    ``statements`` are (raw, source) in the order they are trusted. A local time must differ by an offset that exists;
    of mere days two sources must agree, because an address keeps the day a text was begun.

    >>> moment = datetime(2023, 11, 9, 3, 28, 35, tzinfo=UTC)
    >>> in_local_time(moment, [("2023-11-08 22:28:35", "meta")], DateContext(fetched_at=moment))
    ('2023-11-08 22:28:35', 'meta')
    """
    utc = moment.astimezone(UTC)
    if DAY_BEFORE_UNTIL <= utc.hour < DAY_AFTER_FROM:
        return None  # the same day from Alaska to Sydney
    days: dict[date, tuple[str, str]] = {}
    seen: set[str] = set()
    for raw, source in statements:
        if (raw in seen and source not in ("url", "text")) or not _FULL_DATE.search(raw):  # the latter of "1 day ago"
            continue
        seen.add(raw)
        read = read_date(raw, context, machine=source != "text")
        if read is None:
            continue
        day = read.value.date()
        if read.precision is DatePrecision.DAY or is_midnight(read):
            if not _may_be_local_day(utc, day):
                continue
            first = days.setdefault(day, (raw, source))
            if first[1] != source:
                return (raw, source) if raw[:4].isdigit() else first
        elif day != utc.date() and _is_same_moment(utc, read):
            return raw, source
    return None


_FULL_DATE = re.compile(r"\d{4}|\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d\d")


def _may_be_local_day(utc: datetime, day: date) -> bool:
    days = (day - utc.date()).days
    return (days == -1 and utc.hour < DAY_BEFORE_UNTIL) or (days == 1 and utc.hour >= DAY_AFTER_FROM)


def _is_same_moment(utc: datetime, read: ReadDate) -> bool:
    if not read.is_local:
        return abs(read.value - utc) < timedelta(minutes=1)
    offset = read.value.replace(tzinfo=UTC) - utc
    return EARLIEST_OFFSET <= offset <= LATEST_OFFSET and _is_near_quarter(offset)


def _is_near_quarter(offset: timedelta) -> bool:
    rest = offset % QUARTER
    return rest < timedelta(minutes=1) or rest > QUARTER - timedelta(minutes=1)


def with_a_clock(values: Iterable[tuple[str, str]], day: datetime, context: DateContext) -> Iterator[tuple[str, str]]:
    """Of the statements those that give a time of day near ``day``, a midnight that stands for a mere day."""
    for raw, source in values:
        read = read_date(raw, context, machine=True)
        if read is None or read.precision is DatePrecision.DAY or is_midnight(read):
            continue
        if abs(read.value - day) < timedelta(hours=36):
            yield raw, source


def is_midnight(read: ReadDate) -> bool:
    """Whether the time is 0:00:00 as written: content systems write so what is only a day."""
    return read.precision is DatePrecision.SECOND and not (read.value.hour or read.value.minute or read.value.second)
