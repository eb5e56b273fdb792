"""Rule on feeds and sitemaps: one that used to name articles and names none any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsarchive.model.crawl_run import ResourceKind
from newsarchive.monitoring.finding import Finding, Severity, Verdict
from newsarchive.monitoring.history import Reading, SiteHistory, SourceState

MIN_GOOD = 3
"""Readings with entries that a source must have had to be missed."""
DEAD_RUNS = 3
"""Crawls in a row in which a source gave nothing; one is a bad night. A feed that was found empty and that no page
names is not asked again: the crawls after that count, too."""


def sources(history: SiteHistory, now: datetime) -> Verdict:
    """Feeds and sitemaps that are dead."""
    found = []
    good_runs = [run.id for run in history.detailed_runs if run.reached_site]
    feeds_alive = any(
        kind is ResourceKind.FEED and readings[-1].state is SourceState.ENTRIES
        for (kind, _), readings in history.readings.items()
    )
    for (kind, url), readings in sorted(history.readings.items()):
        last_good, dead = _split(readings)
        if last_good is None or sum(r.state is SourceState.ENTRIES for r in readings) < MIN_GOOD or not dead:
            continue
        runs = [run_id for run_id in good_runs if run_id >= dead[0].run_id]
        if len(runs) < DEAD_RUNS:
            continue
        is_feed = kind is ResourceKind.FEED
        reasons = " and ".join(dict.fromkeys(reading.reason or str(reading.state) for reading in dead))
        found.append(
            Finding(
                site=history.site,
                kind="dead-feed" if is_feed else "dead-sitemap",
                subject=url,
                severity=Severity.WRONG if is_feed and not feeds_alive else Severity.LOOK,
                message=f"the {kind} had entries until {last_good.at:%Y-%m-%d}, in the last {len(runs)} crawls none "
                f"({reasons})",
                next_step=f"open it in a browser; newsarchive site show {history.site}",
                url=url,
                since=dead[0].at,
            )
        )
    lacking = None if len(good_runs) >= MIN_GOOD + DEAD_RUNS else f"{MIN_GOOD + DEAD_RUNS} crawls"
    return Verdict(findings=tuple(found), lacking=lacking if not found else None)


def _split(readings: Sequence[Reading]) -> tuple[Reading | None, Sequence[Reading]]:
    """The last reading with entries, and all after it."""
    for number in range(len(readings), 0, -1):
        if readings[number - 1].state is SourceState.ENTRIES:
            return readings[number - 1], readings[number:]
    return None, readings
