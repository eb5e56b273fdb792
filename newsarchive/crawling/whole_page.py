"""A page read for its article and its links, out of one tree: for sites that name their articles by links alone.

Parsing processes run this: it imports nothing of Scrapy's, which would take them a second to load.
"""

from __future__ import annotations

from newsarchive.discovery.links import PageLinks, page_links
from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.page import Page
from newsarchive.publishers.registry import read_page


def read_with_links(
    capture: Capture, publisher: str | None = None, folder: str | None = None
) -> tuple[Article | NotArticle, PageLinks]:
    """What ``publishers.registry.read`` and ``discovery.links.read_links`` give of a capture. Picklable."""
    page = Page(capture)
    links = page_links(page)  # first, from a tree that no publisher's rule has had its hands on
    return read_page(page, publisher, folder), links
