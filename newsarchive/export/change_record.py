"""The change record: one edit after publication as plain JSON values, names and order fixed.

docs/data-dictionary.md explains every field; a test holds that it and this module agree.
"""

from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.archive.revisions.changes import ArticleChange

CHANGE_FIELDS = (
    "id",
    "url",
    "canonical_url",
    "site",
    "from_revision",
    "to_revision",
    "seen_before",
    "seen_at",
    "hours_after_publication",
    "kinds",
    "headline_before",
    "headline",
    "date_published_before",
    "date_published",
    "paragraphs_before",
    "paragraphs",
    "paragraphs_added",
    "paragraphs_removed",
    "paragraphs_rewritten",
    "words_added",
    "words_removed",
    "is_rereading",
    "parser_version_before",
    "parser_version",
    "content_digest_before",
    "content_digest",
)
"""Names of the change record, in its order."""


def change_record(change: ArticleChange) -> dict[str, object]:
    """A change with the names and in the order of :data:`CHANGE_FIELDS`; times are ISO 8601 in UTC with a ``Z``."""
    before, after = change.before, change.after
    hours = change.hours_after_publication
    return {
        "id": after.article_id,
        "url": after.article.url,
        "canonical_url": after.article.canonical_url,
        "site": after.article.site,
        "from_revision": before.number,
        "to_revision": after.number,
        "seen_before": _iso(before.seen_at),
        "seen_at": _iso(after.seen_at),
        "hours_after_publication": None if hours is None else round(hours, 2),
        "kinds": list(change.kinds),
        "headline_before": before.article.headline,
        "headline": after.article.headline,
        "date_published_before": _iso(before.article.date_published),
        "date_published": _iso(after.article.date_published),
        "paragraphs_before": len(before.article.blocks),
        "paragraphs": len(after.article.blocks),
        "paragraphs_added": change.paragraphs_added,
        "paragraphs_removed": change.paragraphs_removed,
        "paragraphs_rewritten": change.paragraphs_rewritten,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "is_rereading": change.is_rereading,
        "parser_version_before": before.article.parser_version,
        "parser_version": after.article.parser_version,
        "content_digest_before": before.content_digest,
        "content_digest": after.content_digest,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
