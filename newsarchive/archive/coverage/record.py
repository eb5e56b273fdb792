"""Coverage: what the crawls of each site asked for, when, and what became of it.

A data set is only as good as what the archive was able to see. This is what its author can say of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from newsarchive.archive.database import Database
from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.crawls import LEDGER, RUN
from newsarchive.archive.schema.sites import SITE
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome

NOT_HAD = (Outcome.FAILED, Outcome.BLOCKED, Outcome.REFUSED, Outcome.INTERRUPTED)
"""Outcomes of an address that could not be looked at."""
_LIMITS = ("since", "until", "max_pages")
"""Arguments of a crawl that leave articles out. Others, like the path of a list, tell of somebody's machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCoverage:
    """What was crawled of a site."""

    name: str | None
    """None: articles of no registered site, and crawls of lists of addresses."""
    home_url: str | None
    title: str | None
    publisher: str | None
    """Name of the publisher class chosen for it."""
    articles: Mapping[str | None, int]
    """Articles of the archive by month of publication, like ``2023-05``; None: without a date."""
    runs: int
    first_run_at: datetime | None
    last_run_at: datetime | None
    """When the last crawl began."""
    days: tuple[date, ...]
    """Days, in UTC, on which a crawl ran; rising."""
    endings: Mapping[str, int]
    """Runs by how they ended, like ``finished`` or ``stopped (max-pages)``; ``running`` for one under way."""
    limits: Mapping[str, int]
    """Runs by a limit their user set, like ``since 2023-05-01``."""
    pages: Mapping[tuple[str, str | None], int]
    """Requests for pages by outcome and reason."""
    never_had: int
    """Addresses that could not be looked at in any run: failed, blocked, refused or interrupted whenever asked for."""

    @property
    def gaps(self) -> tuple[tuple[date, date], ...]:
        """Days between the first and the last crawl without one: first and last day of each stretch."""
        return tuple(gaps(self.days))


def coverage(database: Database) -> tuple[SiteCoverage, ...]:
    """Of every registered site, by name; last, if there is anything, of what belongs to none."""
    with database.read() as connection:
        # sorted here and not there: collations of databases differ
        sites = sorted(connection.execute(select(SITE)), key=lambda row: row.name)
        articles = _articles(connection)
        runs = _runs(connection)
        pages = _pages(connection)
        never_had = _never_had(connection)
    known = [(row.id, row.name, row.home_url, row.title, row.publisher) for row in sites]
    if None in articles or None in runs:
        known.append((None, None, None, None, None))
    return tuple(
        SiteCoverage(
            name=name,
            home_url=home_url,
            title=title,
            publisher=publisher,
            articles=articles.get(site_id, {}),
            pages=pages.get(site_id, {}),
            never_had=never_had.get(site_id, 0),
            **_history(runs.get(site_id, [])),
        )
        for site_id, name, home_url, title, publisher in known
    )


def gaps(days: Iterable[date]) -> Iterable[tuple[date, date]]:
    """First and last day of each stretch between rising ``days`` that holds none of them.

    >>> [f"{first:%d}-{last:%d}" for first, last in gaps([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 7)])]
    ['03-06']
    """
    before: date | None = None
    for day in days:
        if before is not None and day - before > timedelta(days=1):
            yield before + timedelta(days=1), day - timedelta(days=1)
        before = day


def _articles(connection: Connection) -> dict[int | None, dict[str | None, int]]:
    month = _month(connection)
    query = (
        select(ARTICLE.c.site_id, month.label("month"), func.count().label("articles"))
        .join(REVISION, REVISION.c.id == ARTICLE.c.latest_revision_id)
        .group_by(ARTICLE.c.site_id, month)
    )
    found: dict[int | None, dict[str | None, int]] = {}
    for row in sorted(connection.execute(query), key=lambda row: row.month or ""):
        found.setdefault(row.site_id, {})[row.month] = row.articles
    return found


def _month(connection: Connection) -> ColumnElement[str | None]:
    published = REVISION.c.date_published
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", published), "YYYY-MM")
    return func.substr(published, 1, len("2023-05"))


def _runs(connection: Connection) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for row in connection.execute(select(RUN).order_by(RUN.c.id)):
        found.setdefault(row.site_id, []).append(row)
    return found


def _history(runs: list[Any]) -> dict[str, Any]:
    days: set[date] = set()
    endings: dict[str, int] = {}
    limits: dict[str, int] = {}
    for run in runs:
        first = run.started_at.astimezone(UTC).date()
        last = (run.finished_at or run.started_at).astimezone(UTC).date()
        days.update(first + timedelta(days=number) for number in range((last - first).days + 1))
        ending = "running" if run.outcome is None else str(run.outcome)
        if run.outcome not in (None, RunOutcome.FINISHED) and run.reason:
            ending += f" ({run.reason})"
        endings[ending] = endings.get(ending, 0) + 1
        for name in _LIMITS:
            if run.arguments.get(name) is not None:
                limit = f"{name} {str(run.arguments[name]).removesuffix('T00:00:00+00:00')}"
                limits[limit] = limits.get(limit, 0) + 1
    started = [run.started_at for run in runs]
    return {
        "runs": len(runs),
        "first_run_at": min(started, default=None),
        "last_run_at": max(started, default=None),
        "days": tuple(sorted(days)),
        "endings": dict(sorted(endings.items())),
        "limits": dict(sorted(limits.items())),
    }


def _pages(connection: Connection) -> dict[int | None, dict[tuple[str, str | None], int]]:
    query = (
        select(RUN.c.site_id, LEDGER.c.outcome, LEDGER.c.reason, func.count().label("pages"))
        .select_from(LEDGER)
        .join(RUN, RUN.c.id == LEDGER.c.run_id)
        .where(LEDGER.c.kind == ResourceKind.PAGE, LEDGER.c.outcome.is_not(None))
        .group_by(RUN.c.site_id, LEDGER.c.outcome, LEDGER.c.reason)
    )
    found: dict[int | None, dict[tuple[str, str | None], int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.site_id, {})[(row.outcome.value, row.reason)] = row.pages
    order = {outcome.value: number for number, outcome in enumerate(Outcome)}
    return {
        site_id: dict(sorted(pages.items(), key=lambda item: (order[item[0][0]], item[0][1] or "")))
        for site_id, pages in found.items()
    }


def _never_had(connection: Connection) -> dict[int | None, int]:
    """Addresses by site whose requests all ended in one of :data:`NOT_HAD`."""
    of_address = (
        select(RUN.c.site_id)
        .select_from(LEDGER)
        .join(RUN, RUN.c.id == LEDGER.c.run_id)
        .where(LEDGER.c.kind == ResourceKind.PAGE, LEDGER.c.outcome.is_not(None))
        .group_by(RUN.c.site_id, LEDGER.c.url_key)
        .having(func.min(case((LEDGER.c.outcome.in_(NOT_HAD), 1), else_=0)) == 1)
        .subquery()
    )
    query = select(of_address.c.site_id, func.count().label("addresses")).group_by(of_address.c.site_id)
    return {row.site_id: row.addresses for row in connection.execute(query)}
