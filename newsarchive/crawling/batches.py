"""Batches: what a crawl learns goes to the archive some dozens at a time, one transaction each.

One thread writes, so the event loop only moves bytes. A page counts as archived when its batch is on disk, not before.
A batch the database would not take, because it was locked or its server went away, is offered again, on a connection
that works: whether the first try got through or not, it leaves the same rows. All but one number: if it did, the
requests that hosts were asked on the day count twice, so that the day's budget asks them rather less than more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime
from functools import partial

from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.crawling.patience import patiently
from newsarchive.model.crawl_run import LedgerEntry, Outcome
from newsarchive.model.revision import Candidate
from newsarchive.model.visit import Visit

BATCH_SIZE = 100
"""Entries after which a batch is written at once. A commit costs about as much as 20 articles."""
BATCH_INTERVAL_S = 0.5
"""How long the first entry of a batch waits for others: what a power failure can cost in finished work."""


class BatchWriter:
    """Collects ledger rows and pages and commits them in order.

    ``before_commit`` runs in the writing thread before each transaction: it makes the captures durable that the
    batch points at. ``on_failure`` is called once, in the event loop, if a batch cannot be written; everything
    waiting then, or added later, fails with the same error.
    """

    def __init__(
        self,
        writer: ArchiveWriter,
        *,
        before_commit: Callable[[], None],
        on_failure: Callable[[Exception], None],
        size: int = BATCH_SIZE,
        interval_s: float = BATCH_INTERVAL_S,
    ) -> None:
        self._writer = writer
        self._before_commit = before_commit
        self._on_failure = on_failure
        self._size = size
        self._interval_s = interval_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive-writer")
        self._full = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        self._queued: list[LedgerEntry] = []
        self._finished: list[LedgerEntry] = []
        self._visits: list[Visit] = []
        self._rests: dict[str, datetime] = {}
        self._asked: Counter[tuple[str, date]] = Counter()
        self._pages: list[tuple[Candidate, LedgerEntry, asyncio.Future[Outcome]]] = []

    def add_queued(self, entry: LedgerEntry) -> None:
        """Write that this address waits for its turn."""
        self._queued.append(entry)
        self._wake()

    def add_finished(self, entry: LedgerEntry, visit: Visit | None = None) -> None:
        """Write the outcome of an address that is no article, and what it answered if that is to be remembered."""
        self._finished.append(entry)
        if visit is not None:
            self._visits.append(visit)
        self._wake()

    def add_rest(self, host: str, until: datetime) -> None:
        """Write that a host asked to be left alone until then."""
        self._rests[host] = max(until, self._rests.get(host, until))
        self._wake()

    def add_asked(self, host: str, day: date) -> None:
        """Write, with the next batch, that a host was sent a request on that day (UTC)."""
        self._asked[host, day] += 1

    async def add_page(self, candidate: Candidate, entry: LedgerEntry, visit: Visit | None = None) -> Outcome:
        """Store an article and return what it turned out to be once it is on disk.

        Raises what kept its batch from being written, an ArchiveError or CaptureError as a rule.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._pages.append((candidate, entry, future))
        if visit is not None:
            self._visits.append(visit)
        self._wake()
        return await future

    async def close(self) -> None:
        """Write what still waits, then end the thread."""
        if self._asked:
            self._wake()
        while self._task is not None:
            self._full.set()
            await asyncio.wait([self._task])
        self._thread.shutdown()

    def _wake(self) -> None:
        if len(self._queued) + len(self._finished) + len(self._pages) >= self._size:
            self._full.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write_until_empty())

    async def _write_until_empty(self) -> None:
        while self._queued or self._finished or self._pages or self._rests or self._asked:
            with suppress(TimeoutError):  # not full in time: write what there is
                await asyncio.wait_for(self._full.wait(), self._interval_s)
            self._full.clear()
            await self._write_one()
        self._task = None

    async def _write_one(self) -> None:
        pages, self._pages = self._pages, []
        batch = Batch(
            queued=tuple(self._queued),
            pages=tuple((candidate, entry) for candidate, entry, _ in pages),
            finished=tuple(self._finished),
            visits=tuple(self._visits),
            rests=self._rests,
            asked=self._asked,
        )
        self._queued, self._finished, self._visits, self._rests, self._asked = [], [], [], {}, Counter()
        try:
            if self._failure is not None:
                raise self._failure
            outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch)
        except Exception as error:  # noqa: BLE001 (whatever it is must reach the waiting pages, or the crawl hangs)
            for _, _, future in pages:
                if not future.done():
                    future.set_exception(error)
            if self._failure is None:
                self._failure = error
                self._on_failure(error)
            return
        for (_, _, future), outcome in zip(pages, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    def _commit(self, batch: Batch) -> tuple[Outcome, ...]:
        self._before_commit()
        return patiently(partial(self._writer.store, batch))
