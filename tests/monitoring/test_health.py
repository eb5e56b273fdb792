"""The rules by made-up histories: what goes wrong is found, and nothing where nothing is wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.monitoring.finding import Severity
from newsarchive.monitoring.health import health_of
from newsarchive.monitoring.history import SourceState

ALL = frozenset({"headline", "date_published", "authors", "article_section", "description", "images"})


def kinds(history, now):
    return [finding.kind for finding in health_of(history, now).findings]


def the(history, now, kind):
    (finding,) = [finding for finding in health_of(history, now).findings if finding.kind == kind]
    return finding


# nothing is wrong


def test_a_steady_site_is_ok(story, now):
    health = health_of(story().history(), now)
    assert (health.findings, health.lacking, health.state) == ((), (), "ok")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("weekdays", {"per_day": lambda ago, weekday: 40 if weekday < 5 else 4}),
        ("bursts", {"per_day": lambda ago, weekday: 60, "burst": 3}),
        ("few", {"per_day": lambda ago, weekday: 1.5}),
        ("weekly", {"per_day": lambda ago, weekday: 6 if weekday == 0 else 0}),
        ("rare", {"per_day": lambda ago, weekday: 0.1}),
        ("young", {"days": 12}),
        ("new", {"days": 1}),
        ("growing", {"per_day": lambda ago, weekday: 60 - ago / 2}),
        ("crawled once a week", {"every": timedelta(days=7), "crawls": lambda ago: True}),
        ("an outage a month ago", {"crawls": lambda ago: not 30 < ago < 37}),
        ("fields that come and go", {"fields": lambda ago, chance: frozenset(f for f in ALL if chance.random() < 0.5)}),
        ("no author at weekends", {"fields": lambda ago, c: ALL - {"authors"} if (3 - ago) % 7 in (5, 6) else ALL}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_alarm_where_nothing_is_wrong(story, now, name, options, seed):
    for hour in (0, 24, 48, 72):  # on other weekdays, too
        history = story(seed=seed, **options).history()
        assert kinds(_until(history, now - timedelta(hours=hour)), now - timedelta(hours=hour)) == []


def _until(history, moment):
    return replace(
        history,
        added_at=min(history.added_at, moment),
        first_run_ended_at=history.first_run_ended_at if history.first_run_ended_at <= moment else None,
        runs=tuple(run for run in history.runs if run.started_at <= moment),
        articles=tuple(article for article in history.articles if article.seen_at <= moment),
        readings={
            key: kept
            for key, readings in history.readings.items()
            if (kept := tuple(reading for reading in readings if reading.at <= moment))
        },
    )


@pytest.mark.slow
def test_chance_alone_raises_hardly_any_alarm(story, now):
    """Of 400 looks at sites of all sizes, on which nothing ever happens but chance, at most two find anything."""
    sizes = [0.2, 1, 3, 10, 15, 30, 60, 100]
    found = [
        kinds(story(seed=1000 + seed, per_day=lambda ago, weekday, n=sizes[seed % 8]: n).history(), now)
        for seed in range(400)
    ]
    assert len([one for one in found if one]) <= 2, [one for one in found if one]


def test_a_young_site_says_what_it_lacks(story, now):
    health = health_of(story(days=12).history(), now)
    assert health.state == "young"
    assert "volume: too little history, 4 weeks of articles wanted" in health.lacking


# volume


def test_a_fall_of_articles_is_found_against_the_same_weekday(story, now):
    per_day = lambda ago, weekday: (3 if ago < 2 else 40) if weekday < 5 else 4  # noqa: E731
    finding = the(story(per_day=per_day).history(), now, "few-articles")
    assert finding.severity is Severity.WRONG
    assert "Wednesday, 2026-03-11" in finding.message


def test_of_a_small_site_the_week_is_looked_at(story, now):
    finding = the(story(per_day=lambda ago, weekday: 0.1 if ago < 8 else 4).history(), now, "few-articles")
    assert "in the week to 2026-03-11" in finding.message


def test_a_flood_of_articles_is_found(story, now):
    finding = the(story(per_day=lambda ago, weekday: 200 if ago < 2 else 30).history(), now, "many-articles")
    assert finding.severity is Severity.LOOK


def test_what_a_first_crawl_takes_in_of_the_past_is_no_flood(story, now):
    history = story(days=70).history()
    old = tuple(
        replace(history.articles[0], published_at=history.articles[0].seen_at - timedelta(days=n))
        for n in range(4, 900)
    )
    assert kinds(replace(history, articles=(*old, *history.articles)), now) == []


def test_a_site_that_publishes_nothing_any_more_is_stale(story, now):
    history = story(per_day=lambda ago, weekday: 0 if ago < 9 else 2).history()
    finding = the(history, now, "stale")
    assert finding.severity is Severity.WRONG
    assert finding.last_good_url == history.articles[-1].url


def test_a_site_without_an_article_for_months_stays_stale(story, now):
    history = story().history()
    history = replace(history, articles=(), last_article_at=now - timedelta(weeks=30))
    assert "stale" in kinds(history, now)


# crawls


def test_crawls_that_stopped_are_found_and_hide_what_follows_from_it(story, now):
    history = story(crawls=lambda ago: ago >= 4).history()
    health = health_of(history, now)
    assert [finding.kind for finding in health.findings] == ["no-crawl"]
    assert "few-articles" in health.unjudged
    assert health_of(replace(history, is_paused=True), now).findings == ()


def test_crawls_that_get_nothing_are_told_with_the_reason(story, now):
    nothing = {(ResourceKind.HOME, Outcome.BLOCKED, "http-403"): 1, (ResourceKind.ROBOTS, Outcome.READ, None): 1}
    normal = story().endings
    history = story(endings=lambda ago, new: nothing if ago < 1 else normal(ago, new)).history()
    finding = the(history, now, "crawls-failing")
    assert "blocked, http-403" in finding.message
    assert finding.next_step == f"newsarchive runs show {history.runs[-1].id}"


def test_one_bad_night_is_no_finding(story, now):
    normal = story().endings
    history = story(endings=lambda ago, new: {} if ago < 0 else normal(ago, new)).history()
    last = replace(history.runs[-1], endings={})
    assert kinds(replace(history, runs=(*history.runs[:-1], last)), now) == []


def test_a_site_that_was_never_crawled_is_found_after_a_day(story, now):
    history = story(days=0, crawls=lambda ago: False).history()
    assert kinds(replace(history, added_at=now - timedelta(hours=2)), now) == []
    assert kinds(replace(history, added_at=now - timedelta(days=2)), now) == ["no-crawl"]


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("unreadable", (ResourceKind.PAGE, Outcome.FAILED, "parser-timeout")),
        ("unreadable", (ResourceKind.PAGE, Outcome.NOT_ARTICLE, "no-body")),
        ("blocked", (ResourceKind.PAGE, Outcome.BLOCKED, "http-429")),
        ("failing", (ResourceKind.PAGE, Outcome.FAILED, "http-500")),
    ],
)
def test_pages_that_end_badly_more_often_than_before_are_found(story, now, kind, ending):
    normal = story().endings
    bad = lambda ago, new: normal(ago, new) | {ending: 8 if ago < 1 else (ago % 4 == 0)}  # noqa: E731
    finding = the(story(endings=bad).history(), now, kind)
    assert ending[2] in finding.message
    steady = lambda ago, new: normal(ago, new) | {ending: 8}  # noqa: E731
    assert kinds(story(endings=steady).history(), now) == []


# fields


def test_a_field_that_is_gone_is_told_with_the_page_that_shows_it_and_the_last_that_had_it(story, now):
    history = story(fields=lambda ago, chance: ALL - {"authors"} if ago < 1 else ALL).history()
    finding = the(history, now, "field-gone")
    by_url = {article.url: number for number, article in enumerate(history.articles)}
    assert finding.subject == "authors"
    assert by_url[finding.url] == by_url[finding.last_good_url] + 1
    assert "authors" in history.articles[by_url[finding.last_good_url]].fields
    assert "newsarchive site check https://lake.example/" in finding.next_step


def test_a_date_that_is_gone_is_found_too(story, now):
    history = story(fields=lambda ago, chance: ALL - {"date_published"} if ago < 1 else ALL).history()
    undated = tuple(
        article if "date_published" in article.fields else replace(article, published_at=None)
        for article in history.articles
    )
    assert the(replace(history, articles=undated), now, "field-gone").subject == "date_published"


def test_what_is_gone_stays_told_for_weeks(story, now):
    history = story(fields=lambda ago, chance: ALL - {"authors"} if ago < 14 else ALL).history()
    assert kinds(history, now) == ["field-gone"]


def test_a_field_that_came_rarely_is_not_missed(story, now):
    def fields(ago, chance):
        return ALL if ago >= 1 and chance.random() < 0.3 else ALL - {"description"}

    assert kinds(story(fields=fields).history(), now) == []


def test_a_field_that_comes_rarer_is_told(story, now):
    def fields(ago, chance):
        return ALL if ago >= 1 or chance.random() < 0.2 else ALL - {"images"}

    assert the(story(fields=fields, seed=3).history(), now, "field-rarer").subject == "images"


def test_texts_cut_to_a_teaser_are_found(story, now):
    finding = the(story(chars=lambda ago: 300 if ago < 1 else 3_000).history(), now, "text-shorter")
    assert "300 characters" in finding.message


# feeds


@pytest.mark.parametrize("state", [SourceState.EMPTY, SourceState.FAILED])
def test_a_feed_without_entries_for_some_crawls_is_dead(story, now, state):
    finding = the(story(feed=lambda ago: state if ago < 1 else SourceState.ENTRIES).history(), now, "dead-feed")
    assert finding.subject == "https://lake.example/feed"
    assert finding.severity is Severity.WRONG


def test_a_feed_that_was_found_empty_and_is_not_asked_again_is_dead(story, now):
    states = {1: SourceState.EMPTY, 0: None}
    assert "dead-feed" in kinds(story(feed=lambda ago: states.get(ago, SourceState.ENTRIES)).history(), now)


def test_a_feed_that_never_had_entries_is_not_missed(story, now):
    assert kinds(story(feed=lambda ago: SourceState.EMPTY).history(), now) == []


def test_a_dead_feed_beside_a_living_one_is_less_bad(story, now):
    history = story(feed=lambda ago: SourceState.EMPTY if ago < 1 else SourceState.ENTRIES).history()
    living = story().history().readings[ResourceKind.FEED, "https://lake.example/feed"]
    both = {**history.readings, (ResourceKind.FEED, "https://lake.example/all"): living}
    assert the(replace(history, readings=both), now, "dead-feed").severity is Severity.LOOK
