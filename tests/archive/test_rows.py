from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.rows import pack_blocks, storable, unpack_blocks
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article, Block, BlockKind, DatePrecision, Image, Link, LinkRel
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, ResourceKind
from newsarchive.model.revision import Candidate

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(characters, max_size=30)
maybe = st.none() | texts
tuples = st.lists(texts, max_size=4).map(tuple)
times = st.none() | st.datetimes(timezones=st.just(UTC))
blocks = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(BlockKind),
        text=texts.map(lambda text: text.strip("\n")).filter(lambda text: text and "\n\n" not in text),
    ),
    max_size=6,
).map(tuple)
pixels = st.none() | st.integers(0, 100_000)
articles = st.builds(
    Article,
    url=texts,
    canonical_url=st.text(characters, min_size=1, max_size=50),
    site=st.none(),
    publisher=maybe,
    headline=maybe,
    alternative_headline=maybe,
    description=maybe,
    article_section=maybe,
    keywords=tuples,
    authors=tuples,
    date_published=times,
    date_published_raw=maybe,
    date_precision=st.none() | st.sampled_from(DatePrecision),
    date_modified=times,
    in_language=maybe,
    is_accessible_for_free=st.none() | st.booleans(),
    next_page_url=maybe,
    blocks=blocks,
    images=st.lists(
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
    related_links=st.lists(st.builds(Link, url=texts, text=texts, rel=st.sampled_from(LinkRel)), max_size=3).map(tuple),
    field_sources=st.dictionaries(texts, texts, max_size=4),
    parser_version=texts,
)


@given(blocks)
def test_blocks_come_back_exactly(blocks):
    assert unpack_blocks(*pack_blocks(blocks)) == blocks


@given(st.lists(st.text("a\n", max_size=4).map(lambda text: Block(kind=BlockKind.QUOTE, text=text)), max_size=4))
def test_blocks_come_back_exactly_or_are_refused(blocks):
    try:
        packed = pack_blocks(blocks)
    except ValueError:
        return
    assert unpack_blocks(*packed) == tuple(blocks)


@pytest.mark.parametrize("texts", [[""], ["a", ""], ["a\n\nb"], ["a\n", "b"], ["a", "\nb"], ["\n\n"]])
def test_blocks_that_run_into_each_other_are_refused(texts):
    with pytest.raises(ValueError, match="a block is empty"):
        pack_blocks([Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts])


def test_each_kind_of_block_has_its_letter():
    blocks = tuple(Block(kind=kind, text=kind.value) for kind in BlockKind)
    assert pack_blocks(blocks)[0] == "phqlt"


@given(st.text(st.characters()))
def test_storable_text_can_be_encoded_and_has_no_nul(text):
    assert "\0" not in storable(text)
    storable(text).encode()
    assert storable(storable(text)) == storable(text)


def test_any_article_comes_back_as_it_was(database, hours):
    """One database for all examples: what is tested are the columns."""
    writer, reader = ArchiveWriter(database), ArchiveReader(database)
    run_id = writer.begin_run(None, "test", {}, hours(0))
    number = 0

    @given(articles)
    def check(article):
        nonlocal number
        number += 1
        candidate = Candidate(
            article=article,
            content_digest=content_digest(article),
            capture=CaptureReference(
                warc_file=f"{number}.warc.gz", warc_offset=number, digest=None, fetched_at=hours(number), status=200
            ),
            requested_url=article.url,
            run_id=run_id,
        )
        ledger = LedgerEntry(run_id=run_id, url=str(number), kind=ResourceKind.PAGE, queued_at=hours(0))
        writer.store(Batch(pages=((candidate, ledger),)))
        stored = next(
            revision
            for revision in reader.revisions(reader.article_id_of(article.canonical_url))
            if revision.content_digest == candidate.content_digest
        )
        if stored.capture == candidate.capture:  # else the same text was there before, with other fields
            assert stored.article == article
            assert content_digest(stored.article) == stored.content_digest

    check()


def test_text_no_database_takes_does_not_lose_the_batch(store, page, reader):
    broken = page("a", "nul \0 here", "half \ud83d pair", description="\ud800", keywords=("\0",), parser="g\0")
    store(broken, page("b", "Text."))
    article = reader.revision("https://www.example.com/a").article
    assert article.article_body == "nul \ufffd here\n\nhalf \ufffd pair"
    assert (article.description, article.keywords) == ("\ufffd", ("\ufffd",))
    assert content_digest(article) == reader.revision("https://www.example.com/a").content_digest
    assert reader.revision("https://www.example.com/b").article.article_body == "Text."


def test_opening_again_shows_the_same(target, page, entry, hours):
    candidate = page("a", "One.", "Two.")
    with Database.open(target, create=True) as database:
        writer = ArchiveWriter(database)
        run_id = writer.begin_run(None, "test", {}, hours(0))
        writer.store(Batch(pages=((candidate, entry(run_id, candidate.requested_url)),)))
    with Database.open(target) as database:
        assert ArchiveReader(database).revision(1).article == candidate.article
