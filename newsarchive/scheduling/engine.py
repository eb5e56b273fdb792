"""What hands turns to workers: one small interface, and one engine for each database behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from newsarchive.archive.database import Database
from newsarchive.model.schedule import Turn
from newsarchive.scheduling.event_log import EventLog

TICK_S = 10.0
"""Between two looks at what is due. A minute would do for cron, but whoever asks for a crawl now should not wait for
long, and within a minute a dead worker's sites must be in other hands."""

CrawlTurn = Callable[[Turn], Awaitable[None]]
"""Crawls a site and writes down how that ended. Raises nothing but CancelledError."""


class Engine(Protocol):
    """Finds the turns that are due or were left behind, and lets this worker crawl its share of them."""

    def now(self) -> datetime:
        """The time that schedules go by, the same for all workers. May ask the database."""

    async def run(self, crawl: CrawlTurn, stop: asyncio.Event, *, once: bool = False) -> None:
        """Hand out turns until ``stop`` is set, then wait for the crawls under way; with ``once``, until none is due.

        Raises ArchiveError if it cannot begin.
        """


def engine_for(database: Database, log: EventLog, *, concurrency: int, tick_s: float = TICK_S) -> Engine:
    """The engine for a database: one worker on a SQLite file, any number of them on a PostgreSQL server."""
    if isinstance(database.target, Path):
        from newsarchive.scheduling.local_engine import LocalEngine

        return LocalEngine(database, log, concurrency=concurrency, tick_s=tick_s)
    from newsarchive.scheduling.procrastinate_engine import ProcrastinateEngine

    return ProcrastinateEngine(database, log, concurrency=concurrency, tick_s=tick_s)
