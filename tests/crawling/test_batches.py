import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.crawling.batches import BatchWriter
from newsarchive.crawling.ledger import CrawlLedger
from newsarchive.crawling.patience import patiently
from newsarchive.errors import ArchiveUnavailableError, CaptureError, HomeError
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.revision import Candidate

NOW = datetime(2026, 5, 17, 12, tzinfo=UTC)


def candidate(url: str, text: str = "Some text.") -> Candidate:
    article = Article(
        url=url, canonical_url=url, headline="A headline", blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),)
    )
    capture = CaptureReference(warc_file="a.warc.gz", warc_offset=0, digest="sha256:0", fetched_at=NOW, status=200)
    return Candidate(article=article, content_digest=f"sha256:{text}", capture=capture, requested_url=url, run_id=None)


class Crawl:
    """A ledger over a real archive, with a count of syncs and an error to raise in their place."""

    def __init__(self, home) -> None:
        self.database = Database.open(home / "archive.db", create=True)
        self.writer = ArchiveWriter(self.database)
        self.reader = ArchiveReader(self.database)
        self.run_id = self.writer.begin_run(None, "test", {}, NOW)
        self.syncs = 0
        self.sync_error: Exception | None = None
        self.failures: list[Exception] = []

    def start(self, **options) -> CrawlLedger:
        self.batches = BatchWriter(
            self.writer, before_commit=self.sync, on_failure=self.failures.append, interval_s=0.02, **options
        )
        return CrawlLedger(self.run_id, self.batches, lambda: NOW)

    def sync(self) -> None:
        self.syncs += 1
        if self.sync_error is not None:
            raise self.sync_error

    def rows(self) -> dict[str, tuple[Outcome | None, str | None]]:
        return {entry.url: (entry.outcome, entry.reason) for entry in self.reader.ledger(self.run_id)}


@pytest.fixture
def crawl(tmp_path):
    crawl = Crawl(tmp_path)
    yield crawl
    crawl.database.close()


def test_an_article_is_acknowledged_only_when_it_is_on_disk(crawl):
    async def store():
        ledger = crawl.start()
        ledger.queue("https://a.example/1", ResourceKind.PAGE)
        outcome = await ledger.store(candidate("https://a.example/1"))
        on_disk = crawl.reader.counts().articles, crawl.rows()
        await crawl.batches.close()
        return outcome, on_disk

    outcome, (articles, rows) = asyncio.run(store())
    assert (outcome, articles) == (Outcome.NEW, 1)
    assert rows == {"https://a.example/1": (Outcome.NEW, None)}
    assert crawl.syncs >= 1


def test_pages_of_one_moment_share_a_transaction(crawl):
    async def store():
        ledger = crawl.start()
        urls = [f"https://a.example/{n}" for n in range(50)]
        for url in urls:
            ledger.queue(url, ResourceKind.PAGE)
        await asyncio.gather(*(ledger.store(candidate(url)) for url in urls))
        await crawl.batches.close()

    asyncio.run(store())
    assert crawl.reader.counts().articles == 50
    assert crawl.syncs == 1


def test_closing_writes_what_still_waits(crawl):
    async def finish():
        ledger = crawl.start(size=10_000)
        ledger.queue("https://a.example/1", ResourceKind.FEED)
        ledger.finish("https://a.example/1", Outcome.FAILED, reason="dns")
        await crawl.batches.close()

    asyncio.run(finish())
    assert crawl.rows() == {"https://a.example/1": (Outcome.FAILED, "dns")}


def test_the_first_outcome_of_an_address_counts(crawl):
    async def finish():
        ledger = crawl.start()
        ledger.queue("https://a.example/1", ResourceKind.PAGE)
        ledger.queue("https://a.example/1", ResourceKind.SECTION)
        ledger.finish("https://a.example/1", Outcome.READ)
        ledger.finish("https://a.example/1", Outcome.FAILED, reason="late")
        ledger.finish("https://a.example/unknown", Outcome.FAILED)
        await crawl.batches.close()
        return ledger

    ledger = asyncio.run(finish())
    assert crawl.rows() == {"https://a.example/1": (Outcome.READ, None)}
    assert (ledger.counts.total(), ledger.waiting) == (1, 0)


def test_a_capture_that_cannot_be_made_durable_keeps_its_pages_out(crawl):
    crawl.sync_error = CaptureError("captures cannot be written: no space left on device")

    async def store():
        ledger = crawl.start()
        urls = ["https://a.example/1", "https://a.example/2"]
        for url in urls:
            ledger.queue(url, ResourceKind.PAGE)
        results = await asyncio.gather(*(ledger.store(candidate(url)) for url in urls), return_exceptions=True)
        crawl.sync_error = None
        later = await asyncio.gather(ledger.store(candidate("https://a.example/3")), return_exceptions=True)
        await crawl.batches.close()
        return results + later

    results = asyncio.run(store())
    assert [type(result) for result in results] == [CaptureError] * 3
    assert len(crawl.failures) == 1
    assert crawl.reader.counts().articles == 0


LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


