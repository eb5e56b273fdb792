"""What feeds and news sitemaps announce: when a page was published, and since when a source names everything.

The coverage ledger compares it with what was archived (docs/coverage.md). Nothing is claimed that a source did not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from newsarchive.discovery.candidate import Candidate
from newsarchive.model.capture import Hints, HintSource
from newsarchive.parsers.dates.reading import DateContext, read_date

MAX_AHEAD = timedelta(hours=48)
"""A date further in the future is a mistake, not an announcement; the archive takes none of an article either."""
NEWS_SITEMAP_REACH = timedelta(days=2)
"""What a news sitemap is to hold, in whatever order: "articles that were created in the last two days"
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""
MIN_ORDERED = 0.8
"""Share of neighbors that have to stand in one order for a list to count as ordered: room for a pinned entry."""

MAX_SILENCE = timedelta(days=365)
"""Between two entries, or the last one and now: who was silent for longer has a wrong date, or has left the feed."""

_DATING = (HintSource.FEED, HintSource.NEWS_SITEMAP)


def announced_at(hints: Sequence[Hints], now: datetime) -> datetime | None:
    """When a page was published, in the words of the first source that gives a date that can be read.

    A plain sitemap's ``lastmod`` is none.
    """
    return next((date for hint in hints if (date := _date(hint, now)) is not None), None)


def reaches_back_to(candidates: Sequence[Candidate], now: datetime) -> datetime | None:
    """Since when a feed or news sitemap that was read just now names all that was published; None: unknown.

    An ordered list (newest or oldest first) reaches back to its end, wherever a pinned entry stands. One without any
    order says nothing, for it may hold old articles that were changed; but a news sitemap is believed for the two days
    it is meant for. Unknown, too, if an entry has no date that can be read, or if there is no entry. No list reaches
    back over a year without an entry: one date of 1970 must not make decades quiet.
    """
    hints = [candidate.hints for candidate in candidates]
    dates = [_date(hint, now) if hint is not None else None for hint in hints]
    known = [date for date in dates if date is not None]
    if not known or len(known) < len(dates):
        return None
    reach = _end_of(known)
    if reach is None and all(hint is not None and hint.source is HintSource.NEWS_SITEMAP for hint in hints):
        reach = max(min(known), now - NEWS_SITEMAP_REACH)
    return None if reach is None else _without_silence(reach, known, now)


def _end_of(known: Sequence[datetime]) -> datetime | None:
    """The date at the old end of an ordered list; None if it has no order."""
    steps = len(known) - 1
    if sum(later <= earlier for earlier, later in pairwise(known)) >= MIN_ORDERED * steps:
        return known[-1]
    if sum(later >= earlier for earlier, later in pairwise(known)) >= MIN_ORDERED * steps:
        return known[0]
    return None


def _without_silence(reach: datetime, known: Sequence[datetime], now: datetime) -> datetime | None:
    """The reach, or the last date before which there is a silence of more than a year; None if there is none since."""
    later, found = now, None
    for date in sorted((date for date in known if date >= reach), reverse=True):
        if later - date > MAX_SILENCE:
            return found
        later = found = date
    return reach if found is not None else None


def _date(hint: Hints, now: datetime) -> datetime | None:
    if hint.source not in _DATING or not hint.date_published_raw:
        return None
    read = read_date(hint.date_published_raw, DateContext(fetched_at=now), machine=True)
    return read.value if read is not None and read.value <= now + MAX_AHEAD else None
