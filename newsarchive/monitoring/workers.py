"""Whether anybody works: workers that vanished, and turns that nobody takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from newsarchive.archive.database import Database
from newsarchive.archive.workers import SILENCE, WorkerStore
from newsarchive.model.worker import WorkerRecord
from newsarchive.monitoring.finding import Finding, Severity, SiteHealth

WORKERS = "(workers)"
"""Stands where findings have their site; no site can be called that."""
TOLD_FOR = timedelta(days=1)
"""How long a worker that vanished is a finding."""
OVERDUE_AFTER = timedelta(hours=1)
"""Turns that wait for longer are overdue: who starts ``newsarchive worker --once`` every hour has none."""


def is_running(worker: WorkerRecord, now: datetime) -> bool:
    """Whether a worker was heard of just now."""
    return worker.ended_at is None and worker.seen_at >= now - SILENCE


def judge_workers(workers: Sequence[WorkerRecord], overdue: int, now: datetime) -> SiteHealth:
    """What is wrong with the workers of an archive of which so many turns are overdue.

    Where some run, one that is silent has vanished only if another was heard of all that time: when a database comes
    back, all of its workers were silent.
    """
    running = [worker for worker in workers if is_running(worker, now)]
    is_judged = not running or any(worker.steady_since <= now - SILENCE for worker in running)
    silent = [worker for worker in workers if worker.ended_at is None and worker not in running]
    findings = [_vanished(worker) for worker in silent if is_judged and worker.seen_at > now - TOLD_FOR]
    if overdue and not running:
        findings.insert(0, _nobody(workers, overdue))
    unjudged = frozenset() if is_judged else frozenset({"worker-lost"})
    return SiteHealth(site=WORKERS, findings=tuple(findings), lacking=(), unjudged=unjudged)


def _vanished(worker: WorkerRecord) -> Finding:
    return Finding(
        site=WORKERS,
        kind="worker-lost",
        subject=f"{worker.name}, started {worker.started_at:%Y-%m-%d %H:%M:%S}",
        severity=Severity.LOOK,
        message=f"the worker {worker.name} vanished: it was last heard of {worker.seen_at:%Y-%m-%d %H:%M} UTC",
        next_step="see on its machine why (memory, power, kill), and start it again: newsarchive worker",
        since=worker.seen_at,
    )


def _nobody(workers: Sequence[WorkerRecord], overdue: int) -> Finding:
    last = max((worker.seen_at for worker in workers), default=None)
    has_run = "no worker has run yet" if last is None else f"no worker has run since {last:%Y-%m-%d %H:%M} UTC"
    turns = "1 turn is overdue" if overdue == 1 else f"{overdue} turns are overdue"
    return Finding(
        site=WORKERS,
        kind="no-worker",
        severity=Severity.WRONG,
        message=f"{has_run}; {turns}",
        next_step="start one: newsarchive worker",
        since=last,
    )


def health_of_workers(database: Database, now: datetime) -> SiteHealth:
    """What is wrong with the workers of an archive at a moment."""
    store = WorkerStore(database)
    return judge_workers(store.all(), store.overdue(now - OVERDUE_AFTER), now)
