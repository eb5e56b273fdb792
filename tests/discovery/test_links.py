from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery import links
from newsarchive.discovery.links import LinkPlace, read_links
from newsarchive.model.capture import Capture

URL = "https://example.com/international/"

PAGE = """<!doctype html><html><head><title>International</title>
<base href="/news/"><link rel="canonical" href="https://example.com/international">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/rss+xml" href="/comments/feed">
<link rel="alternate" type="application/feed+json; charset=utf-8" href="https://feeds.example.net/json">
<link rel="alternate" hreflang="fr" href="/fr"><link rel="sitemap" href="/map.xml">
<link rel="next" href="/international?page=2"></head>
<body class="post-list"><header class="site-header"><a href="/">Home</a>
<nav><ul><li><a href="/sport">Sport</a></li><li><a href="/politics" rel="nofollow">Politics</a></li></ul></nav></header>
<main><article class="teaser"><header><h2><a href="/post?s=Rwanda’s_1038">Rwanda’s mindset a gem</a></h2></header>
<a href="/post?s=Rwanda’s_1038#c" rel="nofollow"><img src="1.jpg" alt="A photo"></a>
<footer><a href="/author/jane">Jane</a></footer></article>
<div class="card"><a href="story-2"><img alt="Second story of the day"></a></div>
<h3><a href="story-3">Third</a></h3><p><a href="story-4">inline</a></p>
<div class="post-navigation"><a href="/international?page=2">Older</a></div></main>
<div id="page-footer"><a href="/about">About us</a><a href="/sport">Sports pages</a><a href="/rss.xml">RSS</a>
<a href="/sitemap_news.xml">Map</a></div>
<a href="https://elsewhere.example/x">Elsewhere</a><a href="https://elsewhere.example/feed">Their feed</a>
<a href="mailto:a@example.com">Mail</a><a href="#top">Top</a><a href="/international/#c">Here</a><a name="x">No</a>
<a href="http://sport.example.com/live">Live</a></body></html>"""


def capture(body, url=URL):
    raw = body if isinstance(body, bytes) else body.encode()
    return Capture(
        requested_url=url,
        url=url,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers={"content-type": "text/html"},
        body=raw,
    )


@pytest.fixture(scope="module")
def page():
    return read_links(capture(PAGE))


@pytest.fixture(scope="module")
def by_path(page):
    return {link.url.removeprefix("https://example.com"): link for link in page.links}


def test_feeds_and_sitemaps_are_found_without_those_of_comments_or_strangers(page):
    assert page.feeds == (
        "https://example.com/feed",
        "https://feeds.example.net/json",
        "https://example.com/rss.xml",
    )
    assert page.sitemaps == ("https://example.com/map.xml", "https://example.com/sitemap_news.xml")


def test_canonical_and_next(page):
    assert page.canonical_url == "https://example.com/international"
    assert page.next_url == "https://example.com/international?page=2"


def test_links_stay_on_the_site_and_leave_out_the_page_itself(page, by_path):
    assert "http://sport.example.com/live" in by_path
    assert "/international/" not in by_path
    assert not any("elsewhere" in link.url or "mailto" in link.url for link in page.links)


def test_base_href_is_honored(by_path):
    assert "/news/story-2" in by_path


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", LinkPlace.NAVIGATION),
        ("/politics", LinkPlace.NAVIGATION),
        ("/post?s=Rwanda%E2%80%99s_1038", LinkPlace.TEASER),
        ("/author/jane", LinkPlace.TEASER),
        ("/news/story-2", LinkPlace.TEASER),
        ("/news/story-3", LinkPlace.TEASER),
        ("/news/story-4", LinkPlace.CONTENT),
        ("/international?page=2", LinkPlace.NAVIGATION),
        ("/about", LinkPlace.FOOTER),
        ("/sport", LinkPlace.NAVIGATION),
    ],
)
def test_each_link_has_its_place(by_path, path, place):
    assert by_path[path].place is place


def test_repeated_links_are_one_with_the_longest_text(by_path):
    sport, story = by_path["/sport"], by_path["/post?s=Rwanda%E2%80%99s_1038"]
    assert (sport.text, sport.count) == ("Sports pages", 2)
    assert (story.text, story.count, story.is_nofollow) == ("Rwanda’s mindset a gem", 2, False)
    assert by_path["/politics"].is_nofollow
    assert by_path["/news/story-2"].text == "Second story of the day"


def test_sections_are_the_links_of_menus(page):
    assert [link.text for link in page.sections][:3] == ["Home", "Sports pages", "Politics"]


def test_a_section_that_is_also_a_heading_over_teasers_stays_a_section():
    read = read_links(
        capture("<nav><a href=/sport>Sport</a></nav><article><h2><a href=/sport>Sport</a></h2></article>")
    )
    assert [(link.place, link.is_in_menu) for link in read.sections] == [(LinkPlace.TEASER, True)]


def test_robots_meta_is_reported():
    assert read_links(capture("<meta name=robots content='noindex, NOFOLLOW'>")).is_nofollow
    assert read_links(capture("<meta name=robots content='none'>")).is_nofollow
    assert not read_links(capture("<meta name=robots content='index,follow'>")).is_nofollow


def test_what_is_read_can_be_sent_between_processes(page):
    assert pickle.loads(pickle.dumps(page)) == page


@pytest.mark.parametrize("body", [b"", b"\x00\x01\xff", b"%PDF-1.4", b"{}", b"<a href='http://['>x</a>"])
def test_what_is_no_page_names_nothing(body):
    read = read_links(capture(body))
    assert (read.links, read.feeds, read.sitemaps, read.next_url, read.canonical_url) == ((), (), (), None, None)


def test_a_page_has_at_most_so_many_links(monkeypatch):
    monkeypatch.setattr(links, "MAX_LINKS", 3)
    body = "".join(f"<a href=/{number}>x</a>" for number in range(9))
    assert len(read_links(capture(body)).links) == 3


@pytest.mark.parametrize("unit", ["<div class='a b'>", "<a href=/x>", "<h2><a href=/x><div>", "<a href=/x><b>text "])
def test_deep_and_unclosed_markup_is_read_in_no_time(unit):
    started = time.perf_counter()
    read_links(capture(unit * 20_000 + "<a href=/y>y</a>"))
    assert time.perf_counter() - started < 60  # super-linear work takes hours


@given(st.text(alphabet=st.sampled_from("<>/='\" ahrefnavrticle:.?#&;\n"), max_size=200))
def test_any_markup_is_read(body):
    assert all(link.url.startswith("http") for link in read_links(capture(PAGE[:900] + body)).links)
