"""What each address answered last, and how many known ones a crawl left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

_CRAWL_RUNS = """
    SELECT
        crawl_run.id AS run_id,
        site.name AS site,
        crawl_run.spider,
        crawl_run.arguments,
        crawl_run.started_at,
        crawl_run.finished_at,
        crawl_run.outcome,
        crawl_run.reason,
        (SELECT count(*) FROM ledger WHERE ledger.run_id = crawl_run.id) AS entries,
        crawl_run.not_due
    FROM crawl_run
    LEFT JOIN site ON site.id = crawl_run.site_id
"""


def upgrade() -> None:
    """Make the table. It begins empty: the next crawl of each site asks for everything once."""
    op.create_table(
        "visit",
        sa.Column("url_key", sa.LargeBinary(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("first_asked_at", _Time, nullable=False),
        sa.Column("asked_at", _Time, nullable=False),
        sa.Column("published_at", _Time),
        sa.Column("changed_at", _Time),
        sa.Column("claimed_modified", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("fetched_at", _Time),
        sa.Column("warc_file", sa.Text),
        sa.Column("warc_offset", sa.BigInteger),
        sa.PrimaryKeyConstraint("url_key", name="pk_visit"),
        sqlite_with_rowid=False,
    )
    op.add_column("crawl_run", sa.Column("not_due", sa.Integer))
    op.execute("DROP VIEW crawl_runs")
    op.execute(f"CREATE VIEW crawl_runs AS {_CRAWL_RUNS}")
