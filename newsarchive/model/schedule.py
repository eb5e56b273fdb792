"""Schedule: when a site is crawled by itself, and how its last turns went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Timing(StrEnum):
    """What decides when a site is due."""

    CRON = "cron"
    """A cron expression, in a time zone."""
    EVERY = "every"
    """An interval, counted from ``Schedule.added_at``."""
    AUTO = "auto"
    """The site's own rhythm, learnt from what its crawls found new."""


class TurnOutcome(StrEnum):
    """How a scheduled crawl ended."""

    DONE = "done"
    FAILED = "failed"
    """Nothing of the site could be had, or the crawl broke off: the site is tried later and later."""
    STOPPED = "stopped"
    """The worker was stopped: the turn is still owed, and goes on with the next worker."""
    BUSY = "busy"
    """Somebody else was crawling the site, or the archive could not be reached: tried again in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a site is due, by which rule, and how its last turns went. A site has at most one."""

    site: str
    timing: Timing
    cron: str | None = None
    """Minute, hour, day of month, month, day of week; None for other timings."""
    every_s: int | None = None
    """Seconds between two turns; None for other timings."""
    timezone: str = "UTC"
    """IANA name of the zone that a cron expression is in, and that times are shown in."""
    added_at: datetime
    is_paused: bool = False
    due_at: datetime
    """When the next turn is due. In the past while a turn is under way that takes longer than the interval."""
    planned_at: datetime
    """What the clock said when ``due_at`` was worked out: if that lies ahead, the clock was set back since."""
    last_due_at: datetime | None = None
    """The ``due_at`` of the turn handed out last."""
    turn: int = 0
    """Number of the turn handed out last; each handing out has its own, so that an old one cannot end a newer one."""
    turn_at: datetime | None = None
    """When that turn was handed out; None if it has ended."""
    rhythm: tuple[float, ...] | None = None
    """New articles to be expected in each of the 24 hours of a day in UTC; None until enough is known."""
    failures: int = 0
    """How many turns in a row failed."""
    failing_since: datetime | None = None
    last_run_id: int | None = None
    last_finished_at: datetime | None = None
    last_outcome: TurnOutcome | None = None
    """None until a turn has ended."""
    last_reason: str | None = None
    """Why it was not done, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One crawl of a site that is owed."""

    site: str
    number: int
