"""Site histories out of an archive. What is read of one site is bounded, however many articles and crawls it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.archive.schema.schedules import SCHEDULE
from newsarchive.archive.schema.sites import SITE
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.monitoring.history import (
    WEEKS,
    ArticleFact,
    Ending,
    Reading,
    RunFact,
    SiteHistory,
    SourceState,
)

SPAN = timedelta(weeks=WEEKS, days=10)
"""Of articles and runs that are read: the weeks to compare with, the last one, and the days in which it is found."""
MAX_ARTICLES = 20_000
"""Of a site, the latest: three hundred a day."""
MAX_DETAILED_RUNS = 60
"""Runs of a site whose ledgers are counted, the latest: two months of daily ones."""
MAX_SOURCES = 200
"""Feeds and sitemaps of a site whose readings are compared, feeds first."""


def histories(database: Database, now: datetime, sites: Iterable[str]) -> Iterator[SiteHistory]:
    """Of these sites, as they look at a moment, each in a transaction of its own; one that is gone is left out."""
    query = select(SITE.c.id, SITE.c.name, SITE.c.added_at)
    for name in sites:
        with database.read() as connection:
            row = connection.execute(query.where(SITE.c.name == name)).one_or_none()
            history = None if row is None else _history(connection, row, now)
        if history is not None:
            yield history


def _history(connection: Connection, site: Row[*tuple[Any, ...]], now: datetime) -> SiteHistory:
    runs = _runs(connection, site.id, now)
    detailed = [run.id for run in runs[-MAX_DETAILED_RUNS:]]
    endings = _endings(connection, detailed)
    last_article = select(func.max(ARTICLE.c.first_seen_at)).where(ARTICLE.c.site_id == site.id)
    paused = select(SCHEDULE.c.is_paused).where(SCHEDULE.c.site_id == site.id)
    return SiteHistory(
        site=site.name,
        added_at=site.added_at,
        is_paused=bool(connection.execute(paused).scalar()),
        first_run_ended_at=_first_end(connection, site.id),
        runs=tuple(
            RunFact(
                id=run.id,
                started_at=run.started_at,
                finished_at=run.finished_at,
                outcome=run.outcome,
                endings=endings.get(run.id, {}) if run.id in set(detailed) else None,
            )
            for run in runs
        ),
        articles=_articles(connection, site.id, now - SPAN),
        last_article_at=connection.execute(last_article).scalar(),
        readings=_readings(connection, detailed),
    )


def _is_look(arguments: Any) -> bool:  # noqa: ANN401 (JSON)
    """Whether a run only looked which feeds and sections there are, or looked back: neither tells what a site gives."""
    return isinstance(arguments, dict) and ("survey" in arguments or "backfill" in arguments)


def _runs(connection: Connection, site_id: int, now: datetime) -> list[Row[Any]]:
    query = select(RUN).where(RUN.c.site_id == site_id, RUN.c.started_at > now - SPAN)
    return [row for row in connection.execute(query.order_by(RUN.c.id)) if not _is_look(row.arguments)]


def _first_end(connection: Connection, site_id: int) -> datetime | None:
    query = (
        select(RUN.c.arguments, RUN.c.finished_at)
        .where(RUN.c.site_id == site_id, RUN.c.finished_at.is_not(None))
        .order_by(RUN.c.id)
        .limit(10)  # a site is looked at once or twice before it is crawled
    )
    return next((row.finished_at for row in connection.execute(query) if not _is_look(row.arguments)), None)


def _endings(connection: Connection, run_ids: list[int]) -> dict[int, dict[Ending, int]]:
    found: defaultdict[int, dict[Ending, int]] = defaultdict(dict)
    query = (
        select(LEDGER.c.run_id, LEDGER.c.kind, LEDGER.c.outcome, LEDGER.c.reason, func.count().label("addresses"))
        .where(LEDGER.c.run_id.in_(run_ids), LEDGER.c.outcome.is_not(None))
        .group_by(LEDGER.c.run_id, LEDGER.c.kind, LEDGER.c.outcome, LEDGER.c.reason)
    )
    for row in connection.execute(query):
        assert row.outcome is not None
        found[row.run_id][row.kind, row.outcome, row.reason] = row.addresses
    return found


def _articles(connection: Connection, site_id: int, since: datetime) -> tuple[ArticleFact, ...]:
    """Articles in the state in which they were first read, oldest first."""
    latest = (
        select(ARTICLE.c.id, ARTICLE.c.first_seen_at)
        .where(ARTICLE.c.site_id == site_id)
        .order_by(ARTICLE.c.id.desc())
        .limit(MAX_ARTICLES)
        .subquery()
    )
    query = (
        select(
            latest.c.first_seen_at,
            REVISION.c.url,
            REVISION.c.date_published,
            REVISION.c.field_sources,
            func.length(REVISION.c.article_body).label("chars"),
        )
        .join(REVISION, (REVISION.c.article_id == latest.c.id) & (REVISION.c.number == 1))
        .where(latest.c.first_seen_at > since)
        .order_by(latest.c.first_seen_at, latest.c.id)
    )
    return tuple(
        ArticleFact(
            url=row.url,
            seen_at=row.first_seen_at,
            published_at=row.date_published,
            fields=frozenset(row.field_sources),
            chars=row.chars,
        )
        for row in connection.execute(query)
    )


def _readings(connection: Connection, run_ids: list[int]) -> dict[tuple[ResourceKind, str], tuple[Reading, ...]]:
    kinds = (ResourceKind.FEED, ResourceKind.SITEMAP)
    query = (
        select(
            LEDGER.c.run_id,
            LEDGER.c.kind,
            LEDGER.c.url,
            LEDGER.c.outcome,
            LEDGER.c.reason,
            LEDGER.c.finished_at,
        )
        .where(LEDGER.c.run_id.in_(run_ids), LEDGER.c.kind.in_(kinds), LEDGER.c.outcome.is_not(None))
        .order_by(LEDGER.c.run_id, LEDGER.c.id)
    )
    found: dict[tuple[ResourceKind, str], list[Reading]] = {}
    for row in connection.execute(query):
        earlier = found.setdefault((row.kind, row.url), [])
        state = _state(row, earlier)
        if state is not None and row.finished_at is not None:
            earlier.append(Reading(run_id=row.run_id, at=row.finished_at, state=state, reason=row.reason))
    known = sorted((key, tuple(readings)) for key, readings in found.items() if readings)
    return dict(known[:MAX_SOURCES])


def _state(row: Row[*tuple[Any, ...]], earlier: list[Reading]) -> SourceState | None:
    """None for what was no reading: not asked for, tried as a usual place, or left by the end of the crawl."""
    if row.outcome in (Outcome.READ, Outcome.UNCHANGED):
        if row.reason == "not-there":
            return None
        if row.reason == "not-modified":  # as it was
            return earlier[-1].state if earlier else None
        return SourceState.EMPTY if row.reason == "empty" else SourceState.ENTRIES
    return SourceState.FAILED if row.outcome in (Outcome.FAILED, Outcome.BLOCKED) else None
