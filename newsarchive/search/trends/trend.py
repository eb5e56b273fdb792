"""How often a query is met over time: articles a period, absolute and as a share of what was archived.

The index alone is asked (:mod:`newsarchive.search.trends.counts`); no article is read. Counts are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from newsarchive.errors import TrendError
from newsarchive.search.index.folder import SearchIndex
from newsarchive.search.language.query import parse_query
from newsarchive.search.language.syntax_tree import And, Everything, Published, Query
from newsarchive.search.trends.copies import once_each
from newsarchive.search.trends.counts import PERIODS, Counted, PeriodCounts
from newsarchive.search.trends.periods import Period, label, moments, number, start

GROUPS = 8
"""Groups told apart if nothing is said: as many as there are colors that everyone can tell apart."""
MAX_GROUPS = 50
"""Groups that can be asked for."""

MAX_SITES = 1_000
"""Sites that are told apart for coverage."""

POINTS = 200_000
"""Points a trend has at most, periods and groups together: what a program can hold and a picture can show."""

NO_VALUE = "(none)"
"""What the group of articles without a site, section or language is called."""
OTHERS = "(others)"
"""What all groups beyond the largest are called together."""


class Per(StrEnum):
    """What a trend can be split by."""

    SITE = "site"
    SECTION = "section"
    LANG = "lang"

    @property
    def column(self) -> str:
        """The index's column of it."""
        return {Per.SITE: "site", Per.SECTION: "section_name", Per.LANG: "language_code"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One period, of one group where a trend has groups."""

    start: date
    """The first day of the period."""
    label: str
    """``2023-05-17``, ``2023-W20``, ``2023-05`` or ``2023``."""
    group: str | None
    """One of the trend's groups; None if it has none."""
    articles: int
    """How many the query finds."""
    archived: int
    """How many there are in all: of the same period, group and dates, and in what the trend is counted among."""

    @property
    def share(self) -> float | None:
        """Articles of those archived, 0 to 1; None where nothing was archived."""
        return self.articles / self.archived if self.archived else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How often a query is met over time."""

    query: str
    among: str
    """The query that says what the share is a part of; empty: all articles."""
    by: Period
    per: Per | None
    collapse: bool
    """Whether near-copies of one text are counted once."""
    groups: tuple[str, ...]
    """The largest first, then ``(none)`` and ``(others)`` if there are such; empty without ``per``."""
    points: tuple[TrendPoint, ...]
    """By period without a hole, within a period by group."""
    total: int
    """How many articles the query finds, with those without a date."""
    undated: int
    """How many of them have no publication date: they are in no point."""
    sites: tuple[str, ...] | None = None
    """The sites that ``among`` finds articles of, the first thousand by articles; None: it does not say."""

    def series(self) -> dict[str | None, tuple[TrendPoint, ...]]:
        """The points of each group in order of time; under None those of a trend without groups."""
        found: dict[str | None, list[TrendPoint]] = {name: [] for name in self.groups or (None,)}
        for point in self.points:
            found[point.group].append(point)
        return {name: tuple(points) for name, points in found.items()}


def trend(
    index: SearchIndex,
    query: str,
    *,
    by: str = Period.MONTH,
    per: str | None = None,
    among: str = "",
    collapse: bool = False,
    groups: int = GROUPS,
) -> Trend:
    """Count what a query finds by period, and by its ``groups`` largest groups if ``per`` is given.

    Only articles that ``among`` finds, too, are counted, and the share is a part of those. The periods run from the
    first to the last in which something is found, or that ``since:`` and ``until:`` in the query name. With
    ``collapse`` each cluster of near-copies counts once, on the day and in the group of its earliest copy that is
    found; that takes seconds where an archive is large.

    Raises QueryError for a query that does not follow the language, TrendError if there are too many periods,
    ValueError if ``by``, ``per`` or ``groups`` make no sense.
    """
    period = Period(by)
    splitting = Per(per) if per is not None else None
    if not 1 <= groups <= MAX_GROUPS:
        raise ValueError(f"groups is {groups}, not 1 to {MAX_GROUPS}")
    whole = parse_query(among)
    sites = None if isinstance(whole, Everything) else Counted(index=index, query=whole).largest("site", MAX_SITES)
    asked = _both(parse_query(query), whole)
    dates = dates_of(asked)
    if dates != Published():
        whole = _both(whole, dates)
    kept, archived_ids = once_each(index, asked, whole) if collapse else (None, None)
    found = Counted(index=index, query=asked, article_ids=kept)
    extent = found.extent()
    series: dict[str | None, tuple[PeriodCounts, PeriodCounts]] = {}
    numbers = _numbers(period, dates, extent.first, extent.last)
    if numbers:
        archived = Counted(index=index, query=whole, article_ids=archived_ids)
        if archived.is_longer_than(period, PERIODS):  # of the periods that are shown, then, though that takes longer
            shown = Published(*moments(period, numbers[0], numbers[-1]))
            archived = replace(archived, query=_both(whole, shown))
        if splitting is None:
            series[None] = found.by_period(period), archived.by_period(period)
        else:
            names = found.largest(splitting.column, groups)
            _check_points(period, len(numbers), len(names))
            hits = found.by_group(period, splitting.column, names)
            everything = archived.by_group(period, splitting.column, names)
            series |= {name: (hits.named[name], everything.named[name]) for name in names}
            if hits.without:
                series[NO_VALUE] = hits.without, everything.without
            if hits.others:
                series[OTHERS] = hits.others, everything.others
    return Trend(
        query=query,
        among=among,
        by=period,
        per=splitting,
        collapse=collapse,
        groups=tuple(name for name in series if name is not None),
        points=tuple(
            TrendPoint(
                start=start(period, this),
                label=label(period, this),
                group=name,
                articles=articles[this],
                archived=archived_articles[this],
            )
            for this in numbers
            for name, (articles, archived_articles) in series.items()
        ),
        total=extent.articles,
        undated=extent.articles - extent.dated,
        sites=sites,
    )


def _both(one: Query, other: Query) -> Query:
    operands: list[Query] = []
    for query in (one, other):
        if isinstance(query, And):
            operands.extend(query.operands)
        elif not isinstance(query, Everything):
            operands.append(query)
    if not operands:
        return Everything()
    return operands[0] if len(operands) == 1 else And(tuple(operands))


def dates_of(query: Query) -> Published:
    """The dates that all a query finds is published in, as far as it says so."""
    dates = Published()
    for operand in query.operands if isinstance(query, And) else (query,):
        if isinstance(operand, Published):
            dates = _overlap(dates, operand)
    return dates


def _overlap(one: Published, other: Published) -> Published:
    since = [dates.since for dates in (one, other) if dates.since]
    until = [dates.until for dates in (one, other) if dates.until]
    return Published(max(since, default=None), min(until, default=None))


def _numbers(period: Period, dates: Published, first_day: date | None, last_day: date | None) -> range:
    """The periods of a trend: those the query names, else from the first article's to the last one's."""
    if dates.since:
        first_day = dates.since.date()
    if dates.until:
        last_day = (dates.until - timedelta(microseconds=1)).date()
    if first_day is None or last_day is None:
        return range(0)
    numbers = _from_to(period, first_day, last_day)
    if len(numbers) > PERIODS:
        longer = next(longer for longer in Period if len(_from_to(longer, first_day, last_day)) <= PERIODS)
        raise TrendError(
            f"from {first_day} to {last_day} there are {len(numbers):,} {period}s; {PERIODS:,} can be counted: narrow "
            f"the query with since: and until:, or count by {longer}"
        )
    return numbers


def _check_points(period: Period, periods: int, groups: int) -> None:
    if periods * groups > POINTS:
        raise TrendError(
            f"{periods:,} {period}s of {groups} groups are more than {POINTS:,} points; narrow the query, count by "
            "longer periods or ask for fewer groups"
        )


def _from_to(period: Period, first_day: date, last_day: date) -> range:
    return range(number(period, first_day), number(period, last_day) + 1)
