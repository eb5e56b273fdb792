from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.coverage.rules import (
    SiteHistory,
    SourceRow,
    crawl_state,
    day_span,
    merged,
    normal,
    publication_state,
)
from newsarchive.model.coverage import DayState
from newsarchive.model.crawl_run import Outcome, ResourceKind

DAY = date(2026, 5, 17)
FEED, SITEMAP, HOME = ResourceKind.FEED, ResourceKind.SITEMAP, ResourceKind.HOME


def at(hours):
    return datetime(2026, 5, 17, tzinfo=UTC) + timedelta(hours=hours)


def source(url="feed", kind=FEED, outcome=Outcome.READ, reason=None, read=12, reach=None):
    return SourceRow(
        url=url,
        kind=kind,
        outcome=outcome,
        reason=reason,
        read_at=None if read is None else at(read),
        reaches_back_to=None if reach is None else at(reach),
    )


def reading(*sources, history=None, hour=12):
    return (history or SiteHistory()).add(at(hour), at(hour + 0.5), sources)


def state(day=DAY, **facts):
    facts = {"archived": 0, "expected": 0, "had": 0, "misses": {}, "first_crawl": date(2026, 5, 1), **facts}
    return publication_state(day, today=date(2026, 5, 30), **facts)


WHOLE = (day_span(DAY),)
BLOCKED = {(Outcome.BLOCKED, "http-403"): 2}


# what sources reach back to


def test_a_reading_covers_what_its_feed_reaches_back_to():
    assert reading(source(reach=-30)).span == (at(-30), at(12))


def test_the_feed_that_reaches_back_least_counts():
    assert reading(source(reach=-30), source("sport", reach=-300)).span == (at(-30), at(12))


def test_feeds_and_news_sitemaps_vouch_each_for_themselves():
    both = reading(source(reach=-30), source("news", SITEMAP, reach=-48))
    assert both.span == (at(-48), at(12))


def test_plain_sitemaps_and_indexes_are_not_asked():
    assert reading(source("index", SITEMAP), source("news", SITEMAP, reach=-48)).span == (at(-48), at(12))
    assert reading(source("index", SITEMAP)).span is None


def test_a_feed_that_could_not_be_read_silences_the_others():
    run = reading(source(reach=-30), source("sport", outcome=Outcome.FAILED, reason="http-500"))
    assert (run.span, run.obstacle) == (None, (DayState.FAILED, "feed: http-500"))


def test_a_feed_without_dates_tells_nothing_and_is_no_obstacle():
    assert (reading(source()).span, reading(source()).obstacle) == (None, None)


def test_an_unmodified_feed_says_what_it_said_before():
    history = SiteHistory()
    reading(source(reach=-30), history=history)
    again = reading(source(outcome=Outcome.UNCHANGED, read=36), history=history, hour=36)
    assert again.span == (at(-30), at(36))


def test_a_guess_that_was_wrong_is_no_source():
    run = reading(source(reach=-30), source("guess", reason="not-there"))
    assert (run.span, run.emptied) == ((at(-30), at(12)), 0)


def test_a_feed_that_was_always_empty_is_no_trouble():
    run = reading(source(reach=-30), source("comments", reason="empty"))
    assert (run.span, run.emptied) == ((at(-30), at(12)), 0)


def test_a_feed_that_stopped_giving_entries_is_empty():
    history = SiteHistory()
    reading(source(reach=-30), history=history)
    run = reading(source(reason="empty"), history=history)
    assert (run.span, run.emptied, run.obstacle[0]) == (None, 1, DayState.EMPTY)


def test_a_site_that_names_nothing_at_all_is_empty_from_the_first():
    assert reading(source("map", SITEMAP, reason="empty")).obstacle[0] is DayState.EMPTY


