"""Is this page an article at all? Each refusal has a reason; in doubt the page is kept.

Refusing a real article loses it from the archive (its capture stays), keeping a list page only adds a poor record, so
every rule here needs two signs that have nothing to do with each other.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from newsarchive.model.article import NotArticle
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import types_of
from newsarchive.parsers.walls.signs import (
    asks_for_scripts,
    bot_wall,
    consent_wall,
    has_article_metadata,
    missing_page,
    password_stub,
)

SHORT_TEXT_CHARS = 1_200
"""Body text below which a page may be an error page, a wall or a form."""
MAX_SAID_CHARS = 300
"""Characters of title and headline that are asked whether they are an error page's."""
MIN_GALLERY_PICTURES = 3
MIN_ALT_WORDS = 3
"""Words of a picture's alternative text; icons and logos have fewer."""
MANY_TEASERS = 10
"""Headings that are links, from which a page may be a list."""

_HTML_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})
_XML_TYPES = frozenset({"text/xml", "application/xml"})
_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"ID3",
    b"OggS",
)
_FEED_ROOT = re.compile(r"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]")
_HTML_MARK = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|title|meta|article|table|h1|span|a|script)[\s>/]", re.IGNORECASE
)

_LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|themen?|author|authors|autor|autoren|auteurs?|category|categories|kategorie|rubrik|search|suche|recherche"
    r"|archives?|page/\d{1,4})(?:/[^/]*){0,2}/?$",
    re.IGNORECASE,
)


def verdict_on_document(page: Page) -> NotArticle | None:
    """Why the document cannot hold an article, before any field is read; None if it may."""
    capture = page.capture
    body = capture.body
    if not body or body.isspace():
        return NotArticle(url=page.url, reason="empty", detail="the document has no content")
    media_type = capture.content_type
    if body.startswith(_MAGIC) or (media_type not in _HTML_TYPES | _XML_TYPES):
        return NotArticle(url=page.url, reason="not-html", detail=media_type or f"begins with {body[:8]!r}")
    head = page.html[:5_000]
    if _FEED_ROOT.search(head[:1_000]) and "<html" not in head.lower():
        return NotArticle(url=page.url, reason="not-html", detail="a feed or sitemap")
    if not _HTML_MARK.search(page.html, 0, 100_000):
        return NotArticle(url=page.url, reason="not-html", detail="no HTML markup in it")
    if head.count("\ufffd") + sum(map(head.count, "\x01\x02\x03\x04\x05\x06")) > len(head) / 20:
        return NotArticle(url=page.url, reason="not-html", detail="bytes that are no text in any encoding")
    return None


def verdict_on_article(page: Page, headline: str | None, text: str) -> NotArticle | None:
    """Why the page holds no article, given the headline and body text found; None if it does.

    Not refused: paywall stubs, live blogs, galleries without a text of their own.
    """
    is_short = len(text) < SHORT_TEXT_CHARS
    says = "\n".join(line[:MAX_SAID_CHARS] for line in (page.title, headline) if line)
    if is_short:
        for reason, detail in (
            ("bot-wall", bot_wall(page, says)),
            ("soft-404", missing_page(page, says, text)),
            ("password-form", password_stub(page, says, text)),
            ("consent-wall", consent_wall(page, says, text)),
        ):
            if detail is not None:
                return NotArticle(url=page.url, reason=reason, detail=detail)
    if is_list(page, text):
        return NotArticle(url=page.url, reason="section-page", detail="a list of other pages")
    if headline is None and (is_short or page.title is None):
        return NotArticle(url=page.url, reason="no-headline", detail="no heading, title or metadata names one")
    if not text.strip() and not is_gallery(page):
        return NotArticle(url=page.url, reason="no-body", detail="no running text found")
    if is_short and asks_for_scripts(page, text):
        return NotArticle(url=page.url, reason="no-body", detail="only a request for JavaScript")
    return None


def is_gallery(page: Page) -> bool:
    """Whether a page without a text is an article of pictures: it calls itself an article, and shows several."""
    if not has_article_metadata(page):
        return False
    shown = {picture.element.get("src") for picture in page.outline.pictures if _is_shown(picture.element)}
    return len(shown) >= MIN_GALLERY_PICTURES


def is_list(page: Page, text: str) -> bool:
    """Whether the page lists other pages (home, section, tag, author, search) instead of being one."""
    if page.once(article_node) is not None or "article:published_time" in page.meta:
        return False
    path = urlsplit(page.url).path
    declared = any(_LIST_TYPES.intersection(types_of(node)) for node in page.json_ld) or (
        page.meta_first("og:type") in ("website", "profile")
    )
    is_home = path in ("", "/") and not urlsplit(page.url).query
    by_address = is_home or bool(_LIST_PATH.search(path))
    if not declared and not by_address:
        return False
    if declared and not by_address and len(text) >= SHORT_TEXT_CHARS:
        return False
    teasers = 0
    for element in page.tree.iter("h2", "h3", "h4"):
        parent = element.getparent()
        if element.find(".//a") is not None or (parent is not None and parent.tag == "a"):
            teasers += 1
            if teasers == MANY_TEASERS:
                return True
    return False


def _is_shown(picture: Any) -> bool:  # noqa: ANN401 (an lxml element)
    """Whether a picture is there to be looked at: it has a text of its own, or a caption in its figure."""
    if len((picture.get("alt") or "").split()) >= MIN_ALT_WORDS:
        return True
    return any(
        box.tag == "figure" and box.find(".//figcaption") is not None for box in islice(picture.iterancestors(), 3)
    )
