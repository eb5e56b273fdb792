"""Rules on what is read of articles: a field that came and comes no more, or a text that got much shorter.

The last articles are compared with earlier ones in groups of the same size, from the same weekdays: a weekend desk that
signs nothing is no change of layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from statistics import median

from newsarchive.monitoring.baseline import Baseline
from newsarchive.monitoring.finding import Finding, Severity, Verdict
from newsarchive.monitoring.history import ArticleFact, SiteHistory

FIELDS = (
    "headline",
    "date_published",
    "authors",
    "article_section",
    "description",
    "keywords",
    "images",
    "date_modified",
    "in_language",
    "related_links",
)
SIZE = 20
"""Articles that are compared, and that a group of earlier ones has."""
MIN_GROUPS = 4
MIN_GONE = 10
"""Articles in a row without a field. Of one that six of ten have (below), chance alone leaves out ten in a row once in
ten thousand times."""
USED_TO_COME = 0.6
"""Part of the articles that had a field which can be gone."""
MIN_DROP = 0.3
"""By which a part must have fallen to be told as rarer."""
RARER = 4.0
"""Standard deviations: ten fields are asked of every site at every look."""
SHORT = 0.4
"""Part of the usual length that is short: a teaser in place of the text."""


def layout(history: SiteHistory, now: datetime) -> Verdict:
    """Fields that are gone or rarer, and texts that are shorter than they were."""
    articles = history.timely_articles
    recent = articles[-SIZE:]
    weekdays = {_weekday(article) for article in recent}
    earlier = [article for article in articles[:-SIZE] if _weekday(article) in weekdays]
    groups = [earlier[start : start + SIZE] for start in range(len(earlier) % SIZE, len(earlier), SIZE)]
    if len(groups) < MIN_GROUPS:
        return Verdict(lacking=f"{(MIN_GROUPS + 1) * SIZE} articles")
    found = [finding for field in FIELDS for finding in _field(history, field, articles, groups)]
    found += _length(history, recent, groups)
    return Verdict(findings=tuple(found))


def _weekday(article: ArticleFact) -> int:
    return article.seen_at.astimezone(UTC).weekday()


def _field(
    history: SiteHistory, field: str, articles: Sequence[ArticleFact], groups: Sequence[Sequence[ArticleFact]]
) -> Iterator[Finding]:
    usual = Baseline.of_shares([_share(group, field) for group in groups], SIZE)
    lacking = _trailing(articles, field)
    last_good = articles[len(articles) - len(lacking) - 1] if len(lacking) < len(articles) else None
    if len(lacking) >= MIN_GONE and usual.usual >= USED_TO_COME:
        yield Finding(
            site=history.site,
            kind="field-gone",
            subject=field,
            severity=Severity.WRONG,
            message=f"{field} is missing in the last {len(lacking)} articles; usual are {usual.usual:.0%} with it",
            next_step=f"newsarchive site check {lacking[-1].url}",
            url=lacking[0].url,
            last_good_url=last_good.url if last_good else None,
            since=lacking[0].seen_at,
        )
        return
    recent = articles[-SIZE:]
    share = _share(recent, field)
    if usual.usual - share >= MIN_DROP and usual.is_low(share, sigmas=RARER):
        without = next(article for article in reversed(recent) if field not in article.fields)
        having = next((article for article in reversed(articles) if field in article.fields), None)
        yield Finding(
            site=history.site,
            kind="field-rarer",
            subject=field,
            severity=Severity.LOOK,
            message=f"{field} comes with {share:.0%} of the last {SIZE} articles; usual are {usual.usual:.0%}",
            next_step=f"newsarchive site check {without.url}",
            url=without.url,
            last_good_url=having.url if having else None,
        )


def _trailing(articles: Sequence[ArticleFact], field: str) -> Sequence[ArticleFact]:
    """The articles after the last one that has the field."""
    for number in range(len(articles), 0, -1):
        if field in articles[number - 1].fields:
            return articles[number:]
    return articles


def _share(articles: Sequence[ArticleFact], field: str) -> float:
    return sum(field in article.fields for article in articles) / len(articles)


def _length(
    history: SiteHistory, recent: Sequence[ArticleFact], groups: Sequence[Sequence[ArticleFact]]
) -> Iterator[Finding]:
    usual = Baseline.of_values([median(article.chars for article in group) for group in groups])
    length = median(article.chars for article in recent)
    if length >= SHORT * usual.usual or not usual.is_low(length):
        return
    shortest = min(recent, key=lambda article: article.chars)
    longer = [article for article in groups[-1] if article.chars >= usual.usual / 2]
    yield Finding(
        site=history.site,
        kind="text-shorter",
        subject="blocks",
        severity=Severity.WRONG,
        message=f"the last {len(recent)} texts have {length:.0f} characters (median); usual are {usual.usual:.0f}",
        next_step=f"newsarchive site check {shortest.url}",
        url=shortest.url,
        last_good_url=longer[-1].url if longer else None,
        since=recent[0].seen_at,
    )
