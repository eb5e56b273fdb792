"""What a crawl of the sample must find, told from the content files alone: no parser is asked.

``python -m newsarchive.demo.truth`` prints it as JSON. All texts have their white space collapsed: each run of it,
no-break spaces included, is one space, but a line break of the markup stays a newline. All addresses of the site are
paths with their query, since the sample is served at any port.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from newsarchive.demo.addresses import image_path, listing_path
from newsarchive.demo.content import Content, Picture, SampleArticle, Span, load_content, moment, plain
from newsarchive.demo.traps import SEARCH_PATH, traps

CELL_SEPARATOR = " | "
"""Between the cells of a table row's text."""


def expected(content: Content) -> dict[str, Any]:
    """The whole truth: ``articles`` (see :func:`expected_article`), ``listings``, ``traps`` and ``disallowed``.

    ``disallowed`` are the addresses pages link to and robots.txt forbids: they must never be asked for.
    """
    return {
        "articles": [expected_article(content, article) for article in content.articles],
        "listings": list(_listing_paths(content)),
        "traps": [trap._asdict() for trap in traps(content)],
        "disallowed": [*(page["path"] for page in content.site["disallowed"]), SEARCH_PATH],
    }


def expected_article(content: Content, article: SampleArticle) -> dict[str, Any]:
    """One article in the words of :class:`newsarchive.model.article.Article`, and three facts beside it.

    ``slug`` and ``markup`` say which file and template it comes from; ``date_source`` where its date stands:
    ``json-ld``, ``meta``, ``text``, ``feed``, ``news-sitemap``, or None where there is no date. Dates are ISO 8601
    in UTC. Related links come in page order, those of the box under the text last.
    """
    markup = content.site["markup"][article.markup]
    return {
        "slug": article.slug,
        "markup": article.markup,
        "url": article.path,
        "headline": article.headline,
        "alternative_headline": article.kicker or None,
        "description": article.description or None,
        "article_section": article.section,
        "keywords": list(article.keywords),
        "authors": list(article.authors),
        "date_published": _utc(article.published),
        "date_precision": _precision(article.published),
        "date_source": (article.date_from or markup["date_source"]) if article.published else None,
        "date_modified": _utc(article.modified),
        "in_language": article.language,
        "is_accessible_for_free": article.free,
        "blocks": list(_blocks(article)),
        "images": [_image(content, article, picture) for picture in article.pictures],
        "related_links": list(_links(content, article)),
    }


def _blocks(article: SampleArticle) -> Iterator[dict[str, str]]:
    for piece in article.pieces:
        if piece.kind in {"paragraph", "heading", "quote"}:
            yield {"kind": piece.kind, "text": _collapsed(piece.text)}
        elif piece.kind == "entry":
            yield {"kind": "heading", "text": _collapsed(piece.text)}
        for item in piece.items:
            yield {"kind": "list_item", "text": _collapsed(plain(item))}
        for row in piece.rows:
            yield {"kind": "table_row", "text": CELL_SEPARATOR.join(row)}


def _image(content: Content, article: SampleArticle, picture: Picture) -> dict[str, Any]:
    width, height = content.site["markup"][article.markup].get("image_size", (None, None))
    return {
        "url": image_path(content, picture),
        "caption": picture.caption or None,
        "credit": picture.credit or None,
        "alt": picture.alt or None,
        "width_px": width,
        "height_px": height,
        "is_main": picture is article.image,
    }


def _links(content: Content, article: SampleArticle) -> Iterator[dict[str, str]]:
    for piece in article.pieces:
        rel = "related" if piece.kind == "related" else "inline"
        spans: tuple[Span, ...] = sum(piece.items, piece.spans)
        for span in spans:
            if span.target:
                yield {"url": content.href(span.target), "text": _collapsed(span.text), "rel": rel}
    for slug in article.more:
        other = content.article(slug)
        yield {"url": other.path, "text": other.headline, "rel": "related"}


def _listing_paths(content: Content) -> Iterator[str]:
    yield "/"
    for listing in content.site["listing"]:
        count = len(content.found_in("listing", listing["sections"]))
        for page in range(1, -(-count // listing["per_page"]) + 1):
            yield listing_path(listing, page)


def _collapsed(text: str) -> str:
    return re.sub(r"[^\S\n]+", " ", text).strip()


def _utc(when: date | None) -> str | None:
    return moment(when).astimezone(UTC).isoformat() if when else None


def _precision(when: date | None) -> str | None:
    if when is None:
        return None
    return "second" if isinstance(when, datetime) else "day"


def main() -> None:
    """Print the truth of the bundled sample."""
    json.dump(expected(load_content()), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
