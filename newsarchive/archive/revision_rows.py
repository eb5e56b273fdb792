"""The statements that revisions are read by."""

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
"""All that :func:`newsarchive.archive.rows.revision_of` asks of a row."""

INDEXED = (
    select(
        RevisionRow.id.label("sequence"),
        RevisionRow.article_id,
        RevisionRow.url,
        RevisionRow.headline,
        RevisionRow.alternative_headline,
        RevisionRow.description,
        RevisionRow.article_section,
        RevisionRow.keywords,
        RevisionRow.authors,
        RevisionRow.date_published,
        RevisionRow.in_language,
        RevisionRow.images,
        RevisionRow.related_links,
        RevisionRow.article_body,
        ArticleRow.canonical_url,
        ArticleRow.latest_revision_id,
        ArticleRow.revision_count,
        ArticleRow.cluster_id,
        SiteRow.name.label("site"),
    )
    .select_from(RevisionRow)
    .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
    .outerjoin(SiteRow, SiteRow.id == ArticleRow.site_id)
)
"""What a search index is made of. Of millions of articles, so it reads the rows as they are: models of them would take
it as long as the rest of its reading."""
