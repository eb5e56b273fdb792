from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery import feeds
from newsarchive.discovery.feeds import read_feed
from newsarchive.errors import DiscoveryError
from newsarchive.model.capture import HintSource

URL = "https://feeds.example.com/news"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
  <title>The Eye &amp;amp; Ear</title><link>https://example.com/</link><language>en-gb</language>
  <atom:link rel="next" href="https://feeds.example.com/news?paged=2"/>
  <item>
    <title>Rwanda&amp;#8217;s &lt;b&gt;mindset&lt;/b&gt; a gem</title>
    <link>/post?s=Rwanda_1038#comments</link><guid isPermaLink="false">1038</guid>
    <pubDate>Wed, 17 May 2023 10:00 EDT</pubDate>
    <dc:creator>Jane Doe</dc:creator><dc:creator>Joe Bloggs</dc:creator>
    <category domain="https://example.com/section">International</category><category>peace</category>
    <category>peace</category>
    <description>&lt;p&gt;They &lt;a href="/x"&gt;met&lt;/a&gt;.&lt;/p&gt;</description>
    <media:content url="/images/1.jpg" medium="image"/>
  </item>
  <item><guid>https://example.com/permalink-1</guid></item>
  <item><title>No address</title><guid>12345</guid></item>
  <item><title>Behind a counter</title><link>https://feedproxy.example.com/~r/1</link>
    <feedburner:origLink>https://example.com/original</feedburner:origLink></item>
  <item><title>Again</title><link>https://example.com/post?s=Rwanda_1038</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Blog</title>
<link rel="alternate" href="https://example.org/"/><link rel="self" href="https://example.org/atom.xml"/>
<entry xml:base="https://example.org/2023/"><title type="html">L&amp;#39;accord</title>
  <link rel="replies" href="comments"/><link rel="alternate" href="accord"/>
  <id>tag:example.org,2023:1</id><published>2023-05-17T10:00:00+02:00</published>
  <updated>2023-05-18T10:00:00+02:00</updated><author><name>Zoé</name></author>
  <category term="paix" label="Paix"/><summary>Un résumé</summary></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.com/"><title>Old</title>
<link>https://example.com/</link></channel><item rdf:about="https://example.com/1"><title>One</title>
<link>https://example.com/1</link><dc:date>2004-05-17T10:00+09:00</dc:date></item></rdf:RDF>"""


def hints_of(feed, number=0):
    return feed.candidates[number].hints


def test_rss_gives_candidates_with_raw_facts():
    feed = read_feed(RSS.encode(), URL)
    assert (feed.title, feed.home_url, feed.language) == ("The Eye & Ear", "https://example.com/", "en-gb")
    assert feed.next_url == "https://feeds.example.com/news?paged=2"
    assert [candidate.url for candidate in feed.candidates] == [
        "https://example.com/post?s=Rwanda_1038",
        "https://example.com/permalink-1",
        "https://example.com/original",
    ]
    hints = hints_of(feed)
    assert hints.source is HintSource.FEED
    assert hints.source_url == feed.candidates[0].found_on == URL
    assert hints.headline == "Rwanda’s mindset a gem"
    assert hints.date_published_raw == "Wed, 17 May 2023 10:00 EDT"
    assert hints.date_modified_raw is None
    assert hints.authors == ("Jane Doe", "Joe Bloggs")
    assert hints.article_section == "International"
    assert hints.keywords == ("peace",)
    assert hints.description == "They met."
    assert hints.image_url == "https://example.com/images/1.jpg"
    assert hints.in_language == "en-gb"


def test_what_an_entry_does_not_say_is_none():
    hints = hints_of(read_feed(RSS.encode(), URL), 1)
    assert (hints.headline, hints.date_published_raw, hints.description, hints.image_url) == (None, None, None, None)
    assert (hints.authors, hints.keywords, hints.article_section) == ((), (), None)


def test_atom_resolves_against_its_base_and_keeps_both_dates():
    feed = read_feed(ATOM.encode(), "https://example.org/atom.xml")
    assert feed.candidates[0].url == "https://example.org/2023/accord"
    hints = hints_of(feed)
    assert hints.headline == "L'accord"
    assert hints.date_published_raw == "2023-05-17T10:00:00+02:00"
    assert hints.date_modified_raw == "2023-05-18T10:00:00+02:00"
    assert hints.keywords == ("Paix",)
    assert hints.authors == ("Zoé",)
    assert feed.home_url == "https://example.org/"


def test_an_atom_entry_that_only_says_updated_has_no_publication_date():
    body = ATOM.replace("<published>2023-05-17T10:00:00+02:00</published>", "")
    assert hints_of(read_feed(body.encode(), URL)).date_published_raw is None


