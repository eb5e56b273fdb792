"""Schedules: when a site is crawled by itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_Json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "schedule",
        sa.Column("site_id", _Id, nullable=False, autoincrement=False),
        sa.Column("timing", sa.String(16), nullable=False),
        sa.Column("cron", sa.Text),
        sa.Column("every_s", sa.Integer),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("added_at", _Time, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("due_at", _Time, nullable=False),
        sa.Column("planned_at", _Time, nullable=False),
        sa.Column("last_due_at", _Time),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("turn_at", _Time),
        sa.Column("rhythm", _Json),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", _Time),
        sa.Column("last_run_id", _Id),
        sa.Column("last_finished_at", _Time),
        sa.Column("last_outcome", sa.String(16)),
        sa.Column("last_reason", sa.Text),
        sa.PrimaryKeyConstraint("site_id", name="pk_schedule"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_schedule_site_id_site"),
        sa.ForeignKeyConstraint(["last_run_id"], ["crawl_run.id"], name="fk_schedule_last_run_id_crawl_run"),
    )
    op.create_index("ix_schedule_due_at", "schedule", ["due_at"])
