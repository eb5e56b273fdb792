"""Until when hosts asked to be left alone, for all crawls."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the table. It begins empty: what hosts said to earlier crawls was not kept."""
    op.create_table(
        "host",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rests_until", _Time, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
        sqlite_with_rowid=False,
    )
