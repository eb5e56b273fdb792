"""Clusters of near-copies: which one an article is in, and the sketches of texts they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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
    revision.next_page_url,
    article.revision_count,
    article.cluster_id
"""

_VIEWS = {
    "articles": """
        SELECT article.id, {columns}
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
    """Put every article in a cluster of its own, make the tables of sketches, and the views anew."""
    op.add_column("article", sa.Column("cluster_id", sa.BigInteger, nullable=False, server_default="0"))
    op.execute("UPDATE article SET cluster_id = id")
    op.create_index("ix_article_cluster_id", "article", ["cluster_id"])
    op.create_table(
        "sketch",
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("minima", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_sketch"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_sketch_article_id_article"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sketch_band",
        sa.Column("band", sa.Integer, nullable=False),
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("witness", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("band", "article_id", "number", name="pk_sketch_band"),
        sqlite_with_rowid=False,
    )
    for name, query in _VIEWS.items():
        op.execute(f"DROP VIEW {name}")
        op.execute(f"CREATE VIEW {name} AS {query.format(columns=_ARTICLE_COLUMNS)}")
