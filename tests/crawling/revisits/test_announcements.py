from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.revisits.announcements import announced_at, reaches_back_to
from newsarchive.discovery.candidate import Candidate
from newsarchive.model.capture import Hints, HintSource

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)


def hint(raw, source=HintSource.FEED):
    return Hints(source=source, source_url="https://example.org/feed", date_published_raw=raw)


def listed(*days_ago, source=HintSource.FEED):
    dates = [None if days is None else (NOW - timedelta(days=days)).isoformat() for days in days_ago]
    return [
        Candidate(url=f"https://example.org/{number}", hints=hint(raw, source), found_on="https://example.org/feed")
        for number, raw in enumerate(dates)
    ]


def ago(days):
    return NOW - timedelta(days=days)


def test_the_first_source_that_gives_a_date_announces_the_page():
    hints = [hint(None), hint("soon"), hint("2026-05-16T08:00:00Z"), hint("2026-05-15", HintSource.NEWS_SITEMAP)]
    assert announced_at(hints, NOW) == datetime(2026, 5, 16, 8, tzinfo=UTC)


def test_a_plain_sitemap_announces_nothing():
    assert announced_at([hint("2026-05-16", HintSource.SITEMAP)], NOW) is None
    assert reaches_back_to(listed(0, 1, source=HintSource.SITEMAP), NOW) is None


def test_a_date_far_ahead_is_a_mistake():
    assert announced_at([hint("2026-05-18T12:00:00Z")], NOW) is not None
    assert announced_at([hint("2026-05-20T12:00:00Z")], NOW) is None


def test_an_ordered_list_reaches_back_to_its_end():
    assert reaches_back_to(listed(0, 1, 1, 5), NOW) == ago(5)
    assert reaches_back_to(listed(5, 1, 1, 0), NOW) == ago(5)
    assert reaches_back_to(listed(3), NOW) == ago(3)


def test_a_pinned_entry_does_not_make_a_feed_reach_further():
    assert reaches_back_to(listed(900, 0, 1, 2, 3, 4, 5), NOW) == ago(5)


def test_a_feed_without_order_claims_nothing_and_a_news_sitemap_two_days():
    assert reaches_back_to(listed(3, 9, 1, 7, 2, 8), NOW) is None
    assert reaches_back_to(listed(1, 0, 1.5, 0.5, 1.2, 0.2, source=HintSource.NEWS_SITEMAP), NOW) == ago(1.5)
    assert reaches_back_to(listed(3, 9, 1, 7, 2, 8, source=HintSource.NEWS_SITEMAP), NOW) == ago(2)


def test_an_entry_without_a_date_or_no_entry_at_all_claims_nothing():
    assert reaches_back_to(listed(0, None, 2), NOW) is None
    assert reaches_back_to([], NOW) is None
    plain = Candidate(url="https://example.org/x", hints=None, found_on="https://example.org/feed")
    assert reaches_back_to([*listed(0, 1), plain], NOW) is None


def test_no_list_reaches_back_over_a_year_of_silence():
    assert reaches_back_to(listed(0, 1, 300, 20_000), NOW) == ago(300)
    assert reaches_back_to(listed(0, 300, 600, 900), NOW) == ago(900)
    assert reaches_back_to(listed(400, 401, 402), NOW) is None  # a feed that was left


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30))
def test_no_list_is_said_to_reach_further_than_its_oldest_entry(days):
    reach = reaches_back_to(listed(*days), NOW)
    assert reach is None or reach >= ago(max(days))
