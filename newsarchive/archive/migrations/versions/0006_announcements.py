"""What feeds and sitemaps announced: of a page its date, of a source how far back it reached."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")

_LEDGER_ENTRIES = """
    SELECT
        ledger.run_id,
        site.name AS site,
        ledger.url,
        ledger.kind,
        ledger.found_on,
        ledger.queued_at,
        ledger.outcome,
        ledger.reason,
        ledger.detail,
        ledger.status,
        ledger.finished_at,
        ledger.warc_file,
        ledger.warc_offset,
        ledger.digest AS warc_payload_digest,
        ledger.announced_at,
        ledger.reaches_back_to
    FROM ledger
    JOIN crawl_run ON crawl_run.id = ledger.run_id
    LEFT JOIN site ON site.id = crawl_run.site_id
"""


def upgrade() -> None:
    """Add the columns, and show them in the view; of earlier crawls nobody knows what was announced."""
    op.add_column("ledger", sa.Column("announced_at", _Time))
    op.add_column("ledger", sa.Column("reaches_back_to", _Time))
    op.execute("DROP VIEW ledger_entries")
    op.execute(f"CREATE VIEW ledger_entries AS {_LEDGER_ENTRIES}")
