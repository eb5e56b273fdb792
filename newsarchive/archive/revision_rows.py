"""The statement that every revision is read by: all that :func:`newsarchive.archive.rows.revision_of` asks of a row."""

from __future__ import annotations

from sqlalchemy import select

from newsarchive.archive.schema import ArticleRow, RevisionRow, SiteRow

REVISIONS = (
    select(
        RevisionRow.__table__,
        ArticleRow.canonical_url,
        ArticleRow.first_seen_at,
        ArticleRow.last_seen_at,
        ArticleRow.latest_revision_id,
        ArticleRow.revision_count,
        ArticleRow.cluster_id,
        SiteRow.name.label("site"),
    )
    .select_from(RevisionRow)
    .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
    .outerjoin(SiteRow, SiteRow.id == ArticleRow.site_id)
)
