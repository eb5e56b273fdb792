"""A site's own rhythm: how many articles it publishes in which hour of the day, and when to expect the next one.

The rule of ``--auto``: a site is due when one new article is to be expected since the last look, by what it published
in the same hours of the last four weeks; not before 15 minutes are over, and not after 24 hours. A site with two
articles a day is looked at about every twelve hours, one with a hundred every quarter of an hour by day and seldom at
night.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
UNKNOWN = timedelta(hours=2)
"""Between two looks at a site of which nothing is known yet."""
WINDOW = timedelta(days=28)
"""What is looked back on: four of each day of the week."""
ENOUGH = timedelta(days=2)
"""How long a site must have been watched before a rhythm is read from that."""
HOURS = 24

_STEP = timedelta(minutes=1)


def learn_rhythm(published_at: Iterable[datetime], watched_since: datetime, now: datetime) -> tuple[float, ...] | None:
    """Articles to be expected in each hour of a day in UTC; None if the site has not been watched for long enough.

    ``published_at`` is when the articles that crawls found new came out; ``watched_since`` when the first crawl ended,
    which found what had been there for years. What lies outside of that time or of ``WINDOW`` does not count.
    """
    start = max(watched_since, now - WINDOW)
    watched = now - start
    if watched < ENOUGH:
        return None
    counts = [0] * HOURS
    for moment in published_at:
        if start <= moment <= now:
            counts[moment.astimezone(UTC).hour] += 1
    days = watched / timedelta(days=1)
    return tuple(count / days for count in counts)


def next_by_rhythm(rhythm: Sequence[float] | None, after: datetime) -> datetime:
    """When one new article is to be expected, between ``SHORTEST`` and ``LONGEST`` behind ``after``, to the minute.

    >>> quiet = (0.0,) * 8 + (1.0,) * 2 + (0.0,) * 14
    >>> next_by_rhythm(quiet, datetime(2024, 5, 3, 1, 30, tzinfo=UTC)).isoformat()
    '2024-05-03T09:00:00+00:00'
    """
    if rhythm is None:
        return after + UNKNOWN
    moment, expected = after, 0.0
    while moment < after + LONGEST and expected < 1.0 - 1e-9:  # sixty sixtieths are not quite one
        expected += rhythm[moment.astimezone(UTC).hour] * (_STEP / timedelta(hours=1))
        moment += _STEP
    return max(moment, after + SHORTEST)
