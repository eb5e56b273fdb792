"""The statements that revisions are read by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from newsarchive.archive.schema import ArticleRow, RevisionRow, SiteRow


def _with_article_and_site(*columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 (whatever can be selected)
    """Columns of revisions, and beside them what of their article and site both readers want."""
    return (
        select(
            *columns,
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


REVISIONS = _with_article_and_site(RevisionRow.__table__, ArticleRow.first_seen_at, ArticleRow.last_seen_at)
"""All that :func:`newsarchive.archive.rows.revision_of` asks of a row."""

INDEXED = _with_article_and_site(
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
)
"""What a search index is made of. Of millions of articles, so it reads the rows as they are: models of them would take
it as long as the rest of its reading."""
