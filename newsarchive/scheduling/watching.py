"""Watching beside the crawls: a worker looks at the health of sites, and what fails there never stops it."""

from __future__ import annotations

import asyncio

from newsarchive.errors import NewsArchiveError
from newsarchive.monitoring.watch import Look, Watch
from newsarchive.scheduling.event_log import EventLog

FIRST_LOOK_S = 600.0
"""From a worker's start to its look at all sites: if nobody crawled while it was away, that is about to end."""
TICK_S = 30.0
"""Between two looks, each at those sites only whose look is due."""


class Watching:
    """Runs a watch in threads, beside the crawls of a worker. Without one it does nothing."""

    def __init__(
        self, watch: Watch | None, log: EventLog, *, first_look_s: float = FIRST_LOOK_S, tick_s: float = TICK_S
    ) -> None:
        self._watch = watch
        self._log = log
        self._first_look_s = first_look_s
        self._tick_s = tick_s
        self._crawled: set[str] = set()

    def note_crawl(self, site: str) -> None:
        """A crawl of this site has ended: its look need not wait for the others'."""
        self._crawled.add(site)

    def stop(self) -> None:
        """Let the look that is under way end."""
        if self._watch is not None:
            self._watch.stop()

    async def run(self) -> None:
        """Look, until cancelled."""
        loop = asyncio.get_running_loop()
        first_look_at = loop.time() + self._first_look_s
        while self._watch is not None:
            await asyncio.sleep(self._tick_s)
            if loop.time() >= first_look_at:
                await self._look(self._watch, None)
            elif self._crawled:
                await self._look(self._watch, frozenset(self._crawled))

    async def look_once(self) -> None:
        """Look at all whose look is due: for a worker that ends when its crawls have ended."""
        while self._watch is not None and (look := await self._look(self._watch, None)) is not None and look.sites:
            pass

    async def _look(self, watch: Watch, only: frozenset[str] | None) -> Look | None:
        """None if another worker is looking, or nobody can."""
        try:
            look = await asyncio.to_thread(watch.look, only)
        except Exception as error:  # noqa: BLE001 (nobody may be there to start the watch again)
            self._log.say("health-failed", reason=str(error) if isinstance(error, NewsArchiveError) else repr(error))
            return None
        if look is None:
            return None
        self._crawled -= only or self._crawled
        if look.told:
            self._log.say("alerts-told", count=look.told)
        for failure in look.errors:
            self._log.say("alert-failed", reason=str(failure), note="told again at the next look")
        return look
