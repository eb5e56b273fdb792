from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsers.links.canonical import find_canonical_url
from newsarchive.parsers.links.next_page import find_next_page

STORY = "https://example.com/2024/05/the-lake-story"


def next_of(page, canonical_url=None):
    found = find_next_page(page, canonical_url)
    return (found.value.removeprefix("https://example.com"), found.source) if found else None


@pytest.mark.parametrize(
    ("url", "html", "found"),
    [
        # WordPress: <!--nextpage-->
        (
            STORY + "/",
            '<link rel="next" href="/2024/05/the-lake-story/2/">',
            ("/2024/05/the-lake-story/2/", "rel-next"),
        ),
        (
            STORY + "/2/",
            '<link rel="next" href="/2024/05/the-lake-story/3/"><link rel=prev href="/2024/05/the-lake-story/">',
            ("/2024/05/the-lake-story/3/", "rel-next"),
        ),
        (
            STORY + "/",
            '<div class="page-links">Pages: 1 <a href="/2024/05/the-lake-story/2/"><span>2</span></a></div>',
            ("/2024/05/the-lake-story/2/", "pager"),
        ),
        # a German weekly
        (
            STORY,
            f'<nav><a href="{STORY}/seite-2">Nächste Seite</a><ul><li><a href="{STORY}/seite-2">2</a></ul></nav>',
            ("/2024/05/the-lake-story/seite-2", "pager"),
        ),
        (
            STORY + "/seite-2",
            f'<a rel=next href="{STORY}/seite-3">Weiter</a>',
            ("/2024/05/the-lake-story/seite-3", "rel-next"),
        ),
        # parameters, from one and from zero
        (STORY, '<a href="?page=2">2</a><a href="?page=3">3</a>', ("/2024/05/the-lake-story?page=2", "pager")),
        (
            STORY,
            '<ul class=pager><li><a href="?page=1" title="Go to page 2">2</a></ul>',
            ("/2024/05/the-lake-story?page=1", "pager"),
        ),
        (
            STORY + "?page=1",
            '<a href="?page=0">1</a><a href="?page=2">3</a><a rel=next href="?page=2">next ›</a>',
            ("/2024/05/the-lake-story?page=2", "rel-next"),
        ),
        (
            "https://example.com/story.php?id=4711",
            '<link rel=next href="story.php?id=4711&amp;page=2">',
            ("/story.php?id=4711&page=2", "rel-next"),
        ),
        # glued
        (
            "https://example.com/lake-a-123456.html",
            '<a href="/lake-a-123456-2.html">2</a>',
            ("/lake-a-123456-2.html", "pager"),
        ),
        (
            "https://example.com/lake-a-123456-2.html",
            '<a href="/lake-a-123456.html">1</a> 2 <a href="lake-a-123456-3.html">3</a>',
            ("/lake-a-123456-3.html", "pager"),
        ),
        # other scripts
        (
            "https://example.com/新闻/湖区各国部长会议讨论鱼类资源",
            '<a href="/新闻/湖区各国部长会议讨论鱼类资源/2">2</a>',
            (
                "/%E6%96%B0%E9%97%BB/%E6%B9%96%E5%8C%BA%E5%90%84%E5%9B%BD%E9%83%A8%E9%95%BF%E4%BC%9A%E8%AE%AE%E8%AE%A8%E8%AE%BA"
                "%E9%B1%BC%E7%B1%BB%E8%B5%84%E6%BA%90/2",
                "pager",
            ),
        ),
        # the next story is not the next page
        (STORY, '<link rel=next href="/2024/05/another-story">', None),
        (STORY, '<a rel=next href="/2024/05/the-lake-story-of-another-lake">Next: 2 lakes</a>', None),
        ("https://example.com/weekly-horoscope/", '<link rel=next href="/weekly-horoscope-2/">', None),
        (
            "https://example.com/2018/08/road-trip.html",
            '<a class=blog-pager rel=next href="/2018/08/road-trip_2.html">Newer Post</a>',
            None,
        ),
        ("https://example.com/news/12", '<link rel=next href="/news/13">', None),
        ("https://example.com/2024/05/14", '<link rel=next href="/2024/05/15">', None),
        ("https://example.com/my-trip-part-1", '<link rel=next href="/my-trip-part-2">', None),
        ("https://example.com/?p=41", '<link rel=next href="/?p=42">', None),
        # nor are pages of comments or lists
        (STORY, '<div id=comments><a href="?page=2">2</a></div>', None),
        (STORY, f'<a href="{STORY}/comment-page-2/#comments">2</a>', None),
        (STORY, '<div class="latest-news"><ul><li><a href="?page=2">2</a></ul></div>', None),
        ("https://example.com/news", '<link rel=next href="/news?page=2">', None),
        ("https://example.com/", '<link rel=next href="/page/2/">', None),
        # nor what is on another site, behind, or not a link at all
        (STORY, '<link rel=next href="https://elsewhere.example/2024/05/the-lake-story/2">', None),
        (STORY + "/3", f'<a href="{STORY}">1</a><a href="{STORY}/2">2</a>', None),
        (STORY, '<a href="#2">2</a><a href="javascript:page(2)">2</a><link rel=next>', None),
        ("file:///tmp/page.html", '<link rel=next href="/page/2/">', None),
    ],
)
def test_next_page_is_the_same_article_with_the_next_number(page_of, url, html, found):
    assert next_of(page_of(f"<title>x</title><body>{html}", url=url)) == found


