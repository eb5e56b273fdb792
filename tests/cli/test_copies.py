"""``newsarchive copies`` as it is typed."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.api import Archive
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import Batch
from newsarchive.model.article import Article, Block, BlockKind, DatePrecision
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate

SEEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = " ".join(f"word{number}" for number in range(200))


def store(archive: Archive, name: str, headline: str, text: str, published: datetime | None = None) -> None:
    """Put a page of a site of its own into the archive."""
    run_id = archive.writer.begin_run(None, "urls", {}, SEEN)
    url = f"https://{name}.example/story"
    article = Article(
        url=url,
        canonical_url=url,
        publisher=f"The {name.title()}",
        headline=headline,
        blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),),
        date_published=published,
        date_precision=published and DatePrecision.MINUTE,
        parser_version="generic/1",
    )
    capture = CaptureReference(warc_file="a.warc.gz", warc_offset=0, digest="sha256:00", fetched_at=SEEN, status=200)
    page = Candidate(
        article=article, content_digest=content_digest(article), capture=capture, requested_url=url, run_id=run_id
    )
    entry = LedgerEntry(run_id=run_id, url=url, kind=ResourceKind.PAGE, queued_at=SEEN, finished_at=SEEN)
    archive.writer.store(Batch(pages=((page, entry),)))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive with a text, its copy that came out earlier, and another text."""
    with Archive.open(tmp_path, create=True) as archive:
        store(archive, "agency", "=Ferry runs aground", TEXT, SEEN - timedelta(hours=1))
        store(archive, "wire", "Ferry aground", f"A lead of its own. {TEXT}", SEEN - timedelta(hours=2))
        store(archive, "other", "Rain", "It rained.")
    return tmp_path


def test_copies_are_a_table_with_the_earliest_known_first(newsarchive, home):
    result = newsarchive("copies", "1", home=home)
    assert (result.code, result.err) == (0, "")
    heading, first, second = result.out.splitlines()
    assert heading.split() == ["article", "similar", "published", "site", "headline", "url"]
    assert first.split()[:3] == ["2", "earliest", "known"]
    assert "2026-03-02 10:00 UTC" in first
    assert second.split()[:2] == ["1", "itself"]
    by_url = newsarchive("copies", "https://agency.example/story", home=home)
    assert by_url.out == result.out


def test_json_and_csv_say_the_same(newsarchive, home):
    records = [json.loads(line) for line in newsarchive("copies", "1", "--json", home=home).out.splitlines()]
    assert [(record["id"], record["is_earliest"], record["cluster_id"]) for record in records] == [
        (2, True, 1),
        (1, False, 1),
    ]
    assert 0.8 < records[0]["similarity"] < 1 == records[1]["similarity"]
    rows = list(csv.DictReader(io.StringIO(newsarchive("copies", "1", "--csv", home=home).out)))
    assert [row["id"] for row in rows] == ["2", "1"]
    assert rows[0].keys() == records[0].keys()
    assert rows[1]["headline"] == "'=Ferry runs aground"
    assert rows[0]["date_published"] == records[0]["date_published"] == "2026-03-02T10:00:00Z"


def test_an_article_without_copies_says_so_on_stderr(newsarchive, home):
    result = newsarchive("copies", "3", home=home)
    assert (result.code, result.out) == (0, "")
    assert "article 3 has no near-copies" in result.err
    (record,) = map(json.loads, newsarchive("copies", "3", "--json", home=home).out.splitlines())
    assert record["id"] == 3


def test_an_unknown_article_is_an_error(newsarchive, home):
    result = newsarchive("copies", "9", home=home)
    assert (result.code, result.out) == (1, "")
    assert "no article 9" in result.err


def test_the_archive_gives_copies_in_python(home):
    with Archive.open(home) as archive:
        assert [revision.article_id for revision in archive.copies(1)] == [2, 1]


def test_a_search_hears_of_clusters_that_meet(home):
    harbor = " ".join(f"harbor{number}" for number in range(200))

    def clusters() -> list[int]:
        with Archive.open(home) as archive:
            return [hit.revision.cluster_id for hit in archive.search("harbor7 OR word7", collapse=True).hits]

    with Archive.open(home) as archive:
        store(archive, "harbor", "Harbor", harbor)
    assert sorted(clusters()) == [1, 4]
    with Archive.open(home) as archive:
        store(archive, "both", "Ferry and harbor", f"{TEXT} {harbor}")
    assert clusters() == [1]
