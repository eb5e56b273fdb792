from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from newsarchive.archive.coverage.record import coverage
from newsarchive.archive.writer import Batch
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site


def run(writer, site, started_at, *, days=0.0, outcome=RunOutcome.FINISHED, reason=None, entries=(), **arguments):
    run_id = writer.begin_run(site, "site" if site else "urls", arguments, started_at)
    finished = tuple(replace(entry, run_id=run_id) for entry in entries)
    writer.store(
        Batch(
            queued=finished,
            finished=tuple(entry for entry in finished if entry.outcome is not None),
        )
    )
    if outcome is not None:
        writer.end_run(run_id, outcome, reason, started_at + timedelta(days=days))
    return run_id


def test_articles_are_counted_by_site_and_month_of_publication_in_utc(database, writer, page, store):
    late = datetime.fromisoformat("2024-02-01T00:30:00+01:00").astimezone(UTC)
    store(
        page("a", "Text.", site="example", date_published=late),
        page("b", "Text.", site="example", date_published=datetime(2024, 2, 1, tzinfo=UTC)),
        page("c", "Text.", site="example"),
        page("d", "Text.", site="example", date_published=datetime(2023, 11, 30, 23, 59, 59, 5, tzinfo=UTC)),
    )
    (site,) = coverage(database)
    assert list(site.articles.items()) == [(None, 1), ("2023-11", 1), ("2024-01", 1), ("2024-02", 1)]


def test_an_article_counts_in_the_month_its_latest_state_names(database, page, store):
    store(page("a", "Old.", site="example", date_published=datetime(2024, 1, 5, tzinfo=UTC)))
    store(page("a", "New.", site="example", at=5, date_published=datetime(2024, 3, 5, tzinfo=UTC)))
    (site,) = coverage(database)
    assert site.articles == {"2024-03": 1}


def test_sites_come_by_name_and_what_belongs_to_none_comes_last(database, writer, hours):
    writer.add_site(Site(name="a-b", home_url="https://a.example/", title="A", publisher="rules", added_at=hours(0)))
    assert [site.name for site in coverage(database)] == ["a-b", "example"]
    run(writer, None, hours(0))
    names = [(site.name, site.home_url, site.title, site.publisher) for site in coverage(database)]
    assert names == [
        ("a-b", "https://a.example/", "A", "rules"),
        ("example", "https://www.example.com/", None, None),
        (None, None, None, None),
    ]


def test_days_with_a_crawl_and_the_gaps_between_them(database, writer, hours):
    run(writer, "example", hours(24))
    run(writer, "example", hours(0))  # 10:00
    run(writer, "example", hours(24 * 6), days=1)
    run(writer, "example", hours(24 * 20), outcome=None)
    (site,) = coverage(database)
    assert site.days == tuple(date(2024, 5, day) for day in (3, 4, 9, 10, 23))
    assert site.gaps == ((date(2024, 5, 5), date(2024, 5, 8)), (date(2024, 5, 11), date(2024, 5, 22)))
    assert (site.runs, site.first_run_at, site.last_run_at) == (4, hours(0), hours(24 * 20))


def test_endings_and_limits_of_crawls_are_counted_and_no_path_is_told(database, writer, hours):
    run(writer, "example", hours(0), since="2024-01-01T00:00:00+00:00")
    run(writer, "example", hours(1), outcome=RunOutcome.STOPPED, reason="max-pages", max_pages="5")
    run(writer, "example", hours(2), outcome=RunOutcome.STOPPED, reason="max-pages", max_pages="5", file="/home/me/x")
    run(writer, "example", hours(3), outcome=None)
    (site,) = coverage(database)
    assert site.endings == {"finished": 1, "running": 1, "stopped (max-pages)": 2}
    assert site.limits == {"max_pages 5": 2, "since 2024-01-01": 1}


def test_pages_are_counted_by_outcome_and_reason_and_nothing_but_pages(database, writer, hours, entry):
    run(
        writer,
        "example",
        hours(0),
        entries=[
            entry(0, "https://www.example.com/1", Outcome.FAILED, reason="http-404"),
            entry(0, "https://www.example.com/2", Outcome.FAILED, reason="dns"),
            entry(0, "https://www.example.com/3", Outcome.FAILED, reason="dns"),
            entry(0, "https://www.example.com/4", Outcome.NOT_ARTICLE, reason="no-body"),
            entry(0, "https://www.example.com/5"),
            entry(0, "https://www.example.com/feed", Outcome.FAILED, kind=ResourceKind.FEED, reason="http-404"),
        ],
    )
    (site,) = coverage(database)
    assert list(site.pages.items())[:1] == [(("not-article", "no-body"), 1)]
    assert {**site.pages}.items() >= {("failed", "dns"): 2, ("failed", "http-404"): 1}.items()
    assert sum(count for (outcome, _), count in site.pages.items() if outcome == "failed") == 3


def test_an_address_that_was_had_in_any_crawl_was_had(database, writer, hours, entry):
    first, second, third = (f"https://www.example.com/{number}" for number in range(3))
    run(
        writer,
        "example",
        hours(0),
        entries=[entry(0, url, Outcome.FAILED, reason="timeout") for url in (first, second)]
        + [entry(0, third, Outcome.SKIPPED, reason="before-since")],
    )
    run(
        writer,
        "example",
        hours(1),
        entries=[
            entry(0, first, Outcome.BLOCKED, reason="http-403"),
            entry(0, second, Outcome.NOT_ARTICLE, reason="no-body"),
        ],
    )
    (site,) = coverage(database)
    assert site.never_had == 1
