"""Where feeds and sitemaps usually are: tried on sites that announce none."""

from __future__ import annotations

from newsarchive.urls import resolve

USUAL_FEEDS = (
    "/feed",  # WordPress, Ghost
    "/rss",
    "/rss.xml",
    "/feed.xml",  # Jekyll
    "/atom.xml",  # Hexo, Movable Type
    "/index.xml",  # Hugo
    "/feed.json",  # JSON Feed
    "/feeds/posts/default",  # Blogger
    "/index.rdf",
)
"""Paths from the site's root, the most usual first."""

USUAL_SITEMAPS = (
    "/sitemap.xml",
    "/sitemap_index.xml",  # Yoast for WordPress
    "/wp-sitemap.xml",  # WordPress itself
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml.gz",
    "/sitemap.txt",
)
"""Paths from the site's root, the most usual first."""


def usual_feeds(home_url: str) -> tuple[str, ...]:
    """Absolute addresses to try on the site of ``home_url``; empty if that is no http(s) address."""
    return _on(home_url, USUAL_FEEDS)


def usual_sitemaps(home_url: str) -> tuple[str, ...]:
    """Absolute addresses to try on the site of ``home_url``; empty if that is no http(s) address."""
    return _on(home_url, USUAL_SITEMAPS)


def _on(home_url: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(address for path in paths if (address := resolve(home_url, path)))
