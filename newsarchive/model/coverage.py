"""Coverage of days: what is known of what a site published on a day, and of what was done on it.

Two calendars that must not be mixed. The day of *crawling* is when an address was asked for; the day of *publication*
is the one an article belongs to. A crawl on Friday may archive Monday's articles. All days are UTC. The rules are in
``newsarchive.archive.coverage.rules``, in words in docs/coverage.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from newsarchive.model.crawl_run import Outcome


class DayState(StrEnum):
    """What a day of a site is to who asks whether something is missing. Every day has exactly one."""

    COMPLETE = "complete"
    """Of publication: everything announced for it is archived, and the announcements cover all of the day. Of
    crawling: every source was read, and every page that was asked for could be looked at."""
    PARTLY = "partly"
    """Some of it is there; the reason says what is not."""
    HELD = "held"
    """Of publication only: articles of it are archived, and no source said how many there were. Before the first crawl
    also if one said so only of a part of the day."""
    NOTHING_PUBLISHED = "nothing published"
    """Of publication only: sources that cover all of the day announced nothing, and nothing else was found."""
    BLOCKED = "blocked"
    """The server turned us away: 401, 403, 407, 429, 451, a challenge, a bot wall."""
    FAILED = "failed"
    """It could not be had or read: DNS, connection, 404 and 5xx, a broken body, a crawl that ended early."""
    REFUSED = "refused"
    """Our own rules forbade it: robots.txt, or one that could not be had."""
    SKIPPED = "skipped"
    """Who ran the crawl did not want it: since, until, max_pages."""
    EMPTY = "empty"
    """Sitemaps or feeds were there and named nothing, though they once did or nothing else does."""
    NO_CRAWL = "no crawl"
    """Nobody looked, and nobody who looked later could see back to it."""
    UNKNOWN = "unknown"
    """Nothing can be said: before the first crawl, not over yet, or no source gives dates."""


GAPS = frozenset(
    (
        DayState.PARTLY,
        DayState.BLOCKED,
        DayState.FAILED,
        DayState.REFUSED,
        DayState.SKIPPED,
        DayState.EMPTY,
        DayState.NO_CRAWL,
    )
)
"""States in which something is missing, or may be."""

Causes = Mapping[tuple[Outcome, str | None], int]
"""Addresses by outcome and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlDay:
    """What was done on a day."""

    day: date
    state: DayState
    reason: str | None
    """What was in the way, for a person; None: nothing."""
    runs: int = 0
    """Crawls that ran on it, also those that began or ended on another day."""
    discovered: int = 0
    """Pages that were queued."""
    fetched: int = 0
    """Pages to which a server answered, whatever it said."""
    pages: Causes
    """Pages that came to an end on it."""
    sources: Causes
    """Feeds, sitemaps, sections and home pages likewise; a feed or sitemap that named nothing is read, ``empty``."""

    def count(self, outcome: Outcome) -> int:
        """Pages that ended so."""
        return sum(number for (ended, _), number in self.pages.items() if ended is outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDay:
    """What is held of a day, and what was announced for it."""

    day: date
    state: DayState
    reason: str | None
    """What is missing or in the way, for a person; None: nothing."""
    archived: int = 0
    """Articles whose latest revision names this day as that of publication."""
    expected: int = 0
    """Addresses that feeds and news sitemaps announced for it, without those that turned out to be no article."""
    had: int = 0
    """How many of these are archived, under whatever date."""
    misses: Causes
    """What became of the others, when they were last asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCalendar:
    """The days of a site, rising. A day that is not in it is unknown."""

    site: str
    first_crawl: date | None
    """None: it was never crawled."""
    crawled: tuple[CrawlDay, ...]
    published: tuple[PublicationDay, ...]
