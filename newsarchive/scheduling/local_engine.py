"""LocalEngine: one worker process on a SQLite file, that runs several crawls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.errors import ArchiveError, HomeError, NewsArchiveError
from newsarchive.model.schedule import Turn
from newsarchive.scheduling.clock import utc_now
from newsarchive.scheduling.engine import TICK_S, CrawlTurn
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.turns import when_due, when_owed


class LocalEngine:
    """Claims as many turns as it has hands free, so that what is paused or removed while it waits is not crawled."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        *,
        concurrency: int,
        tick_s: float = TICK_S,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        assert isinstance(database.target, Path)
        self._lock_file = database.target.parent / "locks" / "-worker-.lock"  # no site can be called that
        self._store = ScheduleStore(database)
        self._log = log
        self._concurrency = concurrency
        self._tick_s = tick_s
        self._clock = clock
        self._running: dict[asyncio.Task[None], str] = {}
        """Crawls under way, with their sites."""
        self._had: set[str] = set()
        """Sites that had their turn, of a worker that gives each but one."""

    def now(self) -> datetime:
        """The machine's time."""
        return self._clock()

    async def run(self, crawl: CrawlTurn, stop: asyncio.Event, *, once: bool = False) -> None:
        """See ``Engine``. Raises ArchiveError if another worker is at it, HomeError if it cannot write its lock."""
        lock = self._lock()
        try:
            stopped = asyncio.create_task(stop.wait())
            while not stop.is_set():
                for turn in await self._claim():
                    if once:
                        self._had.add(turn.site)
                    self._running[asyncio.ensure_future(crawl(turn))] = turn.site
                if once and not self._running:
                    break
                await asyncio.wait({stopped, *self._running}, timeout=self._tick_s, return_when=asyncio.FIRST_COMPLETED)
                self._forget_ended()
            stopped.cancel()
            if self._running:
                await asyncio.wait(self._running)
            self._forget_ended()
        finally:
            lock.release()

    def _lock(self) -> FileLock:
        lock = FileLock(self._lock_file, blocking=False)
        try:
            self._lock_file.parent.mkdir(exist_ok=True)
            lock.acquire()
        except Timeout:
            raise ArchiveError(
                f"a worker is running on {self._lock_file.parent.parent} already; one is enough for a SQLite file "
                "(--concurrency lets it crawl more sites at once)"
            ) from None
        except OSError as error:
            raise HomeError(f"{self._lock_file} cannot be written: {error.strerror}; check its folder") from error
        return lock

    async def _claim(self) -> Sequence[Turn]:
        """Turns for the hands that are free, those left behind by a worker that died first."""
        free = self._concurrency - len(self._running)
        if free <= 0:
            return ()
        try:
            return await asyncio.to_thread(self._claim_in_thread, free, tuple(self._running.values()))
        except NewsArchiveError as error:
            self._log.say("tick-failed", reason=str(error))
            return ()

    def _claim_in_thread(self, free: int, in_hand: Sequence[str]) -> Sequence[Turn]:
        now = self.now()
        owed = self._store.claim_owed(
            lambda schedule: when_owed(schedule, now),
            is_held=lambda *_: {*in_hand, *self._had},
            limit=free,
        )
        due = self._store.claim_due(
            now, lambda schedule: when_due(schedule, now), limit=free - len(owed), without=self._had
        )
        return (*owed, *due)

    def _forget_ended(self) -> None:
        for task in [task for task in self._running if task.done()]:
            del self._running[task]
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