def test_what_most_sources_met_is_the_obstacle():
    run = reading(
        source("home", HOME, Outcome.BLOCKED, "http-403"),
        source("a", outcome=Outcome.BLOCKED, reason="http-403"),
        source("b", outcome=Outcome.BLOCKED, reason="http-403"),
        source("c", outcome=Outcome.FAILED, reason="timeout"),
    )
    assert run.obstacle == (DayState.BLOCKED, "feed: http-403")


def test_a_bot_wall_is_a_block_whatever_the_ledger_calls_it():
    assert normal(Outcome.NOT_ARTICLE, "bot-wall") == (Outcome.BLOCKED, "bot-wall")
    assert normal(None, None) is None


def test_crawls_add_up():
    assert merged([(at(10), at(20)), (at(0), at(11)), (at(30), at(31))]) == ((at(0), at(20)), (at(30), at(31)))


# days of publication


def test_a_day_is_complete_if_all_that_was_announced_is_had_and_the_lists_cover_it():
    assert state(expected=3, had=3, archived=3, within=WHOLE) == (DayState.COMPLETE, None)


def test_a_day_read_until_noon_is_not_complete():
    found = state(expected=3, had=3, archived=3, within=((at(-5), at(12)),))
    assert found == (DayState.PARTLY, "read until 12:00 UTC only")


def test_a_day_whose_morning_dropped_out_of_the_feed_is_not_complete():
    assert state(expected=3, had=3, within=((at(8), at(30)),)) == (DayState.PARTLY, "the lists begin at 08:00 UTC")


def test_what_was_announced_and_not_had_is_a_named_miss():
    found = state(expected=5, had=3, archived=3, misses=BLOCKED, within=WHOLE)
    assert found == (DayState.PARTLY, "3 of 5; blocked http-403 2")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.BLOCKED, DayState.BLOCKED),
        (Outcome.FAILED, DayState.FAILED),
        (Outcome.INTERRUPTED, DayState.FAILED),
        (Outcome.REFUSED, DayState.REFUSED),
        (Outcome.SKIPPED, DayState.SKIPPED),
    ],
)
def test_a_day_of_which_nothing_was_had_is_called_by_what_happened(outcome, expected):
    assert state(expected=2, misses={(outcome, "x"): 2}, within=WHOLE)[0] is expected


def test_what_a_running_crawl_has_still_to_ask_for_is_no_failure():
    assert state(expected=2, had=1, waiting=1, within=WHOLE) == (DayState.PARTLY, "1 of 2; waiting 1")


def test_nothing_published_is_said_only_of_a_day_that_lists_cover():
    assert state(within=WHOLE) == (DayState.NOTHING_PUBLISHED, None)
    good = reading(source(reach=-30))
    assert state(within=((at(-30), at(12)),), readings=[good]) == (DayState.NO_CRAWL, "read until 12:00 UTC only")


def test_a_day_nobody_looked_at_and_no_list_reaches_is_no_crawl():
    assert state() == (DayState.NO_CRAWL, None)


def test_a_later_crawl_that_reaches_back_makes_good_for_a_missed_one():
    assert state(expected=1, had=1, within=merged([(at(-1), at(72))])) == (DayState.COMPLETE, None)


def test_a_day_whose_crawl_met_an_obstacle_is_called_by_it():
    run = reading(source(outcome=Outcome.BLOCKED, reason="http-403"))
    assert state(readings=[run]) == (DayState.BLOCKED, "feed: http-403")


def test_articles_that_were_had_all_the_same_make_it_partly():
    run = reading(source(outcome=Outcome.BLOCKED, reason="http-403"))
    assert state(readings=[run], archived=1) == (DayState.PARTLY, "blocked: feed: http-403")


def test_before_the_first_crawl_nothing_is_known_but_what_is_held():
    assert state(first_crawl=date(2026, 5, 20)) == (DayState.UNKNOWN, "before the first crawl")
    assert state(first_crawl=None)[0] is DayState.UNKNOWN
    assert state(first_crawl=date(2026, 5, 20), archived=4)[0] is DayState.HELD
    begun = state(first_crawl=date(2026, 5, 20), archived=4, expected=4, had=4, within=((at(8), at(90)),))
    assert begun == (DayState.HELD, "the lists begin at 08:00 UTC")


