"""The revisit policy: which pages that the archive knows are asked for again in this crawl. Pure.

An article is looked at often while it is young, for that is when newsrooms correct and extend, and seldom when it is
old. How old it is counts from its publication, or from its last change if that was later, to the last look. As it
comes, a page is looked at again

    within a day of its publication     after an hour
    within a week                       after a day
    within 30 days                      after a week
    later                               when its age has grown by half

and at once if a feed or sitemap says that it was changed since. Pages that turned out to be no articles, and other
addresses of articles, are treated the same from the day they were first met.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsarchive.model.article import DatePrecision
from newsarchive.model.revisit_times import RevisitTimes
from newsarchive.model.visit import Visit


class Revisit(StrEnum):
    """What a crawl does with known pages."""

    NEVER = "never"
    """Only what the archive does not have."""
    DEFAULT = "default"
    """What is due."""
    ALL = "all"
    """All that is named; servers may still answer that nothing has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitPolicy:
    """When known pages are asked for again.

    >>> RevisitPolicy().interval(timedelta(hours=3)), RevisitPolicy().interval(timedelta(days=400))
    (datetime.timedelta(seconds=3600), datetime.timedelta(days=200))
    """

    mode: Revisit = Revisit.DEFAULT
    times: RevisitTimes = field(default_factory=RevisitTimes)

    def is_due(self, visit: Visit, now: datetime, claims: tuple[str, ...] = ()) -> bool:
        """Whether a known page is to be asked for in a crawl at ``now``.

        ``claims``: when the page was changed last, in the words of the feeds and sitemaps that name it.
        """
        if self.mode is not Revisit.DEFAULT:
            return self.mode is Revisit.ALL
        if now - visit.asked_at >= self.interval(visit.asked_at - _young_at(visit)):
            return True
        return any(claim != visit.claimed_modified and _says_later(claim, visit.asked_at) for claim in claims)

    def interval(self, age: timedelta) -> timedelta:
        """How long to wait after a look at a page that was so old then."""
        shortest = timedelta(0)
        for until, every in self.times.steps:
            shortest = every
            if age < until:
                return every
        return max(shortest, age * self.times.growth)


def _young_at(visit: Visit) -> datetime:
    begun = visit.published_at or visit.first_asked_at
    return begun if visit.changed_at is None else max(begun, visit.changed_at)


def _says_later(claim: str, than: datetime) -> bool:
    """Whether a date stated for machines lies after a moment; one of a day without a time reaches to the day's end."""
    # Here, because every command that names a period loads this module, and reading dates loads half the parsers.
    from newsarchive.parsers.dates.reading import DateContext, read_date

    read = read_date(claim, DateContext(fetched_at=than), machine=True)
    if read is None:
        return False
    return read.value + (timedelta(days=1) if read.precision is DatePrecision.DAY else timedelta(0)) > than