def test_parts_may_go_by_the_canonical_address(page_of):
    page = page_of('<a href="/2024/05/the-lake-story/2">2</a>', url="https://example.com/the-lake-story?from=home")
    assert next_of(page) is None
    assert next_of(page, STORY) == ("/2024/05/the-lake-story/2", "pager")


@pytest.mark.parametrize(
    ("url", "html", "canonical"),
    [
        # a later part keeps its own address, although its template names the first part
        (STORY + "/2", f'<link rel=canonical href="{STORY}"><link rel=prev href="{STORY}">', STORY + "/2"),
        (
            STORY + "?page=2",
            f'<link rel=canonical href="{STORY}"><a href="?page=1">1</a> <a href="?page=3">3</a>',
            STORY + "?page=2",
        ),
        (STORY + "/seite-3", f'<link rel=canonical href="{STORY}"><a href="{STORY}/seite-2">2</a>', STORY + "/seite-3"),
        # pages of comments, the whole on one page, and a number that means nothing go by the canonical address
        (
            STORY + "/comment-page-2",
            f'<link rel=canonical href="{STORY}"><a href="{STORY}/comment-page-1">1</a>',
            STORY,
        ),
        (
            STORY + "?page=2",
            f'<link rel=canonical href="{STORY}"><div id=comments><a href="?page=1">1</a></div>',
            STORY,
        ),
        (STORY + "?page=all", f'<link rel=canonical href="{STORY}"><a href="?page=2">2</a>', STORY),
        (STORY + "/2", f'<link rel=canonical href="{STORY}">', STORY),
    ],
)
def test_later_part_is_an_article_of_its_own(page_of, url, html, canonical):
    assert find_canonical_url(page_of(f"<title>x</title><body>{html}", url=url)).value == canonical


@given(st.text("/?=&-_.0123456789apgeöseit#%", max_size=60), st.text("/?=&-_.0123456789apge%", max_size=60))
def test_any_addresses_are_read_without_error(path, href):
    from datetime import UTC, datetime

    from newsarchive.model.capture import Capture
    from newsarchive.parsers.page import Page

    url = f"https://example.com/{path}"
    body = f"<link rel=next href='{href}'><a href='{href}'>2</a>".encode()
    page = Page(
        Capture(
            requested_url=url, url=url, fetched_at=datetime(2024, 5, 1, tzinfo=UTC), status=200, headers={}, body=body
        )
    )
    found = find_next_page(page)
    assert found is None or found.value.startswith("https://example.com/")
