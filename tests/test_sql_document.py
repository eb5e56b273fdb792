"""docs/sql.md keeps what it promises: its tables are the views, its questions have answers on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.schema.articles import ARTICLE
from newsarchive.archive.sql_query import run_sql
from newsarchive.archive.views import views
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site

DOCUMENT = (Path(__file__).parent.parent / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^([A-Z][^\n]*):\n\n```sql\n(.*?)^```", DOCUMENT, re.M | re.S)
START = datetime(2024, 5, 3, 10, tzinfo=UTC)


def test_the_tables_are_the_views():
    told = [
        (name, row, tuple(re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", columns, re.M)))
        for name, row, columns in re.findall(r"^### `(\w+)`\n\nOne row is (.*)\.\n\n((?:\|.*\n)+)", DOCUMENT, re.M)
    ]
    assert told == [(v.name, v.row, tuple((c.name, c.type, c.meaning) for c in v.columns)) for v in views()]


def article(site: str, slug: str, headline: str, text: str, **fields) -> Article:
    url = f"https://{site}.example/{slug}"
    blocks = (Block(kind=BlockKind.PARAGRAPH, text=text),)
    return Article(
        **{"url": url, "canonical_url": url, "site": site, "headline": headline, "blocks": blocks, **fields},
        date_published=START,
        authors=("Ann Lee",),
        parser_version="generic/1",
    )


@pytest.fixture
def archive(target):
    """Two sites with a story in common, a changed headline, a link, a picture, a page that could not be had."""
    link = Link(url="https://one.example/a", text="The crane", rel=LinkRel.RELATED)
    articles = (
        article("one", "a", "Crane falls", "A crane fell."),
        article(
            "two", "b", "Crane falls", "A crane fell.", images=(Image(url="https://two.example/i", credit="Bo Ek"),)
        ),
        article("one", "c", "Ferry late", "The ferry is late.", related_links=(link,)),
        article("one", "a", "Crane falls, none hurt", "A crane fell."),
    )
    with Database.open(target, create=True) as database:
        writer = ArchiveWriter(database)
        for site in ("one", "two"):
            writer.add_site(Site(name=site, home_url=f"https://{site}.example/", added_at=START))
        run = writer.begin_run("one", "site", {}, START)
        for number, one in enumerate(articles):
            reference = CaptureReference(
                warc_file="a", warc_offset=number, digest="d", fetched_at=START + timedelta(hours=number), status=200
            )
            candidate = Candidate(
                article=one,
                content_digest=content_digest(one),
                capture=reference,
                requested_url=one.url,
                run_id=run,
            )
            entry = LedgerEntry(run_id=run, url=one.url, kind=ResourceKind.PAGE, queued_at=START)
            writer.store(Batch(pages=((candidate, entry),)))
        failed = LedgerEntry(
            run_id=run,
            url="https://one.example/x",
            kind=ResourceKind.PAGE,
            queued_at=START,
            outcome=Outcome.FAILED,
            reason="http-404",
            finished_at=START,
        )
        writer.store(Batch(queued=(failed,), finished=(failed,)))
        with database.write() as connection:
            connection.execute(update(ARTICLE).where(ARTICLE.c.id <= 2).values(cluster_id=1))
        yield database


def test_every_question_has_an_answer(archive):
    assert len(QUESTIONS) == 7
    answers = {}
    for question, statement in QUESTIONS:
        with run_sql(archive, statement) as result:
            answers[question.split(" ")[0]] = list(result)
    assert all(answers.values()), [question for question, rows in answers.items() if not rows]
    assert answers["Articles"] == [("one", "2024-05", 2), ("two", "2024-05", 1)]
    ((_, _, before, headline),) = answers["Headlines"]
    assert (before, headline) == ("Crane falls", "Crane falls, none hurt")
    assert answers["Which"] == [("Ferry late", "The crane", "Crane falls, none hurt")]
    assert ("two", "Bo Ek", 1) in answers["Whose"]
    assert answers["What"] == [("one", "failed", "http-404", 1)]
