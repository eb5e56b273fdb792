"""Which workers there were, and when each was last heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the table. Workers that run enter it when they are started again."""
    op.create_table(
        "worker",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("started_at", _Time, nullable=False),
        sa.Column("seen_at", _Time, nullable=False),
        sa.Column("steady_since", _Time, nullable=False),
        sa.Column("ended_at", _Time),
        sa.PrimaryKeyConstraint("name", "started_at", name="pk_worker"),
        sqlite_with_rowid=False,
    )
