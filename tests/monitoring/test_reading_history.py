"""Histories out of real archives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site
from newsarchive.monitoring.health import health_of
from newsarchive.monitoring.history import SourceState
from newsarchive.monitoring.reading_history import histories

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
HOME = "https://lake.example/"


class Crawls:
    """Writes crawls of a site into an archive as the crawler does, at any time."""

    def __init__(self, database: Database, name: str = "lake") -> None:
        self.writer = ArchiveWriter(database)
        self.name = name
        self.home = f"https://{name}.example/"
        self.writer.add_site(Site(name=name, home_url=self.home, added_at=NOW - timedelta(days=70)))
        self.number = 0

    def run(self, at: datetime, articles: int = 0, *, feed: str | None = None, authors: bool = True, **options) -> int:
        """A crawl at a time that finds so many articles of that hour; ``feed`` is the reason of its feed's reading."""
        survey = {"survey": "1"} if options.get("survey") else {}
        run = self.writer.begin_run(self.name, "site", survey, at)
        pages = tuple(self.page(run, at, authors) for _ in range(articles))
        sources = [
            self.entry(run, self.home, at, Outcome.READ, ResourceKind.HOME),
            self.entry(run, f"{self.home}feed", at, Outcome.READ, ResourceKind.FEED, reason=feed),
            self.entry(run, f"{self.home}rss", at, Outcome.READ, ResourceKind.FEED, reason="not-there"),
        ]
        self.writer.store(Batch(pages=pages, finished=tuple(sources)))
        self.writer.end_run(run, RunOutcome.FINISHED, None, at + timedelta(minutes=1))
        return run

    def entry(self, run, url, at, outcome=None, kind=ResourceKind.PAGE, reason=None):
        return LedgerEntry(
            run_id=run, url=url, kind=kind, queued_at=at, outcome=outcome, reason=reason, finished_at=at, status=200
        )

    def page(self, run: int, at: datetime, authors: bool):
        self.number += 1
        url = f"{self.home}news/{self.number}"
        article = Article(
            url=url,
            canonical_url=url,
            site=self.name,
            headline=f"News {self.number}",
            authors=("Ann",) if authors else (),
            date_published=at - timedelta(minutes=30),
            blocks=(Block(kind=BlockKind.PARAGRAPH, text=f"Words {self.number}. " * 30),),
            field_sources={"headline": "h1", "date_published": "meta", **({"authors": "meta"} if authors else {})},
            parser_version="generic/1",
        )
        capture = CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=at, status=200)
        candidate = Candidate(
            article=article, content_digest=content_digest(article), capture=capture, requested_url=url, run_id=run
        )
        return candidate, self.entry(run, url, at)


@pytest.fixture
def database(target: Path | str):
    with Database.open(target, create=True) as database:
        yield database


def test_a_history_holds_what_the_archive_does(database):
    crawls = Crawls(database)
    crawls.run(NOW - timedelta(days=9), survey=True)
    crawls.run(NOW - timedelta(days=8), 3)
    last = crawls.run(NOW - timedelta(days=1), 2, feed="empty", authors=False)
    (history,) = histories(database, NOW, ["lake", "nobody"])
    assert [run.started_at for run in history.runs] == [NOW - timedelta(days=8), NOW - timedelta(days=1)]
    assert history.first_run_ended_at == NOW - timedelta(days=8) + timedelta(minutes=1)
    assert history.runs[-1].endings[ResourceKind.PAGE, Outcome.NEW, None] == 2
    assert [len(article.fields) for article in history.articles] == [3, 3, 3, 2, 2]
    assert history.articles[0].chars == len("Words 1. " * 30) or history.articles[0].chars > 200
    assert history.last_article_at == NOW - timedelta(days=1)
    ((key, readings),) = history.readings.items()
    assert key == (ResourceKind.FEED, f"{HOME}feed")
    assert [reading.state for reading in readings] == [SourceState.ENTRIES, SourceState.EMPTY]
    assert readings[-1].run_id == last


def test_an_unmodified_feed_is_what_it_was(database):
    crawls = Crawls(database)
    for days, reason in enumerate([None, "not-modified", "empty", "not-modified"]):
        crawls.run(NOW - timedelta(days=9 - days), feed=reason)
    (history,) = histories(database, NOW, ["lake"])
    (readings,) = history.readings.values()
    assert [reading.state for reading in readings] == [
        SourceState.ENTRIES,
        SourceState.ENTRIES,
        SourceState.EMPTY,
        SourceState.EMPTY,
    ]


def test_other_sites_and_older_weeks_are_not_in_a_history(database):
    lake, hill = Crawls(database), Crawls(database, "hill")
    hill.run(NOW - timedelta(days=2), 4)
    lake.run(NOW - timedelta(days=300), 5)
    lake.run(NOW - timedelta(days=2), 1)
    (history,) = histories(database, NOW, ["lake"])
    assert (len(history.runs), len(history.articles)) == (1, 1)
    assert history.first_run_ended_at == NOW - timedelta(days=300) + timedelta(minutes=1)


@pytest.mark.slow
def test_what_goes_wrong_in_an_archive_is_found(database):
    crawls = Crawls(database)
    for hours in range(60 * 24, 0, -12):
        bad = hours <= 36
        crawls.run(NOW - timedelta(hours=hours), 6, feed="empty" if bad else None, authors=not bad)
    (history,) = histories(database, NOW, ["lake"])
    health = health_of(history, NOW)
    assert sorted((finding.kind, finding.subject) for finding in health.findings) == [
        ("dead-feed", f"{HOME}feed"),
        ("field-gone", "authors"),
    ]
