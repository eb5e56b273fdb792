"""Trends equal what SQL counts over the view ``articles``, for every period and group, on archives made at random."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from newsarchive.errors import QueryError, TrendError
from newsarchive.search.trends.periods import Period, label, moments, number, start
from newsarchive.search.trends.trend import MAX_GROUPS, NO_VALUE, OTHERS, Per, Trend, trend

_STARTS = {
    "sqlite": {
        Period.DAY: "date(date_published)",
        Period.WEEK: "date(date_published, 'weekday 0', '-6 days')",
        Period.MONTH: "date(date_published, 'start of month')",
        Period.YEAR: "date(date_published, 'start of year')",
    },
    "postgresql": {
        by: f"to_char(date_trunc('{by}', date_published AT TIME ZONE 'UTC'), 'YYYY-MM-DD')" for by in Period
    },
}
_VALUES = {None: "NULL", Per.SITE: "site", Per.SECTION: "article_section", Per.LANG: "in_language"}
SECTIONS = ("News", "Sport", "Culture", "World", None, "", "Ünïcode 北京", "news")


def _moment(chance: random.Random) -> datetime | None:
    """Any time in two years; often in the days around New Year, sometimes none."""
    if chance.random() < 0.1:
        return None
    begin = datetime(2019, 12, 25, tzinfo=UTC) if chance.random() < 0.6 else datetime(2020, 12, 25, tzinfo=UTC)
    return begin + timedelta(
        seconds=chance.randrange(int(timedelta(days=400 if chance.random() < 0.3 else 14) / _SECOND))
    )


_SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def archive(shared_room: Any) -> Any:
    """Articles enough for every period and group to differ."""
    chance = random.Random(20)
    for name in range(160):
        words = "ferry harbor" if chance.random() < 0.3 else "harbor"
        shared_room.store(
            f"article-{name}",
            words,
            site=chance.choice(("example", "great-lakes")),
            article_section=chance.choice(SECTIONS),
            in_language=chance.choice(("en", "en", "fr", "zh-Hant", None)),
            date_published=_moment(chance),
        )
    shared_room.index.catch_up(shared_room.reader)
    return shared_room


def _counted(archive: Any, by: Period, per: Per | None, condition: str) -> Counter[tuple[str, str | None]]:
    with archive.database.read() as connection:
        begin = _STARTS[connection.dialect.name][by]
        statement = f"SELECT {begin}, {_VALUES[per]} FROM articles WHERE date_published IS NOT NULL AND {condition}"
        return Counter((begin, value or None) for begin, value in connection.execute(text(statement)))


def _check(found: Trend, hits: Counter[tuple[str, str | None]], everything: Counter[tuple[str, str | None]]) -> None:
    """Every point has the counts of SQL, and no count of SQL is in no point."""
    named = set(found.groups) - {NO_VALUE, OTHERS}

    def group(value: str | None) -> str | None:
        if found.per is None:
            return None
        return NO_VALUE if value is None else value if value in named else OTHERS

    for counts, name in ((hits, "articles"), (everything, "archived")):
        expected: Counter[tuple[str, str | None]] = Counter()
        for (begin, value), count in counts.items():
            expected[begin, group(value)] += count
        got = Counter({(point.start.isoformat(), point.group): getattr(point, name) for point in found.points})
        assert +got == Counter({key: count for key, count in expected.items() if key in got})
        if name == "articles":
            assert set(expected) <= set(got)
    assert all(
        point.share == (point.articles / point.archived if point.archived else None)
        and point.articles <= point.archived
        for point in found.points
    )


@pytest.mark.parametrize("groups", [1, 3, 8])
@pytest.mark.parametrize("per", [None, *Per])
@pytest.mark.parametrize("by", list(Period))
def test_a_trend_is_what_sql_counts(archive: Any, by: Period, per: Per | None, groups: int) -> None:
    found = trend(archive.index, "ferry", by=by, per=per, groups=groups)
    hits = _counted(archive, by, per, "article_body LIKE '%ferry%'")
    days = {day for day, _ in hits}
    _check(found, hits, _counted(archive, by, per, "TRUE"))
    assert found.total == sum(point.articles for point in found.points) + found.undated
    starts = sorted({point.start for point in found.points})
    assert [starts[0].isoformat(), starts[-1].isoformat()] == [min(days), max(days)]
    numbers = [number(by, day) for day in starts]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert len(found.points) == len(starts) * max(1, len(found.groups))
    assert [(point.start, point.label) for point in found.points] == [
        (point.start, label(by, number(by, point.start))) for point in found.points
    ]


@pytest.mark.parametrize("per", [None, Per.SECTION])
@pytest.mark.parametrize("by", list(Period))
def test_dates_in_the_query_bound_what_was_archived_too(archive: Any, by: Period, per: Per | None) -> None:
    """A month that is asked for from its 10th day on is compared with what was archived from that day on."""
    found = trend(archive.index, "ferry since:2020-01-03 until:2021-01-10", by=by, per=per)
    within = "date_published >= '2020-01-03' AND date_published < '2021-01-11'"
    _check(
        found,
        _counted(archive, by, per, f"article_body LIKE '%ferry%' AND {within}"),
        _counted(archive, by, per, within),
    )
    assert found.points[0].start == start(by, number(by, date(2020, 1, 3)))
    assert found.points[-1].start == start(by, number(by, date(2021, 1, 10)))
    assert found.undated == 0


def test_among_says_what_the_share_is_a_part_of(archive: Any) -> None:
    found = trend(archive.index, "ferry", by="year", among="site:example")
    of_site = "site = 'example'"
    _check(
        found,
        _counted(archive, Period.YEAR, None, f"article_body LIKE '%ferry%' AND {of_site}"),
        _counted(archive, Period.YEAR, None, of_site),
    )


def test_groups_are_the_largest_and_then_the_rest(archive: Any) -> None:
    found = trend(archive.index, "", per="section", groups=2)
    sums = Counter[str | None]()
    for point in found.points:
        sums[point.group] += point.articles
    first, second = found.groups[:2]
    assert found.groups[2:] == (NO_VALUE, OTHERS)
    assert sums[first] >= sums[second] >= 1
    counts = _counted(archive, Period.YEAR, Per.SECTION, "TRUE")
    per_section = Counter[str | None]()
    for (_, section), count in counts.items():
        per_section[section] += count
    assert sums[first] == max(count for section, count in per_section.items() if section)
    assert sums[NO_VALUE] == per_section[None]


@pytest.fixture
def small(room: Any) -> Iterator[Any]:
    """Articles about ferries in January and April, one about nothing of the kind in February; none in March."""
    for month, body in ((1, "ferry"), (2, "harbor"), (4, "ferry")):
        room.store(f"month-{month}", body, date_published=datetime(2024, month, 10, tzinfo=UTC))
    room.store("undated", "ferry")
    room.index.catch_up(room.reader)
    yield room


def test_a_period_without_a_hit_is_zero_and_one_without_any_article_has_no_share(small: Any) -> None:
    found = trend(small.index, "ferry")
    assert [(point.label, point.articles, point.archived, point.share) for point in found.points] == [
        ("2024-01", 1, 1, 1.0),
        ("2024-02", 0, 1, 0.0),
        ("2024-03", 0, 0, None),
        ("2024-04", 1, 1, 1.0),
    ]
    assert (found.total, found.undated) == (3, 1)
    assert found.series() == {None: found.points}


def test_dates_in_the_query_are_filled_to_their_ends(small: Any) -> None:
    found = trend(small.index, "ferry since:2023-12 until:2024-05")
    assert [point.articles for point in found.points] == [0, 1, 0, 0, 1, 0]
    assert [point.label for point in found.points[:: len(found.points) - 1]] == ["2023-12", "2024-05"]
    nothing = trend(small.index, "nothing since:2024-01 until:2024-02")
    assert [(point.articles, point.archived) for point in nothing.points] == [(0, 1), (0, 1)]


def test_what_finds_nothing_has_no_points(small: Any) -> None:
    for query in ("nothing", "undated", "ferry since:2024-06 until:2024-05"):
        found = trend(small.index, query, per="site")
        assert found.points == () and found.groups == ()


def test_weeks_run_over_new_year(room: Any) -> None:
    for day in (date(2020, 12, 27), date(2020, 12, 28), date(2021, 1, 3), date(2021, 1, 4)):
        room.store(f"d{day}", "ferry", date_published=datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC))
    room.index.catch_up(room.reader)
    found = trend(room.index, "ferry", by="week")
    assert [(point.label, point.start, point.articles) for point in found.points] == [
        ("2020-W52", date(2020, 12, 21), 1),
        ("2020-W53", date(2020, 12, 28), 2),
        ("2021-W01", date(2021, 1, 4), 1),
    ]


def test_one_wrong_date_does_not_make_a_trend_as_long_as_the_calendar(room: Any) -> None:
    room.store("now", "ferry", date_published=datetime(2024, 5, 3, tzinfo=UTC))
    room.store("first", "ferry wrong", date_published=datetime(1, 1, 1, tzinfo=UTC))
    room.store("last", "harbor", date_published=datetime(9999, 12, 31, 23, tzinfo=UTC))
    room.index.catch_up(room.reader)
    with pytest.raises(TrendError, match=r"from 0001-01-01 to 2024-05-03 there are 739,009 days; .*by year"):
        trend(room.index, "ferry", by="day")
    assert [point.archived for point in trend(room.index, "ferry -wrong", by="day", per="site").points] == [1]
    years = trend(room.index, "", by="year").points
    assert (years[0].articles, years[2023].articles, years[-1].articles, len(years)) == (1, 1, 1, 9999)
    assert trend(room.index, "until:9999 since:9999-12", by="week").points[-1].articles == 1


def test_days_before_1970_are_counted(room: Any) -> None:
    for day in (date(1969, 12, 29), date(1969, 12, 31), date(1970, 1, 1)):
        room.store(f"d{day}", "ferry", date_published=datetime(day.year, day.month, day.day, tzinfo=UTC))
    room.index.catch_up(room.reader)
    counted = {by: [point.articles for point in trend(room.index, "ferry", by=by).points] for by in Period}
    assert counted == {Period.DAY: [1, 0, 1, 1], Period.WEEK: [3], Period.MONTH: [2, 1], Period.YEAR: [2, 1]}


def test_periods_and_groups_together_have_a_limit(room: Any) -> None:
    for number_ in range(13):
        day = datetime(1975 + number_ * 4, 1, 1, tzinfo=UTC)
        room.store(f"a{number_}", "ferry", article_section=f"Section {number_}", date_published=day)
    room.index.catch_up(room.reader)
    with pytest.raises(TrendError, match=r"17,533 days of 13 groups are more than 200,000 points; .*fewer groups"):
        trend(room.index, "ferry OR harbor", by="day", per="section", groups=50)


@pytest.mark.parametrize("options", [{"by": "decade"}, {"per": "author"}, {"groups": 0}, {"groups": MAX_GROUPS + 1}])
def test_what_makes_no_sense_is_refused(small: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"groups is|is not a valid"):
        trend(small.index, "ferry", **options)


def test_a_broken_query_is_a_query_error(small: Any) -> None:
    with pytest.raises(QueryError):
        trend(small.index, "ferry (")
    with pytest.raises(QueryError):
        trend(small.index, "ferry", among="(")


@pytest.mark.parametrize("by", list(Period))
def test_periods_follow_each_other_without_hole_or_overlap(by: Period) -> None:
    for day in (date(1, 1, 1), date(1969, 12, 31), date(2021, 1, 3), date(2024, 2, 29), date(9999, 12, 31)):
        this = number(by, day)
        since, until = moments(by, this, this)
        assert start(by, this) == since.date() <= day
        assert until is None or (day < until.date() and number(by, until.date()) == this + 1)


@pytest.fixture
def copies(room: Any) -> Any:
    """Two clusters: one text in January and February, and one of great-lakes in March, copied in April and undated."""
    text_of = {name: " ".join(f"{name}{number}" for number in range(80)) for name in ("ferry", "storm")}
    for slug, name, site, month in (
        ("late", "ferry", "great-lakes", 2),
        ("early", "ferry", "example", 1),
        ("undated", "storm", "example", None),
        ("first", "storm", "great-lakes", 3),
        ("copy", "storm", "example", 4),
        ("alone", "harbor", "example", 3),
    ):
        date_published = datetime(2024, month, 5, tzinfo=UTC) if month else None
        room.store(slug, text_of.get(name, name), site=site, date_published=date_published)
    room.index.catch_up(room.reader)
    return room


def _collapsed(room: Any, query: str, **options: Any) -> list[tuple[str, str | None, int, int]]:
    found = trend(room.index, query, collapse=True, **options)
    return [(point.label, point.group, point.articles, point.archived) for point in found.points]


def test_collapsed_a_cluster_counts_once_on_the_day_of_its_earliest_copy(copies: Any) -> None:
    assert _collapsed(copies, "") == [("2024-01", None, 1, 1), ("2024-02", None, 0, 0), ("2024-03", None, 2, 2)]
    found = trend(copies.index, "", collapse=True)
    assert (found.total, found.undated, found.collapse) == (3, 0, True)


def test_collapsed_the_earliest_copy_that_is_found_stands_for_its_cluster_in_what_was_archived(copies: Any) -> None:
    """Else April would have one of nothing, and March a story the query does not find."""
    assert _collapsed(copies, "site:example -harbor") == [
        ("2024-01", None, 1, 1),
        ("2024-02", None, 0, 0),
        ("2024-03", None, 0, 1),
        ("2024-04", None, 1, 1),
    ]
    assert _collapsed(copies, "storm1 since:2024-04") == [("2024-04", None, 1, 1)]
    assert _collapsed(copies, "storm1 ferry1 OR ferry2", per="site") == [("2024-01", "example", 1, 1)]
    assert _collapsed(copies, "nothing") == []
