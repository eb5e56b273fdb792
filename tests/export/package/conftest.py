"""Export records and coverage as an archive gives them, made by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive.coverage.record import SiteCoverage
from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.export.package.about import About
from newsarchive.export.package.contents import Contents
from newsarchive.export.package.write import write_package
from newsarchive.export.selection import Selection
from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind, RunOutcome
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """A whole export record of an article with that id."""

    def make(number: int, **fields: Any) -> dict[str, Any]:
        url = f"https://example.org/{number}"
        return {
            "id": number,
            "url": url,
            "canonical_url": url,
            "site": "example",
            "publisher": "The Example",
            "headline": f"Headline {number}",
            "alternative_headline": None,
            "description": "A summary.",
            "article_section": "International",
            "keywords": ["peace", "trade; free"],
            "authors": [],
            "date_published": "2023-05-17T09:30:15Z",
            "date_published_raw": "17 May 2023",
            "date_precision": "minute",
            "date_modified": None,
            "in_language": "en",
            "is_accessible_for_free": None,
            "blocks": [{"kind": "paragraph", "text": "He said."}],
            "article_body": "He said.",
            "images": [],
            "related_links": [{"url": "https://example.org/2", "text": "More", "rel": "related"}],
            "field_sources": {"headline": "h1", "blocks": "dom"},
            "revision": 1,
            "first_seen_at": "2023-05-17T10:00:00Z",
            "last_seen_at": "2023-05-19T10:00:00.500000Z",
            "content_digest": "sha256:" + f"{number:064x}",
            "capture": {
                "warc_file": "a.warc.gz",
                "warc_offset": number,
                "digest": "sha256:aa",
                "fetched_at": "2023-05-17T10:00:00Z",
                "status": 200,
            },
            "parser_version": "generic/1",
            "run_id": 3,
            "next_page_url": None,
            "revision_count": 1,
            "cluster_id": number,
            **fields,
        }

    return make


@pytest.fixture
def covered() -> Callable[..., SiteCoverage]:
    """What was crawled of a site."""

    def make(name: str | None = "example", **fields: Any) -> SiteCoverage:
        values = {
            "name": name,
            "home_url": f"https://{name}.org/" if name else None,
            "title": "The Example" if name else None,
            "publisher": None,
            "articles": {"2023-05": 10},
            "runs": 2,
            "first_run_at": datetime(2023, 5, 17, 9, tzinfo=UTC),
            "last_run_at": datetime(2023, 5, 19, 9, tzinfo=UTC),
            "days": (date(2023, 5, 17), date(2023, 5, 19)),
            "endings": {"finished": 2},
            "limits": {},
            "pages": {("new", None): 10},
            "never_had": 0,
        }
        return SiteCoverage(**{**values, **fields})

    return make


@pytest.fixture
def make_package(tmp_path: Path, record: Any, covered: Any) -> Callable[..., Contents]:
    """Writes a package of some records into ``tmp_path / "package"``."""

    def make(
        *records: dict[str, Any],
        folder: Path | None = None,
        coverage: Any = None,
        is_empty: bool = False,
        **options: Any,
    ) -> Contents:
        about = options.pop("about", {})
        selection = {"query": options.pop("query", ""), "text": options.pop("text", True)}
        for name in ("fields", "every_revision", "collapse", "limit"):
            if name in options:
                selection[name] = options.pop(name)
        return write_package(
            () if is_empty else records or (record(1), record(2)),
            folder or tmp_path / "package",
            selection=Selection.of(**selection),
            coverage=(covered(),) if coverage is None else coverage,
            about=About.of(**about),
            **options,
        )

    return make


START = datetime(2023, 5, 17, 10, tzinfo=UTC)


@pytest.fixture
def packaged_home() -> Callable[[Path], Path]:
    """Makes a home with the same small archive wherever it is told to."""

    def make(home: Path) -> Path:
        with Database.open(home / "archive.db", create=True) as database:
            writer = ArchiveWriter(database)
            writer.add_site(Site(name="example", home_url="https://example.org/", added_at=START))
            run = writer.begin_run("example", "site", {}, START)
            writer.store(Batch(pages=tuple(_page(number, run) for number in range(1, 31))))
            writer.end_run(run, RunOutcome.FINISHED, None, START)
        return home

    def _page(number: int, run: int) -> tuple[Candidate, LedgerEntry]:
        url = f"https://example.org/{number}"
        article = Article(
            url=url,
            canonical_url=url,
            site="example",
            headline=f"The ferry crosses the lake, day {number}",
            date_published=START if number % 3 else None,
            in_language=("en", "fr", "rw")[number % 3],
            blocks=(Block(kind=BlockKind.PARAGRAPH, text=f"It took {number} minutes. " * number),),
            field_sources={"headline": "h1", "blocks": "dom", "in_language": "html"},
            parser_version=f"generic/{number % 2}",
        )
        capture = CaptureReference(
            warc_file="a.gz", warc_offset=number, digest="sha256:0", fetched_at=START, status=200
        )
        entry = LedgerEntry(run_id=run, url=url, kind=ResourceKind.PAGE, queued_at=START)
        candidate = Candidate(
            article=article, content_digest=content_digest(article), capture=capture, requested_url=url, run_id=run
        )
        return candidate, entry

    return make
