"""What one crawl did: its addresses by outcome and reason, with an example of each, and how fast each host answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from newsarchive.archive.database import Database
from newsarchive.archive.runs.rows import runs_of
from newsarchive.archive.schema.crawls import LEDGER
from newsarchive.model.crawl_run import CrawlRun, Outcome, ResourceKind

MIN_ANSWERS = 3
"""Answers of a host below which nothing is said of its pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Addresses of one kind that ended alike."""

    kind: ResourceKind
    outcome: Outcome | None
    """None: they wait."""
    reason: str | None
    addresses: int
    example: str
    """The first of them that was queued."""
    detail: str | None
    """Of the example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPace:
    """How fast the addresses of a host got their outcomes."""

    host: str
    answers: int
    """Addresses that were asked for, failed ones included."""
    failed: int
    """Of them those that failed or were blocked."""
    median_s: float
    """Seconds between one outcome and the next: the pause we keep, and what the host takes longer."""
    longest_s: float
    """The longest time without an outcome between the first and the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did."""

    run: CrawlRun
    endings: tuple[Ending, ...]
    """The most frequent first."""
    hosts: tuple[HostPace, ...]
    """The slowest first."""


def run_report(database: Database, run_id: int) -> RunReport | None:
    """What the run of that number did, up to now if it is under way; None if there is none."""
    if not 0 < run_id < 2**63:
        return None
    with database.read() as connection:
        runs = runs_of(connection, [run_id])
        if not runs:
            return None
        return RunReport(run=runs[0], endings=_endings(connection, run_id), hosts=_hosts(connection, run_id))


def _endings(connection: Connection, run_id: int) -> tuple[Ending, ...]:
    groups = (
        select(LEDGER.c.kind, LEDGER.c.outcome, LEDGER.c.reason, func.count().label("n"), func.min(LEDGER.c.id))
        .where(LEDGER.c.run_id == run_id)
        .group_by(LEDGER.c.kind, LEDGER.c.outcome, LEDGER.c.reason)
    )
    found = []
    for kind, outcome, reason, addresses, first_id in connection.execute(groups):
        row = connection.execute(select(LEDGER.c.url, LEDGER.c.detail).where(LEDGER.c.id == first_id)).one()
        found.append(
            Ending(kind=kind, outcome=outcome, reason=reason, addresses=addresses, example=row.url, detail=row.detail)
        )
    return tuple(sorted(found, key=lambda ending: (-ending.addresses, ending.example)))


def _hosts(connection: Connection, run_id: int) -> tuple[HostPace, ...]:
    query = (
        select(LEDGER.c.url, LEDGER.c.outcome, LEDGER.c.finished_at)
        .where(LEDGER.c.run_id == run_id, LEDGER.c.finished_at.is_not(None))
        .where(LEDGER.c.status.is_not(None) | (LEDGER.c.outcome == Outcome.FAILED))
    )
    return paces((row.url, row.outcome, row.finished_at) for row in connection.execute(query))


def paces(answers: Iterable[tuple[str, Outcome, datetime]]) -> tuple[HostPace, ...]:
    """The pace of each host with at least :data:`MIN_ANSWERS` answers, the slowest first."""
    times: dict[str, list[datetime]] = {}
    failed: dict[str, int] = {}
    for url, outcome, finished_at in answers:
        try:
            host = urlsplit(url).netloc
        except ValueError:  # a port that is no number
            continue
        times.setdefault(host, []).append(finished_at)
        failed[host] = failed.get(host, 0) + (outcome in (Outcome.FAILED, Outcome.BLOCKED))
    found = []
    for host, moments in times.items():
        if len(moments) >= MIN_ANSWERS:
            gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(sorted(moments))]
            pace = HostPace(
                host=host, answers=len(moments), failed=failed[host], median_s=median(gaps), longest_s=max(gaps)
            )
            found.append(pace)
    return tuple(sorted(found, key=lambda pace: (-pace.median_s, pace.host)))
