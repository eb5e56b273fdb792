"""The part of a datasheet that says how its articles were collected: crawls, what became of pages, known gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from newsarchive.archive.coverage.record import NOT_HAD, SiteCoverage
from newsarchive.export.package.composition import NO_SITE, largest, months_between
from newsarchive.export.package.contents import Contents
from newsarchive.export.package.markdown import counted, escaped, share, table

MAX_SHOWN = 8
"""Gaps and reasons that are named one by one, the longest and most frequent; the others are counted."""
SHORT_GAP_DAYS = 2
"""A stretch without a crawl up to so long is a weekend and not named: feeds go back further."""


def collection(contents: Contents) -> Iterator[str]:
    """How it was collected, as paragraphs of Markdown."""
    sites = [site for site in contents.coverage if site.name in contents.facts.months]
    yield "## How it was collected"
    yield (
        "Pages were fetched over HTTP by newsarchive, a crawler that obeys robots.txt, waits between requests, and "
        "goes around no paywall, login or bot wall. It found them in feeds, sitemaps, section pages and links of "
        "the sites, or in lists of addresses given by hand. Every address it took up ended with an outcome, counted "
        "here."
    )
    shown = largest(contents)
    yield from _crawls([site for site in sites if site.name in shown])
    if len(shown) < len(sites):
        yield f"Of the {len(sites):,} sites the {len(shown)} with the most articles; all are in [sites.csv](sites.csv)."
    yield from _outcomes([site for site in sites if site.name in shown])
    yield "### Known gaps"
    yield "\n".join(f"- {gap}" for gap in _gaps(contents, sites))


def _crawls(sites: Sequence[SiteCoverage]) -> Iterator[str]:
    yield "### Crawls"
    rows = [
        (
            escaped(site.name or NO_SITE),
            escaped(site.home_url or "lists of addresses"),
            site.runs,
            f"{site.first_run_at:%Y-%m-%d}" if site.first_run_at else "",
            f"{site.last_run_at:%Y-%m-%d}" if site.last_run_at else "",
            len(site.days),
            _listed(site.endings),
            _listed(site.limits),
        )
        for site in sites
    ]
    headings = ("site", "home page", "crawls", "first", "last", "days with a crawl", "ended", "limited to")
    yield table(headings, rows, right=("crawls", "days with a crawl"))


def _listed(counts: Mapping[str, int]) -> str:
    shown = list(counts.items())[:MAX_SHOWN]
    text = ", ".join(f"{escaped(name)}: {count:,}" for name, count in shown)
    return text if len(counts) <= MAX_SHOWN else f"{text}, …"


def _outcomes(sites: Sequence[SiteCoverage]) -> Iterator[str]:
    yield "### What became of the pages that were asked for"
    yield (
        "A page that was asked for in several crawls is counted in each. *Never had* are the addresses that could "
        "not be looked at in any: failed, blocked, refused by robots.txt or our own limits, or interrupted."
    )
    headings = (
        "site",
        "articles",
        "other address",
        "no article",
        "skipped",
        "refused",
        "blocked",
        "failed",
        "interrupted",
        "never had",
    )
    rows = []
    for site in sites:
        total: dict[str, int] = {}
        for (outcome, _), count in site.pages.items():
            total[outcome] = total.get(outcome, 0) + count
        articles = sum(total.get(outcome, 0) for outcome in ("new", "changed", "unchanged"))
        others = (
            total.get(name, 0)
            for name in ("duplicate", "not-article", "skipped", "refused", "blocked", "failed", "interrupted")
        )
        rows.append((escaped(site.name or NO_SITE), articles, *others, site.never_had))
    yield table(headings, rows, right=headings[1:])
    reasons = [
        (escaped(site.name or NO_SITE), outcome, escaped(reason or ""), count)
        for site in sites
        for (outcome, reason), count in sorted(site.pages.items(), key=lambda item: (-item[1], item[0][0]))[:MAX_SHOWN]
        if outcome in (*NOT_HAD, "not-article", "skipped")
    ]
    if reasons:
        yield table(("site", "outcome", "reason", "pages"), reasons, right=("pages",))


def _gaps(contents: Contents, sites: Sequence[SiteCoverage]) -> Iterator[str]:
    facts = contents.facts
    if facts.undated:
        yield (
            f"**No date**: {facts.undated:,} of {facts.articles:,} articles ({share(facts.undated, facts.articles)}) "
            "name no date of publication that can be read. They are in no month; queries for a span of time miss them."
        )
    elif "since:" in contents.selection.query or "until:" in contents.selection.query:
        yield "**No date**: the query asks for dates, so articles without one cannot be among what it finds."
    dated = sorted(month for month in facts.by_month() if month is not None)
    if dated:
        empty = [month for month in months_between(dated[0], dated[-1]) if month not in dated]
        if empty:
            shown = ", ".join(stretches(empty)[:MAX_SHOWN])
            yield f"**Months without an article**: {len(empty):,}, {shown}{_more(len(stretches(empty)))}."
    if any(site.first_run_at is not None and site.name is not None for site in sites):
        yield (
            "**Before the first crawl of a site** (see above) there is only what it still listed, linked or had in its "
            "sitemaps then, in the text of that day."
        )
    if contents.days:
        yield (
            f"**Days of publication**: of {sum(contents.days.values()):,} days known of these sites "
            f"{', '.join(f'{count:,} {state}' for state, count in contents.days.items())}. Day by day, with what was "
            "expected and why it is missing: [coverage.csv](coverage.csv)."
        )
    yield from _pauses(sites)
    if never_had := sum(site.never_had for site in sites):
        of = counted(sum(site.never_had > 0 for site in sites), "site")
        yield f"**Pages never had**: {counted(never_had, 'address')} of {of}; why, and of which, stands above."
    early = _added((site.endings for site in sites), without="finished")
    if early:
        yield f"**Crawls that did not reach their end**: {_listed(early)}."
    limits = _added(site.limits for site in sites)
    if limits:
        yield f"**Crawls limited by who ran them**: {_listed(limits)}."
    without_text = facts.articles and facts.filled.get("article_body") is not None
    empty_texts = facts.records - facts.filled.get("article_body", facts.records)
    if without_text and empty_texts:
        yield f"**No text**: {counted(empty_texts, 'record')} without running text, such as galleries and videos."
    if facts.not_free:
        yield f"**Paywalls**: of {counted(facts.not_free, 'article')} perhaps only the beginning could be read."
    yield "**What was taken down** between two crawls, or never listed, was never seen."


def _pauses(sites: Sequence[SiteCoverage]) -> Iterator[str]:
    pauses = [
        (first, last, escaped(site.name or NO_SITE))
        for site in sites
        for first, last in site.gaps
        if _days(first, last) > SHORT_GAP_DAYS
    ]
    if pauses:
        longest = sorted(pauses, key=lambda pause: (-_days(*pause[:2]), pause))[:MAX_SHOWN]
        shown = ", ".join(f"{name} {first} to {last} ({_days(first, last)} days)" for first, last, name in longest)
        yield f"**Days without a crawl**, the longest first: {shown}{_more(len(pauses))}."


def _added(counts: Iterable[Mapping[str, int]], without: str | None = None) -> dict[str, int]:
    total: dict[str, int] = {}
    for of_site in counts:
        for name, count in of_site.items():
            if name != without:
                total[name] = total.get(name, 0) + count
    return dict(sorted(total.items()))


def stretches(months: Sequence[str]) -> list[str]:
    """Rising months with neighbors put together.

    >>> stretches(["2023-01", "2023-11", "2023-12", "2024-01"])
    ['2023-01', '2023-11 to 2024-01']
    """
    found: list[list[str]] = []
    for month in months:
        if found and len(months_between(found[-1][-1], month)) == 2:
            found[-1].append(month)
        else:
            found.append([month])
    return [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in found]


def _days(first: date, last: date) -> int:
    return (last - first).days + 1


def _more(count: int) -> str:
    return f" and {count - MAX_SHOWN:,} more" if count > MAX_SHOWN else ""
