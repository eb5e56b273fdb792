from datetime import date, timedelta

from newsarchive.model.coverage import DayState, PublicationDay, SiteCalendar
from newsarchive.search.trends.coverage import of_point, trend_coverage
from newsarchive.search.trends.periods import Period
from newsarchive.search.trends.trend import Per, Trend

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def calendar(site, *states, begins=JANUARY, first_crawl=JANUARY):
    published = tuple(
        PublicationDay(day=begins + timedelta(days=number), state=state, reason=None, misses={})
        for number, state in enumerate(states)
    )
    return SiteCalendar(site=site, first_crawl=first_crawl, crawled=(), published=published)


def trend(per=None, groups=(), sites=None):
    return Trend(
        query="",
        among="",
        by=Period.MONTH,
        per=per,
        collapse=False,
        groups=groups,
        points=(),
        total=0,
        undated=0,
        sites=sites,
    )


GOOD, QUIET, AWAY, PARTLY = DayState.COMPLETE, DayState.NOTHING_PUBLISHED, DayState.NO_CRAWL, DayState.PARTLY


def test_days_without_news_are_covered_and_days_without_a_crawl_are_not():
    found = trend_coverage(trend(), [calendar("a", GOOD, QUIET, AWAY, PARTLY)])
    assert {key: (value.covered, value.days, value.share) for key, value in found.items()} == {
        (JANUARY, None): (2, 4, 0.5)
    }


def test_days_of_several_sites_add_up_and_each_period_has_its_own():
    late = calendar("b", *[GOOD] * 3, begins=date(2026, 1, 31))
    found = trend_coverage(trend(), [calendar("a", GOOD, AWAY), late])
    counts = {key: (value.covered, value.days) for key, value in found.items()}
    assert counts == {(JANUARY, None): (2, 3), (FEBRUARY, None): (2, 2)}


def test_of_days_before_the_first_crawl_only_what_lists_told_counts():
    early = calendar("a", DayState.HELD, GOOD, DayState.UNKNOWN, first_crawl=date(2026, 1, 3))
    held = calendar("b", DayState.HELD, first_crawl=JANUARY)
    found = trend_coverage(trend(), [early, held])
    assert [(value.covered, value.days) for value in found.values()] == [(2, 2)]


def test_of_a_trend_by_site_each_line_has_the_coverage_of_its_site():
    this = trend(per=Per.SITE, groups=("a", "(none)", "(others)"))
    found = trend_coverage(this, [calendar("a", GOOD), calendar("b", AWAY), calendar("c", GOOD)])
    shares = [of_point(found, this, JANUARY, name) for name in this.groups]
    assert [share and (share.covered, share.days) for share in shares] == [(1, 1), None, (1, 2)]
    assert of_point(found, trend(), JANUARY, None).share == 2 / 3


def test_only_the_sites_a_trend_counts_among_are_asked():
    found = trend_coverage(trend(sites=("b",)), [calendar("a", AWAY), calendar("b", GOOD)])
    assert [(value.covered, value.days) for value in found.values()] == [(1, 1)]
