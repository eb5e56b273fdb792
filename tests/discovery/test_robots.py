from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery.robots import MAX_ROBOTS_BYTES, MAX_SITEMAPS, sitemap_urls

URL = "https://example.com/robots.txt"


def test_sitemap_lines_are_read_leniently():
    body = (
        b"\xef\xbb\xbfSitemap: https://example.com/1.xml\rUser-agent: *\r\nDisallow: /\n"
        b"  SITEMAP :https://example.com/2.xml # news\n"
        b"site-map: /3.xml\nsitemap https://example.com/4.xml\n"
        b"Sitemap: https://example.com/1.xml\n#Sitemap: https://example.com/no.xml\n"
        b"Sitemap:\nSitemap: mailto:x\nDisallow: /sitemap: /x\nSitemaps: /y"
    )
    assert sitemap_urls(body, URL) == tuple(f"https://example.com/{number}.xml" for number in (1, 2, 3, 4))


def test_a_page_or_nothing_names_no_sitemap():
    assert sitemap_urls(b"<!doctype html><p>Sitemap</p>", URL) == ()
    assert sitemap_urls(b"", URL) == ()


def test_limits_on_size_and_number():
    assert sitemap_urls(b"#" * MAX_ROBOTS_BYTES + b"\nSitemap: /a.xml", URL) == ()
    many = b"".join(b"Sitemap: /%d.xml\n" % number for number in range(MAX_SITEMAPS + 10))
    assert len(sitemap_urls(many, URL)) == MAX_SITEMAPS


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body):
    assert all(address.startswith("http") for address in sitemap_urls(b"Sitemap: " + body, URL))
