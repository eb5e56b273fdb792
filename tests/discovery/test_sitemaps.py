from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery import sitemaps
from newsarchive.discovery.sitemaps import SitemapChild, is_named_for_news, read_sitemap
from newsarchive.errors import DiscoveryError
from newsarchive.model.capture import HintSource

URL = "https://example.com/sitemap.xml"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
  <url><loc> https://example.com/post?s=Rwanda&#8217;s_1038 </loc><lastmod>2023-05-18</lastmod>
    <news:news><news:publication><news:name>The Great Lakes Eye</news:name><news:language>en</news:language>
      </news:publication><news:publication_date>2023-05-17T10:00+02:00</news:publication_date>
      <news:title>Rwanda’s mindset &amp; more</news:title>
      <news:keywords>peace, troops,, peace</news:keywords></news:news>
    <image:image><image:loc>/i/1.jpg</image:loc><image:title>Not the headline</image:title></image:image>
    <image:image><image:loc>/i/2.jpg</image:loc></image:image></url>
  <url><loc>https://example.com/en/a</loc>
    <xhtml:link rel="alternate" hreflang="en" href="https://example.com/en/a"/>
    <xhtml:link rel="alternate" hreflang="fr" href="https://example.com/fr/a"/>
    <xhtml:link rel="alternate" hreflang="x-default" href="https://example.com/"/></url>
  <url><loc>https://example.com/fr/b</loc></url>
</urlset>"""


def urls_of(body, url=URL):
    return [candidate.url for candidate in read_sitemap(body, url).candidates]


def test_a_news_sitemap_gives_raw_facts():
    sitemap = read_sitemap(NEWS.encode(), URL)
    assert not sitemap.is_index
    assert sitemap.publication_name == "The Great Lakes Eye"
    candidate = sitemap.candidates[0]
    assert candidate.url == "https://example.com/post?s=Rwanda%E2%80%99s_1038"
    hints = candidate.hints
    assert hints.source is HintSource.NEWS_SITEMAP
    assert hints.headline == "Rwanda’s mindset & more"
    assert hints.date_published_raw == "2023-05-17T10:00+02:00"
    assert hints.date_modified_raw == "2023-05-18"
    assert hints.keywords == ("peace", "troops")
    assert hints.in_language == "en"
    assert hints.image_url == "https://example.com/i/1.jpg"


def test_language_versions_come_last_and_once():
    sitemap = read_sitemap(NEWS.encode(), URL)
    assert [candidate.url for candidate in sitemap.candidates[1:]] == [
        "https://example.com/en/a",
        "https://example.com/fr/b",
        "https://example.com/fr/a",
    ]
    english, _, french = sitemap.candidates[1:]
    assert english.hints.source is HintSource.SITEMAP
    assert (english.hints.in_language, french.hints.in_language) == ("en", "fr")


def test_wrong_missing_and_undeclared_namespaces_do_not_matter():
    for header in ("<urlset>", "<urlset xmlns='https://wrong.example/'>", "<s:urlset xmlns:s='x'>"):
        body = header + NEWS.split(">", 2)[2]
        sitemap = read_sitemap(body.encode(), URL)
        assert sitemap.candidates[0].hints.headline == "Rwanda’s mindset & more"
        assert sitemap.candidates[0].hints.image_url == "https://example.com/i/1.jpg"


def test_an_index_names_its_children():
    body = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>/news.xml</loc><lastmod>2023-05</lastmod></sitemap><sitemap><loc>https://example.com/news.xml</loc>
    </sitemap><sitemap><loc>https://example.com/2.xml.gz</loc></sitemap><sitemap><loc>/sitemap.xml</loc></sitemap>
    </sitemapindex>"""
    sitemap = read_sitemap(body, URL)
    assert sitemap.is_index
    assert sitemap.candidates == ()
    assert sitemap.children == (  # each once, never itself
        SitemapChild(url="https://example.com/news.xml", lastmod_raw="2023-05"),
        SitemapChild(url="https://example.com/2.xml.gz", lastmod_raw=None),
    )


@pytest.mark.parametrize("body", [b"<urlset/>", b"<?xml version='1.0'?><urlset></urlset>", b"", b"\n"])
def test_an_empty_sitemap_is_valid_and_empty(body):
    assert read_sitemap(body, URL).candidates == ()


