from __future__ import annotations

from newsarchive.discovery.usual_places import USUAL_FEEDS, USUAL_SITEMAPS, usual_feeds, usual_sitemaps


def test_usual_places_are_at_the_root_of_the_site():
    assert usual_feeds("https://example.com/news/?x=1")[0] == "https://example.com/feed"
    assert usual_sitemaps("http://127.0.0.1:8765/a")[0] == "http://127.0.0.1:8765/sitemap.xml"
    assert len(usual_feeds("https://example.com")) == len(set(USUAL_FEEDS))
    assert len(usual_sitemaps("https://example.com")) == len(set(USUAL_SITEMAPS))


def test_no_address_has_no_usual_places():
    assert usual_feeds("nonsense") == ()
