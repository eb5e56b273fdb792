"""The lean way from a row to a record must give what the way over models gives: for any article, on each database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.streaming import stream_rows
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.export.jsonl import jsonl_lines
from newsarchive.export.record import EXPORT_FIELDS, export_record
from newsarchive.export.rows import RecordMaker
from newsarchive.model.article import Article, Block, BlockKind, DatePrecision, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.site import Site

NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)

# What JSON escapes, and what looks like an escaped blank line, more often than chance would have it.
characters = st.sampled_from('\\n"\n\té€😀\x7f\x01') | st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=12)
maybe = st.none() | texts
lists = st.lists(texts, max_size=3).map(tuple)
times = (
    st.none()
    | st.datetimes(timezones=st.just(UTC))
    | st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
)
pixels = st.none() | st.integers(0, 2**31 - 1)
block_texts = texts.map(lambda text: text.strip("\n")).filter(lambda text: text and "\n\n" not in text)
articles = st.fixed_dictionaries(
    {
        "url": texts,
        "site": st.none() | st.just("example"),
        "publisher": maybe,
        "headline": maybe,
        "alternative_headline": maybe,
        "description": maybe,
        "article_section": maybe,
        "keywords": lists,
        "authors": lists,
        "date_published": times,
        "date_published_raw": maybe,
        "date_precision": st.none() | st.sampled_from(DatePrecision),
        "date_modified": times,
        "in_language": maybe,
        "is_accessible_for_free": st.none() | st.booleans(),
        "next_page_url": maybe,
        "blocks": st.lists(st.builds(Block, kind=st.sampled_from(BlockKind), text=block_texts), max_size=5).map(tuple),
        "images": st.lists(
            st.builds(
                Image,
                url=texts,
                caption=maybe,
                credit=maybe,
                alt=maybe,
                width_px=pixels,
                height_px=pixels,
                is_main=st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
        "related_links": st.lists(st.builds(Link, url=texts, text=texts, rel=st.sampled_from(LinkRel)), max_size=3).map(
            tuple
        ),
        "field_sources": st.dictionaries(texts, texts, max_size=4),
        "parser_version": texts,
    }
)
captures = st.builds(
    CaptureReference,
    warc_file=maybe,
    warc_offset=st.none() | st.integers(0, 2**62),
    digest=maybe,
    fetched_at=st.integers(0, 10**9).map(lambda number: NOW + timedelta(microseconds=number)),
    status=st.integers(100, 599),
)


@pytest.fixture(scope="module")
def database(module_target):
    with Database.open(module_target, create=True) as database:
        ArchiveWriter(database).add_site(Site(name="example", home_url="https://www.example.com/", added_at=NOW))
        yield database


@pytest.fixture(scope="module")
def store(database):
    """Stores states of one article that was not there; its id."""
    writer, numbers = ArchiveWriter(database), count()
    run_id = writer.begin_run("example", "site", {}, NOW)

    def put(*states):
        url = f"https://www.example.com/{next(numbers)}"
        pages = []
        for number, (fields, capture) in enumerate(states):
            article = Article(canonical_url=url, **fields)
            candidate = Candidate(
                article=article,
                content_digest=content_digest(article),
                capture=capture,
                requested_url=url,
                run_id=run_id if number % 2 else None,
            )
            entry = LedgerEntry(run_id=run_id, url=f"{url}/{number}", kind=ResourceKind.PAGE, queued_at=NOW)
            pages.append((candidate, entry))
        writer.store(Batch(pages=tuple(pages)))
        return ArchiveReader(database).article_id_of(url)

    return put


def rows_of(database, maker, article_id, **options):
    return stream_rows(database, maker.columns, article_ids=[article_id], **options)


@given(states=st.lists(st.tuples(articles, captures), min_size=1, max_size=3))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_equal_those_of_the_records_of_models(database, store, states):
    article_id = store(*states)
    reader = ArchiveReader(database)
    every = sorted(reader.revisions(article_id), key=lambda revision: revision.number)
    for options, revisions in (({}, [reader.revision(article_id)]), ({"every_revision": True}, every)):
        wanted = [export_record(revision) for revision in revisions]
        maker = RecordMaker(EXPORT_FIELDS, as_json=True)
        lines = list(jsonl_lines(maker.records(rows_of(database, maker, article_id, **options))))
        assert lines == [orjson.dumps(record) + b"\n" for record in wanted]
        maker = RecordMaker(EXPORT_FIELDS)
        records = list(maker.records(rows_of(database, maker, article_id, **options)))
        assert records == wanted
        assert [list(record) for record in records] == [list(EXPORT_FIELDS)] * len(wanted)


@given(fields=st.lists(st.sampled_from(EXPORT_FIELDS), unique=True, min_size=1), as_json=st.booleans())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_choice_of_fields_gives_those_in_that_order(database, store, fields, as_json):
    reader = ArchiveReader(database)
    article_id = next((revision.article_id for revision in reader.iter_latest()), None) or store(SOME)
    whole = export_record(reader.revision(article_id))
    maker = RecordMaker(fields, as_json=as_json)
    (line,) = jsonl_lines(maker.records(rows_of(database, maker, article_id)))
    assert line == orjson.dumps({field: whole[field] for field in fields}) + b"\n"


SOME = (
    {
        "url": "u",
        "headline": "H",
        "blocks": (Block(kind=BlockKind.QUOTE, text='C:\\new "x"'), Block(kind=BlockKind.PARAGRAPH, text="a\nb")),
        "images": (Image(url="i", is_main=True),),
        "related_links": (Link(url="l", text="t", rel=LinkRel.INLINE),),
    },
    CaptureReference(warc_file="w", warc_offset=1, digest="d", fetched_at=NOW, status=200),
)


def test_links_in_the_order_of_another_database_come_in_ours(database, store):
    if database.name.startswith("postgresql"):
        pytest.skip("PostgreSQL has its own order")
    article_id = store(SOME)
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE revision SET related_links = ? WHERE article_id = ?",
            ('[{"rel":"inline","url":"l","text":"t"}]', article_id),
        )
    maker = RecordMaker(["related_links"], as_json=True)
    assert list(jsonl_lines(maker.records(rows_of(database, maker, article_id)))) == [
        b'{"related_links":[{"url":"l","text":"t","rel":"inline"}]}\n'
    ]