@pytest.mark.parametrize("body", [b"<!doctype html><html>", b"<p>", b"Not found", b"<", b"{}", b"\xff\xfe\x00"])
def test_what_is_no_sitemap_is_an_error_that_says_so(body):
    with pytest.raises(DiscoveryError) as caught:
        read_sitemap(body, URL)
    assert caught.value.reason == "not-a-sitemap"
    assert "\n" not in str(caught.value)


def test_a_text_sitemap_has_an_address_a_line():
    assert urls_of(b"\xef\xbb\xbfhttps://e.com/a\r\n# no\n https://e.com/b#x \n/c\nhttps://e.com/a") == [
        "https://e.com/a",
        "https://e.com/b",
    ]


def test_broken_markup_is_read_as_far_as_it_goes():
    body = b"<urlset><url><loc>https://e.com/?a=1&b=2&nbsp;</loc></url><url><loc>https://e.com/2</loc></wrong></url><url><loc>http"
    assert urls_of(body)[:2] == ["https://e.com/?a=1&b=2", "https://e.com/2"]


def test_white_space_before_the_declaration_comments_and_cdata():
    body = b"\n\n<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- c --><urlset><url><loc><![CDATA[https://e.com/?a&b]]></loc></url></urlset>"
    assert urls_of(body) == ["https://e.com/?a&b"]


def test_gzip_and_utf_16():
    assert len(urls_of(gzip.compress(NEWS.encode()))) == 4
    assert urls_of(NEWS.replace("UTF-8", "UTF-16").encode("utf-16")) == urls_of(NEWS.encode())


def test_feeds_serve_as_sitemaps():
    body = b"<rss version='2.0'><channel><item><link>https://e.com/1</link></item></channel></rss>"
    assert urls_of(body) == ["https://e.com/1"]


def test_entities_are_neither_expanded_nor_fetched():
    body = b"""<!DOCTYPE u [<!ENTITY a "https://e.com/secret"><!ENTITY f SYSTEM "file:///etc/hostname">]>
    <urlset><url><loc>https://e.com/1</loc><lastmod>&a;&f;</lastmod></url></urlset>"""
    assert read_sitemap(body, URL).candidates[0].hints.date_modified_raw == "&a;&f;"


def test_limits_on_size_and_number(monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_SITEMAP_URLS", 2)
    assert len(urls_of(NEWS.encode())) == 2
    assert len(urls_of(b"https://e.com/a\nhttps://e.com/b\nhttps://e.com/c")) == 2
    monkeypatch.setattr(sitemaps, "MAX_SITEMAP_BYTES", 1_000)
    with pytest.raises(DiscoveryError) as caught:
        read_sitemap(gzip.compress(NEWS.encode()), URL)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    "body", [b"<urlset>" + b"<url>" * 100_000, b"<urlset>" + b"<" * 500_000, b"<urlset><url><loc>" + b"&" * 500_000]
)
def test_hostile_markup_ends(body):
    assert len(urls_of(body)) <= 1


@given(st.data())
def test_damaged_xml_is_a_sitemap_or_a_discovery_error(data):
    body = bytearray(NEWS.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
    try:
        sitemap = read_sitemap(bytes(body), URL)
    except DiscoveryError:
        return
    assert all(candidate.url.startswith("http") for candidate in sitemap.candidates)


@pytest.mark.parametrize(
    ("path", "is_named"),
    [
        ("/sitemap-news.xml", True),
        ("/news-sitemap.xml?page=2", True),
        ("/googlenews.xml", True),
        ("/sitemaps/sitemapnews_1.xml.gz", True),
        ("/arc/outboundfeeds/news-sitemap/", True),
        ("/News.xml", True),
        ("/news/sitemap.xml", False),
        ("/sitemap.xml", False),
        ("/newsletter-sitemap.xml", False),
        ("/sitemap-renewsome.xml", False),
        ("/", False),
    ],
)
def test_a_news_sitemap_is_told_by_its_own_name_alone(path, is_named):
    assert is_named_for_news(f"https://news.example{path}") is is_named
