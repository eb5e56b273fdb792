"""Articles a period, counted by the index over its columns of days and months: the part of trends that asks tantivy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.syntax_tree import Query
from newsarchive.search.trends.periods import Period, number

PERIODS = 20_000
"""Periods that are counted at most: days of 54 years. One wrong date must not make a trend as long as the calendar."""

_BUCKETS = 50_000  # of one aggregation; tantivy gives up at 65,000
_CANDIDATES = 1_000  # groups the largest are chosen from
_SEGMENT_CANDIDATES = 20_000  # the same in one segment of the index: up to so many values the choice is exact
_EPOCH = date(1970, 1, 1)
_MONDAY = 4  # 1970-01-05, in days
_DAYS = {"days": {"stats": {"field": "day"}}}

PeriodCounts = Counter[int]
"""Articles by number of the period (:mod:`newsarchive.search.trends.periods`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much a query finds, and from when to when."""

    articles: int
    dated: int
    """How many of them have a publication date."""
    first: date | None
    """None: no article with a date."""
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounts:
    """Articles by group and period."""

    named: dict[str, PeriodCounts]
    without: PeriodCounts
    """Those without a value in the column."""
    others: PeriodCounts
    """Those with a value that was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted: the articles a query finds."""

    index: SearchIndex
    query: Query
    article_ids: Sequence[int] | None = None
    """Of those only these; None: all."""

    def extent(self) -> Extent:
        """How many articles there are, and their first and last day."""
        found = self._ask({"all": {"value_count": {"field": "article_id"}}, **_DAYS})
        first, last = _first_and_last(found)
        return Extent(articles=int(found["all"]["value"]), dated=int(found["days"]["count"]), first=first, last=last)

    def is_longer_than(self, period: Period, limit: int) -> bool:
        """Whether there are more periods from the first article to the last one."""
        first, last = _first_and_last(self._ask(_DAYS))
        return first is not None and last is not None and number(period, last) - number(period, first) >= limit

    def by_period(self, period: Period) -> PeriodCounts:
        """Articles a period; exact if they are of PERIODS periods at most."""
        return _period_counts(period, self._ask(_periods(period)))

    def largest(self, column: str, limit: int) -> tuple[str, ...]:
        """The values most articles with a date have in a column, the most frequent first, then by name."""
        groups = _terms(column, _CANDIDATES, _SEGMENT_CANDIDATES)
        found = self._ask({"groups": {**groups, "aggs": {"dated": {"value_count": {"field": "day"}}}}})
        ranked = sorted((-bucket["dated"]["value"], bucket["key"]) for bucket in found["groups"]["buckets"])
        return tuple(name for count, name in ranked[:limit] if count)

    def by_group(self, period: Period, column: str, names: Sequence[str]) -> GroupCounts:
        """Articles a period, for these values of a column, for those without one and for all others together."""
        found = self._ask(_periods(period, {"valued": {"value_count": {"field": column}}}))
        totals = _period_counts(period, found)
        others = PeriodCounts()
        for bucket in found["periods"]["buckets"]:
            others[_number(period, bucket["key"])] += int(bucket["valued"]["value"])
        without = totals - others
        named: dict[str, PeriodCounts] = {name: PeriodCounts() for name in names}
        step = max(1, _BUCKETS // max(1, len(totals)))
        for begin in range(0, len(names), step):
            chosen = list(names[begin : begin + step])
            groups = _terms(column, len(chosen), len(chosen), include=chosen)
            found = self._ask({"groups": {**groups, "aggs": _periods(period)}})
            for bucket in found["groups"]["buckets"]:
                named[bucket["key"]] = _period_counts(period, bucket)
                others -= named[bucket["key"]]
        return GroupCounts(named=named, without=without, others=others)

    def _ask(self, aggregations: dict[str, Any]) -> dict[str, Any]:
        return self.index.aggregate(self.query, aggregations, article_ids=self.article_ids)


def _first_and_last(found: dict[str, Any]) -> tuple[date | None, date | None]:
    first, last = (found["days"][end] for end in ("min", "max"))
    if first is None or last is None:
        return None, None
    return _EPOCH + timedelta(days=first), _EPOCH + timedelta(days=last)


def _periods(period: Period, inner: dict[str, Any] | None = None) -> dict[str, Any]:
    """The aggregation that counts by a period, called ``periods``.

    Days and months are counted by value: on a million articles that takes half the time of a histogram.
    """
    aggregation: dict[str, Any]
    match period:
        case Period.DAY:
            aggregation = _terms("day", _BUCKETS, _BUCKETS)
        case Period.WEEK:
            aggregation = {"histogram": {"field": "day", "interval": 7, "offset": _MONDAY, "min_doc_count": 1}}
        case Period.MONTH:
            aggregation = _terms("month", _BUCKETS, _BUCKETS)
        case Period.YEAR:
            aggregation = {"histogram": {"field": "month", "interval": 100, "min_doc_count": 1}}
    return {"periods": {**aggregation, "aggs": inner} if inner else aggregation}


def _terms(column: str, size: int, segment_size: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (tantivy's options)
    return {"terms": {"field": column, "size": size, "segment_size": segment_size, **more}}


def _period_counts(period: Period, found: dict[str, Any]) -> PeriodCounts:
    return PeriodCounts({_number(period, bucket["key"]): bucket["doc_count"] for bucket in found["periods"]["buckets"]})


def _number(period: Period, key: float) -> int:
    """The period a bucket stands for."""
    value = int(key)
    match period:
        case Period.DAY | Period.WEEK:
            return number(period, date.fromordinal(_EPOCH.toordinal() + value))
        case Period.MONTH:
            return value // 100 * 12 + value % 100 - 1
        case Period.YEAR:
            return value // 100
