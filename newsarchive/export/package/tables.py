"""The small tables beside the records: the sites, and how many articles there are by site and month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from newsarchive.archive.coverage.record import SiteCoverage
from newsarchive.export.package.facts import Facts
from newsarchive.export.package.fields import Kind, Meaning
from newsarchive.model.coverage import SiteCalendar

SITE_FIELDS = (
    Meaning("site", Kind.STRING, "Short name the site is registered under.", required=True),
    Meaning("home_url", Kind.STRING, "Address of its home page.", required=True),
    Meaning("title", Kind.STRING, "The publisher's title, as its pages give it."),
    Meaning("publisher_rules", Kind.STRING, "Name of the rules chosen to read its pages; null: found by the host."),
    Meaning("articles", Kind.INTEGER, "How many of its articles are in this data set.", required=True),
    Meaning("archived", Kind.INTEGER, "How many of its articles the archive holds.", required=True),
    Meaning("crawls", Kind.INTEGER, "How many crawls of it there were.", required=True),
    Meaning("first_crawl_at", Kind.TIME, "When the first crawl began."),
    Meaning("last_crawl_at", Kind.TIME, "When the last crawl began."),
    Meaning("days_crawled", Kind.INTEGER, "On how many days, in UTC, a crawl ran.", required=True),
    Meaning("never_had", Kind.INTEGER, "Addresses of pages that could not be looked at in any crawl.", required=True),
)
COUNT_FIELDS = (
    Meaning("site", Kind.STRING, "Short name of the site; null: articles of no registered site."),
    Meaning("month", Kind.STRING, "Month of publication in UTC, like `2023-05`; null: without a date."),
    Meaning("articles", Kind.INTEGER, "Articles in this data set.", required=True),
    Meaning("archived", Kind.INTEGER, "Articles the archive holds, whatever the query.", required=True),
)


COVERAGE_FIELDS = (
    Meaning("site", Kind.STRING, "Short name of the site.", required=True),
    Meaning("day", Kind.STRING, "Day of publication in UTC, like `2023-05-17`.", required=True),
    Meaning(
        "state",
        Kind.STRING,
        "`complete`, `partly`, `held`, `nothing published`, `blocked`, `failed`, `refused`, `skipped`, `empty`, "
        "`no crawl` or `unknown`. A day that is missing here is unknown.",
        required=True,
    ),
    Meaning("expected", Kind.INTEGER, "Addresses that feeds and news sitemaps announced for the day.", required=True),
    Meaning("archived", Kind.INTEGER, "Articles of the day the archive holds, whatever the query.", required=True),
    Meaning("reason", Kind.STRING, "What is missing or in the way; null: nothing."),
)


def site_records(facts: Facts, coverage: tuple[SiteCoverage, ...]) -> Iterator[Mapping[str, Any]]:
    """One record for each registered site that is in the data set, by name."""
    for site in coverage:
        if site.name is not None and site.name in facts.months:
            yield {
                "site": site.name,
                "home_url": site.home_url,
                "title": site.title,
                "publisher_rules": site.publisher,
                "articles": sum(facts.months[site.name].values()),
                "archived": sum(site.articles.values()),
                "crawls": site.runs,
                "first_crawl_at": _iso(site.first_run_at),
                "last_crawl_at": _iso(site.last_run_at),
                "days_crawled": len(site.days),
                "never_had": site.never_had,
            }


def count_records(facts: Facts, coverage: tuple[SiteCoverage, ...]) -> Iterator[Mapping[str, Any]]:
    """One record for each site of the data set and each month in which the archive holds an article of it."""
    archived = {site.name: site.articles for site in coverage}
    for name in facts.sites:
        found, held = facts.months[name], archived.get(name, {})
        for month in sorted({*found, *held}, key=lambda month: month or ""):
            yield {"site": name, "month": month, "articles": found.get(month, 0), "archived": held.get(month, 0)}


def coverage_records(facts: Facts, calendars: Iterable[SiteCalendar]) -> Iterator[Mapping[str, Any]]:
    """One record for each day of the calendars of sites that are in the data set."""
    for calendar in calendars:
        if calendar.site not in facts.sites:
            continue
        for day in calendar.published:
            yield {
                "site": calendar.site,
                "day": day.day.isoformat(),
                "state": day.state.value,
                "expected": day.expected,
                "archived": day.archived,
                "reason": day.reason,
            }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
