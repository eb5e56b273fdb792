"""An empty archive on each database, and pages to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site

START = datetime(2024, 5, 3, 10, tzinfo=UTC)


@pytest.fixture
def database(target: Path | str) -> Iterator[Database]:
    with Database.open(target, create=True) as database:
        yield database


@pytest.fixture
def writer(database: Database) -> ArchiveWriter:
    writer = ArchiveWriter(database)
    writer.add_site(Site(name="example", home_url="https://www.example.com/", added_at=START))
    return writer


@pytest.fixture
def reader(database: Database) -> ArchiveReader:
    return ArchiveReader(database)


@pytest.fixture
def hours() -> Callable[[float], datetime]:
    """The time so many hours after the start."""
    return lambda number: START + timedelta(hours=number)


@pytest.fixture
def page(hours: Callable[[float], datetime]) -> Callable[..., Candidate]:
    """A page of ``https://www.example.com/<slug>`` with that text, fetched so many hours after the start."""

    def make(slug: str, *texts: str, at: float = 0, parser: str = "generic/1", run_id: int | None = None, **fields):
        url = f"https://www.example.com/{slug}"
        blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
        article = Article(
            **{"url": url, "canonical_url": url, "headline": slug, "blocks": blocks, "parser_version": parser, **fields}
        )
        capture = CaptureReference(
            warc_file="example.warc.gz",
            warc_offset=int(at * 1000),
            digest="sha256:00",
            fetched_at=hours(at),
            status=200,
        )
        return Candidate(
            article=article,
            content_digest=content_digest(article),
            capture=capture,
            requested_url=article.url,
            run_id=run_id,
        )

    return make


@pytest.fixture
def entry(hours: Callable[[float], datetime]) -> Callable[..., LedgerEntry]:
    """A ledger entry."""

    def make(run_id: int, url: str, outcome: Outcome | None = None, kind: ResourceKind = ResourceKind.PAGE, **fields):
        return LedgerEntry(
            **{
                "run_id": run_id,
                "url": url,
                "kind": kind,
                "queued_at": hours(0),
                "outcome": outcome,
                "finished_at": None if outcome is None else hours(1),
                **fields,
            }
        )

    return make


@pytest.fixture
def store(
    writer: ArchiveWriter, entry: Callable[..., LedgerEntry], hours: Callable[[float], datetime]
) -> Callable[..., tuple[Outcome, ...]]:
    """Stores pages in one batch, in a run of their own."""

    def put(*pages: Candidate) -> tuple[Outcome, ...]:
        run_id = writer.begin_run("example", "site", {}, hours(0))
        return writer.store(Batch(pages=tuple((page, entry(run_id, page.requested_url)) for page in pages)))

    return put
