"""Every field of every sample article comes out of its page as its content file says it.

The pages are read in process by the rules a crawl uses, with what all feeds and sitemaps of the sample say of them.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.demo.content import load_content
from newsarchive.demo.site import SITEMAPS
from newsarchive.demo.truth import expected
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.sitemaps import read_sitemap
from newsarchive.model.article import Article, Image, Link
from newsarchive.model.capture import Capture, Hints
from newsarchive.parsers.normalize import normalize
from newsarchive.publishers.registry import read
from newsarchive.urls import identity_url

CONTENT = load_content()
TRUTH: dict[str, dict[str, Any]] = {article["slug"]: article for article in expected(CONTENT)["articles"]}
FETCHED_AT = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
PLAIN_FIELDS = (
    "headline",
    "alternative_headline",
    "description",
    "article_section",
    "keywords",
    "authors",
    "date_published",
    "date_precision",
    "date_modified",
    "in_language",
    "is_accessible_for_free",
)
FIELDS = (*PLAIN_FIELDS, "blocks", "images", "related_links")

ROWS = "short rows of a table or list are not taken for text"
LAYOUT = "the cells and lines of a layout table are taken for paragraphs"
KNOWN: dict[tuple[str, str], str] = {
    **{(slug, "blocks"): ROWS for slug in ("ferry-umoja-maiden-trip", "market-scales-inspectors")},
    **{(slug, "blocks"): ROWS for slug in ("rowing-league-final", "storm-on-the-lake-live")},
    ("ferry-zh", "blocks"): "a short heading is not taken for text",
    **{
        (slug, "blocks"): LAYOUT
        for slug in ("souq-2003-ar", "old-football-2003", "old-library-2003", "old-telephone-2003", "old-bridge-2003")
    },
}
"""Slug and field of what still differs, and why."""


@pytest.fixture(scope="module")
def hints(visitor) -> dict[str, tuple[Hints, ...]]:
    """What the sample's feeds and sitemaps say, by identity of the address, feeds first as a crawl reads them."""
    found: defaultdict[str, list[Hints]] = defaultdict(list)
    candidates = []
    for feed in CONTENT.site["feed"]:
        candidates += read_feed(visitor.answer(feed["path"]).body, visitor.base + feed["path"]).candidates
    for path in ("/news-sitemap.xml", *SITEMAPS):
        body = visitor.answer(path).body
        body = gzip.decompress(body) if path.endswith(".gz") else body
        candidates += read_sitemap(body, visitor.base + path).candidates
    for candidate in candidates:
        if candidate.hints is not None:
            found[identity_url(candidate.url)].append(candidate.hints)
    return {url: tuple(listed) for url, listed in found.items()}


@pytest.fixture(scope="module")
def articles(visitor, hints: dict[str, tuple[Hints, ...]]) -> dict[str, Article]:
    """Each sample article as the parsers read it, by slug."""
    found = {}
    for slug, told in TRUTH.items():
        url = visitor.base + told["url"]
        answer = visitor.answer(told["url"])
        capture = Capture(
            requested_url=url,
            url=url,
            fetched_at=FETCHED_AT,
            status=200,
            headers={"content-type": answer.content_type},
            body=answer.body,
            hints=hints.get(identity_url(url), ()),
        )
        article = read(capture, "thegreatlakeseye" if told["markup"] == "bootstrap" else None)
        assert isinstance(article, Article), (slug, article)
        found[slug] = normalize(article)
    return found


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("slug", TRUTH)
def test_every_field_is_what_the_content_says(
    request: pytest.FixtureRequest, visitor, articles: dict[str, Article], slug: str, field: str
) -> None:
    if (slug, field) in KNOWN:
        request.applymarker(pytest.mark.xfail(reason=KNOWN[slug, field], strict=True))
    assert shown(articles[slug], field, visitor.base) == wanted(TRUTH[slug], field)


def shown(article: Article, field: str, base: str) -> object:
    """A field as the truth writes it."""
    value = getattr(article, field)
    if field.startswith("date_") and isinstance(value, datetime):
        return value.isoformat()
    if field == "blocks":  # whether a bar or a space tells a row's cells apart is not compared
        return [(block.kind.value, collapsed(block.text.replace(" | ", " "))) for block in value]
    if field == "images":
        return [picture(image, base) for image in value]
    if field == "related_links":
        return {pointer(link, base) for link in value}
    if isinstance(value, tuple):
        return list(value)
    return value


def wanted(told: dict[str, Any], field: str) -> object:
    """A field of the truth, in the shape of :func:`shown`."""
    value = told[field]
    if field == "blocks":
        return [(block["kind"], collapsed(block["text"].replace(" | ", " "))) for block in value]
    if field == "images":
        return [tuple(image[key] for key in ("url", "caption", "credit", "alt", "is_main")) for image in value]
    if field == "related_links":
        return {(link["url"], link["text"], link["rel"]) for link in value}
    return value


def picture(image: Image, base: str) -> tuple[object, ...]:
    return image.url.removeprefix(base), image.caption, image.credit, image.alt, image.is_main


def pointer(link: Link, base: str) -> tuple[str, str, str]:
    return link.url.removeprefix(base), collapsed(link.text), link.rel.value


def collapsed(text: str) -> str:
    return " ".join(text.split())
