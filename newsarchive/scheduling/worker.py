"""The worker: crawls the sites whose turn it is, each in a process of its own, and ends in order when asked to."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import Any

from newsarchive.archive.schedules import ScheduleStore
from newsarchive.errors import NewsArchiveError
from newsarchive.model.schedule import Schedule, Turn, TurnOutcome
from newsarchive.scheduling.crawl_process import CrawlProcess
from newsarchive.scheduling.engine import Engine
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.presence import Presence
from newsarchive.scheduling.rhythm import WINDOW, learn_rhythm
from newsarchive.scheduling.turns import TurnReport, when_ended
from newsarchive.scheduling.watching import Watching

WRITE_DOWN_TRIES = 5
WRITE_DOWN_PAUSE_S = 2.0
"""How often, and how long after each other, the end of a turn is written down that the database does not take. Where it
takes it never, the turn is owed still, and given to a worker again."""

StartCrawl = Callable[[str], Awaitable[CrawlProcess]]
"""Starts the crawl of a site."""


class Worker:
    """One worker process. Runs once."""

    def __init__(
        self,
        engine: Engine,
        store: ScheduleStore,
        start_crawl: StartCrawl,
        log: EventLog,
        watching: Watching | None = None,
        presence: Presence | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._start_crawl = start_crawl
        self._log = log
        self._watching = watching or Watching(None, log)
        self._presence = presence
        self._stop = asyncio.Event()
        self._running: dict[str, CrawlProcess] = {}

    async def run(self, *, once: bool = False) -> None:
        """Work until a signal says stop; with ``once``, until no site is due.

        SIGTERM or SIGINT lets crawls finish the pages they have and end; a second one ends them at once. Raises
        ArchiveError or HomeError if the work cannot begin.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self.stop)
        loop.set_exception_handler(self._note_error)
        watching = None if once else asyncio.create_task(self._watching.run())
        try:
            async with self._presence.shown() if self._presence is not None else nullcontext():
                await self._engine.run(self._crawl, self._stop, once=once)
                if once:
                    await self._watching.look_once()
        finally:
            self._watching.stop()
            if watching is not None:
                watching.cancel()
            for process in self._running.values():
                process.kill()
        self._log.say("worker-ended")

    def _note_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody waits for any more, as the job of a worker that was taken for dead: a line, no traceback."""
        self._log.say("error", reason=f"{context['message']}: {context.get('exception') or ''}".strip())

    def stop(self) -> None:
        """End in order; called again, at once."""
        crawls = len(self._running)
        self._log.say("stopping" if not self._stop.is_set() else "killing", crawls=crawls or None)
        for process in self._running.values():
            process.kill() if self._stop.is_set() else process.stop()
        self._stop.set()
        self._watching.stop()

    async def _crawl(self, turn: Turn) -> None:
        """Crawl a site and write down how that ended. Raises nothing but CancelledError."""
        began = time.monotonic()
        try:
            if self._stop.is_set() or not await asyncio.to_thread(self._store.is_owed, turn):
                self._log.say("turn-left", turn.site, reason="stopping" if self._stop.is_set() else "no longer owed")
                return
            report = await self._crawled(turn.site)
        except (NewsArchiveError, OSError) as error:  # OSError: no process can be started
            report = TurnReport(outcome=TurnOutcome.FAILED, reason=str(error))
        await self._write_down(turn, report, took_s=round(time.monotonic() - began, 1))
        self._watching.note_crawl(turn.site)

    async def _crawled(self, site: str) -> TurnReport:
        process = await self._start_crawl(site)
        self._running[site] = process
        self._log.say("crawl-started", site)
        try:
            if self._stop.is_set():  # since we last looked
                process.stop()
            return await process.report()
        except asyncio.CancelledError:
            process.kill()
            raise
        finally:
            del self._running[site]

    async def _write_down(self, turn: Turn, report: TurnReport, *, took_s: float) -> None:
        for attempt in range(WRITE_DOWN_TRIES):
            try:
                schedule = await asyncio.to_thread(self._end_turn, turn, report)
                break
            except NewsArchiveError as error:
                self._log.say("turn-not-saved", turn.site, reason=str(error))
                if attempt + 1 == WRITE_DOWN_TRIES:
                    return
                await asyncio.sleep(WRITE_DOWN_PAUSE_S)
        self._log.say(
            f"crawl-{report.outcome}",
            turn.site,
            run=report.run_id,
            took_s=took_s,
            next=schedule.due_at if schedule is not None and report.outcome is not TurnOutcome.STOPPED else None,
            failures=schedule.failures or None if schedule is not None else None,
            reason=report.reason,
            note="taken over by another worker, or its schedule was removed" if schedule is None else None,
        )

    def _end_turn(self, turn: Turn, report: TurnReport) -> Schedule | None:
        now = self._engine.now()
        rhythm = self._rhythm(turn.site, now)
        rests_until = self._store.rests_until(turn.site, now)
        return self._store.end_turn(turn, lambda schedule: when_ended(schedule, report, now, rhythm, rests_until))

    def _rhythm(self, site: str, now: datetime) -> tuple[float, ...] | None:
        published, watched_since = self._store.published(site, now - WINDOW)
        return None if watched_since is None else learn_rhythm(published, watched_since, now)
