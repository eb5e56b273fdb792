"""When a schedule is due next. Pure: the clock is given.

A turn is handed out when its time has come, and the next one is planned from what the clock says then: however many
turns were missed, one is made up for. A clock that was wrong costs at most that: see :func:`plan`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsarchive.errors import ConfigError
from newsarchive.model.schedule import Schedule, Timing
from newsarchive.scheduling.cron import next_cron, time_zone
from newsarchive.scheduling.rhythm import next_by_rhythm

SHORTEST_INTERVAL = timedelta(minutes=1)
LONGEST_INTERVAL = timedelta(days=366)
MAX_CLOCK_STEP = timedelta(days=1)
"""A clock set back by no more than this was right before, or nearly: turns that it had let start are not repeated. One
set back by more had been wrong by days, and all is planned anew from what it says now."""
FIRST_RETRY = timedelta(minutes=15)
"""How long a site is left alone after its first failure; doubled with each one that follows."""
LAST_RETRY = timedelta(days=1)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def read_interval(text: str) -> timedelta:
    """An interval like ``90m``, ``2h``, ``1d`` or ``1h30m``. Raises ConfigError.

    >>> read_interval("1h30m")
    datetime.timedelta(seconds=5400)
    """
    parts = re.findall(r"(\d{1,6})([mhdw])", text)
    if not parts or "".join(map("".join, parts)) != text:
        raise ConfigError(f"{text!r} is no interval like 30m, 2h or 1d")
    interval = sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta())
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise ConfigError(f"{text!r} is not between a minute and a year")
    return interval


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first moment behind ``after`` at which the schedule is due by its rule, in UTC.

    Raises ConfigError if the rule makes no sense, as one that another program wrote into the database.
    """
    match schedule.timing:
        case Timing.CRON:
            return next_cron(schedule.cron or "", time_zone(schedule.timezone), after)
        case Timing.EVERY:
            every = timedelta(seconds=schedule.every_s or 0)
            if every < SHORTEST_INTERVAL:
                raise ConfigError(f"{schedule.site} is to be crawled every {schedule.every_s} seconds: at least 60")
            return (schedule.added_at + ((after - schedule.added_at) // every + 1) * every).astimezone(UTC)
        case Timing.AUTO:
            return next_by_rhythm(schedule.rhythm, after).astimezone(UTC)


def plan(schedule: Schedule, now: datetime) -> Schedule:
    """The schedule with its next turn planned.

    A clock that was set back a little makes no turn come twice: the next one lies behind the last one handed out.
    """
    last = schedule.last_due_at
    after = last if last is not None and now < last <= now + MAX_CLOCK_STEP else now
    return replace(schedule, due_at=next_due(schedule, after), planned_at=now)


def handed_out(schedule: Schedule, now: datetime) -> Schedule:
    """The schedule when its turn is given to a worker at this moment, or given to another one after the first died.

    What has become due meanwhile is part of that turn.
    """
    is_due = schedule.due_at <= now
    taken = replace(
        schedule,
        turn=schedule.turn + 1,
        turn_at=now,
        last_due_at=schedule.due_at if is_due else schedule.last_due_at,
    )
    return plan(taken, now) if is_due else taken


def retry_delay(failures: int) -> timedelta:
    """How long a site is left alone that failed so many times in a row.

    >>> [str(retry_delay(failures)) for failures in (1, 2, 7, 8)]
    ['0:15:00', '0:30:00', '16:00:00', '1 day, 0:00:00']
    """
    return min(FIRST_RETRY * (1 << min(failures - 1, 10)), LAST_RETRY)
