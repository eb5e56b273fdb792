"""Figures of an archive for Prometheus, read anew each time somebody asks.

Names and units follow https://prometheus.io/docs/practices/naming/: seconds, times as Unix time, no totals of what can
shrink. They are gauges, for they are read from the database and not counted by this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from newsarchive.archive.database import Database
from newsarchive.archive.runs.rows import runs_of
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.crawls import RUN
from newsarchive.archive.schema.schedules import SCHEDULE
from newsarchive.archive.schema.sites import SITE
from newsarchive.errors import NewsArchiveError
from newsarchive.model.crawl_run import Outcome, RunOutcome

Clock = Callable[[], datetime]
Lag = Callable[[], int | None]
"""How many revisions the index is behind; None if there is no index here."""


def registry_of(database: Database, clock: Clock, index_lag: Lag) -> CollectorRegistry:
    """A registry of its own with all figures of an archive; nothing of the process, nothing global."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ArchiveFigures(database, clock, index_lag))
    return registry


class ArchiveFigures(Collector):
    """What ``newsarchive metrics`` shows. An archive that cannot be read now gives ``newsarchive_up 0`` alone."""

    def __init__(self, database: Database, clock: Clock, index_lag: Lag) -> None:
        self._database = database
        self._clock = clock
        self._index_lag = index_lag

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing, so that registering reads no archive."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All figures of this moment."""
        up = GaugeMetricFamily("newsarchive_up", "Whether the archive can be read.")
        try:
            with self._database.read() as connection:
                found = [
                    *_contents(connection),
                    *_last_crawls(connection, self._clock()),
                    *_schedules(connection, self._clock()),
                ]
            lag = self._index_lag()
        except NewsArchiveError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found
        if lag is not None:
            behind = GaugeMetricFamily("newsarchive_index_lag_revisions", "Revisions the full-text index is behind.")
            behind.add_metric([], lag)
            yield behind


def _contents(connection: Connection) -> Iterator[GaugeMetricFamily]:
    articles = GaugeMetricFamily("newsarchive_articles", "Articles in the archive.", labels=["site"])
    counts = {
        row.site_id: row.n
        for row in connection.execute(select(ARTICLE.c.site_id, func.count().label("n")).group_by(ARTICLE.c.site_id))
    }
    for row in connection.execute(select(SITE.c.id, SITE.c.name).order_by(SITE.c.name)):
        articles.add_metric([row.name], counts.pop(row.id, 0))
    if counts:
        articles.add_metric([""], sum(counts.values()))
    yield articles
    revisions = GaugeMetricFamily("newsarchive_revisions", "Revisions in the archive, of all sites.")
    revisions.add_metric([], connection.execute(select(func.count()).select_from(REVISION)).scalar_one())
    yield revisions


def _last_crawls(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Of each site its last crawl, under way or not, by what it came to."""
    age = GaugeMetricFamily(
        "newsarchive_last_crawl_age_seconds", "Time since the site's last crawl began.", labels=["site"]
    )
    outcome = GaugeMetricFamily(
        "newsarchive_last_crawl_outcome", "1 for how the site's last crawl ended.", labels=["site", "outcome"]
    )
    addresses = GaugeMetricFamily(
        "newsarchive_last_crawl_addresses",
        "Addresses of the site's last crawl by what became of them.",
        labels=["site", "outcome"],
    )
    last = select(func.max(RUN.c.id)).where(RUN.c.site_id.is_not(None)).group_by(RUN.c.site_id)
    runs = runs_of(connection, connection.execute(last).scalars().all())
    for run in sorted(runs, key=lambda run: run.site or ""):
        site = run.site or ""
        age.add_metric([site], max((now - run.started_at).total_seconds(), 0))
        ending = run.outcome or "running"
        for name in (*RunOutcome, "running"):
            outcome.add_metric([site, str(name)], int(name == ending))
        for kind in Outcome:
            addresses.add_metric([site, str(kind)], run.counts.get(kind, 0))
    yield from (age, outcome, addresses)


def _schedules(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    schedules = GaugeMetricFamily("newsarchive_schedules", "Schedules by state.", labels=["state"])
    overdue = GaugeMetricFamily(
        "newsarchive_schedule_overdue_seconds", "How long the schedule waits that has waited longest."
    )
    failures = GaugeMetricFamily(
        "newsarchive_schedule_failures", "Turns in a row that failed, where any did.", labels=["site"]
    )
    states = {"paused": 0, "running": 0, "due": 0, "waiting": 0}
    longest = 0.0
    query = select(SITE.c.name, SCHEDULE.c.is_paused, SCHEDULE.c.turn_at, SCHEDULE.c.due_at, SCHEDULE.c.failures).join(
        SITE, SITE.c.id == SCHEDULE.c.site_id
    )
    for row in connection.execute(query.order_by(SITE.c.name)):
        waits = (now - row.due_at).total_seconds()
        is_due = not row.is_paused and row.turn_at is None and waits >= 0
        state = "paused" if row.is_paused else "running" if row.turn_at else "due" if is_due else "waiting"
        states[state] += 1
        longest = max(longest, waits if is_due else 0.0)
        if row.failures:
            failures.add_metric([row.name], row.failures)
    for state, count in states.items():
        schedules.add_metric([state], count)
    overdue.add_metric([], longest)
    yield from (schedules, overdue, failures)
