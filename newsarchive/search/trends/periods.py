"""Days, ISO weeks, months and years as numbers that can be counted up: the calendar of trends. All in UTC.

Python's calendar ends with the year 9999; so do these. A week belongs to the ISO year its Thursday is in.

>>> from datetime import date
>>> label(Period.WEEK, number(Period.WEEK, date(2021, 1, 3)))
'2020-W53'
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum


class Period(StrEnum):
    """What a trend counts by."""

    DAY = "day"
    WEEK = "week"
    """From Monday to Sunday, numbered as ISO 8601 does."""
    MONTH = "month"
    YEAR = "year"


def number(period: Period, day: date) -> int:
    """The period a day is in; the next one has the next number."""
    match period:
        case Period.DAY:
            return day.toordinal()
        case Period.WEEK:
            return (day.toordinal() - 1) // 7  # the first day of the calendar is a Monday
        case Period.MONTH:
            return day.year * 12 + day.month - 1
        case Period.YEAR:
            return day.year


def start(period: Period, number: int) -> date:
    """The first day of a period. Raises ValueError or OverflowError after the end of the calendar."""
    match period:
        case Period.DAY:
            return date.fromordinal(number)
        case Period.WEEK:
            return date.fromordinal(number * 7 + 1)
        case Period.MONTH:
            return date(number // 12, number % 12 + 1, 1)
        case Period.YEAR:
            return date(number, 1, 1)


def moments(period: Period, first: int, last: int) -> tuple[datetime, datetime | None]:
    """The first moment of a period and the first after a later one; None after the end of the calendar."""
    since = datetime.combine(start(period, first), time(), UTC)
    try:
        return since, datetime.combine(start(period, last + 1), time(), UTC)
    except (ValueError, OverflowError):
        return since, None


def label(period: Period, number: int) -> str:
    """A period for eyes, sorted as time is: ``2023-05-17``, ``2023-W20``, ``2023-05`` or ``2023``."""
    day = start(period, number)
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case Period.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Period.YEAR:
            return f"{day.year:04}"