def test_a_site_without_dated_lists_is_unknown_where_nothing_is_held():
    assert state(readings=[reading(source())]) == (DayState.UNKNOWN, "no feed or sitemap tells dates")


def test_today_is_not_over():
    today = date(2026, 5, 30)
    assert state(today) == (DayState.UNKNOWN, "the day is not over")
    assert state(today, expected=2, had=2) == (DayState.PARTLY, "the day is not over")


counts = st.dictionaries(
    st.tuples(st.sampled_from([Outcome.BLOCKED, Outcome.FAILED, Outcome.REFUSED]), st.sampled_from(["x", None])),
    st.integers(1, 5),
)
hours = st.integers(-40, 60)


@given(st.integers(0, 3), st.integers(0, 3), counts, st.lists(st.tuples(hours, hours), max_size=4))
def test_no_day_is_called_complete_or_empty_of_news_unless_every_moment_was_covered(archived, had, misses, stretches):
    within = merged((at(min(pair)), at(max(pair))) for pair in stretches)
    touching = [span for span in within if span[1] > at(0) and span[0] < at(24)]
    expected = had + sum(misses.values())
    found, _ = state(archived=archived, expected=expected, had=had, misses=misses, within=touching)
    moments = [at(quarter / 4) for quarter in range(24 * 4)]
    is_covered = all(any(first <= moment < last for first, last in within) for moment in moments)
    if found in (DayState.COMPLETE, DayState.NOTHING_PUBLISHED):
        assert is_covered
        assert not misses
    if found is DayState.NOTHING_PUBLISHED:
        assert not archived


# days of crawling


def crawled(pages=None, sources=None, *, readings=None):
    readings = [reading(source(reach=-30))] if readings is None else readings
    return crawl_state(
        DAY, pages=Counter(pages or {}), sources=Counter(sources or {}), readings=readings, first_crawl=date(2026, 5, 1)
    )


READ = {(Outcome.READ, None): 2}


def test_a_crawl_that_met_nothing_but_dead_links_and_robots_txt_is_complete():
    pages = {(Outcome.NEW, None): 3, (Outcome.FAILED, "http-404"): 1, (Outcome.REFUSED, "robots-txt"): 4}
    assert crawled(pages, READ) == (DayState.COMPLETE, None)


def test_a_crawl_whose_pages_were_all_turned_away_is_blocked():
    assert crawled(BLOCKED, READ) == (DayState.BLOCKED, "blocked http-403 2")


def test_a_crawl_that_read_no_source_is_called_by_what_happened():
    assert crawled({}, {(Outcome.FAILED, "dns"): 1}) == (DayState.FAILED, "failed dns 1")
    assert crawled({}, {(Outcome.REFUSED, "robots-txt"): 1}) == (DayState.REFUSED, "refused robots-txt 1")
    assert crawled({}, {(Outcome.REFUSED, "robots-unreachable"): 1})[0] is DayState.REFUSED


def test_a_dead_feed_beside_a_living_one_is_partly():
    sources = {**READ, (Outcome.FAILED, "http-404"): 1}
    assert crawled({(Outcome.NEW, None): 1}, sources) == (DayState.PARTLY, "failed http-404 1")


def test_an_empty_sitemap_is_shown_apart():
    empty = reading(source("map", SITEMAP, reason="empty"))
    sources = {(Outcome.READ, None): 1, (Outcome.READ, "empty"): 1}
    assert crawled({}, sources, readings=[empty]) == (DayState.EMPTY, "1 empty sitemap or feed")


def test_a_day_without_a_crawl():
    assert crawled(readings=[]) == (DayState.NO_CRAWL, None)
    before = crawl_state(date(2026, 4, 1), pages={}, sources={}, readings=[], first_crawl=DAY)
    assert before == (DayState.UNKNOWN, "before the first crawl")
