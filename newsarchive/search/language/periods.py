"""Years, months and days as a query writes them, and the ranges of time they stand for."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


class PeriodError(Exception):
    """A text that is no date or range. ``offset`` is that of the first character in it that makes no sense."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def period(text: str, offset: int = 0) -> tuple[datetime, datetime | None]:
    """First moment of a year, month or day and the first after it; None after the last one a datetime can hold.

    >>> [f"{end:%Y-%m-%d}" for end in period("2023-05")]
    ['2023-05-01', '2023-06-01']

    ``offset`` is where the text begins in what the user wrote. Raises PeriodError.
    """
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        start = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        message = f"{text!r} is no date; write a year, a month or a day, like 2023, 2023-05 or 2023-05-17"
        raise PeriodError(message, offset) from None
    last_month = month or 12
    last_day = day or calendar.monthrange(start.year, last_month)[1]
    try:
        return start, datetime(start.year, last_month, last_day, tzinfo=UTC) + timedelta(days=1)
    except OverflowError:  # the end of the year 9999
        return start, None


def span(text: str) -> tuple[datetime | None, datetime | None]:
    """The half-open range of ``2023-05..2023-06``, both ends part of it, or of one date; None for an end left open.

    >>> [end and f"{end:%Y-%m-%d}" for end in span("2023-05..")]
    ['2023-05-01', None]

    Raises PeriodError.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return period(text)
    if not first and not last:
        raise PeriodError("a range needs a date on one side at least, like 2023-05.. or ..2023-06")
    since = period(first)[0] if first else None
    last_offset = len(first) + len(dots)
    last_start, until = period(last, last_offset) if last else (None, None)
    if since is not None and last_start is not None and until is not None and until <= since:
        raise PeriodError("this range ends before it begins", last_offset)
    return since, until
