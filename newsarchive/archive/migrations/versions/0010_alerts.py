"""Who was told of which finding, and when each site's health was looked at last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

_Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_Json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table. It begins empty: what is wrong now is told once."""
    op.create_table(
        "alert",
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("record", _Json, nullable=False),
        sa.Column("channels", _Json, nullable=False),
        sa.Column("over", _Json, nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "subject", name="pk_alert"),
        sqlite_with_rowid=False,
    )
    op.add_column("site", sa.Column("health_looked_at", _Time))
