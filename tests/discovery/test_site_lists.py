from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery.site_lists import MAX_BYTES, MAX_SITES, read_site_list, to_opml
from newsarchive.errors import ConfigError
from newsarchive.model.crawl_run import ResourceKind
from newsarchive.model.site import Site, Source

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def sites(text: str):
    return read_site_list(text.encode()).sites


def test_columns_may_stand_in_any_order_beside_others():
    (site,) = sites("note,URL,title,name\nx,https://lake.example/,The  Lake,lake\n")
    assert (site.url, site.title, site.name, site.line) == ("https://lake.example/", "The Lake", "lake", 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_a_spreadsheet_puts_between_cells_is_seen_from_the_header(delimiter):
    (site,) = sites(f"\ufeffname{delimiter}url\r\nlake{delimiter}https://lake.example/\r\n")
    assert site.name == "lake"


def test_a_bad_line_is_told_by_its_number_and_stops_no_other():
    found = read_site_list(
        b'url,title\nhttps://a.example/,"open\n,none\nhttps://b.example/,B\nhttps://c.example/,1,2\n'
    )
    assert [site.url for site in found.sites] == ["https://b.example/"]
    assert [problem.line for problem in found.problems] == [2, 3, 5]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x" * (MAX_BYTES + 1), "longer"),
        (b"url\nhttps://a.example/\n\xff\n", "line 3 .* UTF-8"),
        (b"name,title\n", "column url"),
        (b"url,url\n", "once"),
        (b"", "column url"),
        (b"url\n" + b"a.example\n" * (MAX_SITES + 1), "taken at once"),
        (b"<rss/>", "no OPML"),
        (b"<", "no XML|no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml>&x;</opml>', "DOCTYPE"),
        (b'<?xml version="1.0"?><opml><!ENTITY a "b"></opml>', "DOCTYPE"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(data, message):
    with pytest.raises(ConfigError, match=message):
        read_site_list(data)


def test_feeds_of_one_host_are_one_site():
    (site,) = sites(
        """<?xml version="1.0" encoding="utf-16"?><opml version="2.0"><body><outline text="News">
        <outline type="rss" text="Sport" xmlUrl="https://lake.example/sport.xml" htmlUrl="https://lake.example/sport"/>
        <outline type="rss" text="All" xmlUrl="https://lake.example/rss?a=1&b=2" htmlUrl="https://lake.example/"/>
        </outline></body></opml>"""
    )
    assert (site.url, site.title) == ("https://lake.example/", "Sport")
    assert site.feeds == ("https://lake.example/sport.xml", "https://lake.example/rss?a=1&b=2")


def test_an_outline_with_a_feed_alone_gives_the_home_page_of_its_host():
    (site,) = sites('<opml><body><outline xmlUrl="https://lake.example/a/feed"/></body></opml>')
    assert site.url == "https://lake.example/"


def test_an_outline_without_a_web_address_is_told():
    found = read_site_list(b'<opml><body>\n<outline xmlUrl="file:///etc/passwd"/>\n<outline text="x"/></body></opml>')
    assert not found.sites
    assert [problem.line for problem in found.problems] == [2]


def test_what_is_written_as_opml_is_read_back():
    feed = Source(url="https://lake.example/feed?a&b", kind=ResourceKind.FEED, entries=3, last_read_at=NOW)
    dead = Source(url="https://lake.example/old", kind=ResourceKind.FEED, entries=0, last_read_at=NOW)
    site = Site(
        name="the-lake",
        home_url="https://lake.example/",
        title="<The> \x01Lake",
        publisher="generic",
        added_at=NOW,
        is_rendered=True,
        sources=(feed, dead),
    )
    (found,) = read_site_list(to_opml([site])).sites
    assert (found.name, found.url, found.title) == ("the-lake", "https://lake.example/", "<The> Lake")
    assert (found.publisher, found.feeds) == ("generic", ("https://lake.example/feed?a&b",))
    assert found.is_rendered


def test_an_apostrophe_that_defused_a_formula_is_taken_off():
    assert sites("url,title\nhttps://a.example/,'=Equals\n")[0].title == "=Equals"


@pytest.mark.parametrize("blank", ["", "\t", "\n \n"])
def test_a_list_of_nothing_is_told_what_it_needs(blank):
    with pytest.raises(ConfigError, match="needs a first line"):
        read_site_list(blank.encode())


@given(st.binary(max_size=300), st.sampled_from([b"", b"url,title\n", b"<opml><body><outline xmlUrl='"]))
def test_any_bytes_are_read_or_refused(data, start):
    try:
        found = read_site_list(start + data)
    except ConfigError:
        return
    assert all(site.url for site in found.sites)
