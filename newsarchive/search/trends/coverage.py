"""What of each period of a trend is known to be missing, so that "no news" is told from "no crawl".

Counted are the days of publication of the sites a trend counts among: covered, or a known gap (docs/coverage.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from newsarchive.model.coverage import GAPS, DayState, SiteCalendar
from newsarchive.search.trends.periods import number, start
from newsarchive.search.trends.trend import NO_VALUE, OTHERS, Per, Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCoverage:
    """Days of sites in one period, and of one group where a trend is split by site."""

    covered: int
    """Days that are no known gap."""
    days: int
    """Days of which that can be said: not those before a site's first crawl, nor unknown ones. At least 1."""

    @property
    def share(self) -> float:
        """Covered ones of all, 0 to 1."""
        return self.covered / self.days


Coverage = Mapping[tuple[date, str | None], PeriodCoverage]
"""By the first day of a period and group, where anything can be said; under None the whole period."""


def trend_coverage(trend: Trend, calendars: Iterable[SiteCalendar]) -> Coverage:
    """How the periods of a trend are covered, by the calendars of the sites it counts among."""
    covered: Counter[tuple[int, str | None]] = Counter()
    days: Counter[tuple[int, str | None]] = Counter()
    for calendar in calendars:
        if trend.sites is not None and calendar.site not in trend.sites:
            continue
        group = _group(trend, calendar.site)
        for day in calendar.published:
            is_early = calendar.first_crawl is None or day.day < calendar.first_crawl
            if day.state is DayState.UNKNOWN or (day.state is DayState.HELD and is_early):
                continue
            this = number(trend.by, day.day)
            for name in {None, group}:
                days[this, name] += 1
                covered[this, name] += day.state not in GAPS
    return {
        (start(trend.by, this), name): PeriodCoverage(covered=covered[this, name], days=count)
        for (this, name), count in days.items()
    }


def of_point(coverage: Coverage, trend: Trend, first_day: date, group: str | None) -> PeriodCoverage | None:
    """The coverage of a trend's point: its site's where the trend is split by site, else the period's."""
    if trend.per is not Per.SITE:
        return coverage.get((first_day, None))
    return None if group == NO_VALUE else coverage.get((first_day, group))


def _group(trend: Trend, site: str) -> str | None:
    if trend.per is not Per.SITE:
        return None
    return site if site in trend.groups else OTHERS
