from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.article import Article, Block, BlockKind, Image, Link, LinkRel
from newsarchive.parsers.normalize import normalize, text_chars

URL = "https://Example.com:443/a?utm_source=x#top"
MOMENTS = st.integers(-(2**31), 2**32).map(
    lambda seconds: datetime.fromtimestamp(seconds, timezone(timedelta(hours=5)))
)
ARTICLES = st.builds(
    Article,
    url=st.just(URL),
    canonical_url=st.sampled_from([URL, "file:///x", ""]),
    headline=st.none() | st.text(),
    description=st.none() | st.text(),
    keywords=st.lists(st.text()).map(tuple),
    authors=st.lists(st.text()).map(tuple),
    date_published=st.none() | MOMENTS,
    blocks=st.lists(st.builds(Block, kind=st.sampled_from(BlockKind), text=st.text())).map(tuple),
    images=st.lists(st.builds(Image, url=st.sampled_from([URL, "data:x"]), caption=st.none() | st.text())).map(tuple),
    related_links=st.lists(st.builds(Link, url=st.text(), text=st.text(), rel=st.sampled_from(LinkRel))).map(tuple),
)


@given(ARTICLES)
def test_normalizing_twice_changes_nothing_more(article):
    once = normalize(article)
    assert normalize(once) == once


def test_text_is_nfc_with_single_spaces_and_nothing_unseen():
    article = Article(
        url=URL,
        canonical_url=URL,
        headline=" Moci\u0301mboa\u00a0 da \u00adPraia\u200b ",
        keywords=("UN", " UN ", ""),
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, text="one\u00a0two\n\n three "),
            Block(kind=BlockKind.PARAGRAPH, text="\u00a0"),
        ),
    )
    normal = normalize(article)
    assert normal.headline == "Mocímboa da Praia"
    assert normal.keywords == ("UN",)
    assert normal.blocks == (Block(kind=BlockKind.PARAGRAPH, text="one two\nthree"),)
    assert (normal.url, normal.canonical_url) == (URL, "https://example.com/a")


def test_dates_are_utc():
    there = datetime(2024, 5, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    normal = normalize(Article(url=URL, canonical_url=URL, date_published=there))
    assert normal.date_published == there
    assert normal.date_published.tzinfo is UTC


def test_addresses_that_are_none_are_dropped():
    article = Article(
        url=URL,
        canonical_url=URL,
        images=(Image(url="data:image/png;base64,xx"), Image(url="https://example.com/a.jpg")),
        related_links=(Link(url="mailto:x@example.com", text="mail", rel=LinkRel.INLINE),),
    )
    assert [image.url for image in normalize(article).images] == ["https://example.com/a.jpg"]
    assert normalize(article).related_links == ()


def test_mojibake_is_repaired_and_said_so_where_the_field_came_from():
    article = Article(
        url=URL,
        canonical_url=URL,
        headline="FranÃ§ois BozizÃ©",
        description="François  Bozizé",
        authors=("Ann", "JosÃ© Lee"),
        blocks=(Block(kind=BlockKind.PARAGRAPH, text="Rwandaâ€™s way"),),
        field_sources={"headline": "h1", "description": "og", "authors": "json-ld", "blocks": "dom"},
    )
    normal = normalize(article)
    assert (normal.headline, normal.authors, normal.article_body) == (
        "François Bozizé",
        ("Ann", "José Lee"),
        "Rwanda’s way",
    )
    assert normal.field_sources == {
        "headline": "h1+repaired",
        "description": "og",
        "authors": "json-ld+repaired",
        "blocks": "dom+repaired",
    }
    assert normalize(normal) == normal


def test_what_is_unseen_may_hide_more_to_repair():
    assert normalize(Article(url=URL, canonical_url=URL, headline="Â\x08¡")).headline == "¡"


@given(ARTICLES)
def test_no_text_that_is_normalized_is_left_uncounted(article):
    texts = [article.headline or "", article.description or "", *article.keywords, *article.authors]
    texts += [block.text for block in article.blocks] + [link.text for link in article.related_links]
    texts += [image.caption or "" for image in article.images]
    assert text_chars(article) == sum(map(len, texts))