def test_the_only_date_of_rss_1_is_the_publication_date():
    hints = hints_of(read_feed(RDF.encode(), URL))
    assert (hints.date_published_raw, hints.date_modified_raw) == ("2004-05-17T10:00+09:00", None)


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_json_feed(version):
    item = {
        "id": "1", "url": "/a", "title": "A &amp; B", "summary": "S", "date_published": "2023-05-17T10:00:00Z",
        "tags": ["x", 7, "x"], "image": "/i.png", "language": "pl",
    }  # fmt: skip
    item |= {"author": {"name": "Jan"}} if version.endswith("1") else {"authors": [{"name": "Jan"}, "junk"]}
    body = {
        "version": version, "title": "T", "home_page_url": "https://example.com", "next_url": "?page=2",
        "language": "en", "items": [item, {"id": "https://example.com/b"}, {"id": "7"}, "junk", None],
    }  # fmt: skip
    feed = read_feed(b"\xef\xbb\xbf" + json.dumps(body).encode(), URL)
    assert [candidate.url for candidate in feed.candidates] == ["https://feeds.example.com/a", "https://example.com/b"]
    assert feed.next_url == "https://feeds.example.com/news?page=2"
    hints = hints_of(feed)
    assert (hints.headline, hints.description, hints.authors, hints.keywords) == ("A & B", "S", ("Jan",), ("x",))
    assert (hints.in_language, hints_of(feed, 1).in_language) == ("pl", "en")
    assert hints.image_url == "https://feeds.example.com/i.png"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"   ", b"<!doctype html><html><body><a href='/rss'>RSS</a></body></html>", b"<urlset/>", b"\x00\xff\xfe",
        b"{}", b'{"version": "https://jsonfeed.org/version/9"', b"[]", b'{"version": 1}', b'{"version":' * 20_000,
        b"<a>" * 100_000, b"/etc/passwd", b"https://example.com/feed",
    ],
)  # fmt: skip
def test_what_is_no_feed_is_an_error_that_says_so(body):
    with pytest.raises(DiscoveryError) as caught:
        read_feed(body, URL)
    assert caught.value.reason == "not-a-feed"
    assert URL in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_feed_is_valid_and_empty():
    assert read_feed(b"<rss version='2.0'><channel><title>T</title></channel></rss>", URL).candidates == ()
    assert read_feed(b'{"version": "https://jsonfeed.org/version/1.1", "items": null}', URL).candidates == ()


def test_a_feed_cut_off_in_the_middle_gives_the_entries_before():
    body = RSS.encode()[: RSS.index("Behind a counter")]
    assert len(read_feed(body, URL).candidates) == 2


def test_bare_ampersands_and_unknown_entities_do_not_lose_the_feed():
    body = b"<rss version='2.0'><channel><item><title>R&D&nbsp;up</title><link>https://e.com/?a=1&b=2</link></item>"
    feed = read_feed(body, URL)
    assert feed.candidates[0].url == "https://e.com/?a=1&b=2"
    assert hints_of(feed).headline == "R&D up"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "", ""),
        ("utf-8", "", "text/xml"),
        ("iso-8859-1", '<?xml version="1.0" encoding="iso-8859-1"?>', "application/rss+xml"),
        ("windows-1252", "", "text/xml; charset=windows-1252"),
        ("utf-16", '<?xml version="1.0" encoding="utf-16"?>', ""),
    ],
)
def test_character_encodings(encoding, declared, content_type):
    text = f"{declared}<rss version='2.0'><channel><item><title>Zoé</title><link>https://e.com/1</link></item></channel></rss>"
    assert hints_of(read_feed(text.encode(encoding), URL, content_type)).headline == "Zoé"


def test_a_gzipped_feed_is_read():
    assert len(read_feed(gzip.compress(RSS.encode()), URL).candidates) == 3


def test_external_and_recursive_entities_are_not_expanded():
    body = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">
    <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
    <rss version="2.0"><channel><item><title>&f;&c;</title><link>https://e.com/1</link></item></channel></rss>"""
    headline = hints_of(read_feed(body, URL)).headline or ""
    assert "root:" not in headline
    assert len(headline) < 200


def test_limits_on_size_and_entries(monkeypatch):
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 2)
    assert len(read_feed(RSS.encode(), URL).candidates) == 2
    monkeypatch.setattr(feeds, "MAX_FEED_BYTES", 1_000)
    with pytest.raises(DiscoveryError) as caught:
        read_feed(RSS.encode(), URL)
    assert caught.value.reason == "too-large"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
json_keys = st.sampled_from(
    ["items", "url", "id", "title", "authors", "author", "tags", "image", "next_url", "language"]
)


@given(st.dictionaries(json_keys, json_values), st.dictionaries(json_keys, json_values))
def test_json_of_any_types_is_read_without_an_exception(channel, item):
    read_feed(json.dumps({**channel, "items": [item], "version": "https://jsonfeed.org/version/1.1"}).encode(), URL)


@given(st.data())
def test_damaged_xml_is_a_feed_or_a_discovery_error(data):
    body = bytearray(data.draw(st.sampled_from([RSS, ATOM, RDF])).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
    try:
        feed = read_feed(bytes(body), URL)
    except DiscoveryError:
        return
    assert all(candidate.url.startswith("http") for candidate in feed.candidates)
