"""ProcrastinateEngine: any number of workers on any number of machines, on one PostgreSQL server.

The schedules say what is owed; Procrastinate says who has it in hand. A tick hands turns out by deferring a job each,
in the transaction that notes them as owed, with the site as lock: two jobs of a site never run at once. Of a worker
whose heart has stopped the jobs are ended, and every turn that is owed and that no job stands for gets a new one; so
whatever happens to the jobs, the schedules make them anew. Jobs are deleted when they end: what happened is told by the
runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from sqlalchemy import Connection, text

from newsarchive.archive.database import Database
from newsarchive.archive.schedules import ScheduleStore
from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.model.schedule import Turn
from newsarchive.scheduling.engine import TICK_S, CrawlTurn
from newsarchive.scheduling.event_log import EventLog
from newsarchive.scheduling.turns import when_due, when_owed

HEARTBEAT_S = 10.0
STALLED_S = 30.0
"""A worker that was not heard of for so long counts as dead: three heartbeats. With a tick of 10 s, its sites are in
other hands after 40."""
POLLING_S = 2.0
"""How long a job may wait though a worker has a hand free."""
SHUTDOWN_S = 90.0
"""How long crawls may take to end in order before they are ended at once."""
RETRY_S = 5.0
"""Before a server that was lost is tried again."""
MAX_HANDED_OUT = 1000
"""Turns in one transaction: some hundred milliseconds."""

_TASK = "crawl-site"
_QUEUE = "newsarchive"
_SCHEMA_LOCK = 0x6E657774
"""Advisory lock of whoever makes Procrastinate's tables."""


class ProcrastinateEngine:
    """One worker among others."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        *,
        concurrency: int,
        tick_s: float = TICK_S,
        heartbeat_s: float = HEARTBEAT_S,
        stalled_s: float = STALLED_S,
        polling_s: float = POLLING_S,
    ) -> None:
        assert isinstance(database.target, str)
        self._database = database
        self._url = database.target
        self._store = ScheduleStore(database)
        self._log = log
        self._concurrency = concurrency
        self._tick_s = tick_s
        self._heartbeat_s = heartbeat_s
        self._stalled_s = stalled_s
        self._polling_s = polling_s
        self._deferring = JobManager(SyncPsycopgConnector())  # never opened: it is given our transactions' connections

    def now(self) -> datetime:
        """The server's time: the clocks of machines differ."""
        with self._database.read() as connection:
            now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return now

    async def run(self, crawl: CrawlTurn, stop: asyncio.Event, *, once: bool = False) -> None:
        """See ``Engine``."""
        # What it has to say is said by our own events.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        await asyncio.to_thread(self._make_tables)
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                try:
                    await self._work(crawl, stopped, once=once)
                    if once:
                        return
                except (ConnectorException, psycopg.Error) as error:
                    reason = " ".join(str(error.__cause__ or error).split())
                    if once:
                        raise ArchiveError(f"{self._database.name} was lost: {reason}") from error
                    self._log.say("server-lost", reason=reason)
                    await asyncio.wait([stopped], timeout=RETRY_S)
        finally:
            stopped.cancel()

    async def _work(self, crawl: CrawlTurn, stopped: asyncio.Task[bool], *, once: bool) -> None:
        """Tick and crawl until asked to stop, or until the server is lost."""
        # A connection for the heart, one for the jobs, one for the ticks.
        connector = PsycopgConnector(conninfo=self._url, min_size=1, max_size=3)
        app = App(connector=connector)

        @app.task(name=_TASK, queue=_QUEUE)
        async def crawl_site(site: str, number: int) -> None:
            await crawl(Turn(site=site, number=number))

        async with app.open_async():
            await self._tick(app.job_manager)
            worker = Worker(
                app,
                queues=[_QUEUE],
                concurrency=self._concurrency,
                wait=not once,
                fetch_job_polling_interval=self._polling_s,
                shutdown_graceful_timeout=SHUTDOWN_S if not once else None,
                listen_notify=False,  # its connection is not made again when a server is restarted
                delete_jobs=DeleteJobCondition.ALWAYS.value,
                install_signal_handlers=False,
                update_heartbeat_interval=self._heartbeat_s,
                stalled_worker_timeout=self._stalled_s,
            )
            working = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
            others = [asyncio.create_task(self._beat(app.job_manager, worker))]
            if not once:
                others.append(asyncio.create_task(self._tick_on(app.job_manager)))
            await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
            was_lost = working.done() and not once
            worker.stop()  # type: ignore[no-untyped-call]
            try:
                await working  # and its crawls
            finally:
                for task in others:
                    task.cancel()
            if was_lost:
                raise ConnectorException("the connection to the server broke off")

    async def _beat(self, jobs: JobManager, worker: Worker) -> None:
        """Let the heart beat on while crawls come to their end: the worker's own stops when it is asked to end."""
        while True:
            await asyncio.sleep(self._heartbeat_s)
            if worker.worker_id is not None:
                with suppress(ConnectorException):
                    await jobs.update_heartbeat(worker.worker_id)

    async def _tick_on(self, jobs: JobManager) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            await self._tick(jobs)

    async def _tick(self, jobs: JobManager) -> None:
        try:
            for job in await jobs.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=self._stalled_s):
                # Not retry_job: it raises UniqueViolation where a job of that site waits already.
                with suppress(ConnectorException):  # another worker was faster
                    await jobs.finish_job(job, Status.FAILED, delete_job=True)
                    self._log.say("worker-lost", job.lock, note="its turn is given to another worker")
            await asyncio.to_thread(self._hand_out)
        except (ConnectorException, NewsArchiveError) as error:
            self._log.say("tick-failed", reason=" ".join(str(error.__cause__ or error).split()))

    def _hand_out(self) -> None:
        now = self.now()
        self._store.claim_owed(
            lambda schedule: when_owed(schedule, now),
            is_held=_sites_in_hand,
            limit=MAX_HANDED_OUT,
            hand_over=partial(self._defer, priority=1),  # before those that wait for their first worker
        )
        self._store.claim_due(
            now, lambda schedule: when_due(schedule, now), limit=MAX_HANDED_OUT, hand_over=self._defer
        )

    def _defer(self, connection: Connection, turns: Sequence[Turn], *, priority: int = 0) -> None:
        # A job may wait there of a schedule that was removed and made anew.
        outdated = text(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = :queue AND lock = ANY(:sites)"
        )
        connection.execute(outdated, {"queue": _QUEUE, "sites": [turn.site for turn in turns]})
        jobs = [
            Job(
                id=None,
                queue=_QUEUE,
                priority=priority,
                lock=turn.site,
                queueing_lock=turn.site,
                task_name=_TASK,
                task_kwargs={"site": turn.site, "number": turn.number},
            )
            for turn in turns
        ]
        self._deferring.batch_defer_jobs(jobs, connection=_raw(connection))

    def _make_tables(self) -> None:
        with self._database.write() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK})
            if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
                _raw(connection).execute(SchemaManager.get_schema())
                self._log.say("queue-made", note="Procrastinate's tables")


def _sites_in_hand(connection: Connection, sites: Sequence[str]) -> Collection[str]:
    """Those of the sites for which a job waits or runs."""
    query = text(
        "SELECT lock FROM procrastinate_jobs "
        "WHERE status IN ('todo', 'doing') AND queue_name = :queue AND lock = ANY(:sites)"
    )
    return set(connection.execute(query, {"queue": _QUEUE, "sites": list(sites)}).scalars())


def _raw(connection: Connection) -> psycopg.Connection[Any]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw
