import asyncio
from datetime import UTC, datetime

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.crawling.batches import BatchWriter
from newsarchive.crawling.ledger import CrawlLedger
from newsarchive.errors import CaptureError
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
