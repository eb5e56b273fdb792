"""Made-up histories of sites: what they publish, how they are crawled, what goes wrong from when on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.monitoring.history import ArticleFact, Ending, Reading, RunFact, SiteHistory, SourceState

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
"""A Thursday morning."""
FEED = "https://lake.example/feed"
PAGE, NEW = ResourceKind.PAGE, Outcome.NEW
ALL_FIELDS = frozenset({"headline", "date_published", "authors", "article_section", "description", "images"})


@dataclass(kw_only=True)
class Story:
    """A site, day by day before NOW. Each function is given how many days ago something was."""

    seed: int = 1
    days: int = 75
    per_day: Callable[[int, int], float] = lambda ago, weekday: 30
    """Articles to be expected, by days ago and weekday (Monday is 0)."""
    burst: float = 1
    """How many times more articles vary than by chance alone."""
    every: timedelta = timedelta(hours=6)
    crawls: Callable[[int], bool] = lambda ago: True
    fields: Callable[[int, random.Random], frozenset[str]] = lambda ago, chance: ALL_FIELDS
    chars: Callable[[int], int] = lambda ago: 3_000
    endings: Callable[[int, int], dict[Ending, int]] = lambda ago, new: {
        (ResourceKind.HOME, Outcome.READ, None): 1,
        (PAGE, NEW, None): new,
        (PAGE, Outcome.UNCHANGED, None): 10,
    }
    feed: Callable[[int], SourceState | None] = lambda ago: SourceState.ENTRIES
    more: dict[str, object] = field(default_factory=dict)

    def history(self) -> SiteHistory:
        chance = random.Random(self.seed)
        start = NOW - timedelta(days=self.days)
        articles, runs, readings = [], [], []
        at, number = start, 0
        last_run = start
        while at <= NOW:
            ago = (NOW - at).days
            if self.crawls(ago):
                number += 1
                new = 0
                moment = last_run
                while moment < at:  # hour by hour, what came since the last crawl
                    hourly = self.per_day((NOW - moment).days, moment.weekday()) / 24
                    for _ in range(self._drawn(chance, hourly)):
                        new += 1
                        articles.append(
                            ArticleFact(
                                url=f"https://lake.example/{len(articles)}",
                                seen_at=at,
                                published_at=moment,
                                fields=self.fields(ago, chance),
                                chars=self.chars(ago),
                            )
                        )
                    moment += timedelta(hours=1)
                last_run = at
                runs.append(
                    RunFact(
                        id=number,
                        started_at=at,
                        finished_at=at + timedelta(minutes=5),
                        outcome=RunOutcome.FINISHED,
                        endings=self.endings(ago, new),
                    )
                )
                if (state := self.feed(ago)) is not None:
                    readings.append(Reading(run_id=number, at=at, state=state))
            at += self.every
        since = NOW - timedelta(weeks=8, days=10)
        values = {
            "site": "lake",
            "added_at": start,
            "first_run_ended_at": runs[0].finished_at if runs else None,
            "runs": tuple(run for run in runs if run.started_at > since),
            "articles": tuple(article for article in articles if article.seen_at > since),
            "last_article_at": articles[-1].seen_at if articles else None,
            "readings": {(ResourceKind.FEED, FEED): tuple(readings)} if readings else {},
        }
        return SiteHistory(**{**values, **self.more})

    def _drawn(self, chance: random.Random, expected: float) -> int:
        """A number of articles: by chance, in bursts."""
        return round(self.burst) * sum(chance.random() < expected / self.burst / 50 for _ in range(50))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def story() -> type[Story]:
    return Story
