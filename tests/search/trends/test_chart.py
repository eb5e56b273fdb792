from datetime import date

import pytest

from newsarchive.search.trends.chart import picture
from newsarchive.search.trends.coverage import PeriodCoverage
from newsarchive.search.trends.periods import Period
from newsarchive.search.trends.trend import Trend, TrendPoint

pytest.importorskip("altair")
GRAY, YELLOW = "#EDEDED", "#FFF4D2"
DAYS = [date(2026, 5, day) for day in range(1, 5)]


def drawn(archived, coverage):
    points = tuple(
        TrendPoint(start=day, label=day.isoformat(), group=None, articles=count, archived=count)
        for day, count in zip(DAYS, archived, strict=True)
    )
    trend = Trend(
        query="", among="", by=Period.DAY, per=None, collapse=False, groups=(), points=points, total=9, undated=0
    )
    known = {
        (day, None): PeriodCoverage(covered=covered, days=2)
        for day, covered in zip(DAYS, coverage, strict=True)
        if covered is not None
    }
    return picture(trend, "svg", coverage=known).decode()


def test_known_gaps_have_another_ground_than_periods_without_news():
    both = drawn([3, 0, 0, 2], [2, 2, 1, 2])
    assert GRAY in both and YELLOW in both and "yellow: known gaps" in both


def test_without_known_gaps_only_periods_without_articles_have_a_ground():
    quiet = drawn([3, 0, 1, 2], [2, None, 2, 2])
    assert GRAY in quiet and YELLOW not in quiet and "yellow" not in quiet


def test_a_gap_in_which_nothing_was_archived_is_a_known_gap():
    paused = drawn([3, 0, 1, 2], [2, 0, 2, 2])
    assert YELLOW in paused and GRAY not in paused
