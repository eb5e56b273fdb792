"""Presence: a worker says from time to time that it is there, so that its end is noticed though it cannot tell."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from newsarchive.archive.workers import WorkerStore
from newsarchive.errors import NewsArchiveError
from newsarchive.scheduling.event_log import EventLog

HEARTBEAT_S = 30.0


class Presence:
    """One worker's. What cannot be written is logged, and never stops a crawl."""

    def __init__(
        self,
        store: WorkerStore,
        log: EventLog,
        now: Callable[[], datetime],
        *,
        name: str | None = None,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._store = store
        self._log = log
        self._now = now
        self._name = name or f"{socket.gethostname()}, process {os.getpid()}"
        self._heartbeat_s = heartbeat_s
        self._started_at: datetime | None = None

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Be there while the block runs; who is killed in it has vanished."""
        await self._write(self._beat)
        beating = asyncio.create_task(self._beat_on())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait([beating])
            await self._write(self._end)

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            await self._write(self._beat)

    async def _write(self, step: Callable[[], None]) -> None:
        try:
            await asyncio.shield(asyncio.to_thread(step))
        except NewsArchiveError as error:
            self._log.say("heartbeat-failed", reason=str(error))

    def _beat(self) -> None:
        now = self._now()
        if self._started_at is None:
            self._store.begin(self._name, now)
            self._started_at = now
        else:
            self._store.beat(self._name, self._started_at, now)

    def _end(self) -> None:
        if self._started_at is not None:
            self._store.end(self._name, self._started_at, self._now())
