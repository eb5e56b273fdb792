"""The export record: one article in its archived state as plain JSON values, names and order fixed.

docs/data-dictionary.md explains every field; a test holds that it and this module agree.
"""

from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.model.article import Article
from newsarchive.model.revision import Revision

EXPORT_FIELDS = (
    "id",
    "url",
    "canonical_url",
    "site",
    "publisher",
    "headline",
    "alternative_headline",
    "description",
    "article_section",
    "keywords",
    "authors",
    "date_published",
    "date_published_raw",
    "date_precision",
    "date_modified",
    "in_language",
    "is_accessible_for_free",
    "blocks",
    "article_body",
    "images",
    "related_links",
    "field_sources",
    "revision",
    "first_seen_at",
    "last_seen_at",
    "content_digest",
    "capture",
    "parser_version",
    "run_id",
    "next_page_url",
    "revision_count",
    "cluster_id",
)
"""Names of the export record, in its order."""


def export_record(revision: Revision) -> dict[str, object]:
    """A revision with the names and in the order of :data:`EXPORT_FIELDS`.

    Values are str, int, bool, None, and lists and dictionaries of them; times are ISO 8601 in UTC with a ``Z``.
    """
    article = article_record(revision.article)
    parser_version = article.pop("parser_version")
    next_page_url = article.pop("next_page_url")
    capture = revision.capture
    return {
        "id": revision.article_id,
        **article,
        "revision": revision.number,
        "first_seen_at": _iso(revision.first_seen_at),
        "last_seen_at": _iso(revision.last_seen_at),
        "content_digest": revision.content_digest,
        "capture": {
            "warc_file": capture.warc_file,
            "warc_offset": capture.warc_offset,
            "digest": capture.digest,
            "fetched_at": _iso(capture.fetched_at),
            "status": capture.status,
        },
        "parser_version": parser_version,
        "run_id": revision.run_id,
        "next_page_url": next_page_url,
        "revision_count": revision.revision_count,
        "cluster_id": revision.cluster_id,
    }


def article_record(article: Article) -> dict[str, object]:
    """What of the export record is known of an article that is in no archive, in the same order."""
    return {
        "url": article.url,
        "canonical_url": article.canonical_url,
        "site": article.site,
        "publisher": article.publisher,
        "headline": article.headline,
        "alternative_headline": article.alternative_headline,
        "description": article.description,
        "article_section": article.article_section,
        "keywords": list(article.keywords),
        "authors": list(article.authors),
        "date_published": _iso(article.date_published),
        "date_published_raw": article.date_published_raw,
        "date_precision": None if article.date_precision is None else article.date_precision.value,
        "date_modified": _iso(article.date_modified),
        "in_language": article.in_language,
        "is_accessible_for_free": article.is_accessible_for_free,
        "blocks": [{"kind": block.kind.value, "text": block.text} for block in article.blocks],
        "article_body": article.article_body,
        "images": [
            {
                "url": image.url,
                "caption": image.caption,
                "credit": image.credit,
                "alt": image.alt,
                "width_px": image.width_px,
                "height_px": image.height_px,
                "is_main": image.is_main,
            }
            for image in article.images
        ],
        "related_links": [
            {"url": link.url, "text": link.text, "rel": link.rel.value} for link in article.related_links
        ],
        "field_sources": dict(article.field_sources),
        "parser_version": article.parser_version,
        "next_page_url": article.next_page_url,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
