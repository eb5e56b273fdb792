"""The ledger's rows become days, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsarchive.archive.coverage.days import calendars
from newsarchive.archive.writer import Batch
from newsarchive.errors import UnknownSiteError
from newsarchive.model.coverage import DayState
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site

FEED = "https://www.example.com/feed"


@pytest.fixture
def crawl(writer, entry, hours):
    """A crawl so many hours after the start: its feed, which reaches back so many hours, and pages with outcomes."""

    def run(at, *pages, reach=None, feed=Outcome.READ, reason=None, site="example", is_over=True):
        run_id = writer.begin_run(site, "site", {}, hours(at))
        reaches = None if reach is None else hours(reach)
        source = entry(run_id, FEED, feed, ResourceKind.FEED, reason=reason, reaches_back_to=reaches)
        entries = [replace(source, queued_at=hours(at), finished_at=hours(at))]
        for page in pages:
            queued = entry(run_id, f"https://www.example.com/{page['slug']}", page.get("outcome"))
            announced = None if page.get("announced") is None else hours(page["announced"])
            finished = None if queued.outcome is None else hours(at)
            entries.append(
                replace(
                    queued,
                    queued_at=hours(at),
                    finished_at=finished,
                    reason=page.get("reason"),
                    status=page.get("status"),
                    announced_at=announced,
                )
            )
        finished = tuple(entry for entry in entries if entry.outcome is not None)
        writer.store(Batch(queued=tuple(entries), finished=finished))
        if is_over:
            writer.end_run(run_id, RunOutcome.FINISHED, None, hours(at + 0.5))
        return run_id

    return run


def only(database, **options):
    (calendar,) = calendars(database, site="example", **options)
    return calendar


def published(database, **options):
    return {day.day.day: day for day in only(database, **options).published}


def page(slug, outcome=Outcome.NEW, announced=None, **more):
    return {"slug": slug, "outcome": outcome, "announced": announced, **more}


# The archive starts on 2024-05-03 at 10:00 UTC.


def test_what_was_announced_for_a_day_is_compared_with_what_became_of_it(database, crawl):
    crawl(
        48,
        page("a", announced=1),
        page("b", Outcome.BLOCKED, 2, reason="http-403"),
        page("c", Outcome.NOT_ARTICLE, 3, reason="no-body"),
        page("d", Outcome.NOT_ARTICLE, 4, reason="bot-wall"),
        page("e", Outcome.DUPLICATE, 5, reason="canonical"),
        page("f", announced=15),
        page("g"),
        reach=-12,
    )
    days = published(database)
    assert (days[3].expected, days[3].had, days[3].state) == (4, 2, DayState.PARTLY)
    assert days[3].misses == {(Outcome.BLOCKED, "http-403"): 1, (Outcome.BLOCKED, "bot-wall"): 1}
    assert (days[4].expected, days[4].had, days[4].state) == (1, 1, DayState.COMPLETE)


def test_an_address_that_was_had_in_any_crawl_is_had_whatever_came_later(database, crawl):
    crawl(1, page("a", Outcome.FAILED, 0, reason="timeout"), reach=-12)
    crawl(30, page("a", announced=0), reach=-12)
    crawl(54, page("a", Outcome.BLOCKED, reason="http-403"), reach=-12)
    assert published(database)[3].state is DayState.COMPLETE


def test_a_missed_address_has_the_reason_of_the_last_time(database, crawl):
    crawl(1, page("a", Outcome.FAILED, 0, reason="timeout"), reach=-12)
    crawl(54, page("a", Outcome.BLOCKED, reason="http-403"), reach=-12)
    assert published(database)[3].misses == {(Outcome.BLOCKED, "http-403"): 1}


def test_an_article_that_came_by_another_way_is_had(database, crawl, store, page):
    store(page("a", "Text.", site="example"))
    crawl(48, {"slug": "a", "outcome": Outcome.FAILED, "announced": 1, "reason": "timeout"}, reach=-12)
    assert published(database)[3].state is DayState.COMPLETE


def test_articles_count_on_the_day_they_name_in_utc(database, crawl, store, page):
    late = datetime.fromisoformat("2024-05-05T01:30:00+02:00").astimezone(UTC)
    store(page("a", "Text.", site="example", date_published=late))
    crawl(96, reach=-12)
    days = published(database)
    assert [days[day].archived for day in (4, 5)] == [1, 0]
    assert [days[day].state for day in (4, 5)] == [DayState.HELD, DayState.NOTHING_PUBLISHED]


def test_a_running_crawl_has_still_to_ask(database, crawl):
    crawl(30, page("a", None, 1), reach=-12, is_over=False)
    days = published(database)
    assert (days[3].state, days[3].reason) == (DayState.PARTLY, "0 of 1; waiting 1")


def test_days_after_the_last_crawl_are_a_gap_only_up_to_now(database, crawl, hours):
    crawl(0, reach=-24)
    assert max(published(database)) == 3
    days = published(database, now=hours(72))
    assert [days[day].state for day in (4, 5, 6)] == [DayState.NO_CRAWL, DayState.NO_CRAWL, DayState.UNKNOWN]


def test_days_of_crawling_have_their_numbers(database, crawl, hours):
    crawl(0, page("a", status=200), page("b", Outcome.FAILED, reason="dns"), reach=-24)
    crawl(3, page("a", Outcome.UNCHANGED, status=200), reach=-24)
    crawl(48, feed=Outcome.FAILED, reason="http-404")
    first, second, third = only(database).crawled
    assert (first.runs, first.discovered, first.fetched, first.state) == (2, 3, 2, DayState.PARTLY)
    assert [first.count(outcome) for outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.FAILED)] == [1, 1, 1]
    assert second.state is DayState.NO_CRAWL
    assert (third.state, third.reason) == (DayState.FAILED, "failed http-404 1")


def test_since_and_until_bound_the_days_and_change_none(database, crawl):
    crawl(1, page("a", announced=0), reach=-48)
    crawl(96, page("b", announced=30), reach=-12)
    whole = only(database)
    part = only(database, since=date(2024, 5, 4), until=date(2024, 5, 6))
    assert [day.day.day for day in part.published] == [4, 5]
    assert all(day in whole.published for day in part.published)
    assert all(day in whole.crawled for day in part.crawled)


def test_a_feed_that_emptied_is_known_from_before_the_first_day_asked_for(database, crawl):
    crawl(0, page("a", announced=-1), reach=-48)
    crawl(72, reason="empty")
    (day,) = only(database, since=date(2024, 5, 6)).published
    assert day.state is DayState.EMPTY


def test_sites_come_by_name_and_one_that_was_never_crawled_has_no_days(database, writer, crawl, hours):
    writer.add_site(Site(name="another", home_url="https://another.example/", added_at=hours(0)))
    crawl(0, reach=-24)
    another, example = calendars(database)
    assert (another.site, another.first_crawl, another.crawled, another.published) == ("another", None, (), ())
    assert (example.site, example.first_crawl) == ("example", date(2024, 5, 3))
    assert list(calendars(database, site="example")) == [example]


def test_an_archive_without_crawls_has_calendars_without_days(database, writer):
    assert [(calendar.crawled, calendar.published) for calendar in calendars(database)] == [((), ())]


def test_an_unknown_site_is_an_error(database, writer):
    with pytest.raises(UnknownSiteError):
        next(calendars(database, site="nobody"))


def test_the_same_archive_gives_the_same_days(database, crawl):
    crawl(0, page("a", announced=-1), page("b", Outcome.FAILED, -2, reason="dns"), reach=-48)
    assert only(database) == only(database)
    assert only(database, now=datetime(2024, 5, 3, 12, tzinfo=UTC) + timedelta(hours=1)).published