@pytest.mark.parametrize("seconds", [2, pytest.param(32, marks=pytest.mark.slow)])
def test_a_batch_waits_for_a_database_that_another_program_has_locked(tmp_path, seconds):
    crawl = Crawl(tmp_path)
    crawl.database.close()
    patient = Database.open(tmp_path / "archive.db", busy_timeout_s=0.1 if seconds < 30 else 30)
    crawl.writer = ArchiveWriter(patient)
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCK, tmp_path / "archive.db", str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert locker.stdout is not None
    assert locker.stdout.readline() == "locked\n"

    async def store():
        ledger = crawl.start()
        ledger.queue("https://a.example/1", ResourceKind.PAGE)
        outcome = await ledger.store(candidate("https://a.example/1"))
        await crawl.batches.close()
        return outcome

    assert asyncio.run(store()) is Outcome.NEW
    assert locker.wait() == 0
    assert crawl.failures == []
    assert crawl.rows() == {"https://a.example/1": (Outcome.NEW, None)}
    patient.close()


@pytest.mark.postgresql
def test_a_batch_goes_on_where_the_servers_connections_were_cut(postgresql_url):
    with Database.open(postgresql_url, create=True) as database:
        writer, reader = ArchiveWriter(database), ArchiveReader(database)
        run_id = writer.begin_run(None, "test", {}, NOW)
        failures: list[Exception] = []
        pids: list[int] = []
        event.listen(database._engine, "connect", lambda connection, _: pids.append(connection.info.backend_pid))
        database._engine.dispose()

        async def store():
            batches = BatchWriter(writer, before_commit=lambda: None, on_failure=failures.append, size=1)
            ledger = CrawlLedger(run_id, batches, lambda: NOW)
            found = []
            for number in range(20):
                url = f"https://a.example/{number}"
                ledger.queue(url, ResourceKind.PAGE)
                waiting = asyncio.ensure_future(ledger.store(candidate(url)))
                await asyncio.sleep(0.002 * number)  # cut before, in and after transactions
                await asyncio.to_thread(cut_connections, postgresql_url, pids)
                found.append(await waiting)
            await batches.close()
            return found

        assert asyncio.run(store()) == [Outcome.NEW] * 20
        assert failures == []
        assert (reader.counts().articles, reader.counts().revisions) == (20, 20)
        assert {entry.outcome for entry in reader.ledger(run_id)} == {Outcome.NEW}


class Unheard(ArchiveWriter):
    """Loses the connection once, after the commit."""

    stored = 0

    def store(self, batch):
        outcomes = super().store(batch)
        self.stored += 1
        if self.stored == 1:
            raise ArchiveUnavailableError("the archive cannot be reached")
        return outcomes


def test_a_batch_that_got_through_unheard_leaves_the_same_rows_and_its_requests_count_twice(crawl):
    crawl.writer = Unheard(crawl.database)

    async def store():
        ledger = crawl.start()
        ledger.queue("https://a.example/1", ResourceKind.PAGE)
        crawl.batches.add_asked("a.example", NOW.date())
        crawl.batches.add_rest("a.example", NOW + timedelta(hours=1))
        await ledger.store(candidate("https://a.example/1"))
        await crawl.batches.close()

    asyncio.run(store())
    assert (crawl.writer.stored, crawl.failures) == (2, [])
    assert crawl.rows() == {"https://a.example/1": (Outcome.NEW, None)}
    assert (crawl.reader.counts().articles, crawl.reader.counts().revisions) == (1, 1)
    assert crawl.reader.resting_hosts(NOW) == {"a.example": NOW + timedelta(hours=1)}
    assert crawl.reader.asked_on(NOW.date()) == {"a.example": 2}  # the polite side


def cut_connections(url: str, pids: list[int]) -> None:
    """End these connections, as a server does that is shut down."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (pids,))


def test_a_full_disk_ends_the_crawl_with_a_message_and_the_next_one_goes_on(tmp_path):
    crawl = Crawl(tmp_path)

    async def store(urls):
        ledger = crawl.start(size=1)
        for url in urls:
            ledger.queue(url, ResourceKind.PAGE)
        found = await asyncio.gather(
            *(ledger.store(candidate(url, "x" * 200_000)) for url in urls), return_exceptions=True
        )
        await crawl.batches.close()
        return found

    urls = [f"https://a.example/{n}" for n in range(8)]
    limit_pages(crawl.database, spare=100)
    found = asyncio.run(store(urls))
    assert all(isinstance(each, HomeError) for each in found if each is not Outcome.NEW)
    errors = [each for each in found if isinstance(each, HomeError)]
    assert errors
    assert "check the disk's space" in str(errors[0])
    assert len(crawl.failures) == 1
    stored = crawl.reader.counts().articles
    assert stored == len(urls) - len(errors)
    limit_pages(crawl.database, spare=1_000_000)
    again = asyncio.run(store(urls))
    assert sorted(again) == sorted([Outcome.NEW] * len(errors) + [Outcome.UNCHANGED] * stored)
    crawl.database.close()


def limit_pages(database: Database, spare: int) -> None:
    """Let SQLite find the disk full after so many more pages of the file."""
    with database.write() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used + spare}")


def test_patience_ends(tmp_path):
    moments = iter(range(0, 10_000, 100))
    waits: list[float] = []

    def locked() -> None:
        raise ArchiveUnavailableError("archive.db is locked by another program: try again when that has finished")

    with pytest.raises(ArchiveUnavailableError):
        patiently(locked, clock=lambda: next(moments), wait=waits.append)
    assert waits == [0.5, 1.0]
