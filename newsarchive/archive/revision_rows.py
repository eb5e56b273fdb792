"""The statements that revisions are read by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from newsarchive.archive.schema.articles import ARTICLE, REVISION
from newsarchive.archive.schema.sites import SITE


def _with_article_and_site(*columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 (whatever can be selected)
    """Columns of revisions, and beside them what of their article and site both readers want."""
    return (
        select(
            *columns,
            ARTICLE.c.canonical_url,
            ARTICLE.c.latest_revision_id,
            ARTICLE.c.revision_count,
            ARTICLE.c.cluster_id,
            SITE.c.name.label("site"),
        )
        .select_from(REVISION)
        .join(ARTICLE, ARTICLE.c.id == REVISION.c.article_id)
        .outerjoin(SITE, SITE.c.id == ARTICLE.c.site_id)
    )


REVISIONS = _with_article_and_site(REVISION, ARTICLE.c.first_seen_at, ARTICLE.c.last_seen_at)
"""All that :func:`newsarchive.archive.rows.revision_of` asks of a row."""

INDEXED = _with_article_and_site(
    REVISION.c.id.label("sequence"),
    REVISION.c.article_id,
    REVISION.c.url,
    REVISION.c.headline,
    REVISION.c.alternative_headline,
    REVISION.c.description,
    REVISION.c.article_section,
    REVISION.c.keywords,
    REVISION.c.authors,
    REVISION.c.date_published,
    REVISION.c.in_language,
    REVISION.c.images,
    REVISION.c.related_links,
    REVISION.c.article_body,
)
"""What a search index is made of. Of millions of articles, so it reads the rows as they are: models of them would take
it as long as the rest of its reading."""
