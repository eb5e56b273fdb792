"""Cron expressions: the next moment one names, over daylight-saving changes.

An expression that names hours (``0 2 * * *``) speaks of the clock on the wall: a time that a change leaves out is made
up for at the end of the gap, and one that comes twice counts once. An expression for every hour (``*/30 * * * *``)
speaks of time that passes, and goes on through the change: 23 or 25 hours have their runs. That is what Debian's cron
does, except that it doubles or drops ``0 */2 * * *``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from newsarchive.errors import ConfigError

MAX_CHARS = 200
"""Of an expression: one that lists all minutes has 170."""

_HOURS = 24
_FIRST = datetime(2000, 1, 1)  # noqa: DTZ001 (a time on the wall)


def check_cron(expression: str) -> str:
    """The expression with single spaces. Raises ConfigError if it is none, or names no day that ever comes.

    >>> check_cron("*/30  * * * mon-fri")
    '*/30 * * * mon-fri'
    """
    text = " ".join(expression.split())
    if len(text) > MAX_CHARS or len(text.split()) != 5:
        raise ConfigError(
            f"{text[:MAX_CHARS]!r} is no cron expression: five fields (minute, hour, day of month, month, day of week) "
            'like "*/30 * * * *"'
        )
    try:
        next(CronSim(text, _FIRST))
    except CronSimError as error:
        raise ConfigError(f"{text!r} is no cron expression: {str(error).lower()}") from None
    except StopIteration:
        raise ConfigError(f"{text!r} names no day that ever comes") from None
    return text


def time_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises ConfigError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ConfigError(f"{name!r} is no time zone like Africa/Kigali or UTC") from None


def next_cron(expression: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment behind ``after`` that the expression names, in UTC.

    >>> next_cron("30 2 * * *", ZoneInfo("Europe/Berlin"), datetime(2024, 3, 30, 12, tzinfo=UTC)).isoformat()
    '2024-03-31T01:00:00+00:00'

    Raises ConfigError if it is no expression (see :func:`check_cron`).
    """
    try:
        fields = expression.upper().split()
        start = after.astimezone(zone).replace(tzinfo=None, fold=0)
        if len(CronSim(expression, start).hours) == _HOURS:
            fields[1] = "*"  # so that CronSim, too, takes it for every hour
            moments: Iterator[datetime] = iter(CronSim(" ".join(fields), after.astimezone(zone)))
        else:
            moments = (_instant(on_wall, zone) for on_wall in CronSim(expression, start))
        return next(moment for moment in moments if moment > after).astimezone(UTC)
    except (CronSimError, StopIteration, IndexError):
        raise ConfigError(f"{expression!r} is no cron expression, or names no day that ever comes") from None


def _instant(on_wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock on the wall shows this: the first time of two, the end of the gap if it never does."""
    instant = on_wall.replace(tzinfo=zone).astimezone(UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    if shown == on_wall:
        return instant
    # In a gap, Python takes the offset from before it (PEP 495), so that the instant lies behind the gap's end.
    gap = shown - on_wall
    before = instant - gap
    low, high = before, instant
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
