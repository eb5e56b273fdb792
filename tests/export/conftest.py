from datetime import UTC, datetime

import pytest

from newsarchive.export.record import export_record
from newsarchive.model.article import Article, Block, BlockKind, DatePrecision, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.revision import Revision


def moment(day, hour=0, microsecond=0):
    return datetime(2023, 5, day, hour, 30, 15, microsecond, tzinfo=UTC)


@pytest.fixture
def full():
    """A revision with every field set."""
    return Revision(
        article_id=7,
        number=2,
        seen_at=moment(18),
        content_digest="sha256:" + "0" * 64,
        capture=CaptureReference(
            warc_file="2023/05/a.warc.gz", warc_offset=1234, digest="sha256:aa", fetched_at=moment(18), status=200
        ),
        article=Article(
            url="https://example.org/post?s=1&utm_source=x",
            canonical_url="https://example.org/post?s=1",
            site="example",
            publisher="The Example",
            headline="=Rwanda’s “mindset”, a gem",
            alternative_headline="+1",
            description="First line\nsecond line",
            article_section="International",
            keywords=("peace", "=keeping"),
            authors=("Ann Müller", "王小明"),
            date_published=moment(17, 9),
            date_published_raw="17 May 2023, 9:30",
            date_precision=DatePrecision.MINUTE,
            date_modified=moment(18, 1, 5000),
            in_language="en",
            is_accessible_for_free=False,
            next_page_url="https://example.org/post?s=1&page=2",
            blocks=(
                Block(kind=BlockKind.PARAGRAPH, text='He said "yes", then\nleft.'),
                Block(kind=BlockKind.HEADING, text="Après"),
            ),
            images=(Image(url="https://example.org/a.jpg", caption="A; B", width_px=640, height_px=480, is_main=True),),
            related_links=(Link(url="https://example.org/2", text="More", rel=LinkRel.RELATED),),
            field_sources={"headline": "h1", "date_published": "json-ld"},
            parser_version="generic/1",
        ),
        run_id=3,
        first_seen_at=moment(17, 10),
        last_seen_at=moment(19),
        revision_count=3,
        cluster_id=5,
    )


@pytest.fixture
def bare():
    """A revision with nothing set that may be None or empty."""
    return Revision(
        article_id=8,
        number=1,
        seen_at=moment(18),
        content_digest="sha256:" + "1" * 64,
        capture=CaptureReference(warc_file=None, warc_offset=None, digest=None, fetched_at=moment(18), status=200),
        article=Article(url="https://example.org/", canonical_url="https://example.org/"),
        run_id=None,
        first_seen_at=moment(18),
        last_seen_at=moment(18),
        revision_count=1,
        cluster_id=8,
    )


@pytest.fixture
def full_record(full):
    return export_record(full)


@pytest.fixture
def bare_record(bare):
    return export_record(bare)
