"""SiteHistory: the last weeks of a site, as the rules look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.monitoring.baseline import middle

WEEKS = 8
"""Of history that a site is compared with: two months hold every weekday often enough for a median that one holiday or
one outage does not move, and a site that has changed for good is measured by what it is now two months later."""
MIN_TIMELY = timedelta(days=3)
"""An article that was published longer before it was found belongs to the past that a crawl takes in, not to the
day's news: the first crawl of a site would else look like its best day. Three days, for a weekend without crawls."""

Ending = tuple[ResourceKind, Outcome, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFact:
    """One crawl."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    outcome: RunOutcome | None
    endings: Mapping[Ending, int] | None = None
    """Addresses by how they ended; None for crawls too long ago to be looked at so closely."""

    @property
    def has_ended(self) -> bool:
        """Whether it came to an end of its own: finished, or stopped by somebody or by a limit."""
        return self.outcome in (RunOutcome.FINISHED, RunOutcome.STOPPED)

    @property
    def reached_site(self) -> bool:
        """Whether anything of the site was had. False where only robots.txt was, or every page was refused."""
        read = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.READ)
        return any(
            count and outcome in read and kind is not ResourceKind.ROBOTS and reason != "not-there"
            for (kind, outcome, reason), count in (self.endings or {}).items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFact:
    """An article as it was first read."""

    url: str
    seen_at: datetime
    published_at: datetime | None
    fields: frozenset[str]
    """Those that are set."""
    chars: int
    """Of its text."""

    @property
    def day(self) -> date:
        """The day, in UTC, it counts for: that of its publication, or else the one it was found on."""
        return (self.published_at or self.seen_at).astimezone(UTC).date()


class SourceState(StrEnum):
    """What a reading of a feed or sitemap gave."""

    ENTRIES = "entries"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a feed or sitemap."""

    run_id: int
    at: datetime
    state: SourceState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHistory:
    """What the rules know of a site."""

    site: str
    added_at: datetime
    is_paused: bool = False
    """Whether its schedule is paused, so that nobody expects a crawl."""
    first_run_ended_at: datetime | None = None
    """When the first crawl that was no mere look had ended; None before."""
    runs: tuple[RunFact, ...] = ()
    """Crawls of the last weeks that were no mere look at the site, oldest first."""
    articles: tuple[ArticleFact, ...] = ()
    """Articles first seen in the last weeks, oldest first."""
    last_article_at: datetime | None = None
    """When the last article was found, however long ago."""
    readings: Mapping[tuple[ResourceKind, str], tuple[Reading, ...]]
    """Of each feed and sitemap, by kind and address, oldest first; none older than the oldest run with ``endings``."""

    @property
    def detailed_runs(self) -> tuple[RunFact, ...]:
        """The runs whose endings are known."""
        return tuple(run for run in self.runs if run.endings is not None)

    @property
    def usual_interval(self) -> timedelta | None:
        """Median time from one crawl to the next; None for fewer than three intervals."""
        gaps = [later.started_at - earlier.started_at for earlier, later in pairwise(self.runs)]
        return middle(gaps) if len(gaps) >= 3 else None

    @property
    def timely_articles(self) -> tuple[ArticleFact, ...]:
        """Those that were news when they were found, oldest first.

        Where crawls are rare, older ones are news, too. Of the first crawl's finds only those with a date can be told.
        """
        within = max(MIN_TIMELY, 2 * (self.usual_interval or timedelta()))
        start = self.first_run_ended_at
        return tuple(
            article
            for article in self.articles
            if (
                abs(article.seen_at - article.published_at) <= within
                if article.published_at is not None
                else start is not None and article.seen_at > start
            )
        )

    @property
    def watched_days(self) -> frozenset[date]:
        """Days, in UTC, after which a crawl that ended came by soon enough to find all that they had brought."""
        starts = (run.started_at.astimezone(UTC).date() for run in self.runs if run.has_ended)
        return frozenset(day - timedelta(days=back) for day in starts for back in range(1, MIN_TIMELY.days + 1))
