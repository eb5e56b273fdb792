"""Where an article of several pages goes on; the two views have it as their last column."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ARTICLE_COLUMNS = """
    revision.url,
    article.canonical_url,
    site.name AS site,
    revision.publisher,
    revision.headline,
    revision.alternative_headline,
    revision.description,
    revision.article_section,
    revision.keywords,
    revision.authors,
    revision.date_published,
    revision.date_published_raw,
    revision.date_precision,
    revision.date_modified,
    revision.in_language,
    revision.is_accessible_for_free,
    revision.article_body,
    revision.images,
    revision.related_links,
    revision.field_sources,
    revision.number AS revision,
    revision.seen_at,
    article.first_seen_at,
    article.last_seen_at,
    revision.content_digest,
    revision.warc_file,
    revision.warc_offset,
    revision.digest AS warc_payload_digest,
    revision.status,
    revision.parser_version,
    revision.run_id,
    revision.next_page_url
"""

_VIEWS = {
    "articles": """
        SELECT article.id, article.revision_count, {columns}
        FROM article
        JOIN revision ON revision.id = article.latest_revision_id
        LEFT JOIN site ON site.id = article.site_id
    """,
    "article_revisions": """
        SELECT article.id, revision.id = article.latest_revision_id AS is_latest, {columns}
        FROM revision
        JOIN article ON article.id = revision.article_id
        LEFT JOIN site ON site.id = article.site_id
    """,
}


def upgrade() -> None:
    """Add the column, and make the views anew."""
    op.add_column("revision", sa.Column("next_page_url", sa.Text))
    for name, query in _VIEWS.items():
        op.execute(f"DROP VIEW {name}")
        op.execute(f"CREATE VIEW {name} AS {query.format(columns=_ARTICLE_COLUMNS)}")
