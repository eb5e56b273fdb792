"""The first tables, and two views for people with other tools."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_Word = sa.String(16)

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
    revision.run_id
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
    """Make all tables and views."""
    op.create_table(
        "site",
        sa.Column("id", _Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("home_url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("publisher", sa.Text),
        sa.Column("added_at", _Time, nullable=False),
        sa.Column("article_url_model", _Json),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("name", name="uq_site_name"),
        sa.UniqueConstraint("home_url", name="uq_site_home_url"),
    )
    op.create_table(
        "source",
        sa.Column("id", _Id, nullable=False),
        sa.Column("site_id", _Id, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kind", _Word, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("entries", sa.Integer),
        sa.Column("last_read_at", _Time),
        sa.Column("last_status", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("site_id", "url", name="uq_source_site_id_url"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_source_site_id_site"),
    )
    op.create_table(
        "crawl_run",
        sa.Column("id", _Id, nullable=False),
        sa.Column("site_id", _Id),
        sa.Column("spider", sa.Text, nullable=False),
        sa.Column("arguments", _Json, nullable=False),
        sa.Column("started_at", _Time, nullable=False),
        sa.Column("finished_at", _Time),
        sa.Column("outcome", _Word),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_crawl_run"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_crawl_run_site_id_site"),
    )
    op.create_index("ix_crawl_run_site_id", "crawl_run", ["site_id"])
    op.create_table(
        "ledger",
        sa.Column("id", _Id, nullable=False),
        sa.Column("run_id", _Id, nullable=False),
        sa.Column("url_key", sa.LargeBinary(16), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kind", _Word, nullable=False),
        sa.Column("found_on", sa.Text),
        sa.Column("queued_at", _Time, nullable=False),
        sa.Column("outcome", _Word),
        sa.Column("reason", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("finished_at", _Time),
        sa.Column("warc_file", sa.Text),
        sa.Column("warc_offset", sa.BigInteger),
        sa.Column("digest", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("run_id", "url_key", "kind", name="uq_ledger_run_id_url_key_kind"),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name="fk_ledger_run_id_crawl_run"),
    )
    op.create_index("ix_ledger_run_id_id", "ledger", ["run_id", "id"])
    numbering = op.create_table(
        "numbering",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("last_article_id", sa.BigInteger, nullable=False),
        sa.Column("last_revision_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_numbering"),
        sa.CheckConstraint("id = 1", name="ck_numbering_one_row"),
    )
    op.bulk_insert(numbering, [{"id": 1, "last_article_id": 0, "last_revision_id": 0}])
    op.create_table(
        "article",
        sa.Column("id", _Id, nullable=False, autoincrement=False),
        sa.Column("site_id", _Id),
        sa.Column("first_seen_at", _Time, nullable=False),
        sa.Column("last_seen_at", _Time, nullable=False),
        sa.Column("revision_count", sa.Integer, nullable=False),
        sa.Column("latest_revision_id", sa.BigInteger, nullable=False),
        sa.Column("canonical_url", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("canonical_url", name="uq_article_canonical_url"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_article_site_id_site"),
    )
    op.create_index("ix_article_site_id", "article", ["site_id"])
    op.create_table(
        "address",
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("article_id", _Id, nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_address"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_address_article_id_article"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "revision",
        sa.Column("id", _Id, nullable=False, autoincrement=False),
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seen_at", _Time, nullable=False),
        sa.Column("content_digest", sa.String(71), nullable=False),
        sa.Column("run_id", _Id),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("warc_file", sa.Text),
        sa.Column("warc_offset", sa.BigInteger),
        sa.Column("digest", sa.Text),
        sa.Column("parser_version", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text),
        sa.Column("headline", sa.Text),
        sa.Column("alternative_headline", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("article_section", sa.Text),
        sa.Column("keywords", _Json, nullable=False),
        sa.Column("authors", _Json, nullable=False),
        sa.Column("date_published", _Time),
        sa.Column("date_published_raw", sa.Text),
        sa.Column("date_precision", _Word),
        sa.Column("date_modified", _Time),
        sa.Column("in_language", sa.Text),
        sa.Column("is_accessible_for_free", sa.Boolean),
        sa.Column("images", _Json, nullable=False),
        sa.Column("related_links", _Json, nullable=False),
        sa.Column("field_sources", _Json, nullable=False),
        sa.Column("block_kinds", sa.Text, nullable=False),
        sa.Column("article_body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("article_id", "number", name="uq_revision_article_id_number"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_revision_article_id_article"),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name="fk_revision_run_id_crawl_run"),
    )
    for name, query in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query.format(columns=_ARTICLE_COLUMNS)}")
