"""Rules on how many articles come: fewer or more than on the same weekdays before, or none at all for too long."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from newsarchive.monitoring.baseline import Baseline
from newsarchive.monitoring.finding import Finding, Severity, Verdict
from newsarchive.monitoring.history import WEEKS, SiteHistory

MIN_SAME_DAYS = 4
"""Same weekdays that must have been watched before one is judged."""
MIN_USUAL = 10
"""Articles that must be usual, on such a day or in such a week, before too few are told: of nine, chance alone now and
then leaves none (Poisson, three standard deviations)."""
FEW = 0.6
"""Part of the usual number that is few; above it nobody would act."""
HARDLY_ANY = 0.2
MANY = 2.5
"""Times the usual number that is many: a trap, an archive being taken in, or big news."""
MANY_SIGMAS = 5.0
"""News does come in bursts, so more is asked than for too few."""
MIN_PUBLISHING_DAYS = 6
"""Days with articles that must be known before a pause is called long."""


def volume(history: SiteHistory, now: datetime) -> Verdict:
    """Too few or too many articles on the last whole day; for a site with few a day, in the last seven days."""
    counts = Counter(article.day for article in history.timely_articles)
    today = now.astimezone(UTC).date()
    watched = history.watched_days
    day = next((day for back in range(1, 4) if (day := today - timedelta(days=back)) in watched), None)
    first = _first_whole_day(history)
    if day is None or first is None:
        return Verdict(lacking=None if history.runs else "a crawl")
    same = [d for d in (day - timedelta(weeks=n) for n in range(1, WEEKS + 1)) if d >= first and d in watched]
    if len(same) < MIN_SAME_DAYS:
        return Verdict(lacking=f"{MIN_SAME_DAYS} weeks of articles")
    usual = Baseline.of_counts([counts[d] for d in same])
    if usual.usual >= MIN_USUAL:
        named = f"{counts[day]} articles of {day:%A}, {day}"
        return _judged(history, usual, counts[day], named, f"{usual.usual:g} on its last {len(same)} {day:%A}s", day)
    weeks = [last for n in range(WEEKS + 1) if _is_whole(watched, last := day - timedelta(weeks=n), first)]
    if day not in weeks or len(weeks) < MIN_SAME_DAYS + 1:
        return Verdict(lacking=f"{MIN_SAME_DAYS + 1} weeks of articles")
    sums = [sum(counts[last - timedelta(days=n)] for n in range(7)) for last in weeks]
    usual = Baseline.of_counts(sums[1:])
    return _judged(history, usual, sums[0], f"{sums[0]} articles in the week to {day}", f"{usual.usual:g} a week", day)


def _first_whole_day(history: SiteHistory) -> date | None:
    """The first day that was watched from its beginning: of the past, crawls find only what feeds still name."""
    start = history.first_run_ended_at
    return None if start is None else start.astimezone(UTC).date() + timedelta(days=1)


def _is_whole(watched: frozenset[date], last: date, first: date) -> bool:
    """Whether nothing of the seven days up to ``last`` can have been missed."""
    days = [last - timedelta(days=n) for n in range(7)]
    return days[-1] >= first and watched.issuperset(days)


def _judged(history: SiteHistory, usual: Baseline, count: int, named: str, usually: str, day: date) -> Verdict:
    since = datetime.combine(day, datetime.min.time(), UTC)
    if usual.usual >= MIN_USUAL and count <= FEW * usual.usual and usual.is_low(count):
        finding = Finding(
            site=history.site,
            kind="few-articles",
            severity=Severity.WRONG if count <= HARDLY_ANY * usual.usual else Severity.LOOK,
            message=f"{named}; usual are {usually}",
            next_step=f"look at the site; newsarchive site show {history.site}",
            since=since,
        )
        return Verdict(findings=(finding,))
    if count >= MIN_USUAL and count >= MANY * usual.usual and usual.is_high(count, sigmas=MANY_SIGMAS):
        finding = Finding(
            site=history.site,
            kind="many-articles",
            severity=Severity.LOOK,
            message=f"{named}; usual are {usually}",
            next_step=f"newsarchive search site:{history.site} --order newest",
            since=since,
        )
        return Verdict(findings=(finding,))
    return Verdict()


def stale(history: SiteHistory, now: datetime) -> Verdict:
    """No new article for much longer than ever in the last weeks, though crawls get something."""
    good = [run for run in history.runs if run.reached_site]
    if not good:
        return Verdict()  # the rules on crawls say so
    last_look = good[-1].started_at.astimezone(UTC)
    articles = history.timely_articles
    if not articles:
        if history.last_article_at is None or history.last_article_at > last_look - timedelta(weeks=WEEKS):
            return Verdict(lacking=f"articles on {MIN_PUBLISHING_DAYS} days")
        message = f"no new article since {history.last_article_at:%Y-%m-%d}, more than {WEEKS} weeks"
        return _stale(history, message, None, history.last_article_at)
    days = sorted({article.day for article in articles})
    if len(days) < MIN_PUBLISHING_DAYS:
        return Verdict(lacking=f"articles on {MIN_PUBLISHING_DAYS} days")
    longest = max((later - earlier).days for earlier, later in pairwise(days))
    pause = (last_look.date() - days[-1]).days
    if pause <= max(2 * longest, longest + 2):
        return Verdict()
    message = f"no new article for {pause} days; the longest pause in the last {WEEKS} weeks was {longest}"
    last = articles[-1]
    return _stale(history, message, last.url, last.seen_at)


def _stale(history: SiteHistory, message: str, url: str | None, since: datetime) -> Verdict:
    finding = Finding(
        site=history.site,
        kind="stale",
        severity=Severity.WRONG,
        message=message,
        next_step=f"look at the site; newsarchive site show {history.site}",
        last_good_url=url,
        since=since,
    )
    return Verdict(findings=(finding,))
